"""The metrics of samples by their names."""

import functools

from keras_gan import config
from keras_gan.metrics import features
from keras_gan.metrics.classification import InceptionScore
from keras_gan.metrics.fid import FID
from keras_gan.metrics.frechet import FrechetDistance
from keras_gan.metrics.kernel import KID
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.neighbors import DensityCoverage, PrecisionRecall

KINDS = (FrechetDistance, KID, InceptionScore, PrecisionRecall, DensityCoverage)

NAMES = {
    kind.keys_with(network, network == features.CANONICAL)[0]: functools.partial(
        kind, network
    )
    for kind in KINDS
    for network in features.NAMES
} | {"fid": FID}
"""The metrics that a string names: as the first of their values is logged."""


def get(identifier):
    """Resolves what a user may pass for a metric of samples.

    Args:
        identifier: A name such as `"fd_fashion_mnist"`, or a `SampleMetric`.

    Returns:
        A `SampleMetric`.

    Raises:
        ValueError: If the name is unknown, with the near ones.
        TypeError: If it is neither.
    """
    return config.get(identifier, SampleMetric, NAMES)
