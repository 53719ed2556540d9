"""The inputs of networks that may take labels beside latents or images."""

import keras

from keras_gan.networks.sizes import check_counts


def labels_of(num_classes):
    """Returns the inputs of a network beside the first: labels, or nothing.

    Args:
        num_classes: Number of classes, or None.

    Raises:
        ValueError: If it is not a number of classes.

    Example:
    >>> len(labels_of(10)), len(labels_of(None))
    (1, 0)
    """
    if num_classes is None:
        return ()
    check_counts(num_classes=num_classes)
    return (keras.Input((), dtype="int32", name="labels"),)


def joined(first, labels):
    """Returns what a `keras.Model` takes as its inputs."""
    return [first, *labels] if labels else first
