"""The command `keras-gan features train`: a classifier whose features metrics use."""

import pathlib
import re

import click
import numpy as np

from keras_gan import images, metrics
from keras_gan.cli import runs, training
from keras_gan.cli.arguments import SEED
from keras_gan.cli.evaluating import BATCH_SIZE, shuffle
from keras_gan.cli.terminal import COUNT, PATH, ImageShape
from keras_gan.config import atomic_file, check
from keras_gan.metrics import classifier, classifier_file

TEST_DIVISOR = 10
"""One image in so many is a test image."""

EXAMPLES = """\b
Examples:
  keras-gan features train my_pictures --image-shape 64,64,3
  keras-gan evaluate --features my_pictures.keras
  keras-gan train --data my_pictures --features my_pictures.keras"""


@click.group()
def features():
    """Trains feature networks for metrics of generated images."""


@features.command("train", epilog=EXAMPLES)
@click.argument("source", metavar="DATA")
@click.option(
    "--name",
    metavar="NAME",
    help="Name of the network; the metric's log key is fd_NAME.  [default: that of the "
    "data]",
)
@click.option(
    "--out", metavar="FILE", type=PATH, help="New file.  [default: NAME.keras]"
)
@click.option("--image-shape", type=ImageShape(), help="As in train.")
@click.option("--epochs", metavar="N", type=COUNT, default=12, show_default=True)
@SEED
def train_features(source, name, out, image_shape, epochs, seed):
    """Trains a small classifier as a feature network.

    DATA is the name of a dataset with labels, or a folder with a folder per class. A
    tenth of the images is held out to measure the accuracy. Pass the file to --features
    or kg.metrics; its training protocol is written to FILE.json.
    """
    name = name or re.sub(r"[^\w.-]", "_", pathlib.Path(source).name)
    out = out or pathlib.Path(f"{name}.keras")
    check_name_and_file(name, out)
    runs.check_writable(out.absolute().parent)
    dataset = training.load_data(
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
    test_labels = test_split[1]
    majority = np.bincount(test_labels).max() / len(test_labels)
    click.echo(f"""
Accuracy on {len(test_labels):,} held-out images: {record["test_accuracy"]:.1%} \
(the most frequent class alone: {majority:.1%})
Network: {out}
Protocol: {protocol}

Measure in its features, as fd_{name}:
  keras-gan evaluate --features {out}""")


def check_name_and_file(name, out):
    """Validates the name and the file of a new feature network.

    Raises:
        ValueError: If the name is invalid or that of a network that ships, or the file
            exists or does not end in .keras.
    """
    check(
        re.fullmatch(r"\w[\w.-]*", name) and name not in metrics.features.NAMES,
        "`--name` is not a valid name of a feature network.",
        expected="letters, digits, and _ . -, and none of the networks that ship: "
        + ", ".join(metrics.features.NAMES),
        received=name,
        do="Pass another name, e.g. --name shoes.",
    )
    check(
        out.suffix == ".keras" and not out.exists(),
        "`--out` must be a new .keras file.",
        expected="a new file that ends in .keras",
        received=f"{out}" + (", which exists" if out.exists() else ""),
        do="Pass another file, e.g. --out shoes.keras.",
    )


def split(source, dataset, seed):
    """Returns a training split, a test split and the number of classes.

    Args:
        source: Name of the data, for the error.
        dataset: Dataset of images and labels.
        seed: Integer, random seed of the test split.

    Returns:
        Two lists `[images, labels]`, `uint8` and integers, and the number of classes.

    Raises:
        ValueError: If there are too few images or classes.
    """
    batches = [
        (images.to_uint8(batch), np.array(labels))
        for batch, labels in dataset.unshuffled
    ]
    arrays = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    all_labels = arrays[1]
    num_classes = len(np.unique(all_labels))
    check(
        num_classes >= 2 and len(all_labels) >= 2 * TEST_DIVISOR,
        f"{source} is too small to train a classifier.",
        expected=f"at least 2 classes and {2 * TEST_DIVISOR} images",
        received=f"{len(all_labels)} images of {num_classes} classes",
        do="Pass other data, or add images: one folder per class.",
    )
    # images and labels in the same order: the seed alone determines the permutation
    shuffled = [shuffle(array, seed) for array in arrays]
    count = len(all_labels) // TEST_DIVISOR
    train_split = [array[count:] for array in shuffled]
    test_split = [array[:count] for array in shuffled]
    return train_split, test_split, int(all_labels.max()) + 1
