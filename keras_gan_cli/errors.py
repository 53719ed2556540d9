"""Errors of the command line, which state four facts as those of the library do.

The library's functions of the same names cannot be imported before TensorFlow is.
"""

import difflib
from collections.abc import Collection

import click


def four_facts(what: str, *, expected: object, received: object, do: str) -> str:
    """Returns the message of an error: what, expected, received, what to do.

    Args:
        what: Sentence that names the option and what is wrong with it.
        expected: Valid values.
        received: What was passed.
        do: What the user should do next.
    """
    return f"{what}\n  Expected: {expected}\n  Received: {received}\n  What to do: {do}"


def check(
    condition: object, what: str, *, expected: object, received: object, do: str
) -> None:
    """Raises an error if `condition` is false.

    Args:
        condition: Any value; its truth value counts.
        what: As in `four_facts`.
        expected: As in `four_facts`.
        received: As in `four_facts`.
        do: As in `four_facts`.

    Raises:
        click.UsageError: If the condition is false.
    """
    if not condition:
        raise click.UsageError(
            four_facts(what, expected=expected, received=received, do=do)
        )


def suggest(name: str, names: Collection[str]) -> str:
    """Returns the names nearest to a misspelled one, then all names.

    Example:
    >>> suggest("hing", ["hinge", "minimax"])
    'Did you mean "hinge"? Known names: hinge, minimax.'
    """
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    quoted = " or ".join(f'"{one}"' for one in close)
    hint = f"Did you mean {quoted}? " if close else ""
    return f"{hint}Known names: {', '.join(sorted(names))}."
