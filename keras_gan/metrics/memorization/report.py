"""Detection of memorization: samples and held-out images against training images."""

import dataclasses
import hashlib
import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np

from keras_gan.errors import check
from keras_gan.metrics.feature_network import FeatureNetwork, FeaturesLike
from keras_gan.metrics.features import get_feature_network
from keras_gan.metrics.memorization.nearest import Nearest, Neighborhood
from keras_gan.metrics.memorization.picture import percent, save_picture
from keras_gan.metrics.moments import validate_features
from keras_gan.metrics.pixels import GAN_RANGE, to_pixels
from keras_gan.typing import (
    Array,
    FloatArray,
    IntArray,
    StrPath,
    TensorLike,
    UInt8Array,
)
from keras_gan.validation import validated, within

MIN_STANDARD_ERRORS = 4.0
"""Standard errors above the expectation at which a share is significant."""

MIN_RATIO = 2.0
"""Smallest ratio to the expectation of a share that is reported."""


@dataclasses.dataclass(frozen=True, eq=False)
class Space:
    """Distances of samples and held-out images to the training set, in one space.

    Args:
        samples: The `Nearest` of the samples: `indices`, `distances`, `relative`.
        held_out: The `Nearest` of the held-out images.
        quantile: Fraction of the held-out images that sets the `limit`.
    """

    samples: Nearest
    held_out: Nearest
    quantile: float

    @property
    def limit(self) -> float:
        """The `quantile` of the relative distances of the held-out images."""
        count = round(self.quantile * len(self.held_out.relative))
        return float(np.sort(self.held_out.relative)[count - 1])

    @property
    def share(self) -> float:
        """Fraction of the samples below the limit: about `quantile` without copies, 1
        if all samples are copies.
        """
        return float(np.mean(self.samples.relative < self.limit))

    @property
    def z_score(self) -> float:
        """Mann-Whitney statistic of the distances, in standard deviations.

        `(U - m n / 2) / sqrt(m n (m + n + 1) / 12)`: U counts the pairs of one of m
        samples and one of n held-out images in which the sample is farther from the
        training set, ties as halves. Near 0 if the two are similar, very negative if
        the samples are nearer, very positive if they are farther.
        """
        held_out = np.sort(self.held_out.distances)
        ranks = (
            np.searchsorted(held_out, self.samples.distances, side)
            for side in ("left", "right")
        )
        pairs = len(held_out) * len(self.samples.distances)
        variance = pairs * (len(held_out) + len(self.samples.distances) + 1) / 12.0
        u = sum(map(np.sum, ranks)) / 2.0
        return float((u - pairs / 2.0) / np.sqrt(variance))

    @property
    def copies(self) -> bool:
        """Whether `share` is at least twice `quantile`, and significantly: more than
        four standard errors above it.
        """
        inverse = 1 / len(self.samples.relative) + 1 / len(self.held_out.relative)
        error = math.sqrt(self.quantile * (1.0 - self.quantile) * inverse)
        significant = self.share > self.quantile + MIN_STANDARD_ERRORS * error
        return significant and self.share >= MIN_RATIO * self.quantile


