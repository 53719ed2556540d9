"""Small pictures, and a small network to paint with."""

import keras
import numpy as np
from PIL import Image

import keras_gan as kg

LAYERS = {"content_layers": ["second"], "style_layers": ["first", "second"]}


def tiny(dtype="float32", seed=0):
    """Returns two convolutions with a pooling between them, of smooth activation."""
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
    network.set_weights([random.normal(0, 0.4, one.shape) for one in weights])
    return network


def picture(height, width, seed=0):
    """Returns smooth blobs of color as levels."""
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (6, 6, 3), np.uint8)
    large = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large)


def transfer(**arguments):
    return kg.StyleTransfer(tiny(), **{**LAYERS, **arguments})


def paint(content, styles, *, using=None, **arguments):
    """Paints small and in silence."""
    arguments = {"size": 24, "steps": 8, "seed": 0, "verbose": 0, **arguments}
    return (using or transfer()).stylize(content, styles, **arguments)
