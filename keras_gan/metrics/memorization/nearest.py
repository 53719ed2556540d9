"""The nearest training image of each image, in blocks of bounded memory."""

import dataclasses

import numpy as np

from keras_gan.config import check

ROWS = 2048
"""Vectors of each side whose distances are held at once: 32 MiB of them."""

VALUES = 2**23
"""Values of a side that are held as `float64` at once: 64 MiB."""


@dataclasses.dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest training image of each of some images, and how near it is.

    Args:
        indices: Number of the nearest training image, `(num_images,)`; of several
            equally near the first.
        distances: Euclidean distance to it, `float64` `(num_images,)`.
        relative: That distance by the one to the second nearest training image, which
            is of other pixels: 0 for a copy, near 1 for what is like many of them.
    """

    indices: np.ndarray
    distances: np.ndarray
    relative: np.ndarray


def blocks(vectors):
    """Yields slices over the rows of a matrix."""
    size = max(1, min(ROWS, VALUES // max(1, vectors.shape[1])))
    for start in range(0, len(vectors), size):
        yield slice(start, min(start + size, len(vectors)))


def nearest(points, others, kinds=None, own=None):
    """Returns the nearest of the other vectors to each, and how far it is.

    `|y|^2 - 2 x . y` is least where `|x - y|` is, with the first of the others as the
    origin: whole numbers stay exact, and what all have in common cancels no digits. The
    distance to the one that was found is then that of the difference itself.

    Args:
        points: Matrix `(num_points, num_values)` of `uint8` or floats.
        others: Matrix `(num_others, num_values)`.
        kinds: Whole number of each of the others, `(num_others,)`, or None.
        own: Number of each point, `(num_points,)`: others of this kind are passed over.

    Returns:
        `int64` indices and `float64` Euclidean distances, both `(num_points,)`.
    """
    origin = np.asarray(others[0], np.float64)
    indices = np.zeros(len(points), np.int64)
    distances = np.zeros(len(points))
    for rows in blocks(points):
        block = points[rows] - origin
        least = np.full(len(block), np.inf)
        for columns in blocks(others):
            other = others[columns] - origin
            excess = np.sum(other * other, axis=1) - 2.0 * (block @ other.T)
            if kinds is not None:
                excess[own[rows, None] == kinds[columns]] = np.inf
            found = excess.argmin(axis=1)
            value = np.take_along_axis(excess, found[:, None], axis=1)[:, 0]
            indices[rows] = np.where(
                value < least, columns.start + found, indices[rows]
            )
            least = np.minimum(value, least)
        steps = block - (others[indices[rows]] - origin)
        distances[rows] = np.sqrt(np.sum(steps * steps, axis=1))
    return indices, distances


class Neighborhood:
    """The training images as points of a space, and what is nearest to what.

    Args:
        training: Matrix `(num_images, num_values)`.
        kinds: Number of each image, the same for images of the same pixels.
    """

    def __init__(self, training, kinds):
        check(
            len(np.unique(kinds)) >= 2,
            "The training images cannot be told apart.",
            expected="2 training images or more that differ",
            received=f"{len(kinds)} images, {len(np.unique(kinds))} of them different",
            do="Pass the images that the generator was trained on.",
        )
        self.training, self.kinds = training, kinds

    def of(self, points):
        """Returns the `Nearest` of a matrix `(num_images, num_values)`."""
        indices, distances = nearest(points, self.training)
        _, seconds = nearest(points, self.training, self.kinds, self.kinds[indices])
        # Where a network sees no difference between training images, nothing is near.
        relative = np.ones(len(points))
        np.divide(distances, seconds, out=relative, where=seconds > 0.0)
        return Nearest(indices, distances, relative)
