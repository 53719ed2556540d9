"""How images become what the 2015 Inception sees: the four ways that are in use."""

import tensorflow as tf

from keras_gan import config
from keras_gan.metrics.inception.network import SIDE

SIZE = (SIDE, SIDE)


def centred(levels):
    """Scales grey levels as the network's own graph does: `(level - 128) / 128`."""
    return (levels - 128.0) / 128.0


def tf1(levels):
    """Resizes bilinearly with the corner pixels at the corners, as TensorFlow 1 did.

    The network's own graph does it so, and with it the papers' numbers were made: pixel
    `i` of the result looks at `i * size / 299`, without antialiasing.
    """
    resized = tf.raw_ops.ResizeBilinear(
        images=levels, size=SIZE, align_corners=False, half_pixel_centers=False
    )
    return centred(resized)


def pytorch(levels):
    """Resizes bilinearly between pixel centres, and scales to [-1, 1], both ends.

    As pytorch-fid does: pixel `i` looks at `(i + 0.5) * size / 299 - 0.5`, without
    antialiasing; then `level / 127.5 - 1`.
    """
    return tf.image.resize(levels, SIZE) / 255.0 * 2.0 - 1.0


def clean(levels):
    """Resizes by the antialiased cubic of Pillow, and clips to 0..255.

    As clean-fid does (Parmar, Zhang and Zhu, 2022, https://arxiv.org/abs/2104.11222):
    the one way whose numbers do not reward aliasing.
    """
    resized = tf.image.resize(levels, SIZE, "bicubic", antialias=True)
    return centred(tf.clip_by_value(resized, 0.0, 255.0))


def antialias(levels):
    """Resizes bilinearly with antialiasing, as torchmetrics does by default."""
    return centred(tf.image.resize(levels, SIZE, antialias=True))


NAMES = {"tf1": tf1, "pytorch": pytorch, "clean": clean, "antialias": antialias}
"""By name: functions from grey levels, `float32` `(num_images, height, width, 1 or 3)`
in 0..255, to `(num_images, 299, 299, 1 or 3)` for the network."""


def get(name):
    """Returns the pre-processing of a name.

    Raises:
        ValueError: If there is none, with the near ones.

    Example:
    >>> get("clear")
    Traceback (most recent call last):
    ...
    ValueError: There is no pre-processing of this name.
      Expected: "tf1", "pytorch", "clean" or "antialias"
      Received: 'clear'
      What to do: Did you mean "clean"? Known names: antialias, clean, pytorch, tf1.
    """
    config.check(
        name in list(NAMES),
        "There is no pre-processing of this name.",
        expected='"tf1", "pytorch", "clean" or "antialias"',
        received=repr(name),
        do=config.suggest(name, NAMES),
    )
    return NAMES[name]
