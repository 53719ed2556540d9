"""Folders that can be written, and files that are written completely or not at all.

This module imports neither Keras nor TensorFlow.
"""

import contextlib
import os
import pathlib
import uuid
from collections.abc import Iterator

from keras_gan.errors import user_error


def writable_folder(path: str | os.PathLike[str]) -> pathlib.Path:
    """Creates a folder if it does not exist, and checks that it can be written.

    Raises:
        OSError: If it cannot be created or written.
    """
    path = pathlib.Path(path).expanduser()
    probe = path / f".probe-{uuid.uuid4().hex}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise user_error(
            "The folder cannot be written.",
            expected="a folder that can be created and written",
            received=f"{path} ({error.strerror})",
            do="Pass another folder, or change its permissions.",
            kind=type(error),
        ) from error
    return path


@contextlib.contextmanager
def atomic_file(
    path: str | os.PathLike[str], overwrite: bool = True
) -> Iterator[pathlib.Path]:
    """Yields a temporary path, which replaces `path` when the block has succeeded.

    Args:
        path: File to write; its folder is created. `~` is the home folder.
        overwrite: Whether to replace an existing file.

    Yields:
        Path in the same folder, with the same extension.

    Raises:
        OSError: If the folder cannot be written, the path is that of a folder, or the
            file exists and `overwrite` is False.
    """
    path = pathlib.Path(path).expanduser()
    if path.is_dir():
        raise user_error(
            "The path is that of a folder.",
            expected="a file to write",
            received=str(path),
            do="Pass the path of a file in it.",
            kind=IsADirectoryError,
        )
    if path.exists() and not overwrite:
        raise user_error(
            "The file exists.",
            expected="a new path, or overwrite=True",
            received=str(path),
            do="Choose another path, or pass overwrite=True.",
            kind=FileExistsError,
        )
    part = writable_folder(path.parent) / f".part-{path.name}"
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
