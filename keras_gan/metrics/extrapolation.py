"""Fréchet distance extrapolated to infinitely many generated images."""

from typing import Annotated

import numpy as np

from keras_gan import errors
from keras_gan.metrics.frechet import distance_between
from keras_gan.metrics.gaussian import Gaussian
from keras_gan.metrics.rows import validate_sets
from keras_gan.typing import IntArray, TensorLike
from keras_gan.validation import at_least, validated


@validated
def frechet_distance_infinity(
    real: TensorLike,
    fake: TensorLike,
    smallest: Annotated[int, at_least(2)] | None = None,
    sizes: Annotated[int, at_least(2), "Pass sizes=15, as in the paper."] = 15,
    seed: int | None = 0,
) -> float:
    """Estimates the Fréchet distance of infinitely many generated images.

    A distance of N generated images is biased by about `c / N`, and c depends on the
    generator. A line over `1 / N` is fitted to the distances of subsets of regularly
    spaced sizes; its value at `1 / N = 0` is returned (Chong and Forsyth, 2020,
    https://arxiv.org/abs/1911.07023). The real images are all used.

    Args:
        real: Array of shape `(num_images, num_features)`.
        fake: Features of the generated images.
        smallest: Size of the smallest subset, from 2 to fewer than there are images.
            None: a tenth of them, at most 5,000 as in the paper. The relation is linear
            where there are more images than features.
        sizes: Number of subsets, at least 2; the largest has all generated images.
        seed: Random seed. `numpy.random.default_rng(seed)` draws each subset without
            replacement, the smallest first.

    Returns:
        A `float`. It may be negative for similar distributions.

    Raises:
        ValueError: If there are fewer than four images in a set, a feature is not
            finite (the image is named), the numbers of features differ, or an argument
            is out of range.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> generator = np.random.default_rng(0)
    >>> real = generator.normal(size=(20_000, 8))
    >>> fake = generator.normal(size=(1000, 8)) + 1.0
    >>> abs(kg.metrics.frechet_distance_infinity(real, fake) - 8.0) < 0.5
    True
    """
    real, fake = validate_sets(real, fake, 4, "The extrapolation of Fréchet distances")
    counts = subset_sizes(len(fake), smallest, sizes)
    generator = np.random.default_rng(None if seed is None else seed % 2**64)
    whole = Gaussian.from_features(real, "real")
    distances = []
    for count in counts:
        indices = generator.choice(len(fake), count, replace=False)
        subset = Gaussian.from_features(fake[indices], "fake")
        distances.append(distance_between(whole, subset))
    _, intercept = np.polyfit(1.0 / counts, distances, 1)
    return float(intercept)


def subset_sizes(num_fake: int, smallest: int | None, sizes: int) -> IntArray:
    """Returns the sizes of the subsets, or raises an error if one is too large."""
    if smallest is None:
        smallest = max(2, min(5000, num_fake // 10))
    errors.check(
        smallest < num_fake,
        "`smallest` must be less than the number of generated images.",
        expected=f"an integer from 2 to {num_fake - 1}",
        received=f"smallest={smallest!r}",
        do=f"Pass smallest=None: a tenth of the {num_fake} images, at most 5,000.",
    )
    return np.linspace(smallest, num_fake, sizes).astype(int)
