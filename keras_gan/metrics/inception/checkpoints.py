"""Reader of PyTorch checkpoints, without PyTorch and without running their code.

A checkpoint is a pickle, which may name any Python function for the reader to call.
This reader allows the four names of a dictionary of tensors and rejects all others.
"""

import collections
import io
import math
import pickle
import struct
import zipfile
from collections.abc import Mapping
from typing import IO, Any, NamedTuple

import numpy as np

from keras_gan.metrics.inception.names import torch_names
from keras_gan.typing import Array

MAGIC = 0x1950A86A20F9469CFC6C
"""First object of a file in PyTorch's legacy format."""


class Storage(NamedTuple):
    """One-dimensional array of which tensors are views."""

    dtype: str
    key: str
    num_values: int


class Tensor(NamedTuple):
    """View of a storage; offset and strides count elements."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class StateDictReader(pickle.Unpickler):
    """Unpickler of a dictionary of tensors that rejects all other names.

    Args:
        file: Binary file.

    Attributes:
        storages: Dictionary of the `Storage`s in the pickle, by their keys.
    """

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.storages: dict[str, Storage] = {}
        # Created for each file: a pickle can set attributes of the objects it receives.
        self.allowed: dict[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): lambda *pairs: collections.OrderedDict(
                *pairs
            ),
            ("torch._utils", "_rebuild_tensor_v2"): lambda *parts: Tensor(*parts[:4]),
            ("torch", "FloatStorage"): "<f4",
            ("torch", "LongStorage"): "<i8",
        }

    def find_class(self, module: str, name: str) -> object:
        """Returns the substitute of an allowed Python name, or raises an error."""
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(
                f"it names {module}.{name}, which no dictionary of tensors needs"
            )
        return self.allowed[module, name]

    def persistent_load(self, pid: tuple[Any, ...]) -> Storage:
        """Returns the storage of a tensor."""
        _, dtype, key, _, count, *view = pid
        if dtype not in ("<f4", "<i8") or any(view):
            raise pickle.UnpicklingError(f"it has a storage of an unknown type, {key}")
        return self.storages.setdefault(key, Storage(dtype, key, count))


def read_legacy(file: IO[bytes]) -> tuple[dict[str, Tensor], dict[str, Array]]:
    """Reads a file in the legacy format: pickles, then the storages in sequence.

    Returns:
        The dictionary of `Tensor`s, and the arrays of the storages, by their keys.
    """
    if StateDictReader(file).load() != MAGIC:
        raise pickle.UnpicklingError("it lacks the magic number of PyTorch")
    StateDictReader(file).load()  # format version
    StateDictReader(file).load()  # integer sizes of the machine
    reader = StateDictReader(file)
    state = reader.load()
    arrays: dict[str, Array] = {}
    for key in StateDictReader(file).load():
        storage = reader.storages[key]
        (count,) = struct.unpack("<q", file.read(8))
        size = count * np.dtype(storage.dtype).itemsize
        arrays[key] = np.frombuffer(file.read(size), storage.dtype, storage.num_values)
    return state, arrays


def read_zipped(file: IO[bytes]) -> tuple[dict[str, Tensor], dict[str, Array]]:
    """Reads a file in the ZIP format: a pickle and one member per storage.

    Returns:
        The dictionary of `Tensor`s, and the arrays of the storages, by their keys.
    """
    with zipfile.ZipFile(file) as archive:
        members = {member.filename: member for member in archive.infolist()}
        if any(member.compress_type for member in members.values()):
            raise pickle.UnpicklingError("its members are compressed")
        (name,) = [name for name in members if name.endswith("data.pkl")]
        reader = StateDictReader(io.BytesIO(archive.read(name)))
        state = reader.load()
        folder = name.removesuffix(".pkl")
        arrays = {
            key: np.frombuffer(
                archive.read(f"{folder}/{key}"), storage.dtype, storage.num_values
            )
            for key, storage in reader.storages.items()
        }
    return state, arrays


def array_of(tensor: Tensor, arrays: Mapping[str, Array]) -> Array:
    """Returns the array of a tensor, after a check that it is within its storage."""
    _, offset, shape, strides = tensor
    elements = arrays[tensor.storage.key]
    steps = list(zip(shape, strides, strict=True))
    last = offset + sum((size - 1) * step for size, step in steps)
    valid = all(size >= 1 and step >= 0 for size, step in steps)
    fits = math.prod(shape) <= len(elements) and 0 <= offset <= last < len(elements)
    # as_strided does not check bounds: it would read arbitrary memory.
    if not (valid and fits):
        raise pickle.UnpicklingError("a tensor exceeds its storage")
    byte_strides = [step * elements.itemsize for step in strides]
    view = np.lib.stride_tricks.as_strided(elements[offset:], shape, byte_strides)
    return np.ascontiguousarray(view)


def read_checkpoint(data: bytes) -> dict[str, Array]:
    """Reads the tensors of the 2015 Inception from the bytes of a `.pth` file.

    Args:
        data: Content of the file, in PyTorch's legacy or ZIP format.

    Returns:
        Dictionary from TensorFlow's names of the tensors to arrays in its layout,
        kernels `(height, width, in, out)`; tensors of other names are ignored.

    Raises:
        Exception: Of several types, if the file is broken or not a dictionary of
            tensors.
    """
    file = io.BytesIO(data)
    is_zip = data.startswith(b"PK")
    state, arrays = (read_zipped if is_zip else read_legacy)(file)
    tensors = {}
    for name, key in torch_names().items():
        if key in state:
            array = array_of(state[key], arrays)
            order = (2, 3, 1, 0) if array.ndim == 4 else range(array.ndim)[::-1]
            tensors[name] = np.ascontiguousarray(array.transpose(tuple(order)))
    return tensors
