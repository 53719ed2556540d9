"""Mode coverage: how many of the modes of the data a generator makes, and how evenly.

Reference: [VEEGAN](https://arxiv.org/abs/1705.07761), which set the ring, the grid and
the stacked digits; [PacGAN](https://arxiv.org/abs/1712.04086), which compares the
histogram of modes with the uniform one.
"""

import dataclasses
import functools

import keras
import numpy as np

from keras_gan.config import check
from keras_gan.metrics.fashion_mnist import fashion_mnist_classifier
from keras_gan.metrics.features import ModelFeatures
from keras_gan.metrics.metric import OWN_RANGE, pixels

SIGMAS = 3.0
"""How many standard deviations from its mean a sample of high quality may lie."""


@dataclasses.dataclass(frozen=True)
class ModeCoverage:
    """How samples spread over the modes of the data.

    Args:
        modes: Modes with one sample of high quality or more.
        num_modes: Modes that the data have.
        high_quality: Share of the samples that are of high quality, 0 to 1.
        reverse_kl: `KL(histogram || uniform) = sum_i h_i log(h_i num_modes)` in nats,
            of the share h_i of the samples of high quality that lie on mode i: 0 where
            all modes are equally frequent, `log(num_modes)` where one is everything,
            infinity where there is no such sample.
    """

    modes: int
    num_modes: int
    high_quality: float
    reverse_kl: float

    @classmethod
    def of_counts(cls, counts, num_samples):
        """Returns the coverage of a histogram.

        Args:
            counts: Samples of high quality on each mode, shape `(num_modes,)`.
            num_samples: All samples, of any quality.
        """
        counts = np.asarray(counts, np.float64)
        num_good, num_modes = counts.sum(), len(counts)
        reverse_kl = float("inf")
        if num_good > 0:
            shares = counts[counts > 0] / num_good
            reverse_kl = max(0.0, float(np.sum(shares * np.log(shares * num_modes))))
        modes = int(np.count_nonzero(counts))
        return cls(modes, num_modes, float(num_good / num_samples), reverse_kl)


def mode_coverage(samples, centers, sigma):
    """Measures which modes of a mixture of Gaussians the samples of a generator cover.

    A sample belongs to the nearest mean. It is of high quality within `3 sigma` of it,
    and a mode counts if it has one such sample. The papers draw 2,500 samples.

    Args:
        samples: Points, array or tensor `(num_samples, features)`.
        centers: Means of the modes, `(num_modes, features)`.
        sigma: Standard deviation of a mode along each axis, above 0.

    Returns:
        A `ModeCoverage`: `modes`, `num_modes`, `high_quality`, `reverse_kl`.

    Raises:
        ValueError: If the shapes do not fit, there is no sample, one is NaN or
            infinite, or sigma is not above 0.

    Example:
    >>> import keras_gan as kg
    >>> ring = kg.data.ring()
    >>> points = ring.draw(2_500, seed=0)
    >>> coverage = kg.metrics.mode_coverage(points, ring.centers, ring.sigma)
    >>> coverage.modes, coverage.num_modes, round(coverage.high_quality, 2)
    (8, 8, 0.99)
    """
    samples, centers = checked(samples, centers, sigma)
    squares = np.stack([np.sum((samples - one) ** 2, axis=1) for one in centers])
    nearest = np.argmin(squares, axis=0)
    good = np.min(squares, axis=0) <= (SIGMAS * sigma) ** 2
    counts = np.bincount(nearest[good], minlength=len(centers))
    return ModeCoverage.of_counts(counts, len(samples))


