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
NUM_FEATURES = 128
NUM_CLASSES = 10


def rectified(values, name):
    """Applies batch normalization and a ReLU."""
    values = layers.BatchNormalization(dtype="float32", name=f"{name}_normalized")(
        values
    )
    return layers.ReLU(dtype="float32", name=name)(values)


def convolution(images, width, seed):
    """Applies a 3x3 convolution, halves the size, then normalization and a ReLU.

    The maximum comes first: the layers after it then have a quarter of the work.
    """
    images = layers.Conv2D(
        width,
        3,
        padding="same",
        use_bias=False,
        kernel_initializer=keras.initializers.HeNormal(seed),
        dtype="float32",
        name=f"convolution_{width}",
    )(images)
    images = layers.MaxPooling2D(dtype="float32", name=f"pool_{width}")(images)
    return rectified(images, f"relu_{width}")


def dense(values, width, rate, name, seed):
    """Applies dropout at a rate, then a dense layer."""
    dropout = layers.Dropout(rate, seed=seed, dtype="float32", name=f"{name}_dropout")
    return layers.Dense(
        width,
        kernel_initializer=keras.initializers.HeNormal(seed),
        dtype="float32",
        name=name,
    )(dropout(values))


def untrained_classifier(seed=0):
    """Builds the classifier: two convolutions, a layer of features, and a head.

    Every layer is float32 whatever Keras's policy says, and has its own seed, so that
    building it takes no random number from the program that measures with it.

    Args:
        seed: Whole number for the first weights and the dropout.

    Returns:
        A Keras model from images in [-1, 1] of shape `(num_images, 28, 28, 1)` to
        logits `(num_images, 10)`. Its layer `"features"` has 128 values, 0 or more.
    """
    inputs = keras.Input(IMAGE_SHAPE, name="images")
    images = convolution(inputs, 32, seed)
    images = convolution(images, 64, seed + 1)
    values = layers.Flatten(dtype="float32", name="flat")(images)
    values = dense(values, NUM_FEATURES, 0.3, "projection", seed + 2)
    features = rectified(values, "features")
    logits = dense(features, NUM_CLASSES, 0.2, "logits", seed + 3)
    return keras.Model(inputs, logits, name="fashion_mnist")


@functools.cache
def protocol():
    """Returns what is known of the weights that ship: their sha256 and accuracy."""
    return json.loads((FOLDER / "protocol.json").read_text())


@functools.cache
def fashion_mnist_classifier():
    """Returns the small Fashion-MNIST classifier that ships, loaded once.

    A model from images in [-1, 1] of shape `(num_images, 28, 28, 1)` to logits
    `(num_images, 10)`, in the data set's order of classes, that is not trainable. How
    it was trained, and how well, stands in the README beside its weights.

    Returns:
        A Keras model, the same one at each call.

    Raises:
        ValueError: If the file of the weights is not the one that was shipped.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> classifier = kg.metrics.fashion_mnist_classifier()
    >>> classifier(np.zeros((2, 28, 28, 1))).shape
    TensorShape([2, 10])
    """
    path = FOLDER / protocol()["weights"]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    check(
        sha256 == protocol()["sha256"],
        f"{path} was altered, or not copied whole.",
        expected=f"sha256 {protocol()['sha256']}",
        received=f"sha256 {sha256}",
        do="Install keras_gan again.",
    )
    classifier = untrained_classifier()
    classifier.load_weights(path)
    classifier.trainable = False
    return classifier
