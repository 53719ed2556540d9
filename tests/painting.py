"""Small images and a small feature network for tests of style transfer."""

import keras
import numpy as np
from PIL import Image

import keras_gan as kg

LAYERS = {"content_layers": ["second"], "style_layers": ["first", "second"]}


def tiny_network(dtype="float32", seed=0):
    """Returns two convolutions with pooling between them, and smooth activations."""
    conv = {"padding": "valid", "activation": "tanh", "dtype": dtype}
    network = keras.Sequential(
        [
            keras.Input((None, None, 3), dtype=dtype),
            keras.layers.Conv2D(5, 3, name="first", **conv),
            keras.layers.AveragePooling2D(2, dtype=dtype),
            keras.layers.Conv2D(4, 2, name="second", **conv),
        ]
    )
    random = np.random.default_rng(seed)
    weights = network.get_weights()
    network.set_weights([random.normal(0, 0.4, weight.shape) for weight in weights])
    return network


def smooth_image(height, width, seed=0):
    """Returns a `uint8` image of smooth blobs of color."""
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (6, 6, 3), np.uint8)
    large = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large)


def tiny_transfer(**arguments):
    """Returns a `StyleTransfer` with `tiny_network`."""
    return kg.StyleTransfer(tiny_network(), **{**LAYERS, **arguments})


def stylize(content, styles, *, transfer=None, **arguments):
    """Returns the result of a short transfer at a small size."""
    arguments = {"size": 24, "steps": 8, "seed": 0, "verbose": 0, **arguments}
    return (transfer or tiny_transfer()).stylize(content, styles, **arguments)
