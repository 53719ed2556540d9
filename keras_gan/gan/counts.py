"""Numbers among the arguments of `fit`, `evaluate` and `predict`, checked.

Keras passes them to Python's `range`: a quotient, such as `steps_per_epoch=60_000 /
64`, would be an error without the name of the argument.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from keras_gan.errors import warn
from keras_gan.validation import NonNegativeInt, PositiveInt, validated

Steps = Annotated[PositiveInt, "Round it: e.g. num_images // batch_size."]
"""Number of batches."""


@validated
def fit(
    *,
    batch_size: PositiveInt | None = None,
    epochs: NonNegativeInt = 1,
    initial_epoch: NonNegativeInt = 0,
    steps_per_epoch: Steps | None = None,
    validation_steps: Steps | None = None,
    validation_batch_size: PositiveInt | None = None,
) -> None:
    """Raises an error if a number of `GAN.fit` is none.

    Raises:
        ValueError: If a number is not an integer, or out of range.
    """


@validated
def evaluate(
    *, batch_size: PositiveInt | None = None, steps: Steps | None = None
) -> None:
    """Raises an error if a number of `GAN.evaluate` is none.

    Raises:
        ValueError: If a number is not an integer, or out of range.
    """


@validated
def predict(
    *, batch_size: PositiveInt | None = None, steps: Steps | None = None
) -> None:
    """Raises an error if a number of `GAN.predict` is none.

    Raises:
        ValueError: If a number is not an integer, or out of range.
    """


def warn_if_no_epoch(epochs: int, initial_epoch: int) -> None:
    """Warns if `fit` is asked for fewer epochs than there were already."""
    if initial_epoch > epochs:
        warn(
            f"Nothing is trained: `epochs` is the last epoch, and {epochs} is before "
            f"initial_epoch={initial_epoch}. For {epochs} further epochs pass "
            f"epochs={initial_epoch + epochs}."
        )


def among(arguments: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Returns those arguments that have one of the names."""
    return {name: arguments[name] for name in names if name in arguments}
