"""The inputs of networks that may take labels beside latents or images."""

import keras

from keras_gan.config import check
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


def is_built(network):
    """Tells whether a network says what its inputs are."""
    return bool(inputs_of(network))


def takes_labels(network):
    """Tells whether a network has an input of whole numbers beside the first."""
    return any(map(is_of_numbers, inputs_of(network)[1:]))


def is_of_numbers(one):
    """Tells whether an input is of whole numbers."""
    return "int" in str(one.dtype)


def inputs_of(network):
    """Returns the inputs of a network; none if it does not say what they are."""
    return getattr(network, "inputs", None) or []


def check_label_input(network, player):
    """Makes sure that a second input of one number a row takes whole ones.

    Raises:
        ValueError: If it takes others, as `keras.Input(())` does.
    """
    for second in inputs_of(network)[1:2]:
        check(
            tuple(second.shape[1:]) not in [(), (1,)] or is_of_numbers(second),
            f"The second input of the {player} is for labels, which are whole numbers.",
            expected="a second input of a whole type, such as int32",
            received=f"one of type {second.dtype}, shape {tuple(second.shape)}",
            do="Make it by keras.Input((), dtype='int32').",
        )
