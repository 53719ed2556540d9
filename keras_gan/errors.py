"""Errors for a user's mistakes, which state four facts.

This module imports neither Keras nor TensorFlow.
"""

import difflib
import functools
import sys
import types
import warnings
from collections.abc import Iterable
from typing import Any

LIBRARIES = frozenset(["keras_gan", "keras", "tensorflow", "contextlib"])
"""Packages whose lines `warn` does not name."""


class UserError(Exception):
    """Base class of the errors that this library raises for a user's mistake.

    Each is also an error of a built-in kind: `except ValueError` catches it, too.
    """


@functools.cache
def error_class(kind: type[Exception]) -> type[Exception]:
    """Returns the subclass of `UserError` and of a built-in exception class."""
    return type(f"User{kind.__name__}", (UserError, kind), {"__module__": __name__})


def user_error(
    what: str,
    *,
    expected: object,
    received: object,
    do: str,
    kind: type[Exception] = ValueError,
) -> Exception:
    """Returns an error that states four facts: what, expected, received, what to do.

    Args:
        what: Sentence that names the argument and what is wrong with it.
        expected: Valid values.
        received: Value that was passed.
        do: What the user should do next.
        kind: Built-in exception class that the error is also a subclass of.

    Returns:
        A `UserError` of this kind, for the caller to raise.

    Example:
    >>> raise user_error("`interval` must be a positive integer.",
    ...                  expected="at least 1", received=0, do="Pass interval=1.")
    Traceback (most recent call last):
    ...
    keras_gan.errors.UserValueError: `interval` must be a positive integer.
      Expected: at least 1
      Received: 0
      What to do: Pass interval=1.
    """
    cached: Any = kind  # mypy: a class is no `Hashable`
    return error_class(cached)(
        f"{what}\n  Expected: {expected}\n  Received: {received}\n  What to do: {do}"
    )


def check(
    condition: object, what: str, *, expected: object, received: object, do: str
) -> None:
    """Raises `user_error(...)` if `condition` is false.

    For what no annotation can say: two arguments together, a network, data.

    Args:
        condition: Any value; its truth value counts.
        what: As in `user_error`.
        expected: As in `user_error`.
        received: As in `user_error`.
        do: As in `user_error`.

    Raises:
        ValueError: If the condition is false.
    """
    if not condition:
        raise user_error(what, expected=expected, received=received, do=do)


def warn(message: str) -> None:
    """Issues a `UserWarning` that names the line of the user's program.

    This is the innermost line outside of this library, Keras and TensorFlow.
    """
    frame: types.FrameType | None = sys._getframe(1)
    level = 2
    while frame and frame.f_globals.get("__name__", "").split(".")[0] in LIBRARIES:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)


OTHER_NAMES = {
    "bce": "non_saturating",
    "binary_crossentropy": "non_saturating",
    "logistic": "non_saturating",
    "lsgan": "least_squares",
    "mse": "least_squares",
    "rgan": "relativistic",
    "vanilla": "non_saturating",
    "wgan": "wasserstein",
    "wgan-gp": "wasserstein",
    "wgan_gp": "wasserstein",
}
"""Other names of losses, whose letters are nearer to those of another loss."""


def suggest(name: object, names: Iterable[str]) -> str:
    """Returns the names nearest to a misspelled one, then all names.

    Example:
    >>> suggest("hing", ["hinge", "minimax"])
    'Did you mean "hinge"? Known names: hinge, minimax.'
    """
    names = sorted(names)
    close = difflib.get_close_matches(str(name), names, n=3, cutoff=0.5)
    other = OTHER_NAMES.get(str(name).lower())
    close = [other] if other in names else close
    quoted = " or ".join(f'"{one}"' for one in close)
    hint = f"Did you mean {quoted}? " if close else ""
    return f"{hint}Known names: {', '.join(names)}."
