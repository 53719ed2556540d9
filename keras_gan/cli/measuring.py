"""The commands that measure: evaluate, and the training of feature networks."""

import pathlib
import re

import click
import numpy as np

from keras_gan import callbacks, data, images, metrics
from keras_gan.cli import runs, training
from keras_gan.cli.arguments import (
    COUNT,
    FEATURES,
    PATH,
    SEED,
    TARGET,
    TRUNCATION,
    load,
)
from keras_gan.cli.terminal import ImageShape, table
from keras_gan.config import atomic_file, check
from keras_gan.metrics import classifier, classifier_file, distances

MEASURED = 10_000
"""Images on both sides of a measurement, where there are so many."""

BATCH = 8
"""Images in a batch where nothing is trained: small, so that small sets will do."""

PART, ENOUGH = 10, 100
"""One image in so many is held out; and how many the search for copies needs, which is
content with a half of fewer than twice as many."""

FEATURES_EXAMPLES = """\b
Examples:
  keras-gan features train my_pictures --image-shape 64,64,3
  keras-gan evaluate --features my_pictures.keras
  keras-gan train --data my_pictures --features my_pictures.keras"""


def distance(features):
    """Returns the Fréchet distance in the features of a network's name or file."""
    kind, is_canonical = metrics.FrechetDistance, features == metrics.features.CANONICAL
    (key,) = kind.keys_with(features, is_canonical)
    return metrics.get(key) if key in distances.NAMES else kind(features)


@click.command()
@TARGET
@click.option(
    "--data",
    "name",
    metavar="NAME|FOLDER",
    help="Real images.  [default: what the run was trained with, else "
    "fashion_mnist_10k]",
)
@click.option(
    "--num-images",
    metavar="N",
    type=click.IntRange(2),
    help="Images on both sides.  [default: 10,000, or all where there are fewer]",
)
@FEATURES
@click.option(
    "--memorization",
    metavar="FILE",
    type=PATH,
    help="PNG file to draw: samples beside their nearest training images, and how near "
    "they are, against held-out images.",
)
@click.option(
    "--held-out",
    metavar="NAME|FOLDER",
    help="For --memorization: real images that are not in the data.  [default: the "
    "data's own test split; else a tenth of the data, or 100 images of few, drawn by "
    "--seed, with which the samples are not compared]",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Measure the kernel distance, the score of the classes, precision, recall, "
    "density and coverage, too.",
)
@TRUNCATION
@SEED
@click.option("--out", metavar="FILE", type=PATH, help="JSON file to write, besides.")
def evaluate(
    target,
    name,
    num_images,
    features,
    memorization,
    held_out,
    everything,
    truncation,
    seed,
    out,
):
    """Measures generated images against real ones.

    Prints the Fréchet distance in the features of a network (0 is best), and what the
    number depends on: compare only numbers of the same data, network and as many
    images. With --memorization it tells, too, whether training images were copied.
    Writes nothing, unless --out or --memorization say so.
    """
    check(
        memorization or not held_out,
        "Nothing that is measured here has a use for --held-out.",
        expected="--held-out with --memorization",
        received=f"--held-out {held_out} alone",
        do="Leave --held-out out, or add e.g. --memorization copies.png.",
    )
    for file in filter(None, (out, memorization)):
        runs.prove_writable(file.absolute().parent)
    path, gan = load(target)
    options = runs.Run(path.parent).options
    kept = runs.CHOICES | (runs.read_json(options) if options.is_file() else {})
    name, features = name or kept["data"], features or kept["features"]
    dataset = training.load_data(name, batch_size=BATCH, image_shape=gan.image_shape)
    num_images = num_images or min(MEASURED, dataset.num_images)
    measures = [distance(features)]
    if everything:
        measures += [kind(measures[0].features) for kind in distances.KINDS[1:]]
    evaluation = callbacks.Evaluation(
        measures, dataset, num_images, seed=seed, truncation=truncation
    )
    values = evaluation.measure(gan)
    show(evaluation.with_protocol(values))
    if out:
        runs.write_json(out, training.report(evaluation, values, name, gan))
    if memorization:
        sets = apart(name, dataset, held_out, seed)
        samples, network = (
            gan.generate(num_images, seed, truncation=truncation),
            evaluation.metrics[0].features,
        )
        look_for_copies(samples, *sets, network, kept["flip"], memorization)


def look_for_copies(samples, real, others, where, network, flip, path):
    """Draws the samples beside the nearest training images, and says what was found.

    Args:
        samples: Generated images.
        real: `uint8` images to look for copies of.
        others: Real images that are not among them; as many as samples are taken.
        where: Where those come from, in words.
        network: Feature network.
        flip: Whether the GAN was trained with mirrored images too.
        path: PNG file to write.
    """
    real = np.concatenate([real, real[:, :, ::-1]]) if flip else real
    others = others[: len(samples)]
    found = metrics.memorization_report(samples, real, others, network)
    found.save_picture(path)
    click.echo(f"\n{found}\n  Held out: {where}.\nPicture: {path}")


def show(measurements):
    """Prints measurements, and what all of them depend on; the first is a distance."""
    first, *others = measurements.values()
    protocols = [one.protocol for one in others]
    shared = {
        entry: value
        for entry, value in first.protocol.items()
        if all(protocol.get(entry) == value for protocol in protocols)
    }
    for key, one in measurements.items():
        click.echo(f"{key}: {one.value:.4f}{' (0 is best)' if one is first else ''}")
        own = sorted(one.protocol.items() - shared.items())
        click.echo("".join(f"  {name} {value}\n" for name, value in own), nl=False)
    click.echo(table(shared, indent=2))