@dataclasses.dataclass(frozen=True, eq=False)
class Memorization:
    """Result of `memorization_report`; it can be printed and drawn.

    Args:
        features: `Space` of the feature vectors.
        pixels: `Space` of the pixels, 0..255.
        network: Name of the feature network.
        samples: `uint8` samples `(num_samples, height, width, channels)`.
        training: `uint8` training images `(num_training, height, width, channels)`.
        identical: Number of samples that equal a training image in every pixel.
        left_out: Number of held-out images that were ignored, because they equal a
            training image.
    """

    features: Space
    pixels: Space
    network: str
    samples: UInt8Array = dataclasses.field(repr=False)
    training: UInt8Array = dataclasses.field(repr=False)
    identical: int
    left_out: int

    @property
    def copies(self) -> bool:
        """Whether training images are copied, by either space."""
        return self.features.copies or self.pixels.copies

    @property
    def verdict(self) -> str:
        """The conclusion, a sentence."""
        if not self.copies:
            return "No more copies of training images than among held-out images."
        worst = max(self.features, self.pixels, key=lambda space: space.share)
        excess = (worst.share - worst.quantile) / (1.0 - worst.quantile)
        return (
            f"Training images are copied: about {100.0 * excess:.0f} % of the samples."
        )

    def pairs(
        self, space: Space, count: int = 10
    ) -> tuple[UInt8Array, UInt8Array, FloatArray]:
        """Returns the samples with the smallest relative distances, and neighbors.

        Args:
            space: `report.features` or `report.pixels`.
            count: Maximum number of samples.

        Returns:
            `uint8` samples, their nearest `uint8` training images, and their relative
            distances.
        """
        order = np.argsort(space.samples.relative, kind="stable")[:count]
        nearest = self.training[space.samples.indices[order]]
        return self.samples[order], nearest, space.samples.relative[order]

    def save_picture(self, path: StrPath) -> None:
        """Writes an image with the nearest pairs and histograms of the distances.

        Args:
            path: File to write, which ends in .png or .jpg.

        Raises:
            ValueError: If it has another ending.
            OSError: If it cannot be written.
        """
        save_picture(self, path)

    def __str__(self) -> str:
        rows: list[tuple[str, ...]] = [("", "in features", "in pixels")]
        spaces = (self.features, self.pixels)
        near = f"nearer than {percent(self.features.quantile)} of held-out images"
        rows.append((near, *(percent(space.share) for space in spaces)))
        for name in ("samples", "held_out"):
            sets = [getattr(space, name) for space in spaces]
            medians = (f"{np.median(item.distances):.4g}" for item in sets)
            rows.append((f"median distance, {name.replace('_', '-')}", *medians))
        rows.append(("z of the distances", *(f"{s.z_score:+.1f}" for s in spaces)))
        width = max(len(row[0]) for row in rows)
        table = (f"  {a:<{width}}{b:>14}{c:>12}" for a, b, c in rows)
        return "\n".join([self.verdict, f"  {self.counts}", *table])

    @property
    def counts(self) -> str:
        """Numbers of images and the feature network, in one line."""
        equal = (
            f" ({self.identical:,} equal a training image)" if self.identical else ""
        )
        left = f" ({self.left_out:,} more are training images)" if self.left_out else ""
        return (
            f"{len(self.samples):,} samples{equal}, "
            f"{len(self.features.held_out.indices):,} held-out images{left}, "
            f"{len(self.training):,} training images; features of {self.network}"
        )


