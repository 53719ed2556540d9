"""Validation of the values in `run.json`, which may have been edited by hand."""

import dataclasses
import math
import pathlib
import reprlib
import types
import typing
from collections.abc import Mapping
from typing import Any

import click

from keras_gan_cli.errors import four_facts

NAMES = {
    int: "an integer",
    float: "a finite number",
    bool: "true or false",
    str: "a string",
    type(None): "null",
}
"""Types of the fields as JSON has them."""

INDEPENDENT = ("recipe", "on_error", "seed")
"""Options whose text is checked here, too: the check of a path is of this machine, and
is made where the path is used."""


def describe(annotation: Any) -> str:
    """Returns a noun phrase for the values of a type.

    Example:
    >>> describe(int | None), describe(list[str])
    ('an integer or null', 'a list, each a string')
    """
    if isinstance(annotation, types.UnionType):
        return " or ".join(map(describe, typing.get_args(annotation)))
    if typing.get_origin(annotation):
        return f"a list, each {describe(typing.get_args(annotation)[0])}"
    return NAMES[annotation]


def is_valid(value: object, annotation: Any) -> bool:
    """Returns whether a value of a JSON file is of a type.

    Args:
        value: The value.
        annotation: `int`, `float`, `bool`, `str`, a tuple or list of one of them, or a
            union with None.

    Example:
    >>> is_valid(True, int), is_valid([28, 28, 1], tuple[int, ...] | None)
    (False, True)
    """
    arguments = typing.get_args(annotation)
    if isinstance(annotation, types.UnionType):
        return any(is_valid(value, member) for member in arguments)
    if arguments:
        return isinstance(value, list) and all(
            is_valid(item, arguments[0]) for item in value
        )
    if isinstance(value, bool):  # in Python an integer, too
        return annotation is bool
    if annotation is float:
        return isinstance(value, int | float) and math.isfinite(value)
    # No path has a null character, and Python raises errors of many kinds for one.
    return isinstance(value, annotation) and "\0" not in str(value)


def check_values(
    content: Mapping[str, object],
    fields: Mapping[str, dataclasses.Field[Any]],
    path: pathlib.Path,
) -> None:
    """Validates the values of a `run.json`.

    Args:
        content: Values by key.
        fields: Fields of a dataclass by key.
        path: The file, for errors.

    Raises:
        click.UsageError: If one is of another type, or out of range.
    """
    for key in content.keys() & fields:
        field, value = fields[key], content[key]
        problem = ""
        if not is_valid(value, field.type):
            problem = describe(field.type)
        elif value is not None:
            problem = range_problem(field, value)
        if problem:
            raise click.UsageError(
                four_facts(
                    f"`{key}` in {path} is invalid.",
                    expected=problem,
                    received=f"{key}: {reprlib.repr(value)}",
                    do="Correct it if you have edited the file, or train a new run.",
                )
            )


def range_problem(field: dataclasses.Field[Any], value: Any) -> str:
    """Returns what a value of the right type should be, or "" if it is in range."""
    kind: Any = field.metadata.get("type")
    try:
        if isinstance(kind, click.ParamType):
            kind.convert(value, None, None)
        elif kind is not None and field.name in INDEPENDENT:
            kind(value)
        elif kind is not None and field.name == "image_shape":
            kind(",".join(map(str, value)))
    except click.BadParameter as error:
        return f"a valid value ({error.message.splitlines()[0]})"
    is_count = kind is None and isinstance(value, int)
    return "an integer of at least 0" if is_count and value < 0 else ""
