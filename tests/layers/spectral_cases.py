"""Spectrally normalized layers of every class, for the tests of this folder."""

import keras
import numpy as np
import tensorflow as tf
from toys import set_seed

from keras_gan import layers
from keras_gan.layers import SpectralNormalization

LAYERS = {
    "Dense": (keras.layers.Dense, (4,), {"units": 5}),
    "Conv1D": (keras.layers.Conv1D, (6, 3), {"filters": 5, "kernel_size": 3}),
    "Conv2D": (layers.Conv2D, (6, 6, 3), {"filters": 5, "kernel_size": 4}),
    "Conv3D": (keras.layers.Conv3D, (3, 3, 3, 2), {"filters": 3, "kernel_size": 2}),
    "Conv1DTranspose": (
        keras.layers.Conv1DTranspose,
        (4, 6),
        {"filters": 3, "kernel_size": 3},
    ),
    "Conv2DTranspose": (
        layers.Conv2DTranspose,
        (1, 1, 7),
        {"filters": 3, "kernel_size": 4, "use_bias": False},
    ),
    "Conv3DTranspose": (
        keras.layers.Conv3DTranspose,
        (2, 2, 2, 5),
        {"filters": 3, "kernel_size": 2},
    ),
    "Embedding": (keras.layers.Embedding, (), {"input_dim": 9, "output_dim": 4}),
}


def build_layer(name, seed=0, power_iterations=1, **more):
    """Returns a normalized layer with normal weights, and inputs."""
    set_seed(seed)  # initializes the vector
    random = np.random.default_rng(seed)
    layer_class, shape, arguments = LAYERS[name]
    layer = SpectralNormalization(layer_class(**arguments, **more), power_iterations)
    layer.build((2, *shape))
    for weight in layer.layer.weights:
        weight.assign(random.normal(size=weight.shape))
    if name == "Embedding":
        return layer, tf.constant([3, 1])
    dtype = "float64" if layer.variable_dtype == "float64" else "float32"
    return layer, tf.constant(random.normal(size=(2, *shape)), dtype)


def kernel_of(layer):
    """Returns the kernel before normalization, in NumPy."""
    return layer.layer.get_weights()[0]
