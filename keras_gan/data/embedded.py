"""Fashion-MNIST: the 10,000 images that ship, and the files of the whole set."""

import gzip
import math
import os
import pathlib
import struct

import numpy as np

from keras_gan.config import check, user_error
from keras_gan.data.arrays import Arrays

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
"""How the names of the files of a split begin."""

VARIABLE = "KERAS_GAN_FASHION_MNIST"
"""Environment variable that names another folder of Fashion-MNIST's files."""

DEBIAN = "/usr/share/datasets/fashion-mnist"
"""Where Debian's package `dataset-fashion-mnist` puts the files."""


def shipped():
    """Returns the images that ship: `Arrays` of the 10,000 of the test split."""
    folder = pathlib.Path(__file__).with_name("fashion_mnist_10k")
    with np.load(folder / "images.npz") as arrays:
        return fashion("fashion_mnist_10k", arrays["images"], arrays["labels"])


def whole(folder, split):
    """Returns `Arrays` of a split of Fashion-MNIST from a folder of its four files."""
    kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
    names = [f"{PREFIXES[split]}-{kind}" for kind in kinds]
    paths = [idx_file(folder, name) or pathlib.Path(folder, name) for name in names]
    return fashion("fashion_mnist", *map(read_idx, paths))


def fashion(name, images, labels):
    """Returns the `Arrays` of `uint8` images `(num_images, 28, 28)` and labels."""
    labels = labels.astype(np.int32)
    return Arrays(f'the data set "{name}"', images[..., None], labels, CLASS_NAMES)


def folder_with_files(data_dir=None):
    """Returns the first folder that holds the files of Fashion-MNIST, or None.

    Looked at: `data_dir`, the folder that the environment variable
    `KERAS_GAN_FASHION_MNIST` names, and that of Debian's package.
    """
    for folder in (data_dir, os.environ.get(VARIABLE), DEBIAN):
        if folder and idx_file(folder, "train-images-idx3-ubyte"):
            return pathlib.Path(folder)
    return None


def idx_file(folder, name):
    """Returns the path of a file, packed or not, or None."""
    for each in (f"{name}.gz", name):
        path = pathlib.Path(folder, each)
        if path.is_file():
            return path
    return None


def read_idx(path):
    """Reads an array of bytes in the IDX format, packed by gzip or not.

    The file is: two zero bytes, 8 for `uint8`, the rank, each size in 4 bytes with the
    highest first, the values.

    Args:
        path: The file.

    Returns:
        `uint8` array.

    Raises:
        ValueError: If it is no such file.
    """
    try:
        content = pathlib.Path(path).read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        zeros, kind, rank = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{rank}I", content, 4)
        values = np.frombuffer(content, np.uint8, offset=4 + 4 * rank)
        check(
            (zeros, kind) == (0, 8) and len(values) == math.prod(shape),
            "The sizes at its head do not fit its length.",
            expected=f"{math.prod(shape)} bytes",
            received=f"{len(values)}",
            do="Fetch it anew.",
        )
    except (OSError, EOFError, ValueError, struct.error, TypeError) as error:
        raise user_error(
            f"A file of Fashion-MNIST cannot be read: {path}",
            expected="uint8 in the IDX format",
            received=str(error).splitlines()[0],
            do="Install the package dataset-fashion-mnist again, or fetch it anew.",
        ) from error
    return values.reshape(shape)
