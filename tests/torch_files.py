"""Writes files in PyTorch's two forms with the standard library alone."""

import collections
import io
import pickle
import struct
import sys
import types
import zipfile

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C


class Stored:
    """A storage: an array of PyTorch's type `kind`, known by a key."""

    def __init__(self, array, key):
        self.array, self.key = array, key

    @property
    def kind(self):
        return {"f": FloatStorage, "i": LongStorage}[self.array.dtype.kind]


class FloatStorage:
    __module__ = "torch"


class LongStorage:
    __module__ = "torch"


def _rebuild_tensor_v2(*arguments):
    raise AssertionError("never called")


_rebuild_tensor_v2.__module__ = "torch._utils"


class Tensor:
    """A tensor whose strides, counted in numbers, are those of the array."""

    def __init__(self, stored, offset, shape, strides):
        self.arguments = (stored, offset, shape, strides, False)

    def __reduce__(self):
        return _rebuild_tensor_v2, (*self.arguments, collections.OrderedDict())


class Pickler(pickle.Pickler):
    def __init__(self, file, ending):
        super().__init__(file, 2)
        self.ending = ending

    def persistent_id(self, thing):
        if not isinstance(thing, Stored):
            return None
        parts = ("storage", thing.kind, thing.key, "cpu", thing.array.size)
        return (*parts, *self.ending)


def pickled(thing, ending=()):
    """Pickles with modules that are called `torch`, if nothing else is."""
    stubs = types.ModuleType("torch"), types.ModuleType("torch._utils")
    stubs[0].FloatStorage, stubs[0].LongStorage = FloatStorage, LongStorage
    stubs[1]._rebuild_tensor_v2 = _rebuild_tensor_v2
    kept = {stub.__name__: sys.modules.get(stub.__name__) for stub in stubs}
    sys.modules.update({stub.__name__: stub for stub in stubs})
    try:
        file = io.BytesIO()
        Pickler(file, ending).dump(thing)
        return file.getvalue()
    finally:
        for name, module in kept.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module


def tensors_of(arrays):
    """Returns a state dictionary of tensors, and its storages."""
    state, stored = collections.OrderedDict(), []
    for name, array in arrays.items():
        stored.append(Stored(array.ravel(order="K"), str(1000 + len(stored))))
        strides = tuple(step // array.itemsize for step in array.strides)
        state[name] = Tensor(stored[-1], 0, array.shape, strides)
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    return state, stored


def legacy(state, stored):
    """Returns the content of a file in the older form."""
    sizes = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    head = b"".join(pickled(part) for part in (MAGIC, 1001, sizes))
    body = pickled(state, (None,)) + pickled([each.key for each in stored])
    numbers = (
        struct.pack("<q", each.array.size) + each.array.tobytes() for each in stored
    )
    return head + body + b"".join(numbers)


def zipped(state, stored, compression=zipfile.ZIP_STORED):
    """Returns the content of a file in the newer form."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("archive/data.pkl", pickled(state))
        archive.writestr("archive/version", "3\n")
        for each in stored:
            archive.writestr(f"archive/data/{each.key}", each.array.tobytes())
    return file.getvalue()


def some_numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