def class_coverage(images, classify=None, num_classes=10):
    """Measures which combinations of classes the channels of images cover.

    For stacked images (`kg.data.stacked`), whose channels are gray images of their own:
    each channel is classified, and each combination of classes is a mode, 1,000 for
    three channels of ten classes. Every image counts as one of high quality, because a
    classifier names a class for anything.

    The papers draw 26,000 images. A classifier that errs finds modes that are not
    there: compare with what it finds in real stacked images.

    Args:
        images: Array or tensor `(num_images, height, width, channels)`: `uint8`, or
            floats in [-1, 1].
        classify: Function from gray `uint8` images `(num_images, height, width, 1)` to
            the numbers of their classes, `(num_images,)`, from 0. None is the
            Fashion-MNIST classifier that ships.
        num_classes: Classes that it knows.

    Returns:
        A `ModeCoverage` with `num_modes = num_classes ** channels` and `high_quality`
        1.

    Raises:
        ValueError: If there is no image, the images are others, or `classify` does not
            return one class for each.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> images = np.zeros((2, 28, 28, 3), np.uint8)
    >>> images[0, ..., 0] = 255
    >>> def bright(gray):
    ...     return (gray.mean((1, 2, 3)) > 127).astype(int)
    >>> coverage = kg.metrics.class_coverage(images, bright, num_classes=2)
    >>> coverage.modes, coverage.num_modes
    (2, 8)
    """
    images = pixels(images, OWN_RANGE)
    check_some(len(images))
    classify = garment if classify is None else classify
    modes = np.zeros(len(images), np.int64)
    for channel in range(images.shape[-1]):
        found = keras.ops.convert_to_numpy(classify(images[..., channel, None]))
        modes = modes * num_classes + checked_classes(found, len(images), num_classes)
    num_modes = num_classes ** images.shape[-1]
    counts = np.bincount(modes, minlength=num_modes)
    return ModeCoverage.of_counts(counts, len(images))


def garment(images):
    """Returns the classes of gray `uint8` images by the classifier that ships."""
    return np.argmax(garment_logits()(images), axis=-1)


@functools.cache
def garment_logits():
    """Returns the classifier that ships as a network of `uint8` images of any size."""
    return ModelFeatures(fashion_mnist_classifier())


def check_some(count):
    """Raises an error if there is nothing to measure."""
    check(
        count > 0,
        "There is no sample to look for modes in.",
        expected="1 sample or more; the papers draw thousands",
        received="0 samples",
        do="Generate some: gan.generate(2_500, seed=0).",
    )


def checked(samples, centers, sigma):
    """Returns samples and centers as `float64`, or says what is wrong with them."""
    samples = keras.ops.convert_to_numpy(samples).astype(np.float64)
    centers = np.asarray(centers, np.float64)
    check(
        samples.ndim == centers.ndim == 2
        and samples.shape[1:] == centers.shape[1:]
        and centers.size > 0,
        "The samples do not fit the modes.",
        expected="samples (num_samples, features), centers (num_modes, features)",
        received=f"samples {samples.shape}, centers {centers.shape}",
        do="Pass points of as many numbers as a center has, e.g. those of "
        "kg.data.ring().centers.",
    )
    check_some(len(samples))
    bad = np.flatnonzero(~np.isfinite(samples).all(axis=1))
    check(
        len(bad) == 0,
        "There is NaN or infinity in the samples.",
        expected="finite numbers",
        received=f"{len(bad)} such samples, the first is number {bad[:1]}, from 0",
        do="Look at the generator: NaN means that its training has diverged.",
    )
    check(
        np.isfinite(centers).all() and np.ndim(sigma) == 0 and 0.0 < sigma < np.inf,
        "These are not the modes of a mixture.",
        expected="finite centers, and one sigma above 0",
        received=f"centers of {centers.min():g} to {centers.max():g}, sigma={sigma!r}",
        do="Pass what a mixture has: mixture.centers and mixture.sigma.",
    )
    return samples, centers


def checked_classes(classes, count, num_classes):
    """Returns the classes that a classifier found, or says what is wrong with them."""
    whole = np.issubdtype(classes.dtype, np.integer) and classes.shape == (count,)
    check(
        whole and classes.min() >= 0 and classes.max() < num_classes,
        "The classifier does not name one class for each image.",
        expected=f"whole numbers of 0 to {num_classes - 1}, shape ({count},)",
        received=f"{classes.dtype} {classes.shape}"
        + (f" of {classes.min()} to {classes.max()}" if whole else ""),
        do="Let classify return np.argmax(logits, axis=-1), and pass num_classes.",
    )
    return classes
