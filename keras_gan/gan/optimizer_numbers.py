"""Validation of the numbers of Keras's optimizers, which Keras does not check."""

import numbers
from typing import Annotated, Any

from keras_gan.game.clipping import inner_optimizer
from keras_gan.replicas import to_numpy
from keras_gan.typing import Optimizer
from keras_gan.validation import Fraction, NonNegative, Positive, rule_of, within

Decay = Annotated[float, within(0, 1, "[)")]
"""Decay of a running mean: with 1, it would be divided by 0."""

NUMBERS: dict[str, Any] = {
    "learning_rate": NonNegative,
    "beta_1": Decay,
    "beta_2": Decay,
    "rho": Decay,
    "momentum": Fraction,
    "clipnorm": Positive | None,
    "clipvalue": Positive | None,
    "global_clipnorm": Positive | None,
    "loss_scale_factor": Positive | None,
}
"""Annotations by the names of attributes. With other values a training diverges, or
goes away from the minimum, without an error."""


def check_numbers(optimizer: Optimizer, role: str) -> None:
    """Raises an error if a number of an optimizer is NaN or out of range.

    Args:
        optimizer: Keras optimizer. A schedule of learning rates is not looked at.
        role: `"generator"` or `"discriminator"`.

    Raises:
        ValueError: If one is.
    """
    inner: Any = inner_optimizer(optimizer)
    for name, annotation in NUMBERS.items():
        value: Any = getattr(inner, name, None)
        if name == "learning_rate" and hasattr(value, "numpy"):
            value = float(to_numpy(value))
        rule = rule_of(annotation)
        if rule and isinstance(value, numbers.Real | str):
            rule(value, name, f"{role}_optimizer", None)
