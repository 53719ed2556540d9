"""Arrays of images in files: .npy, .npz and HDF5, read in parts."""

import functools
import pathlib
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from keras_gan.data import filenames, paths
from keras_gan.data.archives import containers
from keras_gan.errors import UserError, check, user_error
from keras_gan.typing import Array, Shape

MAX_COMPRESSED_BYTES = 2**31
"""Bytes of an array in a compressed .npz, which is decompressed into memory."""

LABELS = ("labels", "label", "y", "targets", "classes", "arr_1")
"""Names of arrays of labels, next to `y_train` and `train_labels` for a split."""

IMAGES = ("images", "image", "x", "X", "data", "arr_0")
"""Names of arrays of images, next to `x_train` and `train_images` for a split."""

SPLITS = ("train", "test", "val", "valid", "validation")
"""Names of splits that arrays are named by."""


class Stored(NamedTuple):
    """An array in a file, of which only the header has been read.

    Args:
        shape: Its shape.
        dtype: Its dtype.
        array: NumPy array or HDF5 dataset, or a function without arguments that reads
            it.
    """

    shape: Shape
    dtype: np.dtype[Any]
    array: Any

    def read(self) -> Any:
        """Returns what can be indexed like the array; large ones stay in the file."""
        return self.array() if callable(self.array) else self.array

    def __str__(self) -> str:
        return f"{self.dtype} {self.shape}"


class Chosen(NamedTuple):
    """Arrays that a file is read for.

    Args:
        images: The images, which can be indexed like an array.
        labels: Their labels, or None.
        key: Name of the images in the file, or "".
    """

    images: Any
    labels: Array | None
    key: str


def open_arrays(path: pathlib.Path, split: str) -> Chosen:
    """Returns the images and labels of a file.

    Args:
        path: A .npy, .npz or HDF5 file.
        split: Name of the split, for files with arrays of several.

    Raises:
        ValueError: If the file is damaged or contains Python objects, or it is not
            clear which array has the images.
    """
    ending = paths.ending_of(path)
    readers = {".npy": read_npy, ".npz": read_npz}
    try:
        stored = readers.get(ending, read_hdf5)(path)
        key, labels_key = choose(path, stored, split)
        labels = np.asarray(stored[labels_key].read()) if labels_key else None
        return Chosen(stored[key].read(), labels, key)
    except UserError:
        raise
    except containers.DAMAGE as error:
        raise unreadable_error(path, error) from error


def unreadable_error(path: pathlib.Path, error: Exception) -> Exception:
    """Returns the error for a file of arrays that is damaged or has Python objects."""
    if "Python objects" in str(error):
        return objects_error(path)
    return paths.unreadable_error(path, error, "arrays of numbers")


def objects_error(path: pathlib.Path) -> Exception:
    """Returns the error for arrays of Python objects, whose loading can run code."""
    return user_error(
        f"This file contains Python objects: {filenames.printable(path)}.",
        expected="arrays of numbers",
        received="pickled objects, whose loading can run code",
        do="If you trust its origin, load it with np.load(path, allow_pickle=True) and "
        'save the images as one array: np.save("images.npy", np.stack(images)).',
    )


def read_npy(path: pathlib.Path) -> dict[str, Stored]:
    """Returns the array of a .npy file, mapped into memory, under the key ""."""
    array = np.lib.format.open_memmap(path, mode="r")
    return {"": Stored(array.shape, array.dtype, array)}


def read_npz(path: pathlib.Path) -> dict[str, Stored]:
    """Returns the arrays of a .npz file by name; only their headers are read."""
    stored: dict[str, Stored] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.filename.endswith(".npy"):
                continue
            with archive.open(info) as file:
                shape, is_fortran, dtype = read_header(file)
                offset = file.tell()
            size = offset + dtype.itemsize * int(np.prod(shape, dtype=object))
            if size > info.file_size and not dtype.hasobject:
                raise ValueError(f"{info.filename} ends too early")
            order = "F" if is_fortran else "C"
            member = Member(path, info, offset, dtype, shape, order)
            stored[info.filename.removesuffix(".npy")] = Stored(shape, dtype, member)
    return stored


def read_header(file: Any) -> tuple[Shape, bool, np.dtype[Any]]:
    """Returns the shape, order and dtype in the header of NumPy's format.

    Raises:
        ValueError: If it has another format.
    """
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read = np.lib.format.read_array_header_2_0
    return read(file)


class Member(NamedTuple):
    """An array in a .npz file.

    Args:
        path: The file.
        info: Its member.
        offset: Bytes of the header of the array.
        dtype: Dtype of the array.
        shape: Shape of the array.
        order: "C" or "F".
    """

    path: pathlib.Path
    info: zipfile.ZipInfo
    offset: int
    dtype: np.dtype[Any]
    shape: Shape
    order: Any

    def __call__(self) -> Array:
        """Returns the array; one that is not compressed is mapped into memory."""
        if self.info.compress_type == zipfile.ZIP_STORED and 0 not in self.shape:
            with open(self.path, "rb") as file:
                file.seek(self.info.header_offset)
                # The local header of a member: 30 bytes, its name, and extra fields,
                # whose lengths are the last two of those bytes.
                name, extra = struct.unpack("<HH", file.read(30)[26:])
            start = self.info.header_offset + 30 + name + extra + self.offset
            return np.memmap(
                self.path, self.dtype, "r", start, self.shape, order=self.order
            )
        self.check_size()
        with zipfile.ZipFile(self.path) as archive, archive.open(self.info) as file:
            file.seek(self.offset)
            size = self.info.file_size - self.offset
            values = np.frombuffer(file.read(size), self.dtype)
        count = int(np.prod(self.shape, dtype=object))
        return values[:count].reshape(self.shape, order=self.order)

    def check_size(self) -> None:
        """Raises an error if the array would take too much memory."""
        size, stored = self.info.file_size, max(self.info.compress_size, 1)
        is_bomb = size > containers.FREE_BYTES and size > containers.MAX_RATIO * stored
        check(
            size <= MAX_COMPRESSED_BYTES and not is_bomb,
            f"An array in {filenames.printable(self.path)} is too large to be "
            "decompressed into memory.",
            expected=f"at most {MAX_COMPRESSED_BYTES:,} bytes, and at most "
            f"{containers.MAX_RATIO} for each compressed one",
            received=f"{self.info.filename}: {size:,} bytes, compressed to {stored:,}",
            do="If you trust its origin, save it without compression, which is read "
            "from the disk: np.save.",
        )


