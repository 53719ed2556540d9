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


def convolution(images, width, pooled, seed):
    """Applies a 3x3 convolution, normalization and a ReLU, at half the size if pooled.

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
    if pooled:
        images = layers.MaxPooling2D(dtype="float32", name=f"pool_{width}")(images)
    normalization = layers.BatchNormalization(
        dtype="float32", name=f"normalization_{width}"
    )
    return layers.ReLU(dtype="float32", name=f"relu_{width}")(normalization(images))


def untrained_classifier(seed=0):
    """Builds the classifier: three convolutions, a mean over places, and a head.

    Every layer is float32 whatever Keras's policy says, and has its own seed, so that
    building it takes no random number from the program that measures with it.

    Args:
        seed: Whole number for the first weights and the dropout.

    Returns:
        A Keras model from images in [-1, 1] of shape `(num_images, 28, 28, 1)` to
        logits `(num_images, 10)`. Its layer `"features"` has 128 values, 0 or more.
    """
    inputs = keras.Input(IMAGE_SHAPE, name="images")
    images = convolution(inputs, 32, pooled=True, seed=seed)
    images = convolution(images, 64, pooled=True, seed=seed + 1)
    images = convolution(images, 128, pooled=False, seed=seed + 2)
    features = layers.GlobalAveragePooling2D(dtype="float32", name="features")(images)
    kept = layers.Dropout(0.2, seed=seed, dtype="float32", name="dropout")(features)
    logits = layers.Dense(
        NUM_CLASSES,
        kernel_initializer=keras.initializers.HeNormal(seed + 3),
        dtype="float32",
        name="logits",
    )(kept)
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
