"""Trains the small Fashion-MNIST classifier that ships, and writes what it reached.

    python -m keras_gan.metrics.fashion_mnist.train FOLDER

The folder holds the four IDX files of the data set, such as
`train-images-idx3-ubyte.gz`; Debian's package `dataset-fashion-mnist` installs them.
"""

import argparse
import gzip
import hashlib
import json
import pathlib
import time

import keras
import numpy as np

from keras_gan.images import to_float
from keras_gan.metrics.fashion_mnist import network

SHIFT = 1
"""Training images move by up to so many pixels along each axis."""


def read_idx(path):
    """Reads a gzip-compressed IDX file of bytes.

    Args:
        path: The file: 2 zero bytes, the type (8), the rank, the sizes as big-endian
            32-bit numbers, then the values.

    Returns:
        `uint8` array of the shape that the file states.
    """
    content = gzip.decompress(pathlib.Path(path).read_bytes())
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(folder, split):
    """Reads a split of the data set.

    Args:
        folder: Where the four IDX files are.
        split: `"train"` (60,000 images) or `"t10k"` (10,000 images).

    Returns:
        `uint8` images `(num_images, 28, 28, 1)` and `uint8` labels `(num_images,)`.
    """
    folder = pathlib.Path(folder)
    images = read_idx(folder / f"{split}-images-idx3-ubyte.gz")[..., None]
    return images, read_idx(folder / f"{split}-labels-idx1-ubyte.gz")


def shifted(images, generator):
    """Moves each image by a whole number of pixels along each axis.

    Args:
        images: Array `(num_images, height, width, channels)` in [-1, 1].
        generator: NumPy's random generator.

    Returns:
        An array of the same shape, filled with -1 (black) where nothing was.
    """
    around = ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0))
    padded = np.pad(images, around, constant_values=-1.0)
    height, width = images.shape[1:3]
    offsets = generator.integers(0, 2 * SHIFT + 1, (len(images), 2))
    moved = np.empty_like(images)
    for top, left in np.unique(offsets, axis=0):
        these = (offsets == (top, left)).all(axis=1)
        moved[these] = padded[these, top : top + height, left : left + width]
    return moved


def trained_classifier(images, labels, epochs, batch_size, learning_rate, seed):
    """Trains the classifier: Adam, a warm-up of one epoch, then a cosine to zero."""
    keras.utils.set_random_seed(seed)
    classifier = network.untrained_classifier(seed)
    steps = -(-len(images) // batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10,
        decay_steps=(epochs - 1) * steps,
        warmup_target=learning_rate,
        warmup_steps=steps,
    )
    classifier.compile(
        keras.optimizers.Adam(schedule),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    generator = np.random.default_rng(seed)
    for epoch in range(epochs):
        classifier.fit(
            shifted(images, generator),
            labels,
            batch_size=batch_size,
            initial_epoch=epoch,
            epochs=epoch + 1,
            verbose=2,
        )
    return classifier


def accuracy(classifier, images, labels):
    """Returns the share of `uint8` images that the classifier names rightly."""
    logits = classifier.predict(to_float(images), batch_size=500, verbose=0)
    return float((logits.argmax(axis=-1) == labels).mean())


def main():
    """Trains, measures, and writes the weights with their accuracy and sha256."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="where the four IDX files of the data set are")
    parser.add_argument("--out", default=network.FOLDER, type=pathlib.Path)
    parser.add_argument("--epochs", default=12, type=int)
    parser.add_argument("--batch-size", default=128, type=int)
    parser.add_argument("--learning-rate", default=4e-3, type=float)
    parser.add_argument("--seed", default=0, type=int)
    options = parser.parse_args()
    images, labels = load(options.folder, "train")
    start = time.perf_counter()
    classifier = trained_classifier(
        to_float(images),
        labels,
        options.epochs,
        options.batch_size,
        options.learning_rate,
        options.seed,
    )
    seconds = time.perf_counter() - start
    # A model that was never compiled: the optimizer's state is not written.
    shipped = network.untrained_classifier()
    shipped.set_weights(classifier.get_weights())
    path = options.out / "classifier.weights.h5"
    shipped.save_weights(path)
    record = {
        "weights": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "test_accuracy": accuracy(shipped, *load(options.folder, "t10k")),
        "num_parameters": shipped.count_params(),
        "epochs": options.epochs,
        "seed": options.seed,
        "training_seconds": round(seconds),
    }
    (options.out / "protocol.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
