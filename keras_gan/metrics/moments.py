"""Mean and covariance of features, accumulated over batches in constant memory."""

import dataclasses
from collections.abc import Mapping
from typing import Self

import numpy as np

from keras_gan.errors import check
from keras_gan.typing import Array, FloatArray, TensorLike


def validate_features(
    features: TensorLike, kind: str = "passed", start: int = 0
) -> FloatArray:
    """Returns features as a `float64` matrix, or raises an error if they are invalid.

    Args:
        features: Array of shape `(num_images, num_features)`.
        kind: Set of images they belong to, for the error: `"real"` or `"fake"`.
        start: Index of the first image, for the error.

    Returns:
        `float64` array of the same shape.

    Raises:
        ValueError: If they are not a matrix, or a value is NaN or infinite; the error
            names the first such image.
    """
    matrix = np.asarray(features, np.float64)
    check(
        matrix.ndim == 2,
        f"The features of the {kind} images must be a matrix.",
        expected="shape (num_images, num_features)",
        received=f"shape {matrix.shape}",
        do="Pass one row per image, e.g. features.reshape(num_images, -1).",
    )
    finite = np.isfinite(matrix)
    invalid = np.flatnonzero(~finite.all(axis=1))
    check(
        len(invalid) == 0,
        f"The features of the {kind} images must be finite.",
        expected="finite features",
        received=f"{np.sum(~finite)} NaN or infinite values, the first in image "
        f"{start + invalid[:1].sum()} (from 0), in {len(invalid)} images",
        do="Inspect that image: NaN from a generator means that its training has "
        "diverged.",
    )
    return matrix


@dataclasses.dataclass(frozen=True, eq=False)
class Moments:
    """Count, mean and scatter matrix of feature vectors.

    An immutable summary: `merge` returns a new one, and `Moments()` is the neutral
    element, so that batches and replicas are combined in any order. All values are
    float64 and centered on the mean of their own part (Chan, Golub and LeVeque, 1983,
    https://doi.org/10.1080/00031305.1983.10483115), which avoids the cancellation of
    plain sums of squares.

    Args:
        count: Number of images.
        mean: `float64` array `(num_features,)`.
        scatter: Sum of the outer products of the centered features, `float64` array
            `(num_features, num_features)`.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> features = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 4.0]])
    >>> moments = kg.metrics.Moments.from_features(features[:2])
    >>> moments = moments.merge(kg.metrics.Moments.from_features(features[2:]))
    >>> moments.count, moments.mean.tolist(), moments.covariance.tolist()
    (3, [2.0, 2.0], [[4.0, 3.0], [3.0, 3.0]])
    """

    count: int = 0
    mean: FloatArray = dataclasses.field(default_factory=lambda: np.zeros(()))
    scatter: FloatArray = dataclasses.field(default_factory=lambda: np.zeros(()))

    @classmethod
    def from_features(
        cls, features: TensorLike, kind: str = "passed", start: int = 0
    ) -> Self:
        """Returns the moments of one batch.

        Args:
            features: Array of shape `(num_images, num_features)`; it may be empty.
            kind: Set of images, for errors: `"real"` or `"fake"`.
            start: Index of the first image, for errors.

        Raises:
            ValueError: If it is not a matrix of finite numbers.
        """
        matrix = validate_features(features, kind, start)
        if len(matrix) == 0:
            return cls()
        mean = matrix.mean(axis=0)
        centered = matrix - mean
        return cls(len(matrix), mean, centered.T @ centered)

    def merge(self, other: "Moments") -> "Moments":
        """Returns the moments of the union of two sets of images.

        Raises:
            ValueError: If the numbers of features differ.
        """
        if self.count == 0 or other.count == 0:
            return self if other.count == 0 else other
        check_same_features(self.mean, other.mean)
        count = self.count + other.count
        difference = other.mean - self.mean
        weight = self.count * other.count / count
        return Moments(
            count,
            self.mean + difference * (other.count / count),
            self.scatter + other.scatter + weight * np.outer(difference, difference),
        )

    def arrays(self) -> dict[str, Array]:
        """Returns the fields as a dictionary of arrays, for a file."""
        fields = {"count": self.count, "mean": self.mean, "scatter": self.scatter}
        return {name: np.asarray(value) for name, value in fields.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> Self:
        """Returns the moments whose `arrays()` were stored, bit by bit."""
        return cls(int(arrays["count"]), arrays["mean"], arrays["scatter"])

    @property
    def num_features(self) -> int:
        """Length of a feature vector."""
        return np.size(self.mean)

    @property
    def variance(self) -> float:
        """Sum of the unbiased variances, the trace of the covariance, a `float`."""
        return float(np.trace(self.scatter)) / (self.count - 1)

    @property
    def covariance(self) -> FloatArray:
        """Unbiased covariance (`ddof=1`), `(num_features, num_features)`.

        Raises:
            ValueError: If there are fewer than two images.
        """
        check(
            self.count >= 2,
            "A covariance needs at least two images.",
            expected="at least 2 images, better thousands",
            received=f"{self.count}",
            do="Pass more images.",
        )
        return self.scatter / (self.count - 1)


def check_same_features(features: TensorLike, other_features: TensorLike) -> None:
    """Raises an error if two arrays have different numbers of features.

    Args:
        features: Array with the features on its last axis.
        other_features: Another one.

    Raises:
        ValueError: If the numbers of features differ.
    """
    check(
        np.shape(features)[-1:] == np.shape(other_features)[-1:],
        "The real and the generated features come from different networks.",
        expected="the same number of features in both sets",
        received=f"{np.shape(features)[-1]} and {np.shape(other_features)[-1]}",
        do="Compute both with the same network.",
    )
