"""The task of `keras-gan features train`."""

import pathlib

import click
import numpy as np

from keras_gan import images
from keras_gan.errors import check
from keras_gan.files import atomic_file
from keras_gan.metrics import classifier, classifier_file
from keras_gan.metrics.classifier import LabeledImages
from keras_gan.typing import Array, ImageDataset
from keras_gan_cli.tasks.common import load_data
from keras_gan_cli.tasks.evaluate import BATCH_SIZE, shuffle

TEST_DIVISOR = 10
"""One image in so many is a test image."""


def train(
    source: str,
    name: str,
    out: pathlib.Path,
    image_shape: tuple[int, int, int] | None,
    epochs: int,
    seed: int,
) -> None:
    """Trains a classifier, writes it, and prints its accuracy.

    Args:
        source: Name or folder of the data.
        name: Name of the network.
        out: File of the network.
        image_shape: Shape to which the images are resized, or None.
        epochs: Number of epochs.
        seed: Random seed of the weights, the order and the test split.

    Raises:
        ValueError: If the data has no labels, or too few images or classes.
    """
    dataset = load_data(
        source, batch_size=BATCH_SIZE, image_shape=image_shape, labels=True
    )
    train_split, test_split, num_classes = split(source, dataset, seed)
    model, record = classifier.train_classifier(
        name, train_split, test_split, num_classes, epochs=epochs, seed=seed
    )
    with atomic_file(out) as part:
        model.save(part)
    protocol = classifier_file.protocol_path(out)
    classifier_file.write_protocol(out, {"data": source, **record}, protocol)
    click.echo(f"""
{accuracy_summary(record["test_accuracy"], test_split[1])}
Network: {out}
Protocol: {protocol}

Measure in its features, as fd_{name}:
  keras-gan evaluate --features {out}""")


def accuracy_summary(accuracy: float, labels: Array) -> str:
    """Returns the accuracy on held-out images, next to that of a constant, as text."""
    majority = np.bincount(labels).max() / len(labels)
    return (
        f"Accuracy on {len(labels):,} held-out images: {accuracy:.1%} "
        f"(the most frequent class alone: {majority:.1%})"
    )


def split(
    source: str, dataset: ImageDataset, seed: int
) -> tuple[LabeledImages, LabeledImages, int]:
    """Returns a training split, a test split and the number of classes.

    Args:
        source: Name of the data, for the error.
        dataset: Dataset of images and labels.
        seed: Integer, random seed of the test split.

    Returns:
        Two tuples `(images, labels)`, `uint8` and integers, and the number of classes.

    Raises:
        ValueError: If there are too few images or classes.
    """
    batches = [
        (images.to_uint8(batch), np.array(labels))
        for batch, labels in dataset.unshuffled
    ]
    pixels, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    num_classes = len(np.unique(labels))
    check(
        num_classes >= 2 and len(labels) >= 2 * TEST_DIVISOR,
        f"{source} is too small to train a classifier.",
        expected=f"at least 2 classes and {2 * TEST_DIVISOR} images",
        received=f"{len(labels)} images of {num_classes} classes",
        do="Pass other data, or add images: one folder per class.",
    )
    # images and labels in the same order: the seed alone determines the permutation
    pixels, labels = shuffle(pixels, seed), shuffle(labels, seed)
    count = len(labels) // TEST_DIVISOR
    training, test = (pixels[count:], labels[count:]), (pixels[:count], labels[:count])
    return training, test, int(labels.max()) + 1
