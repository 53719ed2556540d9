"""Weights of the 2015 Inception: reading, validation and conversion of files."""

import dataclasses
import functools
import hashlib
import io
import json
import pathlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from keras_gan.errors import check, user_error
from keras_gan.files import atomic_file
from keras_gan.metrics.inception import files
from keras_gan.metrics.inception.checkpoints import read_checkpoint
from keras_gan.metrics.inception.graphs import read_archive, read_graph
from keras_gan.metrics.inception.network import tensor_shapes
from keras_gan.saved_files import documents, npz
from keras_gan.typing import Array, StrPath

ORIGIN = "origin"
"""Member of a converted file that describes the source of the weights."""


@dataclasses.dataclass(frozen=True, eq=False)
class Weights:
    """The 472 tensors of the network, and their published file.

    Args:
        tensors: Dictionary from TensorFlow's names to `float32` arrays, before the
            normalization is folded into the kernels.
        name: Name of the published file.
        size: Its size in bytes.
        sha256: Its sha256, in hexadecimal.
    """

    tensors: Mapping[str, Array]
    name: str
    size: int
    sha256: str

    @functools.cached_property
    def fingerprint(self) -> str:
        """The sha256 of the tensors, independent of the file."""
        digest = hashlib.sha256()
        for name in sorted(self.tensors):
            array = np.ascontiguousarray(self.tensors[name], "<f4")
            digest.update(f"{name}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()

    @property
    def known(self) -> bool:
        """Whether the file is one of the original weights, which define the FID."""
        suffix = pathlib.Path(self.name).suffix
        return any(
            (suffix, self.size) == (pathlib.Path(file.name).suffix, file.size)
            and file.sha256 in (None, self.sha256)
            for file in files.KNOWN
        )


Reader: TypeAlias = Callable[[str, bytes], Weights]
"""Function from a file's name and content to `Weights`."""


def published_reader(read_tensors: Callable[[bytes], Mapping[str, Array]]) -> Reader:
    """Returns a function from a published file's name and content to `Weights`."""

    def read(name: str, data: bytes) -> Weights:
        sha256 = hashlib.sha256(data).hexdigest()
        return Weights(read_tensors(data), name, len(data), sha256)

    return read


def read_converted(name: str, data: bytes) -> Weights:
    """Returns the `Weights` of a file of `convert`, after verifying its sha256."""
    tensors = npz.read(io.BytesIO(data))
    origin = documents.parse(str(tensors.pop(ORIGIN).item()), name)
    weights = Weights(tensors, origin["name"], origin["size"], origin["sha256"])
    if weights.fingerprint != origin["fingerprint"]:
        raise ValueError("the tensors were altered after the conversion")
    return weights


READERS: dict[str, Reader] = {
    ".npz": read_converted,
    ".pb": published_reader(read_graph),
    ".tgz": published_reader(read_archive),
    ".pth": published_reader(read_checkpoint),
}
"""Readers by file extension."""


def read(path: StrPath) -> Weights:
    """Returns weights of the 2015 Inception's shapes, the original ones or others.

    No code of the file is run. `Weights.known` is whether they are the original ones.

    Args:
        path: The original archive (`.tgz`) or graph (`.pb`), a PyTorch checkpoint
            (`.pth`), or a file of `convert` (`.npz`).

    Returns:
        `Weights`.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If its extension is unknown, it is broken or altered, or it does not
            contain the tensors of the network.
    """
    path = pathlib.Path(path).expanduser()
    if not path.is_file():
        raise user_error(
            "The file of Inception weights does not exist.",
            expected=f"a file that ends in {', '.join(READERS)}",
            received=str(path),
            do="Check the path, or KERAS_GAN_INCEPTION if you did not pass one. Known "
            "files:" + "".join(f"\n    {file.describe()}" for file in files.KNOWN),
            kind=FileNotFoundError,
        )
    size = path.stat().st_size
    check(
        path.suffix in READERS and size <= files.MAX_BYTES,
        f"{path} is not a file of Inception weights.",
        expected=f"a file that ends in {', '.join(READERS)}, of 100 MB or less",
        received=f"{size:,} bytes, extension {path.suffix!r}",
        do=f"Pass one of these files: {'; '.join(file.name for file in files.KNOWN)}.",
    )
    try:
        weights = READERS[path.suffix](path.name, path.read_bytes())
    except Exception as error:  # broken files raise errors of many types
        raise user_error(
            f"The Inception weights in {path} cannot be read; no code of it was run.",
            expected="a complete file, as published or converted",
            received=f"{type(error).__name__}: {error}",
            do="Download or convert it again; convert only files that you trust.",
        ) from error
    check_tensors(weights, path)
    return weights


def check_tensors(weights: Weights, path: pathlib.Path) -> None:
    """Validates the names, shapes, dtypes and values of the tensors.

    Raises:
        ValueError: If a tensor is missing, unknown or invalid.
    """
    expected = {name: ("float32", shape) for name, shape in tensor_shapes().items()}
    actual = {
        name: (str(array.dtype), array.shape) for name, array in weights.tensors.items()
    }
    invalid = [
        f"{name}: {actual.get(name)} and not {expected.get(name)}"
        for name in sorted(expected.keys() | actual.keys())
        if actual.get(name) != expected.get(name)
    ]
    invalid = invalid or [
        f"{name}: NaN or infinity"
        for name, array in weights.tensors.items()
        if not np.isfinite(array).all()
    ]
    check(
        not invalid,
        f"{path} does not contain the weights of the 2015 Inception.",
        expected=f"its {len(expected)} tensors of finite float32 values",
        received=f"{len(invalid)} missing or invalid tensors; {'; '.join(invalid[:3])}",
        do="keras.applications and torchvision have another Inception; use one of "
        f"these files: {'; '.join(file.name for file in files.KNOWN)}.",
    )


def convert(source: StrPath, target: StrPath, overwrite: bool = False) -> pathlib.Path:
    """Converts a file of weights to `.npz`, after validating it.

    The file contains the name, the size and the sha256 of the source, and the sha256 of
    the tensors, which is verified at each load.

    Args:
        source: File of `read`.
        target: `.npz` file to write.
        overwrite: Whether to replace an existing file.

    Returns:
        Path of the file.

    Raises:
        ValueError: If the source cannot be read, or the target is not an `.npz` file.
        OSError: If the target cannot be written, or exists and `overwrite` is False.
    """
    target = pathlib.Path(target).expanduser()
    check(
        target.suffix == ".npz",
        "`target` must be an .npz file.",
        expected="a path that ends in .npz",
        received=str(target),
        do=f"Write to {target.with_suffix('.npz')}.",
    )
    weights = read(source)
    origin = {
        "name": weights.name,
        "size": weights.size,
        "sha256": weights.sha256,
        "fingerprint": weights.fingerprint,
    }
    with atomic_file(target, overwrite) as part:
        members: dict[str, Any] = {ORIGIN: json.dumps(origin), **weights.tensors}
        np.savez(part, **members)
    return target
