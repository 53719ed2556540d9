"""Search of the nearest training image of each image, in blocks."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from keras_gan.errors import check
from keras_gan.typing import Array, FloatArray, IntArray

MAX_ROWS = 2048
"""Vectors of a block; the distances of two blocks take 32 MiB."""

MAX_VALUES = 2**23
"""Values of a block in `float64`: 64 MiB."""


@dataclasses.dataclass(frozen=True, eq=False)
class Nearest:
    """Nearest training images of a set of images, and their distances.

    Args:
        indices: Index of the nearest training image, `(num_images,)`; the first one of
            several at the same distance.
        distances: Euclidean distance to it, `float64` `(num_images,)`.
        relative: Ratio of that distance to the one of the second nearest training image
            with different pixels: 0 for a copy, near 1 if many are similar.
    """

    indices: IntArray
    distances: FloatArray
    relative: FloatArray


def blocks(vectors: Array) -> Iterator[slice]:
    """Yields slices of the rows of a matrix."""
    size = max(1, min(MAX_ROWS, MAX_VALUES // max(1, vectors.shape[1])))
    for start in range(0, len(vectors), size):
        yield slice(start, min(start + size, len(vectors)))


def nearest(
    points: Array,
    others: Array,
    groups: IntArray | None = None,
    excluded: IntArray | None = None,
) -> tuple[IntArray, FloatArray]:
    """Returns the nearest other vector of each point, and its distance.

    Args:
        points: Matrix `(num_points, num_values)` of `uint8` or floats.
        others: Matrix `(num_others, num_values)`.
        groups: Integer group of each other vector, `(num_others,)`, or None.
        excluded: Group that each point ignores, `(num_points,)`, or None.

    Returns:
        `int64` indices and `float64` Euclidean distances, both `(num_points,)`.
    """
    # |y|^2 - 2 x . y is smallest where |x - y| is. With an origin among the vectors,
    # integers stay exact and a common offset cancels no digits.
    origin = np.asarray(others[0], np.float64)
    indices = np.zeros(len(points), np.int64)
    distances = np.zeros(len(points))
    for rows in blocks(points):
        block = points[rows] - origin
        smallest = np.full(len(block), np.inf)
        for columns in blocks(others):
            other = others[columns] - origin
            excess = np.sum(other * other, axis=1) - 2.0 * (block @ other.T)
            if groups is not None and excluded is not None:
                excess[excluded[rows, None] == groups[columns]] = np.inf
            column = excess.argmin(axis=1)
            value = np.take_along_axis(excess, column[:, None], axis=1)[:, 0]
            indices[rows] = np.where(
                value < smallest, columns.start + column, indices[rows]
            )
            smallest = np.minimum(value, smallest)
        # From the difference itself: the expansion above has lost digits.
        differences = block - (others[indices[rows]] - origin)
        distances[rows] = np.sqrt(np.sum(differences * differences, axis=1))
    return indices, distances


class Neighborhood:
    """Nearest-neighbor search in the training images.

    Args:
        training: Matrix `(num_images, num_values)`.
        groups: Integer group of each image; equal images have the same group.
    """

    def __init__(self, training: Array, groups: IntArray) -> None:
        check(
            len(np.unique(groups)) >= 2,
            "`training` needs at least two different images.",
            expected="at least 2 training images that differ",
            received=f"{len(groups)} images, {len(np.unique(groups))} different",
            do="Pass the images that the generator was trained on.",
        )
        self.training: Array = training
        self.groups: IntArray = groups

    def find(self, points: Array) -> Nearest:
        """Returns the `Nearest` of a matrix `(num_images, num_values)`."""
        indices, distances = nearest(points, self.training)
        excluded = self.groups[indices]
        _, seconds = nearest(points, self.training, self.groups, excluded)
        # 1 where the second distance is 0: different images with equal features.
        relative = np.ones(len(points))
        np.divide(distances, seconds, out=relative, where=seconds > 0.0)
        return Nearest(indices, distances, relative)
