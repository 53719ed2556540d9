"""Invalid arguments of style transfer raise errors before the first step."""

import keras
import numpy as np
import pytest
from painting import LAYERS, smooth_image, stylize, tiny_network, tiny_transfer

import keras_gan as kg
from keras_gan import style_transfer

GOOD = smooth_image(20, 24)


BAD_PAINTING = {
    "not a file": ({"content": "nowhere.png"}, "cannot be read", "nowhere.png"),
    "not an image": ({"styles": __file__}, "style image cannot be read", "cannot"),
    "wide range": ({"content": 2.0 * np.ones((9, 9, 3))}, "cannot be read", "[-1, 1]"),
    "two channels": ({"content": GOOD[..., :2]}, "cannot be read", "(20, 24, 2)"),
    "too small": ({"content": GOOD[:2]}, "content image is smaller", "24x2 pixels"),
    "small style": ({"styles": GOOD[:, :2]}, "style image is smaller", "2x20 pixels"),
    "no style": ({"styles": []}, "`styles` must contain at least one", "0 styles"),
    "weights missing": (
        {"styles": [GOOD, GOOD], "style_weights": [1]},
        "one weight for each style",
        "1 weights, for 2 styles",
    ),
    "weights below 0": (
        {"styles": [GOOD, GOOD], "style_weights": [2, -1]},
        "`style_weights` of stylize must be a list of numbers (at least 0",
        "[2, -1]",
    ),
    "no weight": (
        {"styles": [GOOD], "style_weights": [0]},
        "one of them above 0",
        "style_weights=[0]",
    ),
    "weights not finite": (
        {"styles": [GOOD], "style_weights": [np.nan]},
        "`style_weights` of stylize must be a list of numbers (at least 0",
        "style_weights=[nan]",
    ),
    "one weight": (
        {"style_weights": 0.5},
        "`style_weights` of stylize must be a list",
        "style_weights=0.5",
    ),
    "one pixel high": (
        {"content": smooth_image(4, 2000), "size": 200, "transfer": "one pixel"},
        "content image is smaller",
        "200x1 pixels",
    ),
    "start": (
        {"start": "contents"},
        '`start` of stylize must be one of "noise", "content"',
        "start='contents'",
        'Did you mean "content"?',
    ),
    "no start": ({"start": []}, "`start` of stylize must be", "start=[]"),
    "callback": ({"callback": 3}, "`callback` of stylize must be a func", "callback=3"),
    "optimizer": (
        {"optimizer": "newton"},
        '`optimizer` of stylize must be one of "lbfgs", "adam"',
        "optimizer='newton'",
    ),
    "no optimizer": ({"optimizer": None}, "`optimizer` of stylize must be", "None"),
    "steps": ({"steps": 0}, "`steps` of stylize must be an integer of", "steps=0"),
    "size": ({"size": 2.5}, "`size` of stylize must be an integer of", "size=2.5"),
    "style size": ({"style_size": -1}, "`style_size` of stylize", "style_size=-1"),
    "seed": ({"seed": "a"}, "`seed` of stylize must be an integer", "seed='a'"),
    "seed true": ({"seed": True}, "`seed` of stylize must be an integer", "seed=True"),
    "color": ({"keep_color": 1}, "`keep_color` of stylize must be True or", "=1"),
    "verbose": ({"verbose": "auto"}, "`verbose` of stylize must be", "verbose='auto'"),
}


@pytest.mark.parametrize("case", BAD_PAINTING)
def test_invalid_arguments_raise_before_the_first_step(case):
    arguments, *facts = BAD_PAINTING[case]
    arguments = {"content": GOOD, "styles": GOOD, **arguments}
    if "transfer" in arguments:
        arguments["transfer"] = pointwise_transfer()
    steps = []
    with pytest.raises(ValueError, match="What to do: ") as error:
        stylize(**{"callback": lambda step, _: steps.append(step), **arguments})
    assert all(fact in str(error.value) for fact in facts)
    assert not steps


