"""Data with known modes: mixtures of Gaussians in 2D, and stacked images.

Reference: [VEEGAN](https://arxiv.org/abs/1705.07761), which introduced these tests of
mode collapse. `kg.metrics.mode_coverage` and `class_coverage` count the modes of the
generated samples.
"""

import dataclasses
from collections.abc import Sequence
from typing import Annotated

import numpy as np
import numpy.typing as npt

from keras_gan.config import Configurable, register
from keras_gan.data.arrays import checked_images, from_arrays
from keras_gan.data.embedded import shipped
from keras_gan.data.options import LoadingOptions
from keras_gan.errors import check
from keras_gan.images import to_uint8
from keras_gan.random import Random
from keras_gan.typing import (
    FloatArray,
    ImageDataset,
    IntArray,
    Shape,
    UInt8Array,
)
from keras_gan.validation import Positive, PositiveInt, Rule, validated


def as_points(value: object) -> tuple[tuple[float, ...], ...]:
    """Returns finite 2D points as a tuple of pairs of numbers."""
    try:
        points = np.asarray(value, np.float64)
    except TypeError:
        raise ValueError from None
    shape = points.shape
    if len(shape) != 2 or shape[1] != 2 or not len(points):
        raise ValueError
    if not np.isfinite(points).all():
        raise ValueError
    return tuple(map(tuple, points.tolist()))


Points = Annotated[
    Sequence[Sequence[float]],
    Rule(
        "finite 2D points: at least one pair of numbers",
        as_points,
        "Pass e.g. centers=[(-1.0, 0.0), (1.0, 0.0)].",
    ),
]
"""Points in the plane, or an array of shape `(num_points, 2)`."""


@register
@dataclasses.dataclass(frozen=True)
class Mixture(Configurable):
    """Mixture of isotropic 2D Gaussians of equal weight and standard deviation.

    Args:
        centers: Means: pairs of numbers, `(num_modes, 2)`.
        sigma: Standard deviation along each axis, above 0.

    Raises:
        ValueError: If the centers are not finite 2D points, or `sigma` is not above 0.

    Example:
    >>> import keras_gan as kg
    >>> mixture = kg.data.Mixture([(-1.0, 0.0), (1.0, 0.0)], sigma=0.1)
    >>> mixture.draw(3, seed=0).shape
    (3, 2)
    """

    centers: Points
    sigma: Positive

    @property
    def num_modes(self) -> int:
        """Number of Gaussians."""
        return len(self.centers)

    @validated
    def draw(self, count: PositiveInt, seed: int = 0) -> FloatArray:
        """Returns samples of the mixture.

        The first points of a seed are the same for any `count`.

        Args:
            count: Number of points.
            seed: Integer.

        Returns:
            `float32` array of shape `(count, 2)`.
        """
        random = Random(seed).fork("mixture")
        modes = random_integers(random.fork("modes"), (count,), self.num_modes)
        offsets = random.fork("offsets").normal((count, 2), start=0).numpy()
        points = np.asarray(self.centers)[modes] + self.sigma * offsets
        return points.astype(np.float32)

    @validated
    def dataset(
        self, count: PositiveInt = 100_000, batch_size: PositiveInt = 256, seed: int = 0
    ) -> ImageDataset:
        """Returns a dataset of samples, for `GAN.fit`.

        Args:
            count: Points in an epoch: the same in each epoch, in another order.
            batch_size: Points in a batch.
            seed: Integer that decides the points and their order.

        Returns:
            A `tf.data.Dataset` of `float32` batches `(batch_size, 2)`.
        """
        return from_arrays(self.draw(count, seed), batch_size=batch_size, seed=seed)


@validated
def ring(
    num_modes: PositiveInt = 8, radius: float = 1.0, sigma: Positive = 0.01
) -> Mixture:
    """Returns a mixture of Gaussians evenly spaced on a circle, as in VEEGAN.

    Args:
        num_modes: Number of Gaussians; the first lies at `(radius, 0)`, the others
            follow counterclockwise.
        radius: Radius of the circle around the origin.
        sigma: Standard deviation of each along each axis.

    Returns:
        A `Mixture`.

    Example:
    >>> import keras_gan as kg
    >>> kg.data.ring().num_modes
    8
    """
    angles = 2.0 * np.pi * np.arange(num_modes) / num_modes
    centers = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Mixture(centers.tolist(), sigma)


@validated
def grid(
    side: PositiveInt = 5, spacing: float = 2.0, sigma: Positive = 0.05
) -> Mixture:
    """Returns a mixture of Gaussians on a square grid around the origin, as in VEEGAN.

    Args:
        side: Number of rows, and of Gaussians in a row.
        spacing: Distance between neighbours: five lie at -4, -2, 0, 2, 4.
        sigma: Standard deviation of each along each axis.

    Returns:
        A `Mixture`, row by row from the lowest, left to right.

    Example:
    >>> import keras_gan as kg
    >>> kg.data.grid().num_modes, kg.data.grid().centers[0]
    (25, (-4.0, -4.0))
    """
    coordinates = spacing * (np.arange(side) - (side - 1) / 2.0)
    centers = [(x, y) for y in coordinates for x in coordinates]
    return Mixture(centers, sigma)


@validated
def stacked(
    images: npt.ArrayLike | None = None, count: PositiveInt = 60_000, seed: int = 0
) -> UInt8Array:
    """Stacked images: three random gray images as the channels of one RGB image.

    Ten classes per channel give 1,000 equally likely modes: the Stacked MNIST of VEEGAN
    and PacGAN, with Fashion-MNIST.

    Args:
        images: Gray images to choose from: `uint8`, or floats in [-1, 1], of shape
            `(num_images, height, width)` or `(num_images, height, width, 1)`. None
            takes the 10,000 images of `"fashion_mnist_10k"`.
        count: Number of stacked images.
        seed: Integer. The first images of a seed are the same for any `count`.

    Returns:
        `uint8` array `(count, height, width, 3)`, for `kg.data.from_arrays`.

    Raises:
        ValueError: If the images are not gray, there are none, or `count` or `seed` is
            not an integer.

    Example:
    >>> import keras_gan as kg
    >>> images = kg.data.stacked(count=100)
    >>> dataset = kg.data.from_arrays(images, batch_size=20)
    >>> dataset.element_spec.shape
    TensorShape([20, 28, 28, 3])
    """
    random = Random(seed).fork("stacked")
    gray = shipped().images if images is None else checked_gray_images(images)
    indices = random_integers(random, (count, 3), len(gray))
    channels = [gray[indices[:, channel], ..., 0] for channel in range(3)]
    return np.stack(channels, axis=-1)


def checked_gray_images(images: npt.ArrayLike) -> UInt8Array:
    """Returns gray images as `uint8` with an axis of channels.

    Raises:
        ValueError: If they are not gray images, or there are none.
    """
    array = checked_images(images, LoadingOptions())
    check(
        array.ndim == 4 and array.shape[-1] == 1 and len(array) > 0,
        "`images` must be gray, since they become channels.",
        expected="images (num_images, height, width) or (..., 1), at least one",
        received=f"{array.dtype} {array.shape}",
        do="Convert them to gray first, e.g. images.mean(axis=-1, keepdims=True).",
    )
    return array if array.dtype == np.uint8 else to_uint8(array)


def random_integers(random: Random, shape: Shape, limit: int) -> IntArray:
    """Returns random integers from 0 to `limit - 1`.

    They are uniform up to the bias of the modulo, one part in `2^32 / limit`.
    """
    return random.bits(shape, start=0).numpy() % np.uint32(limit)
