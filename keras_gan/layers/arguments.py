"""The numbers that layers are given: whole ones, shares, and those above zero."""

from keras_gan.config import check, is_integer, is_number


def whole(name, value, least, usual):
    """Returns a whole number that is large enough.

    Args:
        name: Name of the argument.
        value: What was given.
        least: The smallest that is large enough.
        usual: The one to advise.

    Raises:
        ValueError: If it is neither.
    """
    check(
        is_integer(value, least),
        f"{name} is out of range.",
        expected=f"{name} of {least} or more, a whole number",
        received=f"{name}={value!r}",
        do=f"Use {usual}, as the paper does.",
    )
    return int(value)


def share(name, value, what, do):
    """Returns a number of 0 to 1.

    Args:
        name: Name of the argument.
        value: What was given.
        what: One sentence: what is wrong.
        do: What to do.

    Raises:
        ValueError: If it is none.

    Example:
    >>> share("momentum", 1, "The momentum is out of range.", "Pass momentum=0.9.")
    1.0
    """
    inside = is_real(value) and 0.0 <= value <= 1.0
    given = f"{name}={value!r}"
    check(inside, what, expected=f"{name} of 0 to 1", received=given, do=do)
    return float(value)


def above_zero(name, value, what, do):
    """Returns a number above 0.

    Args:
        name: Name of the argument.
        value: What was given.
        what: One sentence: what is wrong.
        do: What to do.

    Raises:
        ValueError: If it is none.
    """
    inside = is_real(value) and value > 0.0
    given = f"{name}={value!r}"
    check(inside, what, expected=f"{name} above 0", received=given, do=do)
    return float(value)


def is_real(value):
    """Tells whether a value is a finite number, and no truth value."""
    return is_number(value) and not isinstance(value, bool)
