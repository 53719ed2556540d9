"""The Fréchet distance between two sets of features, in float64 and never complex."""

import numpy as np

from keras_gan.config import check
from keras_gan.metrics.moments import Moments, check_same_features


def frechet_distance_of_moments(real_mean, real_covariance, fake_mean, fake_covariance):
    """Returns the squared Fréchet distance between two Gaussians.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` (Dowson and Landau, 1982,
    https://doi.org/10.1016/0047-259X(82)90077-X). The trace of the root is that of
    `(r C2 r)^(1/2)` with `r = C1^(1/2)`, whose matrices are symmetric: two symmetric
    eigenvalue problems in float64 with real, sorted answers. Eigenvalues that rounding
    left below 0 are taken as 0, and so is the distance.

    Args:
        real_mean: Array `(num_features,)`.
        real_covariance: Symmetric array `(num_features, num_features)`.
        fake_mean: As `real_mean`.
        fake_covariance: As `real_covariance`.

    Returns:
        A `float`, 0 or more, in the squared units of the features.

    Example:
    >>> import numpy as np
    >>> from keras_gan.metrics.frechet import frechet_distance_of_moments
    >>> unit = np.eye(3)
    >>> frechet_distance_of_moments(np.zeros(3), unit, np.ones(3), 4.0 * unit)
    6.0
    """
    values, vectors = np.linalg.eigh(real_covariance)
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    product = root @ fake_covariance @ root
    values = np.linalg.eigvalsh((product + product.T) / 2.0)
    overlap = np.sqrt(np.clip(values, 0.0, None)).sum()
    shift = np.sum(np.square(np.subtract(real_mean, fake_mean)))
    spread = np.trace(real_covariance) + np.trace(fake_covariance) - 2.0 * overlap
    return float(max(shift + spread, 0.0))


def frechet_distance(real, fake):
    """Returns the squared Fréchet distance between two sets of features.

    Each set is taken as a Gaussian with its mean and unbiased covariance (`ddof=1`).
    With the features of the 2015 Inception this is the FID (Heusel et al., 2017,
    https://arxiv.org/abs/1706.08500); with those of any other network it is not, and
    must not be called so. It falls with the number of images, so compare only numbers
    of equally many.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: The same for the other set; `num_images` may differ.

    Returns:
        A `float`, 0 or more, in the squared units of the features.

    Raises:
        ValueError: If a set has fewer than two images, a feature is not finite (the
            image is named), or the numbers of features differ.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> real = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    >>> round(kg.metrics.frechet_distance(real, real + [3.0, 4.0]), 9)
    25.0
    """
    return distance_between(Moments.of(real, "real"), Moments.of(fake, "fake"))


def distance_between(real, fake):
    """Returns the squared Fréchet distance between two `Moments`.

    Raises:
        ValueError: If one has fewer than two images, or the numbers of features differ.
    """
    for kind, moments in (("real", real), ("fake", fake)):
        check(
            moments.count >= 2,
            f"A Fréchet distance needs more {kind} images.",
            expected="at least 2 images on each side, better 10,000",
            received=f"{real.count} real and {fake.count} fake images",
            do=f"Pass more {kind} images before you ask for the distance.",
        )
    check_same_features(real.mean, fake.mean)
    return frechet_distance_of_moments(
        real.mean, real.covariance, fake.mean, fake.covariance
    )
