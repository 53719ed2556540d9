"""The Fréchet distance of infinitely many fakes, from those of fewer and fewer."""

import numpy as np

from keras_gan import config
from keras_gan.metrics.frechet import distance_between
from keras_gan.metrics.gaussian import Gaussian
from keras_gan.metrics.rows import checked_sides


def frechet_distance_infinity(real, fake, smallest=None, sizes=15, seed=0):
    """Returns what the Fréchet distance tends to with the number of fake images.

    A distance of N fakes is too large by about `c / N`, and c depends on the generator.
    Distances at several N, regularly spaced, are fitted by a line over `1 / N`; its
    value at `1 / N = 0` is returned (Chong and Forsyth, 2020,
    https://arxiv.org/abs/1911.07023). The real images stay as they are.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: The same for the fakes.
        smallest: Fakes in the smallest set, from 2 to fewer than there are. None: a
            tenth of them, at most 5,000 as in the paper. The line is straight where
            there are more images than features.
        sizes: Number of distances, 2 or more; the largest is that of all fakes.
        seed: Whole number. `numpy.random.default_rng(seed)` draws the fakes of each set
            without replacement, the smallest set first.

    Returns:
        A `float`. It may lie below 0 where the two distributions are alike.

    Raises:
        ValueError: If there are fewer than two real or four fake images, a feature is
            not finite (the image is named), the numbers of features differ, or an
            argument is out of range.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> generator = np.random.default_rng(0)
    >>> real = generator.normal(size=(20_000, 8))
    >>> fake = generator.normal(size=(1000, 8)) + 1.0
    >>> abs(kg.metrics.frechet_distance_infinity(real, fake) - 8.0) < 0.5
    True
    """
    real, fake = checked_sides(real, fake, 4, "A line through Fréchet distances")
    counts = set_sizes(len(fake), smallest, sizes)
    config.check_seed(seed)
    generator = np.random.default_rng(None if seed is None else seed % 2**64)
    real = Gaussian.of(real, "real")
    distances = []
    for count in counts:
        chosen = generator.choice(len(fake), count, replace=False)
        distances.append(distance_between(real, Gaussian.of(fake[chosen], "fake")))
    _, intercept = np.polyfit(1.0 / counts, distances, 1)
    return float(intercept)


def set_sizes(num_fake, smallest, sizes):
    """Returns how many fakes each distance takes, or says what is out of range."""
    config.check(
        isinstance(sizes, int) and sizes >= 2,
        "A line needs two distances.",
        expected="sizes of 2 or more, an int",
        received=f"sizes={sizes!r}",
        do="Use sizes=15, as in the paper.",
    )
    if smallest is None:
        smallest = max(2, min(5000, num_fake // 10))
    config.check(
        isinstance(smallest, int) and 2 <= smallest < num_fake,
        "The smallest set of fakes is out of range.",
        expected=f"smallest of 2 to {num_fake - 1}, an int: fewer than there are fakes",
        received=f"smallest={smallest!r}",
        do=f"Pass smallest=None: a tenth of the {num_fake} fakes, at most 5,000.",
    )
    return np.linspace(smallest, num_fake, sizes).astype(int)
