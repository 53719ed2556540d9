"""Paths as types of options: data that is read, and files and folders to write.

`~` and environment variables are expanded, also where the shell leaves them. What is
written is checked before the work.
"""

import difflib
import glob
import importlib.util
import os
import pathlib
import re
from collections.abc import Callable

import click

from keras_gan_cli.errors import four_facts
from keras_gan_cli.files import check_writable
from keras_gan_cli.names import DATA_ENDINGS, DATASET_NAME

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg")
"""Endings of image files that are written."""

MAX_NAME_BYTES = 240
"""Bytes of a file name. Most file systems have 255, of which a part is for the name
under which the file is written first."""

MAX_DATA_NAME = 60
"""Characters of the name of data in the default name of a run."""

POSSIBLE = (
    "a folder of images, a .zip or .tar of them, a .npy, .npz, .h5 or .tfrecord file, "
    "a pattern of TFRecord files, or the name of a dataset"
)
"""Everything that can be data."""

DATA_ADVICE = "Pass a path that exists, or a name such as fashion_mnist_10k."


def invalid(
    what: str, *, expected: object, received: object, do: str
) -> click.BadParameter:
    """Returns the error for the value of an option, with four facts."""
    facts = four_facts(what, expected=expected, received=received, do=do)
    return click.BadParameter(facts)


def expand(text: str) -> str:
    """Returns a path with `~` and environment variables replaced.

    A path that exists as it is written is not changed.
    """
    if os.path.lexists(text):
        return text
    return os.path.expanduser(os.path.expandvars(text))


def parse_path(text: str) -> pathlib.Path:
    """Returns a path.

    Raises:
        click.BadParameter: If it is empty.
    """
    if not text.strip():
        raise invalid(
            "A path must not be empty.",
            expected="a path",
            received=f'"{text}"',
            do="Pass a path, or leave the option out.",
        )
    return pathlib.Path(expand(text))


def is_path(data: str) -> bool:
    """Returns whether `--data` is a path or a pattern, not the name of a dataset.

    A text in the form of a name is a path, too, if it exists, if it ends like a file,
    or if it has a slash and its first part is not the name of a dataset.
    """
    return (
        os.path.lexists(data)
        or not re.fullmatch(DATASET_NAME, data, re.ASCII)
        or data.lower().endswith(DATA_ENDINGS)
        or ("/" in data and not is_dataset(data.split("/")[0]))
    )


def is_dataset(name: str) -> bool:
    """Returns whether TensorFlow Datasets seems to have a dataset, without its import.

    Args:
        name: Name without a configuration, with or without a version.
    """
    name = name.split(":")[0]
    # For a package at the top `find_spec` imports nothing.
    spec = importlib.util.find_spec("tensorflow_datasets")
    folders = (spec and spec.submodule_search_locations) or ()
    # It has a folder, a module or a list of checksums for each; prepared ones that are
    # not its own are in its folder of data.
    prepared = os.environ.get("TFDS_DATA_DIR", "~/tensorflow_datasets")
    return pathlib.Path(os.path.expanduser(prepared), name).is_dir() or any(
        any(pathlib.Path(folder).glob(pattern))
        for folder in folders
        for pattern in (f"*/{name}", f"*/{name}.py", f"url_checksums/{name}.txt")
    )


def parse_data(text: str) -> str:
    """Returns the name or the path of data.

    Raises:
        click.BadParameter: If it is empty, a web page, or a path that does not exist.
    """
    path = expand(text)
    if re.match(r"\w[\w+.-]+://", text):
        raise invalid(
            "The data must be on this machine.",
            expected=POSSIBLE,
            received=text,
            do="Download it first, and pass the path of the folder or file.",
        )
    if not text.strip():
        raise invalid(
            "There is no folder or file of this path.",
            expected=POSSIBLE,
            received=f'"{text}"',
            do=DATA_ADVICE,
        )
    if not is_path(path):
        return text
    if not os.path.exists(path) and not glob.glob(path):
        raise invalid(
            "There is no folder or file of this path.",
            expected=POSSIBLE,
            received=path,
            do=f"{similar_paths(path)}{DATA_ADVICE}",
        )
    return path


def similar_paths(path: str) -> str:
    """Returns a sentence that names similar entries of a path's folder, or ""."""
    folder, name = os.path.split(path.rstrip("/"))
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return ""
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    paths = [os.path.join(folder, one) for one in close]
    return f"Did you mean {' or '.join(paths)}? " if paths else ""


def data_name(data: str) -> str:
    """Returns a name for what is made of data: that of its file, folder or dataset.

    Example:
    >>> data_name("/home/ann/my pictures.zip"), data_name("lsun/classroom")
    ('my pictures', 'lsun_classroom')
    """
    name = os.path.basename(os.path.abspath(data)) if is_path(data) else data
    lengths = [len(one) for one in DATA_ENDINGS if name.lower().endswith(one)]
    stem = name[: len(name) - max(lengths, default=0)]
    return re.sub(r"[*?:/\[\]]+", "_", stem)[:MAX_DATA_NAME]


def new_file(*endings: str) -> Callable[[str], pathlib.Path]:
    """Returns the type of an option whose value is a file to write.

    Args:
        *endings: Endings that the file may have.
    """

    def parse(text: str) -> pathlib.Path:
        path = parse_path(text)
        check_new_file(path)
        listed = " or ".join(endings)
        if path.is_dir() or text.endswith(("/", os.sep)):
            raise invalid(
                "A file is to be written, and this is a folder.",
                expected=f"a file that ends in {listed}",
                received=f"{path}, a folder",
                do=f"Pass the path of a file in it, e.g. {path / f'new{endings[0]}'}.",
            )
        if path.suffix.lower() not in endings:
            raise invalid(
                "The ending of a file decides its format, and this one cannot be "
                "written.",
                expected=f"a file that ends in {listed}",
                received=str(path),
                do=f"Pass e.g. {path.with_suffix(endings[0])}.",
            )
        return path

    return parse


def check_new_file(path: pathlib.Path) -> None:
    """Validates that a file can be written.

    Raises:
        click.BadParameter: If its name is too long, or it is a device.
        click.UsageError: If its folder cannot be created or written.
    """
    check_writable(path.absolute().parent)
    if len(os.fsencode(path.name)) > MAX_NAME_BYTES:
        raise invalid(
            "The name of a file is too long.",
            expected=f"at most {MAX_NAME_BYTES} bytes",
            received=f"{len(os.fsencode(path.name))}",
            do="Pass a shorter name.",
        )
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise invalid(
            "This path is neither a file nor free.",
            expected="a new file, or one to replace",
            received=f"{path}, a device or pipe",
            do="Pass another path.",
        )


def new_folder(text: str) -> pathlib.Path:
    """Returns the path of a folder that can be created, or written.

    Raises:
        click.BadParameter: If it is empty.
        click.UsageError: If it is a file, or cannot be created or written.
    """
    path = parse_path(text)
    check_writable(path)
    return path


def check_different(**files: pathlib.Path | None) -> None:
    """Validates that no two options name the same file to write.

    Args:
        **files: Paths by the names of the options; None where one was not passed.

    Raises:
        click.UsageError: If two do.
    """
    names: dict[str, str] = {}
    for name, path in files.items():
        real = os.path.realpath(path) if path else None
        if real in names:
            raise click.UsageError(
                four_facts(
                    f"`--{names[real]}` and `--{name}` are the same file.",
                    expected="two files",
                    received=str(path),
                    do="Pass another path to one of them.",
                )
            )
        if real:
            names[real] = name
