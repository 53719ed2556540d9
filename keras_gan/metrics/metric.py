"""What a metric of samples is: real and fake images in, one number out."""

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


def pixels(images):
    """Returns images as they would be in a file, so that a metric sees what a user sees.

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
    low, high = (float(f(images, initial=0.0)) for f in (np.min, np.max))
    config.check(
        -1.0 - OVERSHOOT <= low and high <= 1.0 + OVERSHOOT,  # false for NaN, too
        "Float images of a metric are in [-1, 1].",
        expected="pixels in [-1, 1], none of them NaN",
        received=f"pixels from {low:g} to {high:g}",
        do="Scale grey levels by keras_gan.images.to_float(levels), or pass uint8.",
    )
    return to_uint8(images)


class SampleMetric(abc.ABC):
    """Compares generated images with real ones by the features of a network.

    Feed it batch by batch, of any size; `result` may be asked at any time. Subclasses
    say what is kept of the features (`empty`) and how the two sides compare (`compare`).

    Args:
        features: What `keras_gan.metrics.features.get` takes: a name, a Keras model, or
            a function of `uint8` images.

    Attributes:
        name: Name for logs: the measure and the network, such as `fd_fashion_mnist`.
        features: The feature network.
    """

    measure = None
    """What is measured, in full, for the protocol."""

    prefix = None
    """What is measured, in short, for the name."""

    def __init__(self, features="fashion_mnist"):
        self.features = feature_networks.get(features)
        self.name = f"{self.prefix}_{self.features.name}"
        self.reset()

    @abc.abstractmethod
    def empty(self):
        """Returns what one side keeps before its first image: a value with a `count`,
        and a `merge` that returns a new one.
        """

    @abc.abstractmethod
    def gathered(self, features, kind, start):
        """Returns what is kept of one batch of features, to be merged.

        Args:
            features: `float32` array `(num_images, num_features)`.
            kind: `"real"` or `"fake"`, for errors.
            start: Number of the batch's first image, for errors.
        """

    @abc.abstractmethod
    def compare(self, real, fake):
        """Returns the number, a `float`, from what was kept of the two sides."""

    def update_real(self, images):
        """Adds real images: `uint8`, or float in [-1, 1], `(n, height, width, c)`."""
        self.real = self.updated(self.real, images, "real")

    def update_fake(self, images):
        """Adds generated images, in the form that `update_real` takes."""
        self.fake = self.updated(self.fake, images, "fake")

    def updated(self, kept, images, kind):
        """Returns what is kept of one side after some more images."""
        features = self.features(pixels(images))
        return kept.merge(self.gathered(features, kind, kept.count))
