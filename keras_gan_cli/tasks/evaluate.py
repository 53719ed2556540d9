"""The task of `keras-gan evaluate`: metrics and the search for memorized images."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

import click
import numpy as np

from keras_gan import callbacks, images, metrics
from keras_gan.gan import GAN
from keras_gan.metrics import Measurement
from keras_gan.metrics.feature_network import FeatureNetwork
from keras_gan.metrics.names import CLASSES, NAMES
from keras_gan.typing import Array, ImageDataset, UInt8Array
from keras_gan_cli.saved import SavedGAN
from keras_gan_cli.tasks.common import (
    load_data,
    load_gan,
    metrics_as_json,
    write_json,
)
from keras_gan_cli.terminal import table

NUM_IMAGES = 10_000
"""Generated and real images of an evaluation, where the dataset has as many."""

BATCH_SIZE = 8
"""Batch size where nothing is trained: small, as the data may have few images."""

HELD_OUT_DIVISOR, MIN_HELD_OUT = 10, 100
"""Held-out images of data without a test split: one training image in so many, but at
least as many as the search for copies needs, or half of a small dataset."""


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """Generated and real images of one `keras-gan evaluate`.

    Args:
        gan: The `kg.GAN`.
        name: Name or folder of the real images.
        dataset: The real images.
        num_images: Number of generated and of real images.
        truncation: Truncation, or None.
        seed: Random seed.
    """

    gan: GAN
    name: str
    dataset: ImageDataset
    num_images: int
    truncation: float | None
    seed: int

    @classmethod
    def load(
        cls,
        saved: SavedGAN,
        name: str,
        num_images: int | None,
        truncation: float | None,
        seed: int,
    ) -> "Evaluation":
        """Returns the evaluation of a saved GAN.

        Args:
            saved: The GAN.
            name: Name or folder of the real images.
            num_images: Number of images; None: `NUM_IMAGES`, or all of a smaller
                dataset.
            truncation: Truncation, or None.
            seed: Random seed.
        """
        gan = load_gan(saved)
        dataset = load_data(name, batch_size=BATCH_SIZE, image_shape=gan.image_shape)
        num_images = num_images or min(NUM_IMAGES, dataset.num_images)
        return cls(gan, name, dataset, num_images, truncation, seed)

    def measure(
        self, features: str, all_metrics: bool, out: pathlib.Path | None
    ) -> FeatureNetwork:
        """Prints the metrics, and writes them to a file.

        Args:
            features: Name or file of the feature network.
            all_metrics: Whether to compute more than the Fréchet distance.
            out: JSON file, or None.

        Returns:
            The feature network.
        """
        selected = [frechet_distance(features)]
        network = selected[0].features
        if all_metrics:  # the network is shared: an image passes it once
            selected += [metric_class(network) for metric_class in CLASSES[1:]]
        evaluation = callbacks.Evaluation(
            selected,
            self.dataset,
            self.num_images,
            seed=self.seed,
            truncation=self.truncation,
        )
        values = evaluation.measure(self.gan)
        print_measurements(evaluation.with_protocol(values))
        if out:
            write_json(out, metrics_as_json(evaluation, values, self.name, self.gan))
        return network

    def search_copies(
        self,
        network: FeatureNetwork,
        held_out: str | None,
        flip: bool,
        path: pathlib.Path,
    ) -> None:
        """Draws samples next to their nearest training images, and prints a summary.

        Args:
            network: Feature network.
            held_out: Name or folder of the held-out images, or None.
            flip: Whether the GAN was trained with mirrored images, too.
            path: PNG file to write.
        """
        real, others, origin = held_out_split(
            self.name, self.dataset, held_out, self.seed
        )
        samples = self.gan.generate(
            self.num_images, self.seed, truncation=self.truncation
        )
        real = np.concatenate([real, real[:, :, ::-1]]) if flip else real
        others = others[: len(samples)]
        report = metrics.memorization_report(samples, real, others, network)
        report.save_picture(path)
        click.echo(f"\n{report}\n  Held out: {origin}.\nPicture: {path}")


def frechet_distance(features: str) -> metrics.SampleMetric:
    """Returns the Fréchet distance in the features of a network's name or file."""
    metric_class = metrics.FrechetDistance
    is_canonical = features == metrics.features.CANONICAL
    (key,) = metric_class.keys_with(features, is_canonical)
    # "fid" is a class of its own, with the published pre-processing
    return metrics.get(key) if key in NAMES else metric_class(features)


def print_measurements(measurements: Mapping[str, Measurement]) -> None:
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


def all_images(dataset: ImageDataset) -> UInt8Array:
    """Returns all images of a dataset in file order, `uint8`."""
    return np.concatenate([images.to_uint8(batch) for batch in dataset.unshuffled])


def shuffle(array: Array, seed: int) -> Array:
    """Returns the rows of an array in random order."""
    return array[np.random.default_rng(seed).permutation(len(array))]


def held_out_split(
    name: str, dataset: ImageDataset, held_out: str | None, seed: int
) -> tuple[UInt8Array, UInt8Array, str]:
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
    arguments: dict[str, Any] = {
        "batch_size": 1,
        "image_shape": training_images.shape[1:],
    }
    if held_out:
        others = load_data(held_out, **arguments)
        return training_images, shuffle(all_images(others), seed), held_out
    if test_split := load_test_split(name, arguments):
        origin = f"the test split of {name}"
        return training_images, shuffle(all_images(test_split), seed), origin
    shuffled, half = shuffle(training_images, seed), len(training_images) // 2
    count = max(len(shuffled) // HELD_OUT_DIVISOR, min(MIN_HELD_OUT, half))
    origin = f"{count:,} images of {name}, which are not searched for copies"
    return shuffled[count:], shuffled[:count], origin


def load_test_split(name: str, arguments: Mapping[str, Any]) -> ImageDataset | None:
    """Returns the test split of a dataset, or None if it has none."""
    try:
        return load_data(name, "test", **arguments)
    except ValueError:
        return None
