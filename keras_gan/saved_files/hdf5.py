"""Validation of HDF5 files of weights before Keras reads them."""

import dataclasses
import io
import math
import pathlib
from collections.abc import Iterator
from typing import Any

from keras_gan.errors import user_error
from keras_gan.saved_files.limits import check_limit, check_ratio
from keras_gan.typing import Shape, StrPath


@dataclasses.dataclass(frozen=True)
class Contents:
    """Arrays of an HDF5 file.

    Args:
        shapes: Shapes by their paths in the file.
        num_bytes: Bytes of all arrays together.
    """

    shapes: dict[str, Shape]
    num_bytes: int

    def has_group(self, name: str) -> bool:
        """Returns whether a group at the top of the file has arrays."""
        return any(path.startswith(f"{name}/") for path in self.shapes)


def check_weights(
    file: StrPath | io.BytesIO, path: StrPath, size: int | None = None
) -> Contents:
    """Validates an HDF5 file of weights, without reading an array.

    Args:
        file: Path, or the content.
        path: Path for errors.
        size: Bytes of the file; None: those at `path`.

    Raises:
        OSError: If it is no HDF5 file.
        ValueError: If it leads to another file, or is larger in memory than in the
            file.
    """
    import h5py  # type: ignore[import-untyped]

    stored = pathlib.Path(path).stat().st_size if size is None else size
    shapes: dict[str, Shape] = {}
    num_bytes = 0
    with h5py.File(file, "r") as root:
        for name, dataset in datasets(root, path):
            check_dataset(dataset, name, path)
            shapes[name] = tuple(dataset.shape)
            num_bytes += math.prod(dataset.shape) * dataset.dtype.itemsize
            check_ratio(num_bytes, stored, f"The weights of {path} are too large.")
    return Contents(shapes, num_bytes)


def datasets(root: Any, path: StrPath) -> Iterator[tuple[str, Any]]:
    """Yields the paths and objects of all arrays of an HDF5 file.

    Raises:
        ValueError: If there is a link, or a group is within itself.
    """
    import h5py

    groups, seen, count = [("", root)], set(), 0
    while groups:
        prefix, group = groups.pop()
        address = h5py.h5o.get_info(group.id).addr
        if address in seen:
            raise unsafe_error(path, "a group that is there twice", prefix)
        seen.add(address)
        for name in group:
            count += 1
            what = f"{path} has too many objects."
            check_limit(count, "MAX_OBJECTS", what, "groups and arrays")
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise unsafe_error(path, f"a {type(link).__name__}", prefix + name)
            item = group[name]
            if isinstance(item, h5py.Group):
                groups.append((f"{prefix}{name}/", item))
            elif isinstance(item, h5py.Dataset):
                yield prefix + name, item


def check_dataset(dataset: Any, name: str, path: StrPath) -> None:
    """Validates that an array is of numbers, and in this file.

    Raises:
        ValueError: If not.
    """
    if dataset.external or dataset.is_virtual:
        raise unsafe_error(path, "an array whose values are in another file", name)
    # V: bfloat16 and the like, which NumPy does not know.
    if dataset.dtype.kind not in "biufV" or dataset.dtype.fields:
        raise unsafe_error(path, f"an array of {dataset.dtype}", name)
    if dataset.shape is None:
        raise unsafe_error(path, "an array without a shape", name)


def unsafe_error(path: StrPath, what: str, name: str) -> Exception:
    """Returns the error for what no file of weights of Keras has."""
    return user_error(
        f"{path} is not read: it is not as Keras writes it.",
        expected="groups and arrays of numbers, without links and other files",
        received=f"{what}: {name!a}",
        do="Do not load it if you do not know its origin; save the weights again with "
        "save_weights.",
    )
