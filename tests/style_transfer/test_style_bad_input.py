"""What cannot be painted is refused before the first step."""

import keras
import numpy as np
import pytest
from painting import LAYERS, paint, picture, tiny, transfer

import keras_gan as kg

GOOD = picture(20, 24)


BAD_PAINTING = {
    "is no file": ({"content": "nowhere.png"}, "cannot be read", "nowhere.png"),
    "is no picture": ({"styles": __file__}, "style picture cannot be read", "cannot"),
    "wide range": ({"content": 2.0 * np.ones((9, 9, 3))}, "cannot be read", "[-1, 1]"),
    "two channels": ({"content": GOOD[..., :2]}, "cannot be read", "(20, 24, 2)"),
    "too small": ({"content": GOOD[:2]}, "content picture is smaller", "24x2 pixels"),
    "small style": ({"styles": GOOD[:, :2]}, "style picture is smaller", "2x20 pixels"),
    "no style": ({"styles": []}, "Each style has one weight", "0 styles"),
    "weights missing": (
        {"styles": [GOOD, GOOD], "style_weights": [1]},
        "Each style has one weight",
        "1 weights, for 2 styles",
    ),
    "weights below 0": (
        {"styles": [GOOD, GOOD], "style_weights": [1, -1]},
        "weights of styles are 0 or more",
        "[1, -1]",
    ),
    "no weight": (
        {"styles": [GOOD], "style_weights": [0]},
        "weights of styles are 0 or more",
        "[0]",
    ),
    "start": ({"start": "middle"}, "no such start", "'middle'"),
    "optimizer": ({"optimizer": "newton"}, "no optimizer", "'newton'"),
    "steps": ({"steps": 0}, "number of steps", "steps=0"),
    "size": ({"size": 2.5}, "longer side", "size=2.5"),
    "style size": ({"style_size": -1}, "style has a side", "style_size=-1"),
    "seed": ({"seed": "a"}, "whole number", "seed='a'"),
}


@pytest.mark.parametrize("case", BAD_PAINTING)
def test_bad_input_is_refused_before_the_first_step(case):
    arguments, *facts = BAD_PAINTING[case]
    given = {"content": GOOD, "styles": GOOD, **arguments}
    began = []
    with pytest.raises(ValueError, match="What to do: ") as error:
        paint(**given, callback=lambda *_: began.append(1))
    assert all(fact in str(error.value) for fact in facts)
    assert not began


def fixed():
    return keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)])


BAD_TRANSFER = {
    "layer": ({"style_layers": ["frist"]}, "no such layer", 'Did you mean "first"'),
    "one name": ({"content_layers": "first"}, "is a list", "['first']"),
    "layer weights": ({"style_layers": {"first": -1}}, "0 or more", "[-1]"),
    "no layers": ({"style_layers": [], "content_layers": []}, "no layers", "second"),
    "below 0": ({"style_weight": -1}, "are 0 or more", "style_weight=-1"),
    "not finite": ({"content_weight": np.nan}, "are 0 or more", "content_weight=nan"),
    "all 0": (
        dict.fromkeys(("content_weight", "style_weight", "variation_weight"), 0),
        "All terms of the transfer have weight 0",
        "style_weight=0",
    ),
    "features": ({"features": "vgg18"}, "no features", 'Did you mean "vgg19"'),
    "fixed size": (
        {"features": fixed(), "content_layers": [], "style_layers": ["conv2d"]},
        "pictures of any size",
        "(8, 8, 3)",
    ),
}


@pytest.mark.parametrize("case", BAD_TRANSFER)
def test_a_transfer_that_cannot_be_is_refused(case):
    arguments, *facts = BAD_TRANSFER[case]
    if case == "fixed size":
        arguments["style_layers"] = [arguments["features"].layers[-1].name]
    with pytest.raises(ValueError, match="What to do: ") as error:
        kg.StyleTransfer(**{"features": tiny(), **LAYERS, **arguments})
    assert all(fact in str(error.value) for fact in facts)


def test_measured_pictures_have_one_size():
    with pytest.raises(ValueError, match="of its own size"):
        transfer().measure(GOOD, GOOD[1:], GOOD)


def test_what_is_not_finite_stops_the_painting():
    network = tiny()
    weights = [np.full_like(one, np.nan) for one in network.get_weights()]
    network.set_weights(weights)
    with pytest.raises(RuntimeError, match="not finite after step 0"):
        paint(GOOD, GOOD, using=kg.StyleTransfer(network, **LAYERS))
