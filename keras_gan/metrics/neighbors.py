"""Precision and recall, density and coverage: do images lie among each other's."""

import numpy as np

from keras_gan import config
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.rows import Rows, checked_sides

PAIRS = 2**23
"""Distances that are held at once: 64 MiB, whatever the number of images."""

SLACK = 1e-12
"""Squared distances closer than this, of the largest squared norm, count as equal."""


def precision_recall(real, fake, neighbors=3):
    """Returns how many fakes lie among the real images, and the other way round.

    Around each image of a side lies a ball that reaches to its `neighbors`-th nearest
    other image of that side. Precision is the share of the fake images in a ball of a
    real one, or on its edge; recall the share of the real images in a ball of a fake
    one (Kynkäänniemi et al., 2019, https://arxiv.org/abs/1904.06991).

    Distances are Euclidean, in float64, computed in blocks.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: The same for the other set; `num_images` may differ.
        neighbors: Number of the neighbour that a ball reaches, 1 or more. An image is
            no neighbour of itself.

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
    real, fake, slack = prepared(real, fake, neighbors, "Precision and recall")
    return tuple(
        share_inside(points, centers, radii(centers, neighbors) + slack)
        for points, centers in ((fake, real), (real, fake))
    )


def density_coverage(real, fake, neighbors=5):
    """Returns how densely fakes lie among real images, and how many of these they meet.

    Around each real image lies an open ball that reaches to its `neighbors`-th nearest
    other real image. Density is the number of pairs of a fake image and a ball around
    it, by `neighbors * num_fakes`; coverage the share of the balls with a fake in them
    (Naeem et al., 2020, https://arxiv.org/abs/2002.09797). Of equal distributions
    density is 1 on average, and coverage about `1 - 2^-neighbors` if the two have
    equally many images.

    Distances are Euclidean, in float64, computed in blocks.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: The same for the other set; `num_images` may differ.
        neighbors: Number of the neighbour that a ball reaches, 1 or more. An image is
            no neighbour of itself.

    Returns:
        Density, a `float` of 0 or more, and coverage, one in [0, 1].

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
    real, fake, slack = prepared(real, fake, neighbors, "Density and coverage")
    pairs, met = 0, np.zeros(len(real), bool)
    for inside in in_balls(fake, real, radii(real, neighbors) - slack):
        pairs += np.count_nonzero(inside)
        met |= inside.any(axis=0)
    return float(pairs / (neighbors * len(fake))), float(met.mean())


def prepared(real, fake, neighbors, what):
    """Returns both sides about the origin, and the slack of their squared distances.

    Distances do not depend on the origin, but near it they lose fewest digits. The
    slack lets ties be ties, which rounding would break at random.
    """
    config.check_count(neighbors, "neighbors")
    real, fake = checked_sides(real, fake, neighbors + 1, f"{what} of {neighbors}")
    center = real.mean(axis=0)
    real, fake = real - center, fake - center
    largest = max(np.sum(side * side, axis=1).max() for side in (real, fake))
    return real, fake, SLACK * largest


def squared_distances(points, others):
    """Yields where a block of points starts, and its squared distances to the others.

    `|x|^2 + |y|^2 - 2 x . y`, arrays `(num_block, num_others)`.
    """
    norms = np.sum(others * others, axis=1)
    size = max(1, PAIRS // len(others))
    for start in range(0, len(points), size):
        block = points[start : start + size]
        squares = block @ others.T
        squares *= -2.0
        squares += norms
        squares += np.sum(block * block, axis=1)[:, None]
        yield start, squares


def radii(points, neighbors):
    """Returns the squared distance from each point to its n-th nearest other one."""
    found = []
    for start, squares in squared_distances(points, points):
        rows = np.arange(len(squares))
        squares[rows, start + rows] = np.inf
        squares.partition(neighbors - 1, axis=1)
        found.append(squares[:, neighbors - 1].copy())
    return np.concatenate(found)


def in_balls(points, centers, limits):
    """Yields which points lie in which balls, block by block of the points.

    Args:
        points: Array `(num_points, num_features)`.
        centers: Array `(num_balls, num_features)`.
        limits: Squared radii `(num_balls,)`; the edge is in.

    Yields:
        Boolean arrays `(num_block, num_balls)`.
    """
    for _, squares in squared_distances(points, centers):
        yield squares <= limits


def share_inside(points, centers, limits):
    """Returns the share of the points that lie in a ball or more."""
    blocks = in_balls(points, centers, limits)
    count = sum(np.count_nonzero(inside.any(axis=1)) for inside in blocks)
    return float(count / len(points))


class NeighborMetric(SampleMetric):
    """What both pairs of measures share: they keep all features, and count neighbours.

    Args:
        features: As in `FrechetDistance`.
        neighbors: Number of the neighbour that a ball reaches.
    """

    summary = Rows

    def __init__(self, features, neighbors):
        config.check_count(neighbors, "neighbors")
        super().__init__(features)
        self.neighbors, self.least = neighbors, neighbors + 1

    def protocol(self):
        """Returns what the numbers depend on."""
        return {**super().protocol(), "neighbors": self.neighbors}

    def get_config(self):
        """Returns the arguments of the constructor; the network goes by its name."""
        return {**super().get_config(), "neighbors": self.neighbors}


@config.register
class PrecisionRecall(NeighborMetric):
    """Precision and recall of generated images: how good they are, and how varied.

    See `keras_gan.metrics.precision_recall` (Kynkäänniemi et al., 2019,
    https://arxiv.org/abs/1904.06991). Both are in [0, 1], higher is better. Images
    that all look alike and real have much precision and little recall. One outlier
    among the real images makes a large ball that raises precision; density does not
    suffer from it.

    It keeps the features of all images. Logs `precision` and `recall` with the
    canonical Inception, `precision_<features>` and `recall_<features>` with any other
    network. The paper used a VGG network: compare with numbers of the same one.

    Args:
        features: As in `FrechetDistance`.
        neighbors: Number of the neighbour that a ball reaches; the paper's is 3.

    Example:
    >>> import keras_gan as kg
    >>> metric = kg.metrics.PrecisionRecall("fashion_mnist")
    >>> images = kg.random.Random(0).uniform((8, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_real(images, (-1, 1))
    >>> metric.update_fake(images[:4], (-1, 1))
    >>> metric.results()["precision_fashion_mnist"]
    1.0
    """

    measure = "precision_recall"
    canonical_keys = ("precision", "recall")
    network_keys = ("precision_{}", "recall_{}")

    def __init__(self, features="inception", neighbors=3):
        super().__init__(features, neighbors)

    def compare(self, real, fake):
        """Returns precision and recall."""
        return precision_recall(real.matrix, fake.matrix, self.neighbors)


@config.register
class DensityCoverage(NeighborMetric):
    """Density and coverage of generated images: how good they are, and how varied.

    See `keras_gan.metrics.density_coverage` (Naeem et al., 2020,
    https://arxiv.org/abs/2002.09797). Higher is better. Coverage is in [0, 1]; density
    may exceed 1, where the fakes crowd where real images are dense.

    It keeps the features of all images. Logs `density` and `coverage` with the
    canonical Inception, `density_<features>` and `coverage_<features>` with any other
    network.

    Args:
        features: As in `FrechetDistance`.
        neighbors: Number of the neighbour that a ball reaches; the paper's is 5.

    Example:
    >>> import keras_gan as kg
    >>> metric = kg.metrics.DensityCoverage("fashion_mnist")
    >>> images = kg.random.Random(0).uniform((8, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_real(images, (-1, 1))
    >>> metric.update_fake(images, (-1, 1))
    >>> metric.results()
    {'density_fashion_mnist': 1.0, 'coverage_fashion_mnist': 1.0}
    """

    measure = "density_coverage"
    canonical_keys = ("density", "coverage")
    network_keys = ("density_{}", "coverage_{}")

    def __init__(self, features="inception", neighbors=5):
        super().__init__(features, neighbors)

    def compare(self, real, fake):
        """Returns density and coverage."""
        return density_coverage(real.matrix, fake.matrix, self.neighbors)
