"""Files and folders of the commands: their checks, and the JSON files of a run."""

import contextlib
import json
import os
import pathlib
import tempfile
from typing import Any

import click

from keras_gan_cli.errors import check, four_facts

MAX_JSON_BYTES = 2**24
"""Bytes of the largest JSON file that is read."""


def read_json(path: pathlib.Path) -> dict[str, Any]:
    """Reads a dictionary from a JSON file of a run.

    Raises:
        click.UsageError: If the file cannot be read.
    """
    try:
        size = path.stat().st_size
        if size > MAX_JSON_BYTES:
            raise ValueError(f"{size:,} bytes, more than {MAX_JSON_BYTES:,}")
        content = json.loads(path.read_text())
        if not isinstance(content, dict):
            raise ValueError(f"a {type(content).__name__}, not an object")
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    except RecursionError as error:
        raise unreadable(path, ValueError("it is nested too deeply")) from error
    return content


def unreadable(path: pathlib.Path, reason: Exception) -> click.UsageError:
    """Returns the error for a file of a run that cannot be read."""
    return click.UsageError(
        four_facts(
            "This file of a run cannot be read.",
            expected="a JSON file that `keras-gan train` wrote",
            received=f"{path} ({reason})",
            do="Train a new run: this file was changed since it was written.",
        )
    )


def is_occupied(folder: pathlib.Path) -> bool:
    """Returns whether a path exists and is not an empty folder."""
    return folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))


def check_writable(folder: str | os.PathLike[str]) -> None:
    """Validates that a folder can be created and written, without creating it.

    Raises:
        click.UsageError: If it cannot.
    """
    path = pathlib.Path(folder).absolute()
    # lexists: a link to nothing is in the way, too.
    existing = next(filter(os.path.lexists, (path, *path.parents)))
    check(
        existing.is_dir(),
        "This folder cannot be created.",
        expected="a path whose existing parents are all folders",
        received=f"{path}, where {existing} is a file",
        do="Pass another folder.",
    )
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
        if path != existing:
            # Raises an error for a name that is too long, and not for a new one.
            with contextlib.suppress(FileNotFoundError):
                path.stat()
    except OSError as error:
        raise click.UsageError(
            four_facts(
                "The folder cannot be written.",
                expected="a folder that can be created and written",
                received=f"{existing} ({error.strerror})",
                do="Pass another folder, or change its permissions.",
            )
        ) from error
