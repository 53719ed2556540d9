"""Trains the included Fashion-MNIST classifier, and writes weights and accuracy.

    python -m keras_gan.metrics.fashion_mnist.train FOLDER

The folder holds the four IDX files of the dataset, such as
`train-images-idx3-ubyte.gz`; Debian's package `dataset-fashion-mnist` installs them.
"""

import argparse
import gzip
import json
import pathlib
from typing import Literal

import numpy as np

from keras_gan.metrics import classifier, classifier_file
from keras_gan.metrics.fashion_mnist import network
from keras_gan.typing import StrPath, UInt8Array


def read_idx(path: StrPath) -> UInt8Array:
    """Reads a gzip-compressed IDX file of bytes.

    Args:
        path: File of 2 zero bytes, the type (8), the rank, the sizes as big-endian
            32-bit integers, then the values.

    Returns:
        `uint8` array of the shape that the file states.
    """
    content = gzip.decompress(pathlib.Path(path).read_bytes())
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(
    folder: StrPath, split: Literal["train", "t10k"]
) -> tuple[UInt8Array, UInt8Array]:
    """Reads a split of the dataset.

    Args:
        folder: Folder of the four IDX files.
        split: `"train"` (60,000 images) or `"t10k"` (10,000 images).

    Returns:
        `uint8` images `(num_images, 28, 28, 1)` and `uint8` labels `(num_images,)`.
    """
    folder = pathlib.Path(folder)
    images = read_idx(folder / f"{split}-images-idx3-ubyte.gz")[..., None]
    return images, read_idx(folder / f"{split}-labels-idx1-ubyte.gz")


def main() -> None:
    """Trains, evaluates, and writes the weights with their accuracy and sha256."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="folder of the four IDX files of the dataset")
    parser.add_argument("--out", default=network.FOLDER, type=pathlib.Path)
    parser.add_argument("--epochs", default=12, type=int)
    parser.add_argument("--batch-size", default=128, type=int)
    parser.add_argument("--learning-rate", default=4e-3, type=float)
    parser.add_argument("--seed", default=0, type=int)
    options = parser.parse_args()
    model, record = classifier.train_classifier(
        "fashion_mnist",
        load(options.folder, "train"),
        load(options.folder, "t10k"),
        network.NUM_CLASSES,
        options.epochs,
        options.batch_size,
        options.learning_rate,
        options.seed,
    )
    path = options.out / "classifier.weights.h5"
    model.save_weights(path)
    protocol = options.out / "protocol.json"
    print(json.dumps(classifier_file.write_protocol(path, record, protocol), indent=2))


if __name__ == "__main__":
    main()
