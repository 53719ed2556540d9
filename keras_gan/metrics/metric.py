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

OWN_RANGE = (-1, 1)
"""Range of float images in this library."""

RANGES = (OWN_RANGE, (0, 1), (0, 255))
"""Ranges of float images that are in use."""

PIXELS = "uint8, round((image + 1) * 127.5)"
"""How a metric sees pixels, for the protocol."""


def pixels(images, value_range=None):
    """Returns images as a file would hold them: a metric sees what a user sees.

    The level of a float is `round(255 (value - low) / (high - low))`, half to even.

    Args:
        images: Array or tensor `(num_images, height, width, channels)`, `uint8` or
            float.
        value_range: `(low, high)` of floats: (-1, 1), (0, 1) or (0, 255). It must be
            said, because a wrong guess is not seen in the number.

    Returns:
        `uint8` array of the same shape.

    Raises:
        ValueError: If the shape or the type is another one, or the range of floats is
            not said, unknown, or another than theirs.
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
    low, high = checked_range(images, value_range)
    slack = OVERSHOOT * (high - low) / 2
    inside = (images >= low - slack) & (images <= high + slack)  # NaN is not
    outside = np.flatnonzero(~inside.all(axis=(1, 2, 3)))
    config.check(
        len(outside) == 0,
        "Some pixels are out of the range that was said.",
        expected=f"pixels in [{low}, {high}], none of them NaN",
        received=f"{np.sum(~inside)} others in {len(outside)} of {len(images)} images, "
        f"the first {images[~inside][:1]} in image {outside[:1]} (counted from 0)",
        do="Pass the range that they have, or uint8; NaN from a generator means that "
        "its training has diverged.",
    )
    return to_uint8((np.float64(images) - low) * (2.0 / (high - low)) - 1.0)


def checked_range(images, value_range):
    """Returns the low and high end of float images, if they were said."""
    seen = f"{images.min(initial=np.inf):.3g} to {images.max(initial=-np.inf):.3g}"
    config.check(
        value_range in RANGES,
        "Float images need their range: white may be 1 or 255, black 0 or -1.",
        expected=f"value_range, one of {', '.join(map(str, RANGES))}, or uint8 images",
        received=f"value_range={value_range} of {images.dtype} images from {seen}",
        do="For images of a GAN of this library, value_range=(-1, 1).",
    )
    return value_range


def observed(metrics, levels):
    """Returns pairs of a metric and its features of images; a network runs once.

    Args:
        metrics: List of `SampleMetric`.
        levels: `uint8` images, what `pixels` returns.
    """
    networks = {metric.features for metric in metrics}
    rows = {network: network(levels) for network in networks}
    return [(metric, rows[metric.features]) for metric in metrics]


def update_real(metrics, levels):
    """Adds real images, `uint8`, to several metrics; each network runs once."""
    for metric, rows in observed([one for one in metrics if one.needs_real], levels):
        start = metric.real.count
        metric.real = metric.real.merge(metric.summary.of(rows, "real", start))


def update_fake(metrics, levels):
    """Adds generated images, `uint8`, to several metrics; each network runs once."""
    for metric, rows in observed(metrics, levels):
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

    least = 2
    """Images that each side needs."""

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

    def update_real(self, images, value_range=None):
        """Adds real images, `(num_images, height, width, channels)`.

        Args:
            images: `uint8`, or floats.
            value_range: Range of floats: (-1, 1), (0, 1) or (0, 255).

        Raises:
            ValueError: If these are no images, or floats of an unsaid or other range.
        """
        update_real([self], pixels(images, value_range))

    def update_fake(self, images, value_range=None):
        """Adds generated images, in the form that `update_real` takes."""
        update_fake([self], pixels(images, value_range))

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
            "preprocessing": self.features.preprocessing,
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
