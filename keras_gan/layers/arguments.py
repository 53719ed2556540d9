"""Validated conversion of the numeric arguments of layers."""

from keras_gan.config import is_integer, is_number
from keras_gan.errors import check


def as_integer(value, name, minimum, do):
    """Validates an integer argument and returns it as a Python `int`.

    Args:
        value: Value of the argument.
        name: Name of the argument.
        minimum: Smallest valid value.
        do: Advice of the error message.

    Raises:
        ValueError: If it is not an integer of at least `minimum`.
    """
    check(
        is_integer(value, minimum),
        f"`{name}` must be an integer of at least {minimum}.",
        expected=f"{name} of {minimum} or more, an integer",
        received=f"{name}={value!r}",
        do=do,
    )
    return int(value)


def as_fraction(value, name, do):
    """Validates an argument between 0 and 1 and returns it as a Python `float`.

    Args:
        value: Value of the argument.
        name: Name of the argument.
        do: Advice of the error message.

    Raises:
        ValueError: If it is not a number between 0 and 1.

    Example:
    >>> as_fraction(1, "momentum", "Pass momentum=0.9.")
    1.0
    """
    check(
        is_real(value) and 0.0 <= value <= 1.0,
        f"`{name}` must be a number between 0 and 1.",
        expected=f"{name} in [0, 1]",
        received=f"{name}={value!r}",
        do=do,
    )
    return float(value)


def as_positive_float(value, name, do):
    """Validates a positive argument and returns it as a Python `float`.

    Args:
        value: Value of the argument.
        name: Name of the argument.
        do: Advice of the error message.

    Raises:
        ValueError: If it is not a finite number above 0.
    """
    check(
        is_real(value) and value > 0.0,
        f"`{name}` must be a positive number.",
        expected=f"{name} above 0",
        received=f"{name}={value!r}",
        do=do,
    )
    return float(value)


def is_real(value):
    """Returns whether a value is a finite real number; booleans are not."""
    return is_number(value) and not isinstance(value, bool)
