"""Kernel distance between two sets of features, and the metric KID."""

from typing import Annotated, Any

import numpy as np

from keras_gan import config
from keras_gan.metrics.feature_network import FeaturesLike
from keras_gan.metrics.metric import MetricName, SampleMetric
from keras_gan.metrics.rows import Rows, validate_sets
from keras_gan.metrics.summary import Values
from keras_gan.typing import DTypePolicy, FloatArray, TensorLike
from keras_gan.validation import PositiveInt, at_least, validated

SubsetSize = Annotated[int, at_least(2), "Pass subset_size=1000, as in the papers."]
"""Images of a subset of a kernel distance."""


@validated
def kernel_distance(
    real: TensorLike,
    fake: TensorLike,
    subsets: PositiveInt = 100,
    subset_size: SubsetSize = 1000,
    seed: int | None = 0,
) -> tuple[float, float]:
    """Computes the squared kernel distance (MMD) between two sets of features.

    The unbiased squared maximum mean discrepancy, in float64,
    `sum_{i != j} k(x_i, x_j) / (n (n - 1))`, the same of y, minus twice the mean of
    `k(x_i, y_j)`, with the kernel `k(x, y) = (x . y / num_features + 1)^3`, averaged
    over subsets of n images of each set. With the features of the 2015 Inception this
    is the KID (Binkowski et al., 2018, https://arxiv.org/abs/1801.01401).

    Its expectation does not depend on the number of images, so that small sets can be
    compared. As it is unbiased, it may be slightly negative for similar sets; it is not
    clamped. Papers often report it times 1,000.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: Features of the generated images; `num_images` may differ.
        subsets: Number of subsets, at least 1.
        subset_size: Images of a subset from each set, at least 2; limited to the
            smaller set, which does not change the expectation.
        seed: Random seed. `numpy.random.default_rng(seed)` draws each subset without
            replacement, the real images before the generated ones.

    Returns:
        The mean over the subsets and their standard deviation (`ddof=0`), two `float`s.
        The standard deviation is that of one subset; it is 0 where each subset is the
        whole set.

    Raises:
        ValueError: If a set has fewer than two images, a feature is not finite (the
            image is named), the numbers of features differ, or an argument is out of
            range.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> real, fake = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 1.0], [0, 0]])
    >>> kg.metrics.kernel_distance(real, fake, subsets=5)
    (-2.375, 0.0)
    """
    real, fake = validate_sets(real, fake, 2, "A kernel distance")
    size = min(subset_size, len(real), len(fake))
    generator = np.random.default_rng(None if seed is None else seed % 2**64)
    # Where both subsets are the whole sets, all subsets are equal: one is enough.
    different = subsets if size < max(len(real), len(fake)) else 1
    values = [
        unbiased_mmd(*(draw_subset(rows, size, generator) for rows in (real, fake)))
        for _ in range(different)
    ]
    return float(np.mean(values)), float(np.std(values))


def draw_subset(
    features: FloatArray, size: int, generator: np.random.Generator
) -> FloatArray:
    """Returns a random subset of the rows, or the features themselves if complete."""
    if size == len(features):
        return features
    return features[generator.choice(len(features), size, replace=False)]


def unbiased_mmd(real: FloatArray, fake: FloatArray) -> float:
    """Computes the unbiased squared MMD from all pairs of rows of two matrices."""
    within = sum(mean_off_diagonal(features) for features in (real, fake))
    return within - 2.0 * kernel(real, fake).mean()


def mean_off_diagonal(features: FloatArray) -> float:
    """Returns the mean kernel of all pairs of different images."""
    values = kernel(features, features)
    count = len(features)
    return (values.sum() - np.trace(values)) / (count * (count - 1))


def kernel(features: FloatArray, others: FloatArray) -> FloatArray:
    """Returns `(x . y / num_features + 1)^3` for all pairs of rows."""
    products = features @ others.T
    products /= features.shape[1]
    products += 1.0
    return products * products * products


@config.register
class KID(SampleMetric[Rows]):
    """Kernel distance (KID) between generated and real images in a network's features.

    The mean and the standard deviation of `keras_gan.metrics.kernel_distance` over
    subsets (Binkowski et al., 2018, https://arxiv.org/abs/1801.01401). Lower is better;
    equal distributions have 0 on average, and values may be slightly negative. Unlike a
    Fréchet distance it is unbiased in the number of images: prefer it below a few
    thousand images.

    It stores the features of all images. Logs `kid` and `kid_std` with the canonical
    Inception, `kd_<features>` and `kd_<features>_std` with any other network.

    Args:
        features: As in `FrechetDistance`.
        subsets: Number of subsets.
        subset_size: Images of a subset from each set, or all if there are fewer.
        seed: Random seed of the subsets.
        name: Log key of the mean; the standard deviation logs as `<name>_std`.
        dtype: As in `SampleMetric`.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> metric = kg.metrics.KID("fashion_mnist", subset_size=8)
    >>> images = kg.random.Random(0).uniform((16, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_state(images[:8], images[8:])
    >>> list(metric.results()), metric.result() < 0.1
    (['kd_fashion_mnist', 'kd_fashion_mnist_std'], True)
    """

    measure: str | None = "kernel_distance"
    canonical_keys: tuple[str, ...] = ("kid", "kid_std")
    network_keys: tuple[str, ...] = ("kd_{}", "kd_{}_std")
    key_suffixes: tuple[str, ...] = ("", "std")
    summary = Rows

    @validated
    def __init__(
        self,
        features: FeaturesLike = "inception",
        subsets: PositiveInt = 100,
        subset_size: SubsetSize = 1000,
        seed: int | None = 0,
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        super().__init__(features, name, dtype)
        self.subsets: int = subsets
        self.subset_size: int = subset_size
        self.seed: int | None = seed

    def compare(self, real: Rows, fake: Rows) -> Values:
        """Returns the mean and the standard deviation over the subsets."""
        return kernel_distance(
            real.matrix, fake.matrix, self.subsets, self.subset_size, self.seed
        )

    def protocol(self) -> dict[str, Any]:
        """Returns the settings that the values depend on, with the actual subsets."""
        return {
            **super().protocol(),
            "subsets": self.subsets,
            "subset_size": min(self.subset_size, self.num_real, self.num_fake),
            "subset_seed": self.seed,
        }

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor."""
        return {
            **super().get_config(),
            "subsets": self.subsets,
            "subset_size": self.subset_size,
            "seed": self.seed,
        }
