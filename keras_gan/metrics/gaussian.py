"""What the Fréchet distance keeps of one side: a Gaussian, and a factor of it."""

import dataclasses
import functools

import numpy as np

from keras_gan.metrics.moments import Moments
from keras_gan.metrics.rows import Rows


@dataclasses.dataclass(frozen=True, eq=False)
class Gaussian:
    """The moments of all images, and their rows while they are few.

    Fewer images than features have a singular covariance. The rows themselves are then
    an exact root of it, where eigenvalues would be noise about 0. They are dropped at
    the first image too many, so that the memory stays that of the moments.

    Args:
        moments: `Moments` of all images.
        rows: `Rows` of all images while they are fewer than the features, else none.
    """

    moments: Moments = dataclasses.field(default_factory=Moments)
    rows: Rows = dataclasses.field(default_factory=Rows)

    @classmethod
    def of(cls, features, kind="given", start=0):
        """Returns the Gaussian of one batch; arguments and errors of `Moments.of`."""
        moments = Moments.of(features, kind, start)
        return cls().merge(cls(moments, Rows.of(features, kind, start)))

    def merge(self, other):
        """Returns the Gaussian of the images of both."""
        moments = self.moments.merge(other.moments)
        few = moments.count < moments.num_features
        return Gaussian(moments, self.rows.merge(other.rows) if few else Rows())

    def arrays(self):
        """Returns what it holds as a dictionary of arrays, for a file."""
        return {**self.moments.arrays(), **self.rows.arrays()}

    @classmethod
    def from_arrays(cls, arrays):
        """Returns what `arrays()` was taken of, to the bit."""
        return cls(Moments.from_arrays(arrays), Rows.from_arrays(arrays))

    @property
    def count(self):
        """Number of images."""
        return self.moments.count

    @property
    def is_few(self):
        """Whether there are fewer images than features."""
        return self.rows.count > 0

    @functools.cached_property
    def factor(self):
        """Array `(any, num_features)` with `factor.T @ factor = covariance`.

        The centred rows by `(num_images - 1)^(1/2)` of few images, else the scaled
        eigenvectors of the covariance. It is computed once: real images are compared
        again and again.
        """
        if self.is_few:
            return (self.rows.matrix - self.moments.mean) / np.sqrt(self.count - 1.0)
        return factor_of(self.moments.covariance)


def factor_of(covariance):
    """Returns a square root of a covariance: `factor.T @ factor = covariance`.

    Eigenvalues that rounding left below 0 are taken as 0.
    """
    values, vectors = np.linalg.eigh(covariance)
    return np.sqrt(np.clip(values, 0.0, None))[:, None] * vectors.T
