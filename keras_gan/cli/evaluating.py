"""The command `keras-gan evaluate`: metrics and the search for memorized images."""

import click
import numpy as np

from keras_gan import callbacks, data, images, metrics
from keras_gan.cli import runs, training
from keras_gan.cli.arguments import FEATURES, SEED, TARGET, TRUNCATION, load_target
from keras_gan.cli.terminal import PATH, table
from keras_gan.config import check
from keras_gan.metrics.names import CLASSES, NAMES

NUM_IMAGES = 10_000
"""Generated and real images of an evaluation, where the dataset has as many."""

BATCH_SIZE = 8
"""Batch size where nothing is trained: small, as the data may have few images."""

HELD_OUT_DIVISOR, MIN_HELD_OUT = 10, 100
"""Held-out images of data without a test split: one training image in so many, but at
least as many as the search for copies needs, or half of a small dataset."""


def frechet_distance(features):
    """Returns the Fréchet distance in the features of a network's name or file."""
    metric_class = metrics.FrechetDistance
    is_canonical = features == metrics.features.CANONICAL
    (key,) = metric_class.keys_with(features, is_canonical)
    # "fid" is a class of its own, with the published pre-processing
    return metrics.get(key) if key in NAMES else metric_class(features)


@click.command()
@TARGET
@click.option(
    "--data",
    "name",
    metavar="NAME|FOLDER",
    help="Real images.  [default: the run's training data, else fashion_mnist_10k]",
)
@click.option(
    "--num-images",
    metavar="N",
    type=click.IntRange(2),
    help="Number of generated and of real images.  [default: 10,000, or all of a "
    "smaller dataset]",
)
@FEATURES
@click.option(
    "--memorization",
    metavar="FILE",
    type=PATH,
    help="PNG file to write: generated images next to their nearest training images, "
    "with the distances, compared with held-out images.",
)
@click.option(
    "--held-out",
    metavar="NAME|FOLDER",
    help="For --memorization: real images that are not in the training data.  "
    "[default: the test split of the data; without one, a tenth of the data, at least "
    "100 images, drawn by --seed and left out of the search]",
)
@click.option(
    "--all",
    "all_metrics",
    is_flag=True,
    help="Also compute the kernel distance and the class score (KID and Inception "
    "Score in these features), precision, recall, density and coverage.",
)
@TRUNCATION
@SEED
@click.option(
    "--out", metavar="FILE", type=PATH, help="JSON file to write the values to."
)
def evaluate(
    target,
    name,
    num_images,
    features,
    memorization,
    held_out,
    all_metrics,
    truncation,
    seed,
    out,
):
    """Measures the quality of generated images.

    Prints the Fréchet distance in the features of a network (0 is best), and its
    protocol: only values with the same data, network and number of images are
    comparable. --memorization also searches the generated images for copies of training
    images. Writes no file without --out or --memorization.
    """
    check(
        memorization or not held_out,
        "`--held-out` requires `--memorization`.",
        expected="--held-out with --memorization",
        received=f"--held-out {held_out} alone",
        do="Leave --held-out out, or add e.g. --memorization copies.png.",
    )
    for file in filter(None, (out, memorization)):
        runs.check_writable(file.absolute().parent)
    path, gan = load_target(target)
    run = runs.Run(path.parent)
    record = runs.RunRecord()
    if run.record.is_file():
        record = runs.read_record(run.record)
    name = name or record.options.data
    dataset = training.load_data(
        name, batch_size=BATCH_SIZE, image_shape=gan.image_shape
    )
    num_images = num_images or min(NUM_IMAGES, dataset.num_images)
    selected = [frechet_distance(features or record.options.features)]
    if all_metrics:
        network = selected[0].features  # shared: an image passes it once
        selected += [metric_class(network) for metric_class in CLASSES[1:]]
    evaluation = callbacks.Evaluation(
        selected, dataset, num_images, seed=seed, truncation=truncation
    )
    values = evaluation.measure(gan)
    print_measurements(evaluation.with_protocol(values))
    if out:
        runs.write_json(out, training.metrics_as_json(evaluation, values, name, gan))
    if memorization:
        split = held_out_split(name, dataset, held_out, seed)
        samples = gan.generate(num_images, seed, truncation=truncation)
        network = evaluation.metrics[0].features
        report_memorization(samples, *split, network, record.options.flip, memorization)


def report_memorization(samples, real, held_out, origin, network, flip, path):
    """Draws samples next to their nearest training images, and prints a summary.

    Args:
        samples: Generated images.
        real: Training images, `uint8`.
        held_out: Real images that are not among them; as many as samples are used.
        origin: Where the held-out images come from, as text.
        network: Feature network.
        flip: Whether the GAN was trained with mirrored images, too.
        path: PNG file to write.
    """
    real = np.concatenate([real, real[:, :, ::-1]]) if flip else real
    held_out = held_out[: len(samples)]
    report = metrics.memorization_report(samples, real, held_out, network)
    report.save_picture(path)
    click.echo(f"\n{report}\n  Held out: {origin}.\nPicture: {path}")


def print_measurements(measurements):
    """Prints values with their protocols; what all protocols share is printed once.

    Args:
        measurements: Dictionary from log keys to `kg.metrics.Measurement`; the first is
            a distance.
    """
    first, *others = measurements.values()
    shared = {
        entry: value
        for entry, value in first.protocol.items()
        if all(other.protocol.get(entry) == value for other in others)
    }
    for key, measurement in measurements.items():
        best = " (0 is best)" if measurement is first else ""
        click.echo(f"{key}: {measurement.value:.4f}{best}")
        specific = sorted(measurement.protocol.items() - shared.items())
        for entry, value in specific:
            click.echo(f"  {entry} {value}")
    click.echo(table(shared, indent=2))


def all_images(dataset):
    """Returns all images of a dataset in file order, `uint8`."""
    return np.concatenate([images.to_uint8(batch) for batch in dataset.unshuffled])


def shuffle(array, seed):
    """Returns the rows of an array in random order."""
    return array[np.random.default_rng(seed).permutation(len(array))]


def held_out_split(name, dataset, held_out, seed):
    """Returns training images to search for copies, and held-out real images.

    The held-out images are those of `--held-out`, or of the test split, or a part of
    the training images. This part is not searched: its distances must be those of real
    images to other real images. Copies of it are not detected.

    Args:
        name: Name or folder of the training data.
        dataset: Its dataset.
        held_out: Name or folder of the held-out images, or None.
        seed: Integer, random seed of their order and of the part.

    Returns:
        Tuple of two `uint8` arrays, and the origin of the second as text.
    """
    training_images = all_images(dataset)
    arguments = {"batch_size": 1, "image_shape": training_images.shape[1:]}
    if held_out:
        others = training.load_data(held_out, **arguments)
        return training_images, shuffle(all_images(others), seed), held_out
    if others := load_test_split(name, arguments):
        origin = f"the test split of {name}"
        return training_images, shuffle(all_images(others), seed), origin
    shuffled, half = shuffle(training_images, seed), len(training_images) // 2
    count = max(len(shuffled) // HELD_OUT_DIVISOR, min(MIN_HELD_OUT, half))
    origin = f"{count:,} images of {name}, which are not searched for copies"
    return shuffled[count:], shuffled[:count], origin


def load_test_split(name, arguments):
    """Returns the test split of a dataset, or None if it has none."""
    try:
        return None if runs.is_folder(name) else data.load(name, "test", **arguments)
    except ValueError:
        return None
