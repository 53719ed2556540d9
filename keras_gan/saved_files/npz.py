"""Reading of `.npz` files within limits, without pickled objects."""

import io
import math
import zipfile
import zlib
from typing import IO, Any, cast

import numpy as np

from keras_gan.saved_files.limits import check_limit
from keras_gan.typing import Array, StrPath

HEADER_BYTES = 2**12
"""Bytes of a header beyond those of the values."""


def read(file: StrPath | IO[bytes]) -> dict[str, Array]:
    """Returns the arrays of an `.npz` file that `np.savez` wrote.

    Args:
        file: Path or file.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is damaged, compressed, or has objects.
    """
    arrays: dict[str, Array] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            what = "The .npz file has too many members."
            check_limit(len(archive.infolist()), "MAX_MEMBERS", what, "members")
            for info in archive.infolist():
                if info.compress_type != zipfile.ZIP_STORED:
                    raise ValueError(f"{info.filename} in it is compressed")
                name = info.filename.removesuffix(".npy")
                if name in arrays:
                    raise ValueError(f"{name} is twice in it")
                arrays[name] = array_of(archive.read(info))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise ValueError(f"a damaged archive: {error}") from error
    return arrays


def array_of(content: bytes) -> Array:
    """Returns the array of a `.npy` file.

    Raises:
        ValueError: If its header declares more values than it has, or objects.
    """
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    readers: Any = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"an array of version {version}")
    shape, _, dtype = readers[version](file)
    if dtype.hasobject or min(shape, default=0) < 0:
        raise ValueError("an array of objects, or of a negative size")
    if math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError("an array of another size than its header says")
    file.seek(0)
    return cast(Array, np.load(file, allow_pickle=False))
