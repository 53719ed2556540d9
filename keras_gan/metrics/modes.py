"""Mode coverage: the number of modes that generated samples cover, and their balance.

Reference: [VEEGAN](https://arxiv.org/abs/1705.07761), which introduced the ring, the
grid and the stacked digits; [PacGAN](https://arxiv.org/abs/1712.04086), which compares
the histogram of modes with the uniform one.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Self, TypeAlias

import keras
import numpy as np

from keras_gan.errors import check
from keras_gan.metrics.fashion_mnist import fashion_mnist_classifier
from keras_gan.metrics.features import ModelFeatures
from keras_gan.metrics.pixels import GAN_RANGE, to_pixels
from keras_gan.typing import Array, FloatArray, IntArray, TensorLike, UInt8Array
from keras_gan.validation import Positive, PositiveInt, validated

Classify: TypeAlias = Callable[[UInt8Array], TensorLike]
"""Function from gray images `(num_images, height, width, 1)` to class indices."""

MAX_SIGMAS = 3.0
"""Largest distance of a high-quality sample to a mode, in standard deviations."""


@dataclasses.dataclass(frozen=True)
class ModeCoverage:
    """Distribution of samples over the modes of the data.

    Args:
        modes: Number of modes with at least one high-quality sample.
        num_modes: Number of modes of the data.
        high_quality: Fraction of high-quality samples, 0 to 1.
        reverse_kl: `KL(histogram || uniform) = sum_i h_i log(h_i num_modes)` in nats,
            with the fraction h_i of the high-quality samples on mode i: 0 if all modes
            are equally frequent, `log(num_modes)` if there is only one, infinity if
            there is no high-quality sample.
    """

    modes: int
    num_modes: int
    high_quality: float
    reverse_kl: float

    @classmethod
    def from_counts(cls, counts: Sequence[float] | Array, num_samples: int) -> Self:
        """Returns the coverage of a histogram.

        Args:
            counts: Number of high-quality samples on each mode, shape `(num_modes,)`.
            num_samples: Number of all samples.
        """
        histogram = np.asarray(counts, np.float64)
        num_close, num_modes = histogram.sum(), len(histogram)
        reverse_kl = float("inf")
        if num_close > 0:
            shares = histogram[histogram > 0] / num_close
            reverse_kl = max(0.0, float(np.sum(shares * np.log(shares * num_modes))))
        modes = int(np.count_nonzero(histogram))
        return cls(modes, num_modes, float(num_close / num_samples), reverse_kl)


@validated
def mode_coverage(
    samples: TensorLike, centers: TensorLike, sigma: Positive
) -> ModeCoverage:
    """Computes the coverage of the modes of a Gaussian mixture by generated samples.

    A sample is assigned to the nearest mean, and is of high quality within `3 sigma` of
    it. A mode is covered by at least one high-quality sample. The papers draw 2,500
    samples.

    Args:
        samples: Points, array or tensor `(num_samples, features)`.
        centers: Means of the modes, `(num_modes, features)`.
        sigma: Standard deviation of a mode along each axis, greater than 0.

    Returns:
        A `ModeCoverage`: `modes`, `num_modes`, `high_quality`, `reverse_kl`.

    Raises:
        ValueError: If the shapes do not match, there is no sample, a value is NaN or
            infinite, or sigma is not positive.

    Example:
    >>> import keras_gan as kg
    >>> ring = kg.data.ring()
    >>> points = ring.draw(2_500, seed=0)
    >>> coverage = kg.metrics.mode_coverage(points, ring.centers, ring.sigma)
    >>> coverage.modes, coverage.num_modes, round(coverage.high_quality, 2)
    (8, 8, 0.99)
    """
    points, means = validate_points(samples, centers)
    squares = np.stack([np.sum((points - mean) ** 2, axis=1) for mean in means])
    nearest = np.argmin(squares, axis=0)
    close = np.min(squares, axis=0) <= (MAX_SIGMAS * sigma) ** 2
    counts = np.bincount(nearest[close], minlength=len(means))
    return ModeCoverage.from_counts(counts, len(points))


@validated
def class_coverage(
    images: TensorLike, classify: Classify | None = None, num_classes: PositiveInt = 10
) -> ModeCoverage:
    """Computes the coverage of the combinations of classes in stacked images.

    For stacked images (`kg.data.stacked`), whose channels are independent gray images:
    each channel is classified, and each combination of classes is a mode, 1,000 for
    three channels of ten classes. All images count as high-quality, because a
    classifier assigns a class to any image.

    The papers draw 26,000 images. Errors of the classifier add modes: compare with its
    result on real stacked images.

    Args:
        images: Array or tensor `(num_images, height, width, channels)`: `uint8`, or
            floats in [-1, 1].
        classify: Function from gray `uint8` images `(num_images, height, width, 1)` to
            their class indices, `(num_images,)`. None: the included Fashion-MNIST
            classifier.
        num_classes: Number of classes of `classify`.

    Returns:
        A `ModeCoverage` with `num_modes = num_classes ** channels` and `high_quality`
        1.

    Raises:
        ValueError: If there is no image, the images are invalid, or `classify` does not
            return one class per image.

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
    pixels = to_pixels(images, GAN_RANGE)
    check_not_empty(len(pixels))
    classify = fashion_mnist_classes if classify is None else classify
    modes = np.zeros(len(pixels), np.int64)
    for channel in range(pixels.shape[-1]):
        classes = keras.ops.convert_to_numpy(classify(pixels[..., channel, None]))
        check_classes(classes, len(pixels), num_classes)
        modes = modes * num_classes + classes
    num_modes = num_classes ** pixels.shape[-1]
    counts = np.bincount(modes, minlength=num_modes)
    return ModeCoverage.from_counts(counts, len(pixels))


