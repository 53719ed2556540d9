"""Inputs of networks that may take labels in addition to latents or images."""

import keras

from keras_gan.errors import check
from keras_gan.networks.sizes import check_counts


def label_inputs(num_classes):
    """Returns a tuple with the Keras input for labels, or an empty tuple.

    Args:
        num_classes: Number of classes, or None for a network without labels.

    Raises:
        ValueError: If `num_classes` is not a positive integer.

    Example:
    >>> len(label_inputs(10)), len(label_inputs(None))
    (1, 0)
    """
    if num_classes is None:
        return ()
    check_counts(num_classes=num_classes)
    return (keras.Input((), dtype="int32", name="labels"),)


def has_known_inputs(network):
    """Returns whether a network has symbolic inputs: it is functional or built."""
    return bool(symbolic_inputs(network))


def takes_labels(network):
    """Returns whether a network has an integer input after the first input."""
    return any(map(is_integer_input, symbolic_inputs(network)[1:]))


def may_take_labels(network):
    """Returns whether a network is to be called with labels, where there are some.

    True for a subclassed network, whose inputs are not known.
    """
    return takes_labels(network) or not has_known_inputs(network)


def has_auxiliary_outputs(network):
    """Returns whether a network has outputs after the first, such as class logits."""
    return len(getattr(network, "outputs", None) or []) > 1


def is_integer_input(symbolic_input):
    """Returns whether a symbolic input has an integer dtype."""
    return "int" in str(symbolic_input.dtype)


def symbolic_inputs(network):
    """Returns the symbolic inputs of a network; an empty list if it has none."""
    # Subclassed models have no `inputs`, unbuilt Sequential ones have None.
    return getattr(network, "inputs", None) or []


def check_label_input(network, role):
    """Raises an error if a second input of one number per sample is not integer.

    Args:
        network: Keras network.
        role: `"generator"` or `"discriminator"`.

    Raises:
        ValueError: If its dtype is not an integer type, as of `keras.Input(())`.
    """
    for second in symbolic_inputs(network)[1:2]:
        check(
            tuple(second.shape[1:]) not in [(), (1,)] or is_integer_input(second),
            f"`{role}` must have integer labels: the second input of the {role} has "
            "another type.",
            expected="a second input of an integer type, such as int32",
            received=f"one of type {second.dtype}, shape {tuple(second.shape)}",
            do="Create it by keras.Input((), dtype='int32').",
        )
