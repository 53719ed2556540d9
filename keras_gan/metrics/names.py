"""Names of the sample metrics, for `keras_gan.metrics.get`."""

import functools
from collections.abc import Callable

from keras_gan import config
from keras_gan.metrics import features
from keras_gan.metrics.classification import InceptionScore
from keras_gan.metrics.fid import FID
from keras_gan.metrics.frechet import FrechetDistance
from keras_gan.metrics.kernel import KID
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.neighbors import DensityCoverage, PrecisionRecall

CLASSES: tuple[type[SampleMetric], ...] = (
    FrechetDistance,
    KID,
    InceptionScore,
    PrecisionRecall,
    DensityCoverage,
)
"""The metrics with any feature network."""

PAIRS: dict[str, Callable[..., SampleMetric]] = {
    "precision_recall": PrecisionRecall,
    "density_coverage": DensityCoverage,
}
"""Metrics of two quantities, which are also named by both."""

NAMES: dict[str, Callable[[], SampleMetric]] = (
    {
        metric.keys_with(network, network == features.CANONICAL)[0]: functools.partial(
            metric, network
        )
        for metric in CLASSES
        for network in features.NAMES
    }
    | {
        f"{name}_{network}": functools.partial(metric, network)
        for name, metric in PAIRS.items()
        for network in features.NAMES
    }
    | PAIRS
    | {"fid": FID}
)
"""Functions that build the metrics which have a name: the first log key, such as
`"fd_fashion_mnist"`."""


def get(identifier: object) -> SampleMetric:
    """Returns the sample metric of a name, a class, an object or a dictionary.

    Args:
        identifier: A name such as `"fid"`, `"kid"`, `"fd_fashion_mnist"` or
            `"precision_recall"`; a `SampleMetric`, a class of it, or the dictionary
            that `keras.saving.serialize_keras_object` returns.

    Returns:
        A `SampleMetric`.

    Raises:
        ValueError: If the name is unknown, with the nearest names.
        TypeError: If it is none of these.

    Example:
    >>> import keras_gan as kg
    >>> kg.metrics.get("fd_fashion_mnist").keys
    ('fd_fashion_mnist',)
    """
    if isinstance(identifier, str) and identifier in NAMES:
        return NAMES[identifier]()
    return config.get(identifier, SampleMetric, NAMES)
