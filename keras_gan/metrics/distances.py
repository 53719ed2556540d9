"""Distances between generated and real images, and `get` for all metrics."""

import functools

from keras_gan import config
from keras_gan.metrics import features
from keras_gan.metrics.frechet import distance_between
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.moments import Moments


@config.register
class FrechetDistance(SampleMetric):
    """The Fréchet distance between generated and real images, in a network's features.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` of the features' means and unbiased
    covariances (Heusel et al., 2017, https://arxiv.org/abs/1706.08500), in float64 and
    in constant memory for any number of images. Lower is better; 0 is equality. It is
    named after its network and never `fid`: that name is the 2015 Inception's alone.

    Images are `uint8`, or floats in [-1, 1] that are rounded to `uint8` first. Images
    of another size or colour than the network's are fitted to it: colour to gray by the
    luma of ITU-R BT.601, alpha laid on white, and an antialiased bilinear resize.

    The distance falls with the number of images (by about `1 / num_images`): compare
    numbers of equally many. The README beside the classifier that ships tells what real
    images score against real ones.

    Args:
        features: `"fashion_mnist"`, the classifier that ships; a Keras model from
            images in [-1, 1] to `(num_images, num_features)`; or a function of `uint8`
            images.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> metric = kg.metrics.FrechetDistance("fashion_mnist")
    >>> images = kg.random.Random(0).uniform((8, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_real(images)
    >>> metric.update_fake(images)
    >>> metric.name, metric.num_fake, round(metric.result(), 4)
    ('fd_fashion_mnist', 8, 0.0)
    """

    measure = "frechet_distance"
    prefix = "fd"
    summary = Moments

    def compare(self, real, fake):
        """Returns the distance between two `Moments`.

        Raises:
            ValueError: If one of them has fewer than two images.
        """
        return distance_between(real, fake)


NAMES = {
    f"{FrechetDistance.prefix}_{name}": functools.partial(FrechetDistance, name)
    for name in features.NAMES
}
"""The metrics that a string names, as they are logged."""


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
