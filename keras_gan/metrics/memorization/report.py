"""Does a generator copy? Its samples, and images held out, beside the training set."""

import dataclasses
import hashlib
import math

import numpy as np

from keras_gan.config import check, is_number
from keras_gan.metrics import features as feature_networks
from keras_gan.metrics.memorization.nearest import Nearest, Neighborhood
from keras_gan.metrics.memorization.picture import percent, save_picture
from keras_gan.metrics.metric import OWN_RANGE, pixels
from keras_gan.metrics.moments import checked_features

ERRORS = 4.0
"""Standard errors beyond which a share is no accident."""

TIMES = 2.0
"""Times what is expected from which a share is named."""


@dataclasses.dataclass(frozen=True, eq=False)
class Space:
    """How near samples and held-out images are to the training set, in one space.

    Args:
        samples: The `Nearest` of the samples: `indices`, `distances`, `relative`.
        held_out: That of the held-out images.
        quantile: Share of the held-out images that sets the `limit`.
    """

    samples: Nearest
    held_out: Nearest
    quantile: float

    @property
    def limit(self):
        """The relative distance within which the nearest held-out images lie."""
        count = round(self.quantile * len(self.held_out.relative))
        return float(np.sort(self.held_out.relative)[count - 1])

    @property
    def share(self):
        """The share of the samples below the limit: about `quantile` where none is a
        copy, 1 where all are.
        """
        return float(np.mean(self.samples.relative < self.limit))

    @property
    def z_score(self):
        """How samples and held-out images rank by distance, in standard deviations.

        `(U - m n / 2) / sqrt(m n (m + n + 1) / 12)`: U counts the pairs of one of m
        samples and one of n held-out images in which the sample is farther from the
        training set, ties as halves (Mann and Whitney). Near 0 if the two are alike,
        far below 0 if the samples are nearer, far above if they are farther.
        """
        held_out = np.sort(self.held_out.distances)
        sides = (
            np.searchsorted(held_out, self.samples.distances, side)
            for side in ("left", "right")
        )
        pairs = len(held_out) * len(self.samples.distances)
        spread = pairs * (len(held_out) + len(self.samples.distances) + 1) / 12.0
        return float((sum(map(np.sum, sides)) / 2.0 - pairs / 2.0) / np.sqrt(spread))

    @property
    def copies(self):
        """Whether `share` is twice `quantile` or more, and not by accident: more than
        four standard errors above it.
        """
        each = 1 / len(self.samples.relative) + 1 / len(self.held_out.relative)
        error = math.sqrt(self.quantile * (1.0 - self.quantile) * each)
        beyond = self.share > self.quantile + ERRORS * error
        return beyond and self.share >= TIMES * self.quantile


@dataclasses.dataclass(frozen=True, eq=False)
class Memorization:
    """What `memorization_report` found; `print` it, and look at its picture.

    Args:
        features: `Space` of the network's features.
        pixels: `Space` of the grey levels, 0..255.
        network: Name of the feature network.
        samples: `uint8` samples `(num_samples, height, width, channels)`.
        training: `uint8` training images `(num_training, height, width, channels)`.
        identical: Samples that equal a training image in every pixel.
        left_out: Held-out images that equal a training image, and were not counted.
    """

    features: Space
    pixels: Space
    network: str
    samples: np.ndarray = dataclasses.field(repr=False)
    training: np.ndarray = dataclasses.field(repr=False)
    identical: int
    left_out: int

    @property
    def copies(self):
        """Whether the samples are too near to the training set in either space."""
        return self.features.copies or self.pixels.copies

    @property
    def verdict(self):
        """The answer, a sentence."""
        if not self.copies:
            return "No more copies of training images than among held-out images."
        worst = max(self.features, self.pixels, key=lambda space: space.share)
        excess = (worst.share - worst.quantile) / (1.0 - worst.quantile)
        return (
            f"Training images are copied: about {100.0 * excess:.0f} % of the samples."
        )

    def pairs(self, space, count=10):
        """Returns the samples that are relatively nearest, and what they are near to.

        Args:
            space: `report.features` or `report.pixels`.
            count: Number of samples, at most.

        Returns:
            `uint8` samples, the `uint8` training images nearest to them, and the
            relative distances between the two.
        """
        order = np.argsort(space.samples.relative, kind="stable")[:count]
        nearest = self.training[space.samples.indices[order]]
        return self.samples[order], nearest, space.samples.relative[order]

    def save_picture(self, path):
        """Writes a PNG file: the nearest pairs, and histograms of the distances.

        Args:
            path: File to write.

        Raises:
            OSError: If it cannot be written.
        """
        save_picture(self, path)

    def __str__(self):
        rows = [("", "in features", "in pixels")]
        spaces = (self.features, self.pixels)
        near = f"nearer than {percent(self.features.quantile)} of held-out images"
        rows.append((near, *(percent(space.share) for space in spaces)))
        for name in ("samples", "held_out"):
            sides = [getattr(space, name) for space in spaces]
            medians = (f"{np.median(side.distances):.4g}" for side in sides)
            rows.append((f"median distance, {name.replace('_', '-')}", *medians))
        rows.append(("z of the distances", *(f"{s.z_score:+.1f}" for s in spaces)))
        width = max(len(row[0]) for row in rows)
        table = (f"  {a:<{width}}{b:>14}{c:>12}" for a, b, c in rows)
        return "\n".join([self.verdict, f"  {self.counts}", *table])

    @property
    def counts(self):
        """What was compared, a line."""
        equal = (
            f" ({self.identical:,} equal a training image)" if self.identical else ""
        )
        left = f" ({self.left_out:,} more are training images)" if self.left_out else ""
        return (
            f"{len(self.samples):,} samples{equal}, "
            f"{len(self.features.held_out.indices):,} held-out images{left}, "
            f"{len(self.training):,} training images; features of {self.network}"
        )


