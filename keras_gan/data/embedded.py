"""Fashion-MNIST: the 10,000 images in the package, and the files of the full set."""

import gzip
import math
import os
import pathlib
import struct

import numpy as np

from keras_gan.data.arrays import Arrays
from keras_gan.errors import check, user_error
from keras_gan.typing import IntArray, StrPath, UInt8Array

CLASS_NAMES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]
"""The classes of Fashion-MNIST, in the order of their labels."""

PREFIXES = {"train": "train", "test": "t10k"}
"""Prefixes of the file names of each split."""

VARIABLE = "KERAS_GAN_FASHION_MNIST"
"""Environment variable with the folder of the four files of Fashion-MNIST."""

DEBIAN = "/usr/share/datasets/fashion-mnist"
"""Folder of the files of Debian's package `dataset-fashion-mnist`."""


def shipped() -> Arrays:
    """Returns the images in the package: `Arrays` of the 10,000 of the test split."""
    folder = pathlib.Path(__file__).with_name("fashion_mnist_10k")
    with np.load(folder / "images.npz") as arrays:
        return fashion_mnist("fashion_mnist_10k", arrays["images"], arrays["labels"])


def full_split(folder: StrPath, split: str) -> Arrays:
    """Returns `Arrays` of a split of Fashion-MNIST from a folder of its four files."""
    kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
    names = [f"{PREFIXES[split]}-{kind}" for kind in kinds]
    paths = [idx_file(folder, name) or pathlib.Path(folder, name) for name in names]
    return fashion_mnist("fashion_mnist", *map(read_idx, paths))


def fashion_mnist(name: str, images: UInt8Array, labels: IntArray) -> Arrays:
    """Returns the `Arrays` of `uint8` images `(num_images, 28, 28)` and labels."""
    labels = labels.astype(np.int32)
    return Arrays(f'the dataset "{name}"', images[..., None], labels, CLASS_NAMES)


def folder_with_files(data_dir: StrPath | None = None) -> pathlib.Path | None:
    """Returns the first folder that has the files of Fashion-MNIST, or None.

    The folders are tried in this order: `data_dir`, the environment variable
    `KERAS_GAN_FASHION_MNIST`, and the folder of Debian's package.
    """
    for folder in (data_dir, os.environ.get(VARIABLE), DEBIAN):
        if folder and idx_file(folder, "train-images-idx3-ubyte"):
            return pathlib.Path(folder)
    return None


def idx_file(folder: StrPath, name: str) -> pathlib.Path | None:
    """Returns the path of a file, compressed by gzip or not, or None."""
    for file_name in (f"{name}.gz", name):
        path = pathlib.Path(folder, file_name)
        if path.is_file():
            return path
    return None


def read_idx(path: pathlib.Path) -> UInt8Array:
    """Reads a `uint8` array in the IDX format.

    Format: two zero bytes, 8 for `uint8`, the rank, each size as a big-endian 32-bit
    integer, the values.

    Args:
        path: Path of the file, compressed if it ends in ".gz".

    Returns:
        `uint8` array.

    Raises:
        ValueError: If it is not a file of this format.
    """
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        zeros, kind, rank = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{rank}I", content, 4)
        values = np.frombuffer(content, np.uint8, offset=4 + 4 * rank)
        check(
            (zeros, kind) == (0, 8) and len(values) == math.prod(shape),
            "The sizes in the header do not match the length of the file.",
            expected=f"{math.prod(shape)} bytes",
            received=f"{len(values)}",
            do="Download it again.",
        )
    except (OSError, EOFError, ValueError, struct.error, TypeError) as error:
        raise user_error(
            f"Invalid file of Fashion-MNIST: {path}",
            expected="uint8 in the IDX format",
            received=str(error).splitlines()[0],
            do="Install the package dataset-fashion-mnist again, or download it.",
        ) from error
    return values.reshape(shape)
