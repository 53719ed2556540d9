"""The kernel distance between two sets of features, and KID over it."""

import numpy as np

from keras_gan import config
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.rows import Rows, checked_sides


def kernel_distance(real, fake, subsets=100, subset_size=1000, seed=0):
    """Returns the squared kernel distance between two sets of features.

    The unbiased squared maximum mean discrepancy, in float64,
    `sum_{i != j} k(x_i, x_j) / (n (n - 1))`, the same of y, less twice the mean of
    `k(x_i, y_j)`, with the kernel `k(x, y) = (x . y / num_features + 1)^3`, averaged
    over subsets of n images of each side. With the features of the 2015 Inception this
    is the KID (Binkowski et al., 2018, https://arxiv.org/abs/1801.01401).

    Its expectation does not depend on the number of images, so that small sets can be
    compared. As it is unbiased, it may be a little below 0 where the two are alike; it
    is not clamped. Papers often print it times 1,000.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: The same for the other set; `num_images` may differ.
        subsets: Number of subsets, 1 or more.
        subset_size: Images of a subset from each side, 2 or more; where a side has
            fewer, it is their number, and the expectation stays the same.
        seed: Whole number. `numpy.random.default_rng(seed)` draws each subset without
            replacement, the real images before the fake.

    Returns:
        The mean over the subsets and their standard deviation (`ddof=0`), two `float`s.
        The deviation is that of one subset. It is 0 where each subset is everything.

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
    check_subsets(subsets, subset_size, seed)
    real, fake = checked_sides(real, fake, 2, "A kernel distance")
    size = min(subset_size, len(real), len(fake))
    generator = np.random.default_rng(None if seed is None else seed % 2**64)
    different = subsets if size < max(len(real), len(fake)) else 1
    values = [
        discrepancy(*(draw(side, size, generator) for side in (real, fake)))
        for _ in range(different)
    ]
    return float(np.mean(values)), float(np.std(values))


def draw(features, size, generator):
    """Returns the rows of a random subset; all rows, as they are, if it has as many."""
    if size == len(features):
        return features
    return features[generator.choice(len(features), size, replace=False)]


def discrepancy(real, fake):
    """Returns the unbiased estimate from all pairs of two matrices."""
    within = sum(mean_between_others(side) for side in (real, fake))
    return within - 2.0 * kernel(real, fake).mean()


def mean_between_others(features):
    """Returns the mean kernel of all pairs of different images."""
    values = kernel(features, features)
    count = len(features)
    return (values.sum() - np.trace(values)) / (count * (count - 1))


def kernel(features, others):
    """Returns `(x . y / num_features + 1)^3` of all pairs."""
    products = features @ others.T
    products /= features.shape[1]
    products += 1.0
    return products * products * products


def check_subsets(subsets, subset_size, seed):
    """Makes sure that there are subsets, with images to compare with each other."""
    config.check_count(subsets, "subsets")
    config.check_seed(seed)
    config.check(
        isinstance(subset_size, int) and subset_size >= 2,
        "A subset of a kernel distance is too small.",
        expected="subset_size of 2 or more, an int",
        received=f"subset_size={subset_size!r}",
        do="Use subset_size=1000, as the papers do.",
    )


@config.register
class KID(SampleMetric):
    """The kernel distance between generated and real images, in a network's features.

    The mean of `keras_gan.metrics.kernel_distance` and, beside it, its standard
    deviation over the subsets (Binkowski et al., 2018,
    https://arxiv.org/abs/1801.01401). Lower is better; equal distributions are at 0 on
    average, and a value may lie a little below. Unlike a Fréchet distance it does not
    fall with the number of images: it is the one to use below some thousands.

    It keeps the features of all images. Logs `kid` and `kid_std` with the canonical
    Inception, `kd_<features>` and `kd_<features>_std` with any other network.

    Args:
        features: As in `FrechetDistance`.
        subsets: Number of subsets.
        subset_size: Images of a subset from each side, or all if there are fewer.
        seed: Whole number that decides the subsets.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> metric = kg.metrics.KID("fashion_mnist", subset_size=8)
    >>> images = kg.random.Random(0).uniform((16, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_real(images[:8], (-1, 1))
    >>> metric.update_fake(images[8:], (-1, 1))
    >>> list(metric.results()), metric.result() < 0.1
    (['kd_fashion_mnist', 'kd_fashion_mnist_std'], True)
    """

    measure = "kernel_distance"
    canonical_keys = ("kid", "kid_std")
    network_keys = ("kd_{}", "kd_{}_std")
    summary = Rows

    def __init__(self, features="inception", subsets=100, subset_size=1000, seed=0):
        check_subsets(subsets, subset_size, seed)
        super().__init__(features)
        self.subsets, self.subset_size, self.seed = subsets, subset_size, seed

    def compare(self, real, fake):
        """Returns the mean and the standard deviation over the subsets."""
        sides = real.matrix, fake.matrix
        return kernel_distance(*sides, self.subsets, self.subset_size, self.seed)

    def protocol(self):
        """Returns what the number depends on, with the subsets as they were drawn."""
        return {
            **super().protocol(),
            "subsets": self.subsets,
            "subset_size": min(self.subset_size, self.num_real, self.num_fake),
            "subset_seed": self.seed,
        }

    def get_config(self):
        """Returns the arguments of the constructor; the network goes by its name."""
        return {
            **super().get_config(),
            "subsets": self.subsets,
            "subset_size": self.subset_size,
            "seed": self.seed,
        }