def fashion_mnist_classes(images: UInt8Array) -> IntArray:
    """Returns the classes of gray `uint8` images by the included classifier."""
    return np.argmax(fashion_mnist_logits()(images), axis=-1)


@functools.cache
def fashion_mnist_logits() -> ModelFeatures:
    """Returns the included classifier as a network of `uint8` images of any size."""
    return ModelFeatures(fashion_mnist_classifier())


def check_not_empty(num_samples: int) -> None:
    """Raises an error if there is no sample."""
    check(
        num_samples > 0,
        "Mode coverage needs at least one sample.",
        expected="at least 1 sample; the papers draw thousands",
        received="0 samples",
        do="Generate some: gan.generate(2_500, seed=0).",
    )


def validate_points(
    samples: TensorLike, centers: TensorLike
) -> tuple[FloatArray, FloatArray]:
    """Returns samples and centers as `float64`, or raises an error."""
    points: FloatArray = keras.ops.convert_to_numpy(samples).astype(np.float64)
    means = np.asarray(centers, np.float64)
    check(
        points.ndim == means.ndim == 2
        and points.shape[1:] == means.shape[1:]
        and means.size > 0,
        "`samples` and `centers` must be points of the same dimension.",
        expected="samples (num_samples, features), centers (num_modes, features)",
        received=f"samples {points.shape}, centers {means.shape}",
        do="Pass points with the dimension of the centers.",
    )
    check_not_empty(len(points))
    invalid = np.flatnonzero(~np.isfinite(points).all(axis=1))
    check(
        len(invalid) == 0,
        "`samples` contains NaN or infinity.",
        expected="finite values",
        received=f"{len(invalid)} such samples, the first is {invalid[:1]} (from 0)",
        do="NaN from a generator means that its training has diverged.",
    )
    check(
        np.isfinite(means).all(),
        "`centers` must be finite.",
        expected="finite centers",
        received=f"centers of {means.min():g} to {means.max():g}",
        do="Pass mixture.centers.",
    )
    return points, means


def check_classes(classes: Array, num_images: int, num_classes: int) -> None:
    """Raises an error if `classify` did not return one valid class per image."""
    valid = np.issubdtype(classes.dtype, np.integer) and classes.shape == (num_images,)
    check(
        valid and classes.min() >= 0 and classes.max() < num_classes,
        "`classify` must return one class index per image.",
        expected=f"integers from 0 to {num_classes - 1}, shape ({num_images},)",
        received=f"{classes.dtype} {classes.shape}"
        + (f" from {classes.min()} to {classes.max()}" if valid else ""),
        do="Return np.argmax(logits, axis=-1) from classify, and pass num_classes.",
    )