def read_hdf5(path: pathlib.Path) -> dict[str, Stored]:
    """Returns the datasets of an HDF5 file by name, which are read in parts."""
    import h5py  # type: ignore[import-untyped]

    file = h5py.File(path, "r")
    stored: dict[str, Stored] = {}

    def add(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            shape = item.shape or ()
            read = functools.partial(checked_dataset, item, path)
            stored[name] = Stored(shape, item.dtype, read)

    file.visititems(add)  # links are not followed
    return stored


def checked_dataset(dataset: Any, path: pathlib.Path) -> Any:
    """Returns an HDF5 dataset that is in its own file, in chunks that fit in memory.

    Raises:
        ValueError: If it reads other files, or a few bytes would become very many.
    """
    check(
        not dataset.external and not dataset.is_virtual,
        f"{filenames.printable(path)} refers to other files.",
        expected="a dataset whose values are in the file",
        received=f"{dataset.name}, whose values are in others",
        do="Copy it to a new file: h5py.File(...).create_dataset(name, data=old[...]).",
    )
    chunk = int(np.prod(dataset.chunks or (0,), dtype=object)) * dataset.dtype.itemsize
    size = dataset.id.get_storage_size()
    limit = max(containers.FREE_BYTES, containers.MAX_RATIO * size)
    check(
        chunk <= containers.MAX_MEMBER_BYTES and dataset.nbytes <= limit,
        f"A dataset in {filenames.printable(path)} is too large for its bytes.",
        expected=f"chunks of at most {containers.MAX_MEMBER_BYTES:,} bytes, and at "
        f"most {containers.MAX_RATIO} bytes for each that is stored",
        received=f"{dataset.name}: {dataset.nbytes:,} bytes in chunks of {chunk:,}, "
        f"stored in {size:,}",
        do="Write the file again, with one image in a chunk.",
    )
    return dataset


def choose(
    path: pathlib.Path, stored: Mapping[str, Stored], split: str
) -> tuple[str, str | None]:
    """Returns the names of the arrays of images and of labels.

    The images are the only array of rank 3 or 4, or the one of a known name; the labels
    are the one of a known name that has as many values.

    Args:
        path: The file.
        stored: Dictionary from names to `Stored` arrays.
        split: Name of the split.

    Raises:
        ValueError: If there is no array of images, or more than one.
    """
    numbers = {key: one for key, one in stored.items() if not one.dtype.hasobject}
    candidates = [key for key, one in numbers.items() if len(one.shape) in (3, 4)]
    others = {other for other in SPLITS if other != split}
    of_split = [key for key in candidates if is_named(key, IMAGES, split)]
    plain = [key for key in candidates if basename(key) in IMAGES]
    free = [key for key in candidates if not words(key) & others]
    for keys in [of_split, plain, free] if split == "train" else [of_split]:
        if len(keys) == 1:
            return keys[0], find_labels(numbers, keys[0], split)
    if len(numbers) < len(stored) and not candidates:
        raise objects_error(path)
    listed = ", ".join(f"{key or 'the array'} ({one})" for key, one in stored.items())
    raise user_error(
        f"It is not clear which array of {filenames.printable(path)} has the images"
        + (f" of the split {split}." if split != "train" else "."),
        expected="one array of shape (num_images, height, width) or (num_images, "
        f"height, width, channels), or one of them named {', '.join(IMAGES)}, "
        f"x_{split} or {split}_images",
        received=listed[:1000] or "no arrays",
        do="Save the images alone with np.save, or load the array and pass it to "
        "kg.data.from_arrays.",
    )


def basename(key: str) -> str:
    """Returns the last part of the name of an HDF5 dataset."""
    return key.rpartition("/")[2]


def words(key: str) -> set[str]:
    """Returns the words in the name of an array: `"x_test"` has x and test."""
    return set(key.lower().replace("/", "_").split("_"))


def is_named(key: str, names: Sequence[str], split: str) -> bool:
    """Returns whether an array is named for a split: `x_train`, `train/images`."""
    joined = key.replace("/", "_")
    return any(joined in (f"{name}_{split}", f"{split}_{name}") for name in names)


def find_labels(stored: Mapping[str, Stored], key: str, split: str) -> str | None:
    """Returns the name of the labels of an array of images, or None.

    Args:
        stored: Dictionary from names to `Stored` arrays.
        key: Name of the images.
        split: Name of the split.
    """
    count = stored[key].shape[0]
    fitting = [
        other
        for other, one in stored.items()
        if one.shape in ((count,), (count, 1)) and one.dtype.kind in "iu"
    ]
    of_split = [other for other in fitting if is_named(other, LABELS, split)]
    plain = [other for other in fitting if basename(other) in LABELS]
    return next(iter([*of_split, *plain]), None)
