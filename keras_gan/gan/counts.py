"""Numbers and callbacks among the arguments of `fit` and `evaluate`, checked.

Keras passes them to Python's `range`: a quotient, such as `steps_per_epoch=60_000 /
64`, would be an error without the name of the argument.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import keras

from keras_gan.errors import user_error, warn
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


def check_callbacks(callbacks: Any) -> None:
    """Raises an error if one of the callbacks of `fit` is none.

    Raises:
        TypeError: If so.
    """
    for callback in keras.tree.flatten(callbacks):
        if callback is None or (
            hasattr(callback, "set_model") and not isinstance(callback, type)
        ):
            continue
        raise user_error(
            "`callbacks` must be callbacks of Keras or of this library.",
            expected="an object of keras.callbacks.Callback, or a list of such",
            received=repr(callback),
            do="Create it, e.g. keras.callbacks.CSVLogger(path); wrap a function in "
            "keras.callbacks.LambdaCallback(on_epoch_end=...).",
            kind=TypeError,
        )


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
