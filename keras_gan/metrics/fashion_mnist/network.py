"""Small Fashion-MNIST classifier and its included weights."""

import functools
import json
import pathlib
from typing import Any

from keras_gan.metrics import classifier, classifier_file
from keras_gan.typing import Model

FOLDER: pathlib.Path = pathlib.Path(__file__).parent
IMAGE_SHAPE = (28, 28, 1)
NUM_CLASSES = 10


def untrained_classifier(seed: int = 0) -> Model:
    """Builds the untrained classifier: two convolutions, features, and a head.

    Args:
        seed: Random seed of the initial weights and the dropout.

    Returns:
        A Keras model from images in [-1, 1] of shape `(num_images, 28, 28, 1)` to
        logits `(num_images, 10)`. Its layer `"features"` has 128 non-negative values.
    """
    return classifier.build_classifier(IMAGE_SHAPE, NUM_CLASSES, "fashion_mnist", seed)


@functools.cache
def protocol() -> dict[str, Any]:
    """Returns the protocol of the included weights, such as sha256 and accuracy."""
    return dict(json.loads((FOLDER / "protocol.json").read_text()))


@functools.cache
def fashion_mnist_classifier() -> Model:
    """Returns the included small Fashion-MNIST classifier, loaded once.

    A model from images in [-1, 1] of shape `(num_images, 28, 28, 1)` to logits
    `(num_images, 10)`, in the dataset's order of classes, that is not trainable. The
    README in the folder of its weights describes its training and accuracy.

    Returns:
        A Keras model, the same one at each call.

    Raises:
        ValueError: If the file of the weights was altered.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> classifier = kg.metrics.fashion_mnist_classifier()
    >>> classifier(np.zeros((2, 28, 28, 1))).shape
    TensorShape([2, 10])
    """
    path = FOLDER / protocol()["weights"]
    classifier_file.check_sha256(path, protocol()["sha256"], "Install keras_gan again.")
    model = untrained_classifier()
    model.load_weights(path)
    model.trainable = False
    return model
