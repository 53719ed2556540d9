"""The Fréchet distance between two sets of features, in float64 and never complex."""

import warnings

import numpy as np

from keras_gan import config
from keras_gan.metrics.gaussian import Gaussian, factor_of
from keras_gan.metrics.kernel import kernel_distance
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.moments import check_same_features
from keras_gan.metrics.rows import check_enough


def frechet_distance_of_moments(real_mean, real_covariance, fake_mean, fake_covariance):
    """Returns the squared Fréchet distance between two Gaussians.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` (Dowson and Landau, 1982,
    https://doi.org/10.1016/0047-259X(82)90077-X). The trace of the root is that of
    `(F C2 F')^(1/2)` with `F' F = C1`, whose matrices are symmetric: two symmetric
    eigenvalue problems in float64 with real answers. Eigenvalues that rounding left
    below 0 are taken as 0, and so is the distance.

    Args:
        real_mean: Array `(num_features,)`.
        real_covariance: Symmetric array `(num_features, num_features)`.
        fake_mean: As `real_mean`.
        fake_covariance: As `real_covariance`.

    Returns:
        A `float`, 0 or more, in the squared units of the features.

    Raises:
        ValueError: If the shapes do not belong together, or a number is not finite.

    Example:
    >>> import numpy as np
    >>> from keras_gan.metrics.frechet import frechet_distance_of_moments
    >>> unit = np.eye(3)
    >>> frechet_distance_of_moments(np.zeros(3), unit, np.ones(3), 4.0 * unit)
    6.0
    """
    arrays = (real_mean, real_covariance, fake_mean, fake_covariance)
    shapes = [np.shape(array) for array in arrays]
    size = np.size(real_mean)
    config.check(
        shapes == [(size,), (size, size)] * 2
        and all(np.isfinite(array).all() for array in arrays),
        "These are not the means and covariances of two Gaussians.",
        expected="finite means (num_features,) and covariances (num_features, "
        "num_features)",
        received=f"shapes {', '.join(map(str, shapes))}",
        do="Pass the two means and covariances of `Moments`.",
    )
    root = trace_of_root(factor_of(real_covariance), fake_covariance)
    spread = np.trace(real_covariance) + np.trace(fake_covariance) - 2.0 * root
    return distance(real_mean, fake_mean, spread)


def frechet_distance(real, fake):
    """Returns the squared Fréchet distance between two sets of features.

    Each set is taken as a Gaussian with its mean and unbiased covariance (`ddof=1`).
    With the features of the 2015 Inception this is the FID (Heusel et al., 2017,
    https://arxiv.org/abs/1706.08500); with those of any other network it is not, and
    must not be called so. It falls with the number of images, so compare only numbers
    of equally many.

    Where a side has fewer images than features, its covariance is singular and the
    trace of `(C1 C2)^(1/2)` is the sum of the singular values of `A B'`, with `A' A =
    C1` and `B' B = C2` from the images themselves: exact, where eigenvalues are not.

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
    return distance_between(Gaussian.of(real, "real"), Gaussian.of(fake, "fake"))


def distance_between(real, fake):
    """Returns the squared Fréchet distance between two `Gaussian`s.

    Raises:
        ValueError: If one has fewer than two images, or the numbers of features differ.
    """
    check_enough(real.count, fake.count, 2, "A Fréchet distance")
    check_same_features(real.moments.mean, fake.moments.mean)
    if real.is_few or fake.is_few:
        product = real.factor @ fake.factor.T
        root = np.linalg.svd(product, compute_uv=False).sum()
    else:
        root = trace_of_root(real.factor, fake.moments.covariance)
    spread = real.moments.variance + fake.moments.variance - 2.0 * root
    return distance(real.moments.mean, fake.moments.mean, spread)


def trace_of_root(factor, covariance):
    """Returns the trace of `(factor' factor covariance)^(1/2)`, by eigenvalues."""
    product = factor @ covariance @ factor.T
    values = np.linalg.eigvalsh((product + product.T) / 2.0)
    return np.sqrt(np.clip(values, 0.0, None)).sum()


def distance(mean, other_mean, spread):
    """Returns the distance from two means and the trace that the covariances add."""
    shift = np.sum(np.square(np.subtract(mean, other_mean)))
    return float(max(shift + spread, 0.0))


@config.register
class FrechetDistance(SampleMetric):
    """The Fréchet distance between generated and real images, in a network's features.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` of the features' means and unbiased
    covariances (Heusel et al., 2017, https://arxiv.org/abs/1706.08500), in float64 and
    in constant memory for any number of images. Lower is better; 0 is equality. It is
    named after its network, `fd_<features>`; `fid` is the 2015 Inception's alone.

    Images are `uint8`, or floats of a range that is said, which are rounded to `uint8`
    first. Images of another size or colour than the network's are fitted to it: colour
    to gray by the luma of ITU-R BT.601, alpha laid on white, and an antialiased
    bilinear resize.

    The distance falls with the number of images (by about `1 / num_images`): compare
    numbers of equally many. The README beside the classifier that ships tells what real
    images score against real ones. With fewer images than features it warns, once, and
    tells their kernel distance, on which the number of images has no bias; the distance
    itself is then exact by another route, for which the few features are kept.

    Args:
        features: `"fashion_mnist"`, the classifier that ships; a Keras model from
            images in [-1, 1] to `(num_images, num_features)`; or a function of `uint8`
            images.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> metric = kg.metrics.FrechetDistance("fashion_mnist")
    >>> images = kg.random.Random(0).uniform((200, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_real(images, (-1, 1))
    >>> metric.update_fake(images, (-1, 1))
    >>> metric.name, metric.num_fake, round(metric.result(), 4)
    ('fd_fashion_mnist', 200, 0.0)
    """

    measure = "frechet_distance"
    canonical_keys = ("fid",)
    network_keys = ("fd_{}",)
    summary = Gaussian

    def __init__(self, features="fashion_mnist"):
        super().__init__(features)
        self.has_warned = False

    def compare(self, real, fake):
        """Returns the distance of two `Gaussian`s, and warns if one is few.

        Raises:
            ValueError: If one of them has fewer than two images.
        """
        found = distance_between(real, fake)
        if (real.is_few or fake.is_few) and not self.has_warned:
            self.has_warned = True
            warnings.warn(doubt(self.name, real, fake), UserWarning, stacklevel=3)
        return found


def doubt(name, real, fake):
    """Returns why a distance of few images says little, and what says more."""
    beside = "Log a kernel distance, kg.metrics.KID, beside it: that has no such bias."
    if real.is_few and fake.is_few:
        size = max(real.count, fake.count)
        sides = real.rows.matrix, fake.rows.matrix
        value, _ = kernel_distance(*sides, subsets=1, subset_size=size)
        beside = (
            f"The kernel distance of these images, which has no such bias, is "
            f"{value:.6g}: log it beside, by kg.metrics.KID."
        )
    return (
        f"{name} of {real.count} real and {fake.count} fake images, fewer than its "
        f"{real.moments.num_features} features, is mostly the bias of so few. {beside} "
        "Or measure more images: 10,000 and more are usual."
    )
