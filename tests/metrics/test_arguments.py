"""Numbers that metrics and their functions take: no booleans, NumPy's as Python's."""

import math

import numpy as np
import pytest
from toys import facts

from keras_gan import metrics

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 12, 3))
IMAGES = np.random.default_rng(0).integers(0, 256, (3, 40, 4, 4, 1), np.uint8)


def means(images):
    return images.mean(axis=(1, 2))


NETWORK = metrics.features.get(means)


def corners(images):
    return (images[:, 0, 0, 0] > 127).astype(int)


NUMBERS = {
    "inception_score splits": lambda value: metrics.inception_score(
        np.full((12, 2), 0.5), splits=value
    ),
    "kernel_distance subsets": lambda value: metrics.kernel_distance(
        REAL, FAKE, subsets=value, subset_size=3
    ),
    "kernel_distance subset_size": lambda value: metrics.kernel_distance(
        REAL, FAKE, subset_size=value
    ),
    "kernel_distance seed": lambda value: metrics.kernel_distance(
        REAL, FAKE, subset_size=3, seed=value
    ),
    "frechet_distance_infinity smallest": lambda value: (
        metrics.frechet_distance_infinity(REAL, FAKE, smallest=value)
    ),
    "frechet_distance_infinity sizes": lambda value: metrics.frechet_distance_infinity(
        REAL, FAKE, sizes=value
    ),
    "frechet_distance_infinity seed": lambda value: metrics.frechet_distance_infinity(
        REAL, FAKE, seed=value
    ),
    "precision_recall neighbors": lambda value: metrics.precision_recall(
        REAL, FAKE, neighbors=value
    ),
    "density_coverage neighbors": lambda value: metrics.density_coverage(
        REAL, FAKE, neighbors=value
    ),
    "mode_coverage sigma": lambda value: str(
        metrics.mode_coverage(REAL, FAKE, sigma=value)
    ),
    "class_coverage num_classes": lambda value: str(
        metrics.class_coverage(IMAGES[0], corners, num_classes=value)
    ),
    "KID subsets": lambda value: metrics.KID(NETWORK, subsets=value).get_config(),
    "KID subset_size": lambda value: metrics.KID(
        NETWORK, subset_size=value
    ).get_config(),
    "KID seed": lambda value: metrics.KID(NETWORK, seed=value).get_config(),
    "InceptionScore splits": lambda value: metrics.InceptionScore(
        "fashion_mnist", splits=value
    ).get_config(),
    "PrecisionRecall neighbors": lambda value: metrics.PrecisionRecall(
        NETWORK, neighbors=value
    ).get_config(),
    "DensityCoverage neighbors": lambda value: metrics.DensityCoverage(
        NETWORK, neighbors=value
    ).get_config(),
}
"""Functions of one number, by the owner and the name of the argument."""


@pytest.mark.parametrize("wrong", [True, "3", math.nan, math.inf, [3]], ids=repr)
@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_no_number_is_refused(name, wrong):
    owner, argument = name.split()
    with pytest.raises(ValueError, match=facts(f"`{argument}` of {owner} ")) as refused:
        NUMBERS[name](wrong)
    assert f"Received: {argument}={wrong!r}\n" in str(refused.value)


@pytest.mark.parametrize("name", [name for name in NUMBERS if "seed" not in name])
def test_a_number_below_the_range_is_refused(name):
    owner, argument = name.split()
    for wrong in (0, -1):
        with pytest.raises(ValueError, match=facts(f"`{argument}` of {owner} ")):
            NUMBERS[name](wrong)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_of_numpy_is_that_of_python(name):
    found, expected = NUMBERS[name](np.int64(3)), NUMBERS[name](3)
    assert repr(found) == repr(expected)


def test_a_quantile_of_numpy_is_that_of_python():
    def share(quantile):
        return metrics.memorization_report(*IMAGES, means, quantile).pixels.quantile

    assert repr(share(np.float64(0.25))) == repr(share(0.25)) == "0.25"
    with pytest.raises(ValueError, match=facts("`quantile` of memorization_report ")):
        share(True)
