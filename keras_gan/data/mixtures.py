"""Data with known modes: mixtures of Gaussians in 2D, and stacked images.

Reference: [VEEGAN](https://arxiv.org/abs/1705.07761), which introduced these tests of
mode collapse. `kg.metrics.mode_coverage` and `class_coverage` count the modes of the
generated samples.
"""

import dataclasses
import numbers

import numpy as np

from keras_gan.config import Configurable, check_count, is_number, register
from keras_gan.data.arrays import checked_images, from_arrays
from keras_gan.data.embedded import shipped
from keras_gan.data.options import LoadingOptions
from keras_gan.errors import check
from keras_gan.images import to_uint8
from keras_gan.random import Random


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

    centers: tuple
    sigma: float

    def __post_init__(self):
        centers, sigma = as_array(self.centers), self.sigma
        check(
            centers.ndim == 2
            and centers.shape[1] == 2
            and len(centers) > 0
            and np.isfinite(centers).all()
            and is_number(sigma)
            and sigma > 0.0,
            "`centers` must be finite 2D points, and `sigma` must be above 0.",
            expected="finite centers of shape (num_modes, 2), and sigma above 0",
            received=f"centers of shape {centers.shape}, sigma={sigma!r}",
            do="Pass e.g. centers=[(-1.0, 0.0), (1.0, 0.0)], sigma=0.1.",
        )
        object.__setattr__(self, "centers", tuple(map(tuple, centers.tolist())))
        object.__setattr__(self, "sigma", float(sigma))

    @property
    def num_modes(self):
        """Number of Gaussians."""
        return len(self.centers)

    def draw(self, count, seed=0):
        """Returns samples of the mixture.

        The first points of a seed are the same for any `count`.

        Args:
            count: Number of points.
            seed: Integer.

        Returns:
            `float32` array of shape `(count, 2)`.
        """
        random = random_source(count, seed, "mixture")
        modes = random_integers(random.fork("modes"), (count,), self.num_modes)
        offsets = random.fork("offsets").normal((count, 2), start=0).numpy()
        points = np.asarray(self.centers)[modes] + self.sigma * offsets
        return points.astype(np.float32)

    def dataset(self, count=100_000, batch_size=256, seed=0):
        """Returns a dataset of samples, for `GAN.fit`.

        Args:
            count: Points in an epoch: the same in each epoch, in another order.
            batch_size: Points in a batch.
            seed: Integer that decides the points and their order.

        Returns:
            A `tf.data.Dataset` of `float32` batches `(batch_size, 2)`.
        """
        return from_arrays(self.draw(count, seed), batch_size=batch_size, seed=seed)


def ring(num_modes=8, radius=1.0, sigma=0.01):
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
    check_count(num_modes, "num_modes")
    angles = 2.0 * np.pi * np.arange(num_modes) / num_modes
    centers = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Mixture(centers, sigma)


def grid(side=5, spacing=2.0, sigma=0.05):
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
    check_count(side, "side")
    coordinates = spacing * (np.arange(side) - (side - 1) / 2.0)
    centers = [(x, y) for y in coordinates for x in coordinates]
    return Mixture(centers, sigma)


def stacked(images=None, count=60_000, seed=0):
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
    random = random_source(count, seed, "stacked")
    images = shipped().images if images is None else checked_gray_images(images)
    indices = random_integers(random, (count, 3), len(images))
    channels = [images[indices[:, channel], ..., 0] for channel in range(3)]
    return np.stack(channels, axis=-1)


def checked_gray_images(images):
    """Returns gray images as `uint8` with an axis of channels.

    Raises:
        ValueError: If they are not gray images, or there are none.
    """
    images = checked_images(images, LoadingOptions())
    check(
        images.ndim == 4 and images.shape[-1] == 1 and len(images) > 0,
        "`images` must be gray, since they become channels.",
        expected="images (num_images, height, width) or (..., 1), at least one",
        received=f"{images.dtype} {images.shape}",
        do="Convert them to gray first, e.g. images.mean(axis=-1, keepdims=True).",
    )
    return images if images.dtype == np.uint8 else to_uint8(images)


def as_array(points):
    """Returns points as a `float64` array; an empty one if they are not an array."""
    try:
        return np.asarray(points, np.float64)
    except (TypeError, ValueError):
        return np.empty(0)


def random_integers(random, shape, limit):
    """Returns random integers from 0 to `limit - 1`.

    They are uniform up to the bias of the modulo, one part in `2^32 / limit`.
    """
    return random.bits(shape, start=0).numpy() % np.uint32(limit)


def random_source(count, seed, purpose):
    """Returns the `Random` of a seed and a purpose.

    Raises:
        ValueError: If `count` is not a positive integer or `seed` not an integer.
    """
    check_count(count, "count")
    check(
        isinstance(seed, numbers.Integral),
        "`seed` must be an integer.",
        expected="an integer",
        received=f"seed={seed!r}",
        do="Pass e.g. seed=0.",
    )
    return Random(seed).fork(purpose)