def pointwise_transfer():
    """Returns a transfer with a single 1x1 convolution."""
    images = keras.Input((None, None, 3))
    layer = keras.layers.Conv2D(2, 1, name="pointwise")
    return kg.StyleTransfer(
        keras.Model(images, layer(images)), style_layers=["pointwise"]
    )


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
    "one name": ({"content_layers": "first"}, "must be a list", "['first']"),
    "layer weights": (
        {"style_layers": {"first": 2, "second": -1}},
        "`style_layers` of StyleTransfer must be a list of names of layers, or a dict",
        "'second': -1}",
    ),
    "no layer weight": ({"style_layers": {"first": 0}}, "one of them above 0", "0"),
    "layer weight not finite": (
        {"style_layers": {"first": np.inf}},
        "weights (at least 0",
        "inf",
    ),
    "no layers": (
        {"style_layers": [], "content_layers": []},
        "at least one layer",
        "second",
    ),
    "below 0": (
        {"style_weight": -1},
        "`style_weight` of StyleTransfer must be a finite number of at least 0",
        "style_weight=-1",
        "Pass 0 to leave the term out.",
    ),
    "not finite": (
        {"content_weight": np.nan},
        "`content_weight` of StyleTransfer must be",
        "content_weight=nan",
    ),
    "true": ({"variation_weight": True}, "`variation_weight` of", "=True"),
    "all 0": (
        dict.fromkeys(("content_weight", "style_weight", "variation_weight"), 0),
        "At least one loss term must have a positive weight",
        "style_weight=0",
    ),
    "content of nothing": (
        {"style_layers": None, "content_weight": 0, "variation_weight": 0},
        "At least one loss term must have a positive weight",
        "style_weight=0",
    ),
    "content without layers": (
        {"content_layers": [], "content_weight": 0.5},
        "`content_weight` must be 0 if `content_layers` is empty",
        "or leave content_weight out",
    ),
    "style without layers": (
        {"style_layers": None, "style_weight": 1.0},
        "`style_weight` must be 0 if `style_layers` is empty",
        "names of layers in style_layers",
    ),
    "number of layers": ({"style_layers": 5}, "must be a list", "style_layers=5"),
    "numbers of layers": ({"style_layers": [5]}, "must be a list", "[5]"),
    "features": (
        {"features": "vgg18"},
        "`features` must be a known name",
        'Did you mean "vgg19"',
    ),
    "no features": ({"features": [1]}, "`features` must be a known name", "[1]"),
    "no file": (
        {"features": "nowhere.keras"},
        "`features` must be a known name",
        "nowhere.keras",
    ),
    "gray": (
        {"features": lambda: classifier((8, 8, 1))},
        "`features` must take RGB images",
        "(8, 8, 1)",
    ),
    "levels": (
        {"features": lambda: classifier(dtype="uint8")},
        "integers have no gradient",
        "uint8",
        "Rescaling(127.5",
    ),
    "subclassed": ({"features": Subclassed}, "functional or built", "Subclassed"),
    "unbuilt": ({"features": unbuilt}, "functional or built", "Sequential"),
    "dense": (
        {"features": classifier, "style_layers": ["first", "dense"]},
        "images of any size",
        "Received: second, first, dense",
        "Choose from: halved, first, second.",
    ),
    "flat": (
        {"features": classifier, "style_layers": ["flat"]},
        "images of any size",
        "Choose from: halved, first, second.",
    ),
}


@pytest.mark.parametrize("case", BAD_TRANSFER)
def test_invalid_arguments_of_the_constructor_raise(case):
    arguments, *facts = BAD_TRANSFER[case]
    arguments = {"features": tiny_network, **LAYERS, **arguments}
    if callable(arguments["features"]):
        arguments["features"] = arguments["features"]()
    with pytest.raises(ValueError, match="What to do: ") as error:
        kg.StyleTransfer(**arguments)
    assert all(fact in str(error.value) for fact in facts)


BAD_VGG = {
    "blocks": ({"blocks": 6}, "must be an integer in [1, 5]", "blocks=6"),
    "no blocks": ({"blocks": 0}, "must be an integer in [1, 5]", "blocks=0"),
    "width": ({"width": 0.5}, "must be an integer of at least 1", "width=0.5"),
    "width true": ({"width": True}, "must be an integer of at least 1", "width=True"),
    "seed": ({"seed": "a"}, "must be an integer or None", "seed='a'"),
}


@pytest.mark.parametrize("case", BAD_VGG)
@pytest.mark.parametrize("build", [style_transfer.vgg, style_transfer.random_vgg])
def test_invalid_arguments_of_vgg_raise(build, case):
    arguments, *facts = BAD_VGG[case]
    facts.append(f"`{next(iter(arguments))}` of {build.__name__} must be")
    with pytest.raises(ValueError, match="What to do: ") as error:
        build(**{"width": 2, "blocks": 1, **arguments})
    assert all(fact in str(error.value) for fact in facts)


def test_the_memory_of_lbfgs_is_a_positive_integer():
    assert style_transfer.LBFGS(np.int64(3)).memory == 3
    for memory in (0, 2.5, True, None):
        with pytest.raises(ValueError, match="`memory` of LBFGS must be an integer of"):
            style_transfer.LBFGS(memory)


def test_a_network_of_unknown_receptive_radius_has_no_tiles():
    with pytest.raises(ValueError, match="cannot be computed in tiles"):
        tiny_transfer().tiled_objective()


def test_a_gram_matrix_of_two_images_raises():
    with pytest.raises(ValueError, match="a single image"):
        style_transfer.gram_matrix(np.zeros((2, 3, 4, 5), "float32"))


def test_measured_images_must_have_one_size():
    with pytest.raises(ValueError, match="must have the size of `content`"):
        tiny_transfer().measure(GOOD, GOOD[1:], GOOD)


def test_a_loss_that_is_not_finite_raises():
    network = tiny_network()
    weights = [np.full_like(weight, np.nan) for weight in network.get_weights()]
    network.set_weights(weights)
    with pytest.raises(RuntimeError, match="not finite after step 0"):
        stylize(GOOD, GOOD, transfer=kg.StyleTransfer(network, **LAYERS))