def memorization_report(
    samples, training, held_out, features="fashion_mnist", quantile=0.01
):
    """Looks for copies of training images among the samples of a generator.

    For each sample it finds the nearest training image, and divides the distance by
    that to the second nearest: a copy is near to one image, while what is simple,
    blurred or common is as near to several. Carlini et al. divide by the mean of the 50
    nearest (2023, https://arxiv.org/abs/2301.13188). It does the same for real images
    that were held out, which cannot be copies: about a `quantile` of the samples is as
    near as the nearest `quantile` of these. Where clearly more are, the generator
    copies, and `(share - quantile) / (1 - quantile)` is about the share of the copies.

    It also ranks the distances themselves by the statistic of Meehan et al. (2020,
    https://arxiv.org/abs/2004.05675), over the whole space as one cell: read it beside
    the share, because too many simple images lower it, and copies among poor samples
    do not.

    Distances are Euclidean, in float64, of features, where copies that were shifted a
    little are found, and of pixels, where those with noise are. A mirrored copy is
    found if the mirrored training images are passed among the others. Copies of images
    that are nearly, but not exactly, twice in the training set are not found.

    Args:
        samples: Array or tensor `(num_samples, height, width, channels)`, `uint8` or
            floats in [-1, 1].
        training: The images that the generator was trained on, or part of them; copies
            of others are not found.
        held_out: Real images of the same kind that are not among `training`: a test
            split, or a part of the data that is left out of `training`. Those that
            equal a training image are not counted.
        features: What `keras_gan.metrics.features.get` takes.
        quantile: Share of the held-out images that sets the limit, above 0 and up to
            one half.

    Returns:
        A `Memorization`: `print` it, ask `copies`, and `save_picture`.

    Raises:
        ValueError: If the shapes differ, there are too few held-out images for the
            quantile, or the training images are all the same.

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
    sets = [pixels(images, OWN_RANGE) for images in (samples, training, held_out)]
    check_sets(*sets)
    digests = [list(map(digest, images)) for images in sets]
    first = {}
    for number, key in enumerate(digests[1]):
        first.setdefault(key, number)
    kinds = np.array([first[key] for key in digests[1]])
    new = np.array([key not in first for key in digests[2]])
    check_quantile(quantile, np.sum(new), len(new))
    sets[2] = sets[2] if new.all() else sets[2][new]
    network = feature_networks.get(features)
    return Memorization(
        features=space(feature_vectors(network, sets), kinds, quantile),
        pixels=space([each.reshape(len(each), -1) for each in sets], kinds, quantile),
        network=network.name,
        samples=sets[0],
        training=sets[1],
        identical=sum(key in first for key in digests[0]),
        left_out=int(np.sum(~new)),
    )


def digest(image):
    """Returns what is equal for images of equal pixels."""
    return hashlib.blake2b(image.tobytes(), digest_size=16).digest()


def feature_vectors(network, sets):
    """Returns the features of the samples, the training and the held-out images."""
    vectors = [network(images) for images in sets]
    for each, kind in zip(vectors, ("generated", "training", "held-out"), strict=True):
        checked_features(each, kind)
    return vectors


def space(vectors, kinds, quantile):
    """Returns the `Space` of samples, training and held-out images as matrices."""
    samples, training, held_out = vectors
    neighborhood = Neighborhood(training, kinds)
    return Space(neighborhood.of(samples), neighborhood.of(held_out), quantile)


def check_sets(samples, training, held_out):
    """Makes sure that there are images of one shape in the three sets."""
    shapes = [images.shape[1:] for images in (samples, training, held_out)]
    check(
        len(set(shapes)) == 1 and len(samples) > 0,
        "The three sets of images do not fit each other.",
        expected="1 sample or more, and training and held-out images of its shape",
        received=f"{len(samples)} samples {shapes[0]}, {len(training)} training images "
        f"{shapes[1]}, {len(held_out)} held-out images {shapes[2]}",
        do="Bring all to the shape of the samples, e.g. by kg.data.load(name, "
        "image_shape=gan.image_shape).",
    )


def check_quantile(quantile, num_new, num_held_out):
    """Makes sure that there are held-out images to set the limit by."""
    check(
        is_number(quantile) and 0.0 < quantile <= 0.5,
        "The quantile of the held-out images is out of range.",
        expected="quantile above 0 and up to 0.5",
        received=f"quantile={quantile!r}",
        do="Pass quantile=0.01.",
    )
    least = math.ceil(1.0 / quantile)
    check(
        num_new >= least,
        "There are too few held-out images to compare the samples with.",
        expected=f"{least} images that are not in the training set, for "
        f"quantile={quantile}",
        received=f"{num_held_out} images, {num_held_out - num_new} of them equal to a "
        "training image",
        do="Pass more images that are no training images, or a larger quantile.",
    )
