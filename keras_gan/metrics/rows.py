"""Feature vectors of all images, for metrics that compare image by image."""

import dataclasses
from collections.abc import Mapping
from typing import Self

import numpy as np

from keras_gan.errors import check
from keras_gan.metrics.moments import check_same_features, validate_features
from keras_gan.typing import Array, FloatArray, TensorLike


@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """All feature vectors of a set, one row per image.

    An immutable summary with the methods of `Moments`, for metrics that need every
    image. Rows keep their dtype; those of a network are `float32`: 410 MB for 50,000
    images of 2,048 features.

    Args:
        parts: Tuple of non-empty arrays `(num_images, num_features)`.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> rows = kg.metrics.Rows.from_features(np.zeros((2, 3)))
    >>> rows.count, rows.merge(rows).matrix.shape
    (2, (4, 3))
    """

    parts: tuple[Array, ...] = ()

    @classmethod
    def from_features(
        cls, features: TensorLike, kind: str = "passed", start: int = 0
    ) -> Self:
        """Returns the rows of one batch.

        Args:
            features: Array of shape `(num_images, num_features)`; it may be empty.
            kind: Set of images, for errors: `"real"` or `"fake"`.
            start: Index of the first image, for errors.

        Raises:
            ValueError: If it is not a matrix of finite numbers.
        """
        validate_features(features, kind, start)
        rows = np.array(features)
        return cls((rows,)) if len(rows) else cls()

    def merge(self, other: "Rows") -> "Rows":
        """Returns the rows of the union of two sets of images.

        Raises:
            ValueError: If the numbers of features differ.
        """
        if self.parts and other.parts:
            check_same_features(self.parts[0], other.parts[0])
        return Rows(self.parts + other.parts)

    def arrays(self) -> dict[str, Array]:
        """Returns the rows as a dictionary of one array, for a file."""
        return {"rows": np.concatenate(self.parts or [np.zeros((0, 0))])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> Self:
        """Returns the rows whose `arrays()` were stored, bit by bit."""
        return cls.from_features(arrays["rows"])

    @property
    def count(self) -> int:
        """Number of images."""
        return sum(map(len, self.parts))

    @property
    def matrix(self) -> FloatArray:
        """All rows, a `float64` array `(num_images, num_features)`."""
        return np.asarray(self.arrays()["rows"], np.float64)


def validate_sets(
    real: TensorLike, fake: TensorLike, min_images: int, quantity: str
) -> tuple[FloatArray, FloatArray]:
    """Returns real and generated features as `float64`, or raises an error.

    Args:
        real: Array `(num_images, num_features)`.
        fake: Features of the generated images; their number may differ.
        min_images: Smallest number of images of each set.
        quantity: What is measured, with an article, for the error.

    Raises:
        ValueError: If a set has fewer images, is not a matrix of finite numbers (the
            image is named), or the numbers of features differ.
    """
    real, fake = validate_features(real, "real"), validate_features(fake, "fake")
    check_min_images(len(real), len(fake), min_images, quantity)
    check_same_features(real, fake)
    return real, fake


def check_min_images(
    num_real: int, num_fake: int, min_images: int, quantity: str
) -> None:
    """Raises a `ValueError` if a set has fewer than `min_images` images."""
    check(
        min(num_real, num_fake) >= min_images,
        f"{quantity} needs more images.",
        expected=f"at least {min_images} images in each set, better 10,000",
        received=f"{num_real} real and {num_fake} fake images",
        do="Pass more images of the smaller set.",
    )
