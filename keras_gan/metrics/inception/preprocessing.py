"""Preprocessing of images for the 2015 Inception: the four variants in use."""

import tensorflow as tf

from keras_gan import errors
from keras_gan.metrics.inception.network import SIDE

SIZE = (SIDE, SIDE)


def center(pixels):
    """Scales pixels as the original graph: `(pixel - 128) / 128`."""
    return (pixels - 128.0) / 128.0


def tf1(pixels):
    """Resizes bilinearly as TensorFlow 1, from the top left corner.

    The resizing of the original graph and the papers: pixel `i` of the result samples
    position `i * size / 299`, without antialiasing.
    """
    resized = tf.raw_ops.ResizeBilinear(
        images=pixels, size=SIZE, align_corners=False, half_pixel_centers=False
    )
    return center(resized)


def pytorch(pixels):
    """Resizes bilinearly with half-pixel centers, and scales to [-1, 1].

    As in pytorch-fid: pixel `i` samples position `(i + 0.5) * size / 299 - 0.5`,
    without antialiasing; then `pixel / 127.5 - 1`.
    """
    return tf.image.resize(pixels, SIZE) / 255.0 * 2.0 - 1.0


def clean(pixels):
    """Resizes bicubically with antialiasing as Pillow, and clips to 0..255.

    As in clean-fid (Parmar, Zhang and Zhu, 2022, https://arxiv.org/abs/2104.11222):
    its values do not reward aliasing.
    """
    resized = tf.image.resize(pixels, SIZE, "bicubic", antialias=True)
    return center(tf.clip_by_value(resized, 0.0, 255.0))


def antialias(pixels):
    """Resizes bilinearly with antialiasing, as torchmetrics by default."""
    return center(tf.image.resize(pixels, SIZE, antialias=True))


PREPROCESSINGS = {
    "tf1": tf1,
    "pytorch": pytorch,
    "clean": clean,
    "antialias": antialias,
}
"""Functions by name, from `float32` pixels `(num_images, height, width, 1 or 3)` in
0..255 to network inputs `(num_images, 299, 299, 1 or 3)`."""


def get_preprocessing(name):
    """Returns the preprocessing function of a name.

    Raises:
        ValueError: If the name is unknown, with the nearest names.

    Example:
    >>> get_preprocessing("clear")
    Traceback (most recent call last):
    ...
    keras_gan.errors.UserValueError: `preprocessing` is unknown.
      Expected: "tf1", "pytorch", "clean" or "antialias"
      Received: 'clear'
      What to do: Did you mean "clean"? Known names: antialias, clean, pytorch, tf1.
    """
    errors.check(
        name in list(PREPROCESSINGS),
        "`preprocessing` is unknown.",
        expected='"tf1", "pytorch", "clean" or "antialias"',
        received=repr(name),
        do=errors.suggest(name, PREPROCESSINGS),
    )
    return PREPROCESSINGS[name]
