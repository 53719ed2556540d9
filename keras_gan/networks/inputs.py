"""Inputs of networks that may take labels in addition to latents or images."""

from typing import Literal, Protocol

import keras

from keras_gan.errors import check
from keras_gan.random import Random
from keras_gan.typing import Model, Tensor, TensorLike

Role = Literal["generator", "discriminator"]
"""What a network of a GAN is."""


class LatentDistribution(Protocol):
    """What networks use of a distribution of latents, an object of `kg.latents`."""

    @property
    def dim(self) -> int:
        """Dimension of the vectors."""

    def draw(
        self, random: Random, count: int | Tensor, start: int | Tensor | None = None
    ) -> Tensor:
        """Draws latents of shape `(count, dim)`."""

    def truncate(self, latents: Tensor, threshold: TensorLike) -> Tensor:
        """Truncates latents."""


def label_inputs(num_classes: int | None) -> tuple[Tensor, ...]:
    """Returns a tuple with the Keras input for labels, or an empty tuple.

    Args:
        num_classes: Number of classes, or None for a network without labels.

    Example:
    >>> len(label_inputs(10)), len(label_inputs(None))
    (1, 0)
    """
    if num_classes is None:
        return ()
    return (keras.Input((), dtype="int32", name="labels"),)


def has_known_inputs(network: Model) -> bool:
    """Returns whether a network has symbolic inputs: it is functional or built."""
    return bool(symbolic_inputs(network))


def takes_labels(network: Model) -> bool:
    """Returns whether a network has an integer input after the first input."""
    return any(map(is_integer_input, symbolic_inputs(network)[1:]))


def may_take_labels(network: Model) -> bool:
    """Returns whether a network is to be called with labels, where there are some.

    True for a subclassed network, whose inputs are not known.
    """
    return takes_labels(network) or not has_known_inputs(network)


def has_auxiliary_outputs(network: Model) -> bool:
    """Returns whether a network has outputs after the first, such as class logits."""
    return len(getattr(network, "outputs", None) or []) > 1


def is_integer_input(symbolic_input: Tensor) -> bool:
    """Returns whether a symbolic input has an integer dtype."""
    return "int" in str(symbolic_input.dtype)


def symbolic_inputs(network: Model) -> list[Tensor]:
    """Returns the symbolic inputs of a network; an empty list if it has none."""
    # Subclassed models have no `inputs`, unbuilt Sequential ones have None.
    return getattr(network, "inputs", None) or []


def check_label_input(network: Model, role: Role) -> None:
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
