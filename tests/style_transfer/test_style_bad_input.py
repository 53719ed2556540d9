"""What cannot be painted is refused before the first step."""

import keras
import numpy as np
import pytest
from painting import LAYERS, paint, picture, tiny, transfer

import keras_gan as kg
from keras_gan import style_transfer

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
    "one weight": ({"style_weights": 0.5}, "are a list", "style_weights=0.5"),
    "one pixel high": (
        {"content": picture(4, 2000), "size": 200, "using": "one pixel"},
        "content picture is smaller",
        "200x1 pixels",
    ),
    "start": ({"start": "middle"}, "no such start", "'middle'"),
    "no start": ({"start": []}, "no such start", "[]"),
    "callback": ({"callback": 3}, "called after each step", "3"),
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
    if "using" in given:
        given["using"] = one_pixel_wide()
    began = []
    with pytest.raises(ValueError, match="What to do: ") as error:
        paint(**{"callback": lambda *_: began.append(1), **given})
    assert all(fact in str(error.value) for fact in facts)
    assert not began


def one_pixel_wide():
    """A transfer whose one layer looks at each pixel alone."""
    images = keras.Input((None, None, 3))
    layer = keras.layers.Conv2D(2, 1, name="alone")
    return kg.StyleTransfer(keras.Model(images, layer(images)), style_layers=["alone"])


def classifier(shape=(8, 8, 3), dtype="float32"):
    images = keras.Input(shape, dtype=dtype)
    values = keras.layers.Rescaling(0.5, name="halved")(images)
    values = keras.layers.Conv2D(2, 3, name="first")(values)
    values = keras.layers.MaxPooling2D(name="second")(values)
    values = keras.layers.Flatten(name="flat")(values)
    return keras.Model(images, keras.layers.Dense(3, name="dense")(values))


class Subclassed(keras.Model):
    pass


def unbuilt():
    return keras.Sequential([keras.layers.Conv2D(2, 3, name="first")])


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
    "content of nothing": (
        {"style_layers": None, "content_weight": 0, "variation_weight": 0},
        "All terms of the transfer have weight 0",
        "style_weight=0",
    ),
    "content without layers": (
        {"content_layers": [], "content_weight": 0.5},
        "nothing that content_weight weighs",
        "Name layers, or leave content_weight out",
    ),
    "style without layers": (
        {"style_layers": None, "style_weight": 1.0},
        "nothing that style_weight weighs",
        "names in style_layers",
    ),
    "number of layers": ({"style_layers": 5}, "style_layers is a list", "5"),
    "numbers of layers": ({"style_layers": [5]}, "style_layers is a list", "[5]"),
    "features": ({"features": "vgg18"}, "no features", 'Did you mean "vgg19"'),
    "no features": ({"features": [1]}, "no features", "[1]"),
    "no file": ({"features": "nowhere.keras"}, "no features", "nowhere.keras"),
    "gray": (
        {"features": lambda: classifier((8, 8, 1))},
        "do not look at RGB pictures",
        "(8, 8, 1)",
    ),
    "levels": (
        {"features": lambda: classifier(dtype="uint8")},
        "whole numbers",
        "uint8",
        "Rescaling(127.5",
    ),
    "subclassed": ({"features": Subclassed}, "not connected", "Subclassed"),
    "unbuilt": ({"features": unbuilt}, "not connected", "Sequential"),
    "dense": (
        {"features": classifier, "style_layers": ["first", "dense"]},
        "pictures of any size",
        "Received: second, first, dense",
        "Name some of: halved, first, second.",
    ),
    "flat": (
        {"features": classifier, "style_layers": ["flat"]},
        "pictures of any size",
        "Name some of: halved, first, second.",
    ),
}


@pytest.mark.parametrize("case", BAD_TRANSFER)
def test_a_transfer_that_cannot_be_is_refused(case):
    arguments, *facts = BAD_TRANSFER[case]
    given = {"features": tiny, **LAYERS, **arguments}
    if callable(given["features"]):
        given["features"] = given["features"]()
    with pytest.raises(ValueError, match="What to do: ") as error:
        kg.StyleTransfer(**given)
    assert all(fact in str(error.value) for fact in facts)


BAD_VGG = {
    "blocks": ({"blocks": 6}, "no more blocks", "blocks=6"),
    "no blocks": ({"blocks": 0}, "number of blocks", "blocks=0"),
    "width": ({"width": 0.5}, "number of filters", "width=0.5"),
    "seed": ({"seed": "a"}, "whole number", "seed='a'"),
}


@pytest.mark.parametrize("case", BAD_VGG)
@pytest.mark.parametrize("build", [style_transfer.vgg, style_transfer.random_vgg])
def test_a_vgg_that_cannot_be_is_refused(build, case):
    arguments, *facts = BAD_VGG[case]
    with pytest.raises(ValueError, match="What to do: ") as error:
        build(**{"width": 2, "blocks": 1, **arguments})
    assert all(fact in str(error.value) for fact in facts)


def test_a_gram_matrix_of_two_pictures_is_refused():
    with pytest.raises(ValueError, match="that of one image"):
        style_transfer.gram_matrix(np.zeros((2, 3, 4, 5), "float32"))


def test_measured_pictures_have_one_size():
    with pytest.raises(ValueError, match="of its own size"):
        transfer().measure(GOOD, GOOD[1:], GOOD)


def test_what_is_not_finite_stops_the_painting():
    network = tiny()
    weights = [np.full_like(one, np.nan) for one in network.get_weights()]
    network.set_weights(weights)
    with pytest.raises(RuntimeError, match="not finite after step 0"):
        paint(GOOD, GOOD, using=kg.StyleTransfer(network, **LAYERS))
