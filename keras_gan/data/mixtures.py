"""Data whose modes are known: Gaussians in the plane, and stacked garments.

Reference: [VEEGAN](https://arxiv.org/abs/1705.07761), which set these tests of lost
modes. `kg.metrics.mode_coverage` and `class_coverage` count the modes of what a GAN
makes of them.
"""

import dataclasses
import numbers

import numpy as np

from keras_gan.config import Configurable, check, check_count, is_number, register
from keras_gan.data.arrays import checked_images, from_arrays
from keras_gan.data.embedded import shipped
from keras_gan.data.options import Options
from keras_gan.images import to_uint8
from keras_gan.random import Random


@register
@dataclasses.dataclass(frozen=True)
class Mixture(Configurable):
    """Gaussians of one width in the plane, all equally likely.

    Args:
        centers: Their means: pairs of numbers, `(num_modes, 2)`.
        sigma: Their standard deviation along each axis, above 0.

    Raises:
        ValueError: If the centers are not finite points, or sigma is not above 0.

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
            "This is not a mixture of Gaussians in the plane.",
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
        """Draws points; fewer of the same seed are the first of more.

        Args:
            count: Number of points.
            seed: Whole number.

        Returns:
            `float32` array of shape `(count, 2)`.
        """
        random = checked_source(count, seed, "mixture")
        modes = whole_numbers(random.fork("modes"), (count,), self.num_modes)
        offsets = random.fork("offsets").normal((count, 2), start=0).numpy()
        points = np.asarray(self.centers)[modes] + self.sigma * offsets
        return points.astype(np.float32)

    def dataset(self, count=100_000, batch_size=256, seed=0):
        """Makes the data set of points that `GAN.fit` takes.

        Args:
            count: Points in an epoch, the same in each, in another order.
            batch_size: Points in a batch.
            seed: Whole number that decides the points and their order.

        Returns:
            A `tf.data.Dataset` of `float32` batches `(batch_size, 2)`.
        """
        return from_arrays(self.draw(count, seed), batch_size=batch_size, seed=seed)


def ring(num_modes=8, radius=1.0, sigma=0.01):
    """Returns Gaussians evenly on a circle around the origin, as in VEEGAN.

    Args:
        num_modes: Number of Gaussians; the first lies at `(radius, 0)`, the others
            follow counterclockwise.
        radius: Radius of the circle.
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
    """Returns Gaussians on a square grid around the origin, as in VEEGAN.

    Args:
        side: Gaussians in a row, and rows.
        spacing: Distance of neighbours: five of them lie at -4, -2, 0, 2, 4.
        sigma: Standard deviation of each along each axis.

    Returns:
        A `Mixture`, row by row from the lowest, left to right.

    Example:
    >>> import keras_gan as kg
    >>> kg.data.grid().num_modes, kg.data.grid().centers[0]
    (25, (-4.0, -4.0))
    """
    check_count(side, "side")
    places = spacing * (np.arange(side) - (side - 1) / 2.0)
    centers = [(across, up) for up in places for across in places]
    return Mixture(centers, sigma)


def stacked(images=None, count=60_000, seed=0):
    """Stacks three gray images, chosen at random, as the channels of a colour one.

    Three garments of ten classes make 1,000 modes that are equally likely: the stacked
    digits of VEEGAN and PacGAN, with Fashion-MNIST.

    Args:
        images: Gray images to choose from: `uint8`, or floats in [-1, 1], of shape
            `(num_images, height, width)` or `(num_images, height, width, 1)`. None is
            the 10,000 garments that ship.
        count: Number of stacked images.
        seed: Whole number. Fewer of the same seed are the first of more.

    Returns:
        `uint8` array `(count, height, width, 3)`, for `kg.data.from_arrays`.

    Raises:
        ValueError: If the images are not gray, or none, or the count is not a number.

    Example:
    >>> import keras_gan as kg
    >>> images = kg.data.stacked(count=100)
    >>> dataset = kg.data.from_arrays(images, batch_size=20)
    >>> dataset.element_spec.shape
    TensorShape([20, 28, 28, 3])
    """
    random = checked_source(count, seed, "stacked")
    images = shipped().images if images is None else gray(images)
    chosen = whole_numbers(random, (count, 3), len(images))
    return np.stack([images[chosen[:, i], ..., 0] for i in range(3)], axis=-1)


def gray(images):
    """Returns gray images as `uint8` with a last axis, or says what is wrong."""
    images = checked_images(images, Options())
    check(
        images.ndim == 4 and images.shape[-1] == 1 and len(images) > 0,
        "Only gray images can be stacked as the channels of a colour one.",
        expected="images (num_images, height, width) or (..., 1), at least one",
        received=f"{images.dtype} {images.shape}",
        do="Turn colour into gray first, e.g. images.mean(axis=-1, keepdims=True).",
    )
    return images if images.dtype == np.uint8 else to_uint8(images)


def as_array(points):
    """Returns points as a `float64` array; an empty one if they do not make one."""
    try:
        return np.asarray(points, np.float64)
    except (TypeError, ValueError):
        return np.empty(0)


def whole_numbers(random, shape, limit):
    """Draws whole numbers from 0 to limit - 1, evenly to one part in `2^32 / limit`."""
    return random.bits(shape, start=0).numpy() % np.uint32(limit)


def checked_source(count, seed, purpose):
    """Returns the source of random numbers for a purpose, of checked arguments."""
    check_count(count, "count")
    check(
        isinstance(seed, numbers.Integral),
        "This seed cannot be.",
        expected="a whole number",
        received=repr(seed),
        do="Pass e.g. seed=0.",
    )
    return Random(seed).fork(purpose)