def levels(dataset):
    """Returns all images of a data set, `uint8` as they are in files."""
    return np.concatenate([images.to_uint8(batch) for batch in dataset.unshuffled])


def drawn(array, seed):
    """Returns the rows of an array in an order that a seed decides."""
    return array[np.random.default_rng(seed).permutation(len(array))]


def apart(name, dataset, held_out, seed):
    """Returns the images to look for copies of, and real images that are not there.

    A tenth of the training images, or 100 of few, serves where nothing else does. It is
    then left out of the others: what lies near them is measured for real images that
    are not among them, whatever the GAN was trained with. Copies of it are not seen.

    Args:
        name: Name or folder of the data.
        dataset: The data that the GAN was trained with.
        held_out: Name or folder of the others, or None.
        seed: Whole number that mixes the others and draws the part.

    Returns:
        Two `uint8` arrays, and where the second comes from, in words.
    """
    training_images = levels(dataset)
    arguments = {"batch_size": 1, "image_shape": training_images.shape[1:]}
    if held_out:
        others = training.load_data(held_out, **arguments)
        return training_images, drawn(levels(others), seed), held_out
    if others := test_split(name, arguments):
        where = f"the test split of {name}"
        return training_images, drawn(levels(others), seed), where
    mixed, half = drawn(training_images, seed), len(training_images) // 2
    count = max(len(mixed) // PART, min(ENOUGH, half))
    where = f"{count:,} images of {name}, whose copies are not looked for"
    return mixed[count:], mixed[:count], where


def test_split(name, arguments):
    """Returns the test split of a data set, or None where it has none."""
    try:
        return None if runs.is_folder(name) else data.load(name, "test", **arguments)
    except ValueError:
        return None


@click.group()
def features():
    """Feature networks, in which images are compared."""


@features.command("train", epilog=FEATURES_EXAMPLES)
@click.argument("source", metavar="DATA")
@click.option(
    "--name",
    metavar="NAME",
    help="Name for logs, which get fd_NAME.  [default: that of the data]",
)
@click.option(
    "--out", metavar="FILE", type=PATH, help="New file.  [default: NAME.keras]"
)
@click.option("--image-shape", type=ImageShape(), help="As in train.")
@click.option("--epochs", metavar="N", type=COUNT, default=12, show_default=True)
@SEED
def train_features(source, name, out, image_shape, epochs, seed):
    """Trains a small classifier, in whose features GANs are measured.

    DATA is a name of images with labels, or a folder with a folder per class. A tenth
    of the images is held out, and tells how well the classifier knows the classes. The
    file is what --features and kg.metrics take; beside it lies its protocol.
    """
    name = name or re.sub(r"[^\w.-]", "_", pathlib.Path(source).name)
    out = out or pathlib.Path(f"{name}.keras")
    check_new(name, out)
    runs.prove_writable(out.absolute().parent)
    dataset = training.load_data(
        source, batch_size=BATCH, image_shape=image_shape, labels=True
    )
    rest, test, num_classes = split(source, dataset, seed)
    model, record = classifier.trained(
        name, rest, test, num_classes, epochs=epochs, seed=seed
    )
    with atomic_file(out) as part:
        model.save(part)
    protocol = classifier_file.protocol_path(out)
    classifier_file.write_protocol(out, {"data": source, **record}, protocol)
    commonest = np.bincount(test[1]).max() / len(test[1])
    click.echo(f"""
Accuracy on {len(test[1]):,} images held out: {record["test_accuracy"]:.1%} \
(always the commonest class: {commonest:.1%})
Network: {out}
Protocol: {protocol}

Measure in its features, as fd_{name}:
  keras-gan evaluate --features {out}""")


def check_new(name, out):
    """Makes sure that a feature network can have this name and this file."""
    check(
        re.fullmatch(r"\w[\w.-]*", name) and name not in metrics.features.NAMES,
        "A feature network cannot have this name.",
        expected="letters, digits, and _ . -, and not the name of one that ships: "
        + ", ".join(metrics.features.NAMES),
        received=name,
        do="Name it, e.g. --name shoes.",
    )
    check(
        out.suffix == ".keras" and not out.exists(),
        "The network cannot be written to this file.",
        expected="a new file that ends in .keras",
        received=f"{out}" + (", which is there already" if out.exists() else ""),
        do="Name another file, e.g. --out shoes.keras.",
    )


def split(source, dataset, seed):
    """Returns images and labels to train with, those held out, and how many classes.

    Args:
        source: Name of the data, for the error.
        dataset: Data set of images and labels.
        seed: Whole number that draws a tenth.
    """
    batches = [(images.to_uint8(batch), np.array(y)) for batch, y in dataset.unshuffled]
    pairs = [np.concatenate(part) for part in zip(*batches, strict=True)]
    classes = len(np.unique(pairs[1]))
    check(
        classes >= 2 and len(pairs[1]) >= 2 * PART,
        f"A classifier cannot be trained with {source}.",
        expected=f"2 classes or more, {2 * PART} images or more",
        received=f"{len(pairs[1])} images of {classes} classes",
        do="Name other data, or add pictures: one folder per class.",
    )
    mixed = [drawn(part, seed) for part in pairs]
    count = len(mixed[1]) // PART
    rest, test = ([part[at] for part in mixed] for at in (np.s_[count:], np.s_[:count]))
    return rest, test, int(pairs[1].max()) + 1