@validated
def memorization_report(
    samples: TensorLike,
    training: TensorLike,
    held_out: TensorLike,
    features: FeaturesLike = "fashion_mnist",
    quantile: Annotated[float, within(0, 0.5, "(]")] = 0.01,
) -> Memorization:
    """Detects copies of training images in the samples of a generator.

    The relative distance of a sample is its distance to the nearest training image
    divided by that to the second nearest: a copy is near to one image, while simple,
    blurred or common images are as near to several. Carlini et al. divide by the mean
    of the 50 nearest (2023, https://arxiv.org/abs/2301.13188). The relative distances
    of real held-out images, which cannot be copies, set a limit at their `quantile`.
    Without copies about a `quantile` of the samples is below it; if the share is
    significantly larger, about `(share - quantile) / (1 - quantile)` of the samples are
    copies.

    In addition, the distances are ranked by the statistic of Meehan et al. (2020,
    https://arxiv.org/abs/2004.05675), with the whole space as one cell. Interpret it
    together with the share: too many simple images lower it, and copies in otherwise
    poor samples may not.

    Distances are Euclidean, in float64, of features, which detect slightly shifted
    copies, and of pixels, which detect noisy copies. To detect mirrored copies, pass
    the mirrored training images as well. Copies of images that are almost, but not
    exactly, duplicated in the training set are not detected.

    Args:
        samples: Array or tensor `(num_samples, height, width, channels)`, `uint8` or
            floats in [-1, 1].
        training: Training images of the generator, or a part of them; only copies of
            these are detected.
        held_out: Real images of the same distribution that are not in `training`: a
            test split, or a part of the data. Those that equal a training image are
            ignored.
        features: Feature network, as accepted by `keras_gan.metrics.features.get`.
        quantile: Fraction of the held-out images that sets the limit, greater than 0
            and at most 0.5.

    Returns:
        A `Memorization`: print it, read `copies`, and call `save_picture`.

    Raises:
        ValueError: If the shapes differ, there are too few held-out images for the
            quantile, or all training images are equal.

    Example:
    >>> import keras_gan as kg
    >>> images = kg.random.Random(0).uniform((300, 6, 6, 1), -1.0, 1.0).numpy()
    >>> training, held_out, others = images[:100], images[100:200], images[200:]
    >>> def halves(images):
    ...     return images.reshape(len(images), 2, 18).mean(axis=2)
    >>> kg.metrics.memorization_report(others, training, held_out, halves).copies
    False
    >>> report = kg.metrics.memorization_report(training, training, held_out, halves)
    >>> report.copies, report.pixels.share, report.identical
    (True, 1.0, 100)
    """
    sets = [to_pixels(images, GAN_RANGE) for images in (samples, training, held_out)]
    check_sets(*sets)
    digests = [list(map(digest, images)) for images in sets]
    first: dict[bytes, int] = {}
    for index, key in enumerate(digests[1]):
        first.setdefault(key, index)
    groups = np.array([first[key] for key in digests[1]])
    new = np.array([key not in first for key in digests[2]])
    check_held_out(quantile, int(np.sum(new)), len(new))
    sets[2] = sets[2] if new.all() else sets[2][new]
    network = get_feature_network(features)
    return Memorization(
        features=build_space(feature_vectors(network, sets), groups, quantile),
        pixels=build_space(
            [images.reshape(len(images), -1) for images in sets], groups, quantile
        ),
        network=network.name,
        samples=sets[0],
        training=sets[1],
        identical=sum(key in first for key in digests[0]),
        left_out=int(np.sum(~new)),
    )


def digest(image: UInt8Array) -> bytes:
    """Returns a hash of the pixels of an image."""
    return hashlib.blake2b(image.tobytes(), digest_size=16).digest()


def feature_vectors(
    network: FeatureNetwork, sets: Sequence[UInt8Array]
) -> list[FloatArray]:
    """Returns the features of the samples, the training and the held-out images."""
    vectors = [network(images) for images in sets]
    kinds = ("generated", "training", "held-out")
    for features, kind in zip(vectors, kinds, strict=True):
        validate_features(features, kind)
    return vectors


def build_space(vectors: Sequence[Array], groups: IntArray, quantile: float) -> Space:
    """Returns the `Space` of samples, training and held-out images as matrices."""
    samples, training, held_out = vectors
    neighborhood = Neighborhood(training, groups)
    return Space(neighborhood.find(samples), neighborhood.find(held_out), quantile)


def check_sets(samples: UInt8Array, training: UInt8Array, held_out: UInt8Array) -> None:
    """Raises an error if the three sets differ in shape or there is no sample."""
    shapes = [images.shape[1:] for images in (samples, training, held_out)]
    check(
        len(set(shapes)) == 1 and len(samples) > 0,
        "`samples`, `training` and `held_out` must be images of one shape.",
        expected="at least 1 sample, and training and held-out images of its shape",
        received=f"{len(samples)} samples {shapes[0]}, {len(training)} training images "
        f"{shapes[1]}, {len(held_out)} held-out images {shapes[2]}",
        do="Resize all to the shape of the samples, e.g. by kg.data.load(name, "
        "image_shape=gan.image_shape).",
    )


def check_held_out(quantile: float, num_new: int, num_held_out: int) -> None:
    """Raises an error if there are too few held-out images for `quantile`."""
    minimum = math.ceil(1.0 / quantile)
    check(
        num_new >= minimum,
        "`held_out` has too few images for `quantile`.",
        expected=f"{minimum} images that are not in the training set, for "
        f"quantile={quantile}",
        received=f"{num_held_out} images, {num_held_out - num_new} of them equal to a "
        "training image",
        do="Pass more images that are not in the training set, or a larger quantile.",
    )
