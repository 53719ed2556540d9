"""Precision and recall, density and coverage, from nearest neighbors in features."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_gan import config
from keras_gan.metrics.feature_network import FeaturesLike
from keras_gan.metrics.metric import MetricName, SampleMetric
from keras_gan.metrics.rows import Rows, validate_sets
from keras_gan.metrics.summary import Values
from keras_gan.typing import BoolArray, DTypePolicy, FloatArray, TensorLike
from keras_gan.validation import PositiveInt, validated

MAX_PAIRS = 2**23
"""Distances in memory at once: 64 MiB, whatever the number of images."""

TIE_TOLERANCE = 1e-12
"""Relative tolerance, to the largest squared norm, of equal squared distances."""


@validated
def precision_recall(
    real: TensorLike, fake: TensorLike, neighbors: PositiveInt = 3
) -> tuple[float, float]:
    """Computes precision and recall of generated images (fidelity and diversity).

    The manifold of a set is the union of balls around its images, each with the
    distance to its `neighbors`-th nearest other image of the set as radius. Precision
    is the fraction of generated images in the manifold of the real ones, edges
    included; recall the fraction of real images in the manifold of the generated ones
    (Kynkäänniemi et al., 2019, https://arxiv.org/abs/1904.06991).

    Distances are Euclidean, in float64, computed in blocks.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: Features of the generated images; `num_images` may differ.
        neighbors: Rank of the nearest neighbor that sets the radius, at least 1. An
            image is not its own neighbor.

    Returns:
        Precision and recall, two `float`s in [0, 1].

    Raises:
        ValueError: If a set has fewer than `neighbors + 1` images, a feature is not
            finite (the image is named), or the numbers of features differ.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> real = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> fake = np.array([[0.5], [10.0], [12.0]])
    >>> precision, recall = kg.metrics.precision_recall(real, fake, neighbors=1)
    >>> round(precision, 3), recall
    (0.333, 1.0)
    """
    real, fake, tolerance = prepare(real, fake, neighbors, "Precision and recall")
    precision, recall = (
        fraction_inside(points, centers, squared_radii(centers, neighbors) + tolerance)
        for points, centers in ((fake, real), (real, fake))
    )
    return precision, recall


@validated
def density_coverage(
    real: TensorLike, fake: TensorLike, neighbors: PositiveInt = 5
) -> tuple[float, float]:
    """Computes density and coverage of generated images (fidelity and diversity).

    Each real image has an open ball with the distance to its `neighbors`-th nearest
    other real image as radius. Density is the number of pairs of a generated image and
    a ball that contains it, divided by `neighbors * num_fake`; coverage the fraction of
    balls that contain a generated image (Naeem et al., 2020,
    https://arxiv.org/abs/2002.09797). For equal distributions density is 1 on average,
    and coverage about `1 - 2^-neighbors` with equally many images.

    Distances are Euclidean, in float64, computed in blocks.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: Features of the generated images; `num_images` may differ.
        neighbors: Rank of the nearest neighbor that sets the radius, at least 1. An
            image is not its own neighbor.

    Returns:
        Density, a `float` of at least 0, and coverage, a `float` in [0, 1].

    Raises:
        ValueError: If a set has fewer than `neighbors + 1` images, a feature is not
            finite (the image is named), or the numbers of features differ.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> real = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> fake = np.array([[0.5], [10.0], [12.0]])
    >>> density, coverage = kg.metrics.density_coverage(real, fake, neighbors=1)
    >>> round(density, 3), coverage
    (0.667, 0.5)
    """
    real, fake, tolerance = prepare(real, fake, neighbors, "Density and coverage")
    pairs, covered = 0, np.zeros(len(real), bool)
    # Open balls: the tolerance excludes their edges.
    for inside in in_balls(fake, real, squared_radii(real, neighbors) - tolerance):
        pairs += int(np.count_nonzero(inside))
        covered |= inside.any(axis=0)
    return float(pairs / (neighbors * len(fake))), float(covered.mean())


def prepare(
    real: TensorLike, fake: TensorLike, neighbors: int, quantity: str
) -> tuple[FloatArray, FloatArray, float]:
    """Validates and centers two sets of features.

    Args:
        real: Array `(num_images, num_features)`.
        fake: Features of the generated images.
        neighbors: Rank of the nearest neighbor that sets the radius.
        quantity: What is measured, for the error.

    Returns:
        Both sets, and the absolute tolerance of equal squared distances: without it
        rounding would break ties at random.
    """
    quantity = f"{quantity} of {neighbors} neighbors"
    sets = validate_sets(real, fake, neighbors + 1, quantity)
    # |x|^2 + |y|^2 - 2 x . y cancels the fewest digits near the origin.
    center = sets[0].mean(axis=0)
    points, others = (rows - center for rows in sets)
    largest = max(np.sum(rows * rows, axis=1).max() for rows in (points, others))
    return points, others, TIE_TOLERANCE * float(largest)


def squared_distances(
    points: FloatArray, others: FloatArray
) -> Iterator[tuple[int, FloatArray]]:
    """Yields blocks of squared distances, `|x|^2 + |y|^2 - 2 x . y`.

    Yields:
        Index of the first point of the block, and an array `(num_block, num_others)`.
    """
    norms = np.sum(others * others, axis=1)
    size = max(1, MAX_PAIRS // len(others))
    for start in range(0, len(points), size):
        block = points[start : start + size]
        squares = block @ others.T
        squares *= -2.0
        squares += norms
        squares += np.sum(block * block, axis=1)[:, None]
        yield start, squares


def squared_radii(points: FloatArray, neighbors: int) -> FloatArray:
    """Returns the squared distance of each point to its n-th nearest other point."""
    radii = []
    for start, squares in squared_distances(points, points):
        rows = np.arange(len(squares))
        squares[rows, start + rows] = np.inf  # a point is not its own neighbor
        squares.partition(neighbors - 1, axis=1)
        radii.append(squares[:, neighbors - 1].copy())
    return np.concatenate(radii)


def in_balls(
    points: FloatArray, centers: FloatArray, limits: FloatArray
) -> Iterator[BoolArray]:
    """Yields whether points are in balls, in blocks of points.

    Args:
        points: Array `(num_points, num_features)`.
        centers: Array `(num_balls, num_features)`.
        limits: Squared radii `(num_balls,)`; edges are included.

    Yields:
        Boolean arrays `(num_block, num_balls)`.
    """
    for _, squares in squared_distances(points, centers):
        yield squares <= limits


def fraction_inside(
    points: FloatArray, centers: FloatArray, limits: FloatArray
) -> float:
    """Returns the fraction of points that are in at least one ball."""
    blocks = in_balls(points, centers, limits)
    count = sum(np.count_nonzero(inside.any(axis=1)) for inside in blocks)
    return float(count / len(points))


class NeighborMetric(SampleMetric[Rows]):
    """Base class of metrics of nearest neighbors, which store all features.

    Args:
        features: As in `FrechetDistance`.
        neighbors: Rank of the nearest neighbor that sets the radius.
        name: As in `SampleMetric`.
        dtype: As in `SampleMetric`.
    """

    summary = Rows

    @validated
    def __init__(
        self,
        features: FeaturesLike,
        neighbors: PositiveInt,
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        super().__init__(features, name, dtype)
        self.neighbors: int = neighbors
        self.min_images: int = neighbors + 1

    def protocol(self) -> dict[str, Any]:
        """Returns the settings that the values depend on."""
        return {**super().protocol(), "neighbors": self.neighbors}

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "neighbors": self.neighbors}


@config.register
class PrecisionRecall(NeighborMetric):
    """Precision and recall of generated images (fidelity and diversity).

    See `keras_gan.metrics.precision_recall` (Kynkäänniemi et al., 2019,
    https://arxiv.org/abs/1904.06991). Both are in [0, 1], higher is better. Realistic
    images without diversity have high precision and low recall. An outlier of the real
    images has a large ball that increases precision; density is robust to it.

    It stores the features of all images. Logs `precision` and `recall` with the
    canonical Inception, `precision_<features>` and `recall_<features>` with any other
    network. The paper used a VGG network: compare only values of the same network.

    Args:
        features: As in `FrechetDistance`.
        neighbors: Rank of the nearest neighbor that sets the radius; 3 in the paper.
        name: Prefix of the log keys, `<name>_precision` and `<name>_recall`.
        dtype: As in `SampleMetric`.

    Example:
    >>> import keras_gan as kg
    >>> metric = kg.metrics.PrecisionRecall("fashion_mnist")
    >>> images = kg.random.Random(0).uniform((8, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_state(images, images[:4])
    >>> metric.results()["precision_fashion_mnist"]
    1.0
    """

    measure: str | None = "precision_recall"
    canonical_keys: tuple[str, ...] = ("precision", "recall")
    network_keys: tuple[str, ...] = ("precision_{}", "recall_{}")

    @validated
    def __init__(
        self,
        features: FeaturesLike = "inception",
        neighbors: PositiveInt = 3,
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        super().__init__(features, neighbors, name, dtype)

    def compare(self, real: Rows, fake: Rows) -> Values:
        """Returns precision and recall."""
        return precision_recall(real.matrix, fake.matrix, self.neighbors)


@config.register
class DensityCoverage(NeighborMetric):
    """Density and coverage of generated images (fidelity and diversity).

    See `keras_gan.metrics.density_coverage` (Naeem et al., 2020,
    https://arxiv.org/abs/2002.09797). Higher is better. Coverage is in [0, 1]; density
    exceeds 1 where generated images concentrate in dense regions of the real ones.

    It stores the features of all images. Logs `density` and `coverage` with the
    canonical Inception, `density_<features>` and `coverage_<features>` with any other
    network.

    Args:
        features: As in `FrechetDistance`.
        neighbors: Rank of the nearest neighbor that sets the radius; 5 in the paper.
        name: Prefix of the log keys, `<name>_density` and `<name>_coverage`.
        dtype: As in `SampleMetric`.

    Example:
    >>> import keras_gan as kg
    >>> metric = kg.metrics.DensityCoverage("fashion_mnist")
    >>> images = kg.random.Random(0).uniform((8, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_state(images, images)
    >>> metric.results()
    {'density_fashion_mnist': 1.0, 'coverage_fashion_mnist': 1.0}
    """

    measure: str | None = "density_coverage"
    canonical_keys: tuple[str, ...] = ("density", "coverage")
    network_keys: tuple[str, ...] = ("density_{}", "coverage_{}")

    @validated
    def __init__(
        self,
        features: FeaturesLike = "inception",
        neighbors: PositiveInt = 5,
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        super().__init__(features, neighbors, name, dtype)

    def compare(self, real: Rows, fake: Rows) -> Values:
        """Returns density and coverage."""
        return density_coverage(real.matrix, fake.matrix, self.neighbors)
