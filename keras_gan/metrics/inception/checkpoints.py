"""Reads the weights in a PyTorch file, without PyTorch, and runs nothing of it.

Such a file is a pickle, which may name any function of Python for the reader to call.
This reader knows four names, those of a dictionary of tensors, and refuses the rest.
"""

import collections
import io
import math
import pickle
import struct
import zipfile

import numpy as np

from keras_gan.metrics.inception.names import torch_names

MAGIC = 0x1950A86A20F9469CFC6C
"""The first object of a file in PyTorch's older form."""

Storage = collections.namedtuple("Storage", "dtype key count")
"""A run of numbers that tensors are views of."""

Tensor = collections.namedtuple("Tensor", "storage offset shape strides")
"""A view of a storage, counted in numbers."""


class StateDictReader(pickle.Unpickler):
    """Reads a pickled dictionary of tensors; whatever else it names is refused.

    Args:
        file: Binary file.

    Attributes:
        storages: The `Storage`s that were named, by their keys.
    """

    def __init__(self, file):
        super().__init__(file)
        self.storages = {}
        # Made anew for each file: a pickle can write on the attributes of what it gets.
        self.known = {
            ("collections", "OrderedDict"): lambda *pairs: collections.OrderedDict(
                *pairs
            ),
            ("torch._utils", "_rebuild_tensor_v2"): lambda *parts: Tensor(*parts[:4]),
            ("torch", "FloatStorage"): "<f4",
            ("torch", "LongStorage"): "<i8",
        }

    def find_class(self, module, name):
        """Returns what stands for a name of Python's, if it is one of the four."""
        if (module, name) not in self.known:
            raise pickle.UnpicklingError(
                f"it names {module}.{name}, which is no part of a dictionary of tensors"
            )
        return self.known[module, name]

    def persistent_load(self, pid):
        """Returns the storage that a tensor asks for."""
        _, dtype, key, _, count, *view = pid
        if dtype not in ("<f4", "<i8") or any(view):
            raise pickle.UnpicklingError(f"it has a storage of an unknown kind, {key}")
        return self.storages.setdefault(key, Storage(dtype, key, count))


def read_legacy(file):
    """Reads a file in the older form: pickles, then the numbers one after the other.

    Returns:
        The dictionary of `Tensor`s, and the arrays of the storages, by their keys.
    """
    if StateDictReader(file).load() != MAGIC:
        raise pickle.UnpicklingError("it does not begin as PyTorch's files do")
    StateDictReader(file).load()  # the version of the form
    StateDictReader(file).load()  # the sizes of the machine's numbers
    reader = StateDictReader(file)
    state = reader.load()
    arrays = {}
    for key in StateDictReader(file).load():
        storage = reader.storages[key]
        (count,) = struct.unpack("<q", file.read(8))
        size = count * np.dtype(storage.dtype).itemsize
        arrays[key] = np.frombuffer(file.read(size), storage.dtype, storage.count)
    return state, arrays


def read_zipped(file):
    """Reads a file in the newer form: a ZIP of a pickle and a member for each storage.

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
                archive.read(f"{folder}/{key}"), storage.dtype, storage.count
            )
            for key, storage in reader.storages.items()
        }
    return state, arrays


def array_of(tensor, arrays):
    """Returns the numbers of a tensor, after a look that it stays in its storage."""
    _, offset, shape, strides = tensor
    numbers = arrays[tensor.storage.key]
    steps = list(zip(shape, strides, strict=True))
    last = offset + sum((size - 1) * step for size, step in steps)
    whole = all(size >= 1 and step >= 0 for size, step in steps)
    fits = math.prod(shape) <= len(numbers) and 0 <= offset <= last < len(numbers)
    if not (whole and fits):
        raise pickle.UnpicklingError("a tensor reaches out of its storage")
    bytes_apart = [step * numbers.itemsize for step in strides]
    view = np.lib.stride_tricks.as_strided(numbers[offset:], shape, bytes_apart)
    return np.ascontiguousarray(view)


def read_checkpoint(data):
    """Reads the tensors of the 2015 Inception from the bytes of a `.pth` file.

    Args:
        data: Content of the file, in PyTorch's older or newer form.

    Returns:
        Dictionary from TensorFlow's names of the tensors to arrays in its layout,
        kernels `(height, width, in, out)`; what the network does not have is left out.

    Raises:
        Exception: Of many kinds, if the file is broken or no dictionary of tensors.
    """
    file = io.BytesIO(data)
    newer = data.startswith(b"PK")
    state, arrays = (read_zipped if newer else read_legacy)(file)
    tensors = {}
    for name, key in torch_names().items():
        if key in state:
            array = array_of(state[key], arrays)
            order = (2, 3, 1, 0) if array.ndim == 4 else range(array.ndim)[::-1]
            tensors[name] = np.ascontiguousarray(array.transpose(tuple(order)))
    return tensors
