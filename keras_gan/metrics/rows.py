"""Features of single images, kept: what a metric needs that compares image by image."""

import dataclasses

import numpy as np

from keras_gan.config import check
from keras_gan.metrics.moments import check_same_features, checked_features


@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """All feature vectors, one row for each image.

    The value that `Moments` is, with the same methods, for metrics that need every
    image. The rows stay in the type in which they came; those of a network are
    `float32`: 410 MB for 50,000 images of 2,048 features.

    Args:
        parts: Tuple of arrays `(num_images, num_features)`, none of them empty.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> rows = kg.metrics.Rows.of(np.zeros((2, 3))).merge(kg.metrics.Rows())
    >>> rows.count, rows.merge(rows).matrix.shape
    (2, (4, 3))
    """

    parts: tuple = ()

    @classmethod
    def of(cls, features, kind="given", start=0):
        """Returns the rows of one batch.

        Args:
            features: Array of shape `(num_images, num_features)`; it may be empty.
            kind: Which images they are, for errors: `"real"` or `"fake"`.
            start: Number of the first image, for errors.

        Raises:
            ValueError: If it is not a matrix of finite numbers.
        """
        checked_features(features, kind, start)
        return cls((np.array(features),)) if len(features) else cls()

    def merge(self, other):
        """Returns the rows of both.

        Raises:
            ValueError: If the two have different numbers of features.
        """
        if self.parts and other.parts:
            check_same_features(self.parts[0], other.parts[0])
        return Rows(self.parts + other.parts)

    def arrays(self):
        """Returns what it holds as a dictionary of arrays, for a file."""
        return {"rows": np.concatenate(self.parts or [np.zeros((0, 0))])}

    @classmethod
    def from_arrays(cls, arrays):
        """Returns what `arrays()` was taken of, to the bit."""
        return cls.of(arrays["rows"])

    @property
    def count(self):
        """Number of images."""
        return sum(map(len, self.parts))

    @property
    def matrix(self):
        """All rows, a `float64` array `(num_images, num_features)`."""
        return np.float64(self.arrays()["rows"])


def checked_sides(real, fake, least, what):
    """Returns real and fake features as `float64`, if there are enough of both.

    Args:
        real: Array `(num_images, num_features)`.
        fake: The same of the other images; their number may differ.
        least: Images that each side needs.
        what: What is to be measured, with an article, for the error.

    Raises:
        ValueError: If one has fewer images, one is not a matrix of finite numbers (the
            image is named), or the numbers of features differ.
    """
    real, fake = checked_features(real, "real"), checked_features(fake, "fake")
    check_enough(len(real), len(fake), least, what)
    check_same_features(real, fake)
    return real, fake


def check_enough(num_real, num_fake, least, what):
    """Raises a `ValueError` unless there are `least` images on each side."""
    check(
        min(num_real, num_fake) >= least,
        f"{what} needs more images.",
        expected=f"at least {least} images on each side, better 10,000",
        received=f"{num_real} real and {num_fake} fake images",
        do="Pass more images of the smaller side before you ask for the number.",
    )
