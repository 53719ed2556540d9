"""Fréchet distance between two sets of features, in float64 without complex numbers."""

import numpy as np

from keras_gan import config, errors
from keras_gan.metrics.feature_network import FeaturesLike
from keras_gan.metrics.gaussian import Gaussian, factor_of
from keras_gan.metrics.kernel import kernel_distance
from keras_gan.metrics.metric import MetricName, SampleMetric
from keras_gan.metrics.moments import check_same_features
from keras_gan.metrics.rows import check_min_images
from keras_gan.metrics.summary import Values
from keras_gan.typing import Array, DTypePolicy, FloatArray, TensorLike


def frechet_distance_of_moments(
    real_mean: Array, real_covariance: Array, fake_mean: Array, fake_covariance: Array
) -> float:
    """Computes the squared Fréchet distance between two Gaussians.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` (Dowson and Landau, 1982,
    https://doi.org/10.1016/0047-259X(82)90077-X). The trace of the root is computed as
    that of `(F C2 F')^(1/2)` with `F' F = C1`: two symmetric eigenvalue problems in
    float64, with real results. Eigenvalues and distances that are negative by rounding
    are set to 0.

    Args:
        real_mean: Array `(num_features,)`.
        real_covariance: Symmetric array `(num_features, num_features)`.
        fake_mean: Mean of the generated images, as `real_mean`.
        fake_covariance: Covariance of the generated images, as `real_covariance`.

    Returns:
        A `float`, at least 0, in the squared units of the features.

    Raises:
        ValueError: If the shapes do not match, or a value is not finite.

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
    errors.check(
        shapes == [(size,), (size, size)] * 2
        and all(np.isfinite(array).all() for array in arrays),
        "The arguments must be means and covariances of two Gaussians.",
        expected="finite means (num_features,) and covariances (num_features, "
        "num_features)",
        received=f"shapes {', '.join(map(str, shapes))}",
        do="Pass the two means and covariances of `Moments`.",
    )
    root = trace_of_root(factor_of(real_covariance), fake_covariance)
    trace = np.trace(real_covariance) + np.trace(fake_covariance) - 2.0 * root
    return squared_distance(real_mean, fake_mean, trace)


def frechet_distance(real: TensorLike, fake: TensorLike) -> float:
    """Computes the squared Fréchet distance between two sets of features.

    Each set is modeled as a Gaussian with its mean and unbiased covariance (`ddof=1`).
    With the features of the 2015 Inception this is the FID (Heusel et al., 2017,
    https://arxiv.org/abs/1706.08500); with any other network it is not comparable to
    FIDs. The distance decreases with the number of images, so compare only distances of
    equally many.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: Features of the generated images; `num_images` may differ.

    Returns:
        A `float`, at least 0, in the squared units of the features.

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
    return distance_between(
        Gaussian.from_features(real, "real"), Gaussian.from_features(fake, "fake")
    )


def distance_between(real: Gaussian, fake: Gaussian) -> float:
    """Computes the squared Fréchet distance between two `Gaussian`s.

    Raises:
        ValueError: If one has fewer than two images, or the numbers of features differ.
    """
    check_min_images(real.count, fake.count, 2, "A Fréchet distance")
    check_same_features(real.moments.mean, fake.moments.mean)
    if real.is_singular or fake.is_singular:
        # tr((C1 C2)^(1/2)) is the sum of the singular values of A B', with A' A = C1
        # and B' B = C2 from the images: exact, where eigenvalues of a singular
        # covariance are noise.
        product = real.factor @ fake.factor.T
        root = np.linalg.svd(product, compute_uv=False).sum()
    else:
        root = trace_of_root(real.factor, fake.moments.covariance)
    trace = real.moments.variance + fake.moments.variance - 2.0 * root
    return squared_distance(real.moments.mean, fake.moments.mean, trace)


def trace_of_root(factor: FloatArray, covariance: FloatArray) -> float:
    """Computes the trace of `(factor' factor covariance)^(1/2)` by eigenvalues."""
    product = factor @ covariance @ factor.T
    # Rounding makes the product slightly asymmetric; eigvalsh reads one triangle.
    values = np.linalg.eigvalsh((product + product.T) / 2.0)
    return float(np.sqrt(np.clip(values, 0.0, None)).sum())


def squared_distance(mean: Array, other_mean: Array, trace: float) -> float:
    """Returns `|mean - other_mean|^2 + trace`, at least 0."""
    difference = np.sum(np.square(np.subtract(mean, other_mean)))
    return float(max(difference + trace, 0.0))


@config.register
class FrechetDistance(SampleMetric[Gaussian]):
    """Fréchet distance between generated and real images in a network's features.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` of the features' means and unbiased
    covariances (Heusel et al., 2017, https://arxiv.org/abs/1706.08500), in float64 and
    in constant memory for any number of images. Lower is better; 0 means equality. It
    logs as `fd_<features>`; `fid` is reserved for the 2015 Inception.

    Float images are rounded to `uint8` first. Images of another size or number of
    channels than the network's are converted: RGB to gray by the luma of ITU-R BT.601,
    alpha composited on white, and an antialiased bilinear resize.

    The distance decreases with the number of images (by about `1 / num_images`):
    compare distances of equally many. The README of the included classifier lists the
    distances between real images. With fewer images than features the metric warns,
    once, and states the kernel distance, which is unbiased; the distance itself is
    then computed from the features of the images, which are kept.

    Args:
        features: `"fashion_mnist"`, the included classifier; a Keras model from images
            in [-1, 1] to `(num_images, num_features)`, or the path of its `.keras`
            file; or a function of `uint8` images.
        name: Log key, by default `fd_<features>`.
        dtype: As in `SampleMetric`.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> metric = kg.metrics.FrechetDistance("fashion_mnist")
    >>> images = kg.random.Random(0).uniform((200, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_state(images, images)
    >>> metric.name, metric.num_fake, round(metric.result(), 4)
    ('fd_fashion_mnist', 200, 0.0)
    """

    measure: str | None = "frechet_distance"
    canonical_keys: tuple[str, ...] = ("fid",)
    network_keys: tuple[str, ...] = ("fd_{}",)
    summary = Gaussian

    def __init__(
        self,
        features: FeaturesLike = "fashion_mnist",
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        super().__init__(features, name, dtype)
        self.has_warned: bool = False

    def compare(self, real: Gaussian, fake: Gaussian) -> Values:
        """Returns the distance between two `Gaussian`s; errors of `distance`."""
        return self.distance(real, fake)

    def distance(self, real: Gaussian, fake: Gaussian) -> float:
        """Returns the distance between two `Gaussian`s; warns if one is singular.

        Raises:
            ValueError: If one of them has fewer than two images.
        """
        distance = distance_between(real, fake)
        if (real.is_singular or fake.is_singular) and not self.has_warned:
            self.has_warned = True
            message = few_images_message(self.name, real, fake)
            errors.warn(message)
        return distance


def few_images_message(name: str, real: Gaussian, fake: Gaussian) -> str:
    """Returns the warning about a distance of fewer images than features."""
    advice = "Log a kernel distance as well, kg.metrics.KID: it has no such bias."
    if real.is_singular and fake.is_singular:
        size = max(real.count, fake.count)
        features = real.rows.matrix, fake.rows.matrix
        value, _ = kernel_distance(*features, subsets=1, subset_size=size)
        advice = (
            f"The kernel distance of these images, which has no such bias, is "
            f"{value:.6g}: log it as well, by kg.metrics.KID."
        )
    return (
        f"{name} of {real.count} real and {fake.count} fake images, fewer than its "
        f"{real.moments.num_features} features, is dominated by the bias of small "
        f"samples. {advice} Or measure more images: 10,000 and more are usual."
    )
