"""Mean and covariance of features, gathered batch by batch in constant memory."""

import dataclasses

import numpy as np

from keras_gan.config import check


def checked_features(features, kind="given", start=0):
    """Returns features as a float64 matrix of finite numbers.

    Args:
        features: Array of shape `(num_images, num_features)`.
        kind: Which images they belong to, for the error: `"real"` or `"fake"`.
        start: Number of the first image, for the error.

    Returns:
        `float64` array of the same shape.

    Raises:
        ValueError: If it is not a matrix, or a number is NaN or infinite; the error
            names the first such image.
    """
    features = np.asarray(features, np.float64)
    check(
        features.ndim == 2,
        f"The features of the {kind} images are not a matrix.",
        expected="shape (num_images, num_features)",
        received=f"shape {features.shape}",
        do="Give each image one row, e.g. features.reshape(num_images, -1).",
    )
    finite = np.isfinite(features)
    broken = np.flatnonzero(~finite.all(axis=1))
    check(
        len(broken) == 0,
        f"The {kind} images have features that are not numbers.",
        expected="finite features",
        received=f"{np.sum(~finite)} NaN or infinite values, the first in image "
        f"{start + broken[:1].sum()} (counted from 0); {len(broken)} images have them",
        do="Look at that image and at what made it: has the training diverged?",
    )
    return features


@dataclasses.dataclass(frozen=True, eq=False)
class Moments:
    """How many feature vectors there were, their mean, and how they scatter.

    It is a value: `merge` makes a new one. `Moments()` holds nothing and is neutral, so
    that a stream of any length is folded batch by batch, and replicas are joined, in
    any order. Everything is float64 and centred on the mean of its own part (Chan,
    Golub and LeVeque, 1983, https://doi.org/10.1080/00031305.1983.10483115), which
    keeps the digits that plain sums of squares would cancel.

    Args:
        count: Number of images.
        mean: `float64` array `(num_features,)`.
        scatter: Sum of the outer products of the centred features, `float64` array
            `(num_features, num_features)`.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> features = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 4.0]])
    >>> moments = kg.metrics.Moments.of(features[:2])
    >>> moments = moments.merge(kg.metrics.Moments.of(features[2:]))
    >>> moments.count, moments.mean.tolist(), moments.covariance.tolist()
    (3, [2.0, 2.0], [[4.0, 3.0], [3.0, 3.0]])
    """

    count: int = 0
    mean: object = 0.0
    scatter: object = 0.0

    @classmethod
    def of(cls, features, kind="given", start=0):
        """Returns the moments of one batch.

        Args:
            features: Array of shape `(num_images, num_features)`; it may be empty.
            kind: Which images they are, for errors: `"real"` or `"fake"`.
            start: Number of the first image, for errors.

        Raises:
            ValueError: If it is not a matrix of finite numbers.
        """
        features = checked_features(features, kind, start)
        if len(features) == 0:
            return cls()
        mean = features.mean(axis=0)
        centred = features - mean
        return cls(len(features), mean, centred.T @ centred)

    def merge(self, other):
        """Returns the moments of the images of both.

        Raises:
            ValueError: If the two have different numbers of features.
        """
        if self.count == 0 or other.count == 0:
            return self if other.count == 0 else other
        check_same_features(self.mean, other.mean)
        count = self.count + other.count
        step = other.mean - self.mean
        weight = self.count * other.count / count
        return Moments(
            count,
            self.mean + step * (other.count / count),
            self.scatter + other.scatter + weight * np.outer(step, step),
        )

    def arrays(self):
        """Returns what it holds as a dictionary of arrays, for a file."""
        return dataclasses.asdict(self)

    @classmethod
    def from_arrays(cls, arrays):
        """Returns what `arrays()` was taken of, to the bit."""
        return cls(int(arrays["count"]), arrays["mean"], arrays["scatter"])

    @property
    def num_features(self):
        """Length of a feature vector."""
        return np.size(self.mean)

    @property
    def variance(self):
        """The sum of the unbiased variances: the trace of the covariance, a `float`."""
        return float(np.trace(self.scatter)) / (self.count - 1)

    @property
    def covariance(self):
        """The unbiased covariance (`ddof=1`), `(num_features, num_features)`.

        Raises:
            ValueError: If there are fewer than two images.
        """
        check(
            self.count >= 2,
            "A covariance needs two images.",
            expected="at least 2 images, better thousands",
            received=f"{self.count}",
            do="Pass more images.",
        )
        return self.scatter / (self.count - 1)


def check_same_features(features, other_features):
    """Raises a `ValueError` unless two arrays have the same number of features.

    Args:
        features: Array whose last axis are the features.
        other_features: Another one.
    """
    check(
        np.shape(features)[-1:] == np.shape(other_features)[-1:],
        "These features come from different networks.",
        expected="the same number of features on both sides",
        received=f"{np.shape(features)[-1]} and {np.shape(other_features)[-1]}",
        do="Compute the real and the fake features with one network.",
    )
