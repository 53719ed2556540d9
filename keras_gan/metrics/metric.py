"""What a metric of samples is: real and fake images in, a number or more out."""

import abc

import keras
import numpy as np
import tensorflow as tf

from keras_gan import config
from keras_gan.images import to_uint8
from keras_gan.metrics import features as feature_networks
from keras_gan.version import __version__

OVERSHOOT = 1e-3
"""How far rounding may carry a pixel out of [-1, 1]."""

PIXELS = "uint8, round((image + 1) * 127.5)"
"""How a metric sees pixels, for the protocol."""


def pixels(images):
    """Returns images as a file would hold them: a metric sees what a user sees.

    Args:
        images: Array or tensor `(num_images, height, width, channels)`: `uint8`, or
            floats in [-1, 1], which are rounded by `keras_gan.images.to_uint8`.

    Returns:
        `uint8` array of the same shape.

    Raises:
        ValueError: If the shape, the type or the range is another one.
    """
    images = keras.ops.convert_to_numpy(images)
    floating = tf.as_dtype(images.dtype).is_floating
    config.check(
        images.ndim == 4 and (floating or images.dtype == np.uint8),
        "These are not images that a metric can take.",
        expected="uint8 or float images (num_images, height, width, channels)",
        received=f"{images.dtype} {images.shape}",
        do="Give gray images one channel, images[..., None]; make grey levels uint8.",
    )
    if not floating:
        return images
    inside = (images >= -1.0 - OVERSHOOT) & (images <= 1.0 + OVERSHOOT)  # NaN is not
    outside = np.flatnonzero(~inside.all(axis=(1, 2, 3)))
    config.check(
        len(outside) == 0,
        "Float images of a metric are in [-1, 1].",
        expected="pixels in [-1, 1], none of them NaN",
        received=f"{np.sum(~inside)} others in {len(outside)} of {len(images)} images, "
        f"the first {images[~inside][:1]} in image {outside[:1]} (counted from 0)",
        do="Scale grey levels by keras_gan.images.to_float(levels), or pass uint8; "
        "NaN from a generator means that its training has diverged.",
    )
    return to_uint8(images)


def observed(metrics, images):
    """Returns pairs of a metric and its features of images; a network runs once.

    Args:
        metrics: List of `SampleMetric`.
        images: What `pixels` takes.
    """
    levels = pixels(images)
    networks = {metric.features for metric in metrics}
    rows = {network: network(levels) for network in networks}
    return [(metric, rows[metric.features]) for metric in metrics]


def update_real(metrics, images):
    """Adds real images to several metrics, at the cost of one of each network."""
    for metric, rows in observed([one for one in metrics if one.needs_real], images):
        start = metric.real.count
        metric.real = metric.real.merge(metric.summary.of(rows, "real", start))


def update_fake(metrics, images):
    """Adds generated images to several metrics, at the cost of one of each network."""
    for metric, rows in observed(metrics, images):
        start = metric.fake.count
        metric.fake = metric.fake.merge(metric.summary.of(rows, "fake", start))


class SampleMetric(abc.ABC):
    """Compares generated images with real ones by the features of a network.

    Feed it batch by batch, of any size; ask `result` or `results` at any time. Real
    images may be given once and fakes again and again, with `reset_fake` between. A
    subclass names its values (`network_keys`), what it keeps of features (`summary`),
    and compares two of those (`compare`).

    Args:
        features: What `keras_gan.metrics.features.get` takes: a name, a Keras model, or
            a function of `uint8` images.

    Attributes:
        keys: Tuple of log keys, one for each value; assign another to rename them.
        features: The feature network.
    """

    measure = None
    """What is measured, in full, for the protocol."""

    canonical_keys = ()
    """The log key of each value with the canonical Inception, such as `("kid",)`."""

    network_keys = ()
    """The same with any other network, such as `("kd_{}",)`; `{}` is its name."""

    summary = None
    """Class of what is kept of one side: `summary()` is empty, `summary.of(features,
    kind, start)` is that of a batch; it has a `count`, and a `merge` as a new value,
    and goes to a file by `arrays()` and `summary.from_arrays(arrays)`.
    """

    needs_real = True
    """Whether real images play a part."""

    def __init__(self, features="fashion_mnist"):
        self.features = feature_networks.get(features)
        self.keys = self.keys_with(self.features.name, self.features.is_canonical)
        self.reset()

    @classmethod
    def keys_with(cls, network, is_canonical):
        """Returns the log keys with a network of this name, a tuple."""
        keys = cls.canonical_keys if is_canonical else cls.network_keys
        return tuple(key.format(network) for key in keys)

    @abc.abstractmethod
    def compare(self, real, fake):
        """Returns the values, a `float` or a tuple, from what was kept of the sides."""

    @property
    def name(self):
        """The log key of the first value, such as `fd_fashion_mnist`."""
        return self.keys[0]

    def update_real(self, images):
        """Adds real images: `uint8`, or float in [-1, 1], `(n, height, width, c)`."""
        update_real([self], images)

    def update_fake(self, images):
        """Adds generated images, in the form that `update_real` takes."""
        update_fake([self], images)

    def results(self):
        """Returns the values for all images seen so far, a `float` for each log key."""
        values = np.ravel(self.compare(self.real, self.fake))
        return dict(zip(self.keys, values.tolist(), strict=True))

    def result(self):
        """Returns the first of the values, a `float`."""
        return self.results()[self.name]

    def reset_fake(self):
        """Forgets the generated images and keeps the real ones."""
        self.fake = self.summary()

    def reset(self):
        """Forgets all images."""
        self.real = self.summary()
        self.reset_fake()

    @property
    def num_real(self):
        """Number of real images seen."""
        return self.real.count

    @property
    def num_fake(self):
        """Number of generated images seen."""
        return self.fake.count

    def protocol(self):
        """Returns what the number depends on: compare only numbers that share it.

        Returns:
            Dictionary of strings and numbers, ready for JSON.
        """
        return {
            "metric": self.measure,
            "features": self.features.name,
            "fingerprint": self.features.fingerprint,
            "pixels": PIXELS,
            "num_real": self.num_real,
            "num_fake": self.num_fake,
            "keras_gan": __version__,
        }

    def get_config(self):
        """Returns the arguments of the constructor; the network goes by its name."""
        return {"features": self.features.name}

    @classmethod
    def from_config(cls, config):
        """Builds the metric from what `get_config` returned."""
        return cls(**config)
