"""The small Fashion-MNIST classifier: its layers, and the weights that ship."""

import functools
import hashlib
import json
import pathlib

import keras
from keras import layers

from keras_gan.config import check

FOLDER = pathlib.Path(__file__).parent
IMAGE_SHAPE = (28, 28, 1)
NUM_CLASSES = 10


def convolution(images, width, seed):
    """Applies a 3x3 convolution, batch normalization and a ReLU."""
    images = layers.Conv2D(
        width,
        3,
        padding="same",
        use_bias=False,
        kernel_initializer=keras.initializers.HeNormal(seed),
        dtype="float32",
        name=f"convolution_{width}",
    )(images)
    images = layers.BatchNormalization(dtype="float32", name=f"normalization_{width}")(
        images
    )
    return layers.ReLU(dtype="float32", name=f"relu_{width}")(images)


def untrained_classifier(seed=0):
    """Builds the classifier: three convolutions, a mean over places, and a head.

    Every layer is float32 whatever Keras's policy says, and has its own seed, so that
    building it moves no random number of the program that measures with it.

    Args:
        seed: Whole number for the first weights and the dropout.

    Returns:
        A Keras model from images in [-1, 1] of shape `(num_images, 28, 28, 1)` to
        logits `(num_images, 10)`. Its layer `"features"` has 128 values, 0 or more.
    """
    inputs = keras.Input(IMAGE_SHAPE, name="images")
    images = convolution(inputs, 32, seed)
    images = layers.MaxPooling2D(dtype="float32", name="half")(images)
    images = convolution(images, 64, seed + 1)
    images = layers.MaxPooling2D(dtype="float32", name="quarter")(images)
    images = convolution(images, 128, seed + 2)
    features = layers.GlobalAveragePooling2D(dtype="float32", name="features")(images)
    kept = layers.Dropout(0.2, seed=seed, dtype="float32", name="dropout")(features)
    logits = layers.Dense(
        NUM_CLASSES,
        kernel_initializer=keras.initializers.HeNormal(seed + 3),
        dtype="float32",
        name="logits",
    )(kept)
    return keras.Model(inputs, logits, name="fashion_mnist")
