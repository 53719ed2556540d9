"""Writes files in PyTorch's two formats, with the standard library only."""

import collections
import io
import pickle
import struct
import sys
import types
import zipfile

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
"""Magic number of PyTorch's legacy format."""


class Stored:
    """A PyTorch storage: a flat array with a key."""

    def __init__(self, array, key):
        self.array, self.key = array, key

    @property
    def kind(self):
        """The class of PyTorch's storage for the array's dtype."""
        return {"f": FloatStorage, "i": LongStorage}[self.array.dtype.kind]


class FloatStorage:
    """Stub of `torch.FloatStorage`."""

    __module__ = "torch"


class LongStorage:
    """Stub of `torch.LongStorage`."""

    __module__ = "torch"


def _rebuild_tensor_v2(*arguments):
    """Stub of the function that PyTorch pickles by name."""
    raise AssertionError("never called")


_rebuild_tensor_v2.__module__ = "torch._utils"


class Tensor:
    """A tensor as PyTorch pickles it: a storage, offset, shape and strides."""

    def __init__(self, stored, offset, shape, strides):
        self.arguments = (stored, offset, shape, strides, False)

    def __reduce__(self):
        return _rebuild_tensor_v2, (*self.arguments, collections.OrderedDict())


class Pickler(pickle.Pickler):
    """Pickles storages as persistent ids, as PyTorch does."""

    def __init__(self, file, ending):
        super().__init__(file, 2)
        self.ending = ending

    def persistent_id(self, value):
        """Returns the id of a storage; None pickles any other value normally."""
        if not isinstance(value, Stored):
            return None
        parts = ("storage", value.kind, value.key, "cpu", value.array.size)
        return (*parts, *self.ending)


def pickled(value, ending=()):
    """Returns the pickle of a value, with stub modules in place of `torch`."""
    stubs = types.ModuleType("torch"), types.ModuleType("torch._utils")
    stubs[0].FloatStorage, stubs[0].LongStorage = FloatStorage, LongStorage
    stubs[1]._rebuild_tensor_v2 = _rebuild_tensor_v2
    originals = {stub.__name__: sys.modules.get(stub.__name__) for stub in stubs}
    sys.modules.update({stub.__name__: stub for stub in stubs})
    try:
        file = io.BytesIO()
        Pickler(file, ending).dump(value)
        return file.getvalue()
    finally:
        for name, module in originals.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module


def tensors_of(arrays):
    """Returns a state dictionary of tensors, and the list of its storages."""
    state, stored = collections.OrderedDict(), []
    for name, array in arrays.items():
        stored.append(Stored(array.ravel(order="K"), str(1000 + len(stored))))
        # NumPy counts strides in bytes, PyTorch in values.
        strides = tuple(step // array.itemsize for step in array.strides)
        state[name] = Tensor(stored[-1], 0, array.shape, strides)
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    return state, stored


def legacy(state, stored):
    """Returns the bytes of a file in the legacy format."""
    sizes = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    head = b"".join(pickled(part) for part in (MAGIC, 1001, sizes))
    body = pickled(state, (None,)) + pickled([storage.key for storage in stored])
    arrays = (
        struct.pack("<q", storage.array.size) + storage.array.tobytes()
        for storage in stored
    )
    return head + body + b"".join(arrays)


def zipped(state, stored, compression=zipfile.ZIP_STORED):
    """Returns the bytes of a file in the ZIP format."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("archive/data.pkl", pickled(state))
        archive.writestr("archive/version", "3\n")
        for storage in stored:
            path = f"archive/data/{storage.key}"
            archive.writestr(path, storage.array.tobytes())
    return file.getvalue()


def some_numbers(*shape, seed=0):
    """Returns a `float32` array of normal values."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
