"""Summary of a set of features for the Fréchet distance: a Gaussian and its factor."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Self

import numpy as np

from keras_gan.metrics.moments import Moments
from keras_gan.metrics.rows import Rows
from keras_gan.typing import Array, FloatArray, TensorLike


@dataclasses.dataclass(frozen=True, eq=False)
class Gaussian:
    """Moments of all images, and their rows while there are fewer than features.

    The covariance of fewer images than features is singular: its eigenvalues are noise
    about 0, while the centered rows themselves are an exact factor of it. The rows are
    dropped at the first image beyond that, so that memory stays that of the moments.

    Args:
        moments: `Moments` of all images.
        rows: `Rows` of all images while they are fewer than the features, else empty.
    """

    moments: Moments = dataclasses.field(default_factory=Moments)
    rows: Rows = dataclasses.field(default_factory=Rows)

    @classmethod
    def from_features(
        cls, features: TensorLike, kind: str = "passed", start: int = 0
    ) -> "Gaussian":
        """Returns the Gaussian of one batch, as `Moments.from_features`."""
        moments = Moments.from_features(features, kind, start)
        return cls().merge(cls(moments, Rows.from_features(features, kind, start)))

    def merge(self, other: "Gaussian") -> "Gaussian":
        """Returns the Gaussian of the union of two sets of images."""
        moments = self.moments.merge(other.moments)
        singular = moments.count < moments.num_features
        return Gaussian(moments, self.rows.merge(other.rows) if singular else Rows())

    def arrays(self) -> dict[str, Array]:
        """Returns moments and rows as a dictionary of arrays, for a file."""
        return {**self.moments.arrays(), **self.rows.arrays()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> Self:
        """Returns the Gaussian whose `arrays()` were stored, bit by bit."""
        return cls(Moments.from_arrays(arrays), Rows.from_arrays(arrays))

    @property
    def count(self) -> int:
        """Number of images."""
        return self.moments.count

    @property
    def is_singular(self) -> bool:
        """Whether there are fewer images than features."""
        return self.rows.count > 0

    @functools.cached_property
    def factor(self) -> FloatArray:
        """Array `(any, num_features)` with `factor.T @ factor = covariance`.

        The centered rows divided by `(num_images - 1)^(1/2)` if there are fewer images
        than features, else the scaled eigenvectors of the covariance. It is cached,
        because the real images are compared with many generated sets.
        """
        if self.is_singular:
            return (self.rows.matrix - self.moments.mean) / np.sqrt(self.count - 1.0)
        return factor_of(self.moments.covariance)


def factor_of(covariance: FloatArray) -> FloatArray:
    """Returns a square root of a covariance: `factor.T @ factor = covariance`.

    Eigenvalues that are negative by rounding are set to 0.
    """
    values, vectors = np.linalg.eigh(covariance)
    return np.sqrt(np.clip(values, 0.0, None))[:, None] * vectors.T
