"""Loading of files of weights into a GAN: all of them, or none."""

import contextlib
import io
import pathlib
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_gan.errors import UserError, check, user_error
from keras_gan.saved_files import archives, documents, hdf5, models
from keras_gan.typing import StrPath

Load = Callable[[StrPath], object]
"""Function that loads the weights of a path."""


def load_weights(gan: Any, load: Load, filepath: StrPath) -> None:
    """Loads weights, and restores the former ones if that fails.

    Weights of a GAN without an averaged generator become those of both generators; of
    weights of one with an average, a GAN without one takes the averaged ones.

    Args:
        gan: A GAN.
        load: Function of Keras that loads into it.
        filepath: File of weights, or a `.keras` file.

    Raises:
        OSError: If there is no such file.
        ValueError: If it exceeds a limit, leads to another file, does not suit the
            networks, or has values that are NaN or infinite.

    Warns:
        UserWarning: If the averaged weights become those of the generator.
    """
    path = pathlib.Path(filepath).expanduser()
    contents = check_file(path)
    is_averaged = gan.ema_generator is not gan.generator
    has_both = contents.has_group("generator") and contents.has_group("ema_generator")
    is_single = contents.has_group("ema_generator") and not has_both
    to_both = is_averaged and is_single and path.suffix != ".json"
    with restored_on_error(gan):
        try:
            files = for_both_generators(path) if to_both else None
            with files or contextlib.nullcontext(path) as file:
                load(file)
        except (OSError, ValueError, KeyError) as error:
            raise mismatch_error(path, error) from error
        models.check_finite(gan, path)
    if has_both and not is_averaged:
        warnings.warn(
            f"{path} has a generator and its average, and this GAN has no average: its "
            "generator has the averaged weights now. Create it with ema_momentum to "
            "load both.",
            stacklevel=3,
        )


def check_file(path: pathlib.Path) -> hdf5.Contents:
    """Validates a file of weights, and returns what it has.

    Raises:
        OSError: If there is no such file.
        ValueError: If it is none, exceeds a limit or leads to another file.
    """
    if not path.is_file():
        raise user_error(
            "The file of weights does not exist.",
            expected="a file that gan.save_weights or gan.save wrote",
            received=str(path),
            do=f"Check the path; relative paths start at {pathlib.Path.cwd()}.",
            kind=FileNotFoundError,
        )
    try:
        if path.suffix == ".keras":
            return archives.check_model_file(path).weights
        if path.suffix == ".json":
            return check_shards(path)
        return hdf5.check_weights(path, path)
    except UserError:
        raise
    except (OSError, ValueError) as error:
        raise mismatch_error(path, error) from error


def check_shards(path: pathlib.Path) -> hdf5.Contents:
    """Validates the files that a `.weights.json` names, and returns what they have.

    Raises:
        OSError: If one is missing.
        ValueError: If one is none, or in another folder.
    """
    names = documents.read(path).get("weight_map")
    names = names.values() if isinstance(names, dict) else ()
    files = {
        str(name)
        for value in names
        for name in (value if isinstance(value, list) else [value])
    }
    for name in files:
        check(
            pathlib.PurePath(name).name == name,
            f"{path} names a file in another folder.",
            expected="names of files beside it",
            received=ascii(name),
            do="Do not load it if you do not know its origin.",
        )
    parts = [
        hdf5.check_weights(path.with_name(one), path.with_name(one)) for one in files
    ]
    shapes = {name: shape for part in parts for name, shape in part.shapes.items()}
    return hdf5.Contents(shapes, sum(part.num_bytes for part in parts))


def mismatch_error(path: pathlib.Path, error: Exception) -> Exception:
    """Returns the error for weights that do not suit the networks."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    # Keras's first line is the number of layers, the second says why.
    return user_error(
        f"The weights of {path} cannot be loaded.",
        expected="weights of networks of the same layers and shapes",
        received=" ".join(lines[:2]) or type(error).__name__,
        do="Build the GAN as the one whose weights they are, with the same recipe or "
        "networks and sizes, or load a .keras file with kg.GAN.from_preset. To take "
        "the layers that fit, pass skip_mismatch=True.",
    )


@contextlib.contextmanager
def for_both_generators(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields a temporary file in which the only generator is there twice.

    Keras writes a network that is two attributes of a GAN under the first of them.

    Args:
        path: Validated file of weights, or `.keras` file.
    """
    import h5py  # type: ignore[import-untyped]

    source: Any = path
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            source = io.BytesIO(archive.read(archives.WEIGHTS))
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "both.weights.h5")
        with h5py.File(source, "r") as old, h5py.File(copy, "w") as new:
            for name in old:
                old.copy(name, new)
            old.copy("ema_generator", new, name="generator")
        yield copy


@contextlib.contextmanager
def restored_on_error(gan: Any) -> Iterator[None]:
    """Restores all weights and the states of optimizers if the block fails."""
    optimizer = getattr(gan, "optimizer", None)
    variables = [*gan.weights, *getattr(optimizer, "variables", ())]
    variables += [*gan.extra_variables.values()]
    values = [np.array(variable.numpy()) for variable in variables]
    try:
        yield
    except Exception:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        raise
