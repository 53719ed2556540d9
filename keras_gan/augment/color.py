"""The colors of a changed image: one affine map of colors for each image.

All changes keep the gray axis `(1, 1, 1) / sqrt(3)` and the plane across it apart, so
that one formula holds them, whatever the order; of one channel only gray is left.
"""

import math

import tensorflow as tf

from keras_gan.augment.augmentation import per_image

COUNT = 5
"""Changes: brightness, contrast, inverted lightness, hue, saturation."""


def changed(images, random, happens):
    """Returns images of other colors.

    Args:
        images: `float32` or `float64` tensor `(batch, height, width, channels)`.
        random: A `keras_gan.random.Random`.
        happens: Booleans of shape `(batch, COUNT)`.
    """
    matrix, offset = maps(random, happens, images.shape[-1])
    matrix = tf.cast(matrix, images.dtype)[:, None, None]
    mixed = sum(
        images[..., channel, None] * matrix[..., channel]
        for channel in range(images.shape[-1])
    )
    return mixed + per_image(tf.cast(offset, images.dtype))


def maps(random, happens, channels):
    """Draws affine maps of colors.

    `contrast (light G + saturation (cos(hue) P + sin(hue) K)) (x + brightness)`, where
    G projects on the gray axis, P on the plane across it, and K turns that plane by
    90 degrees. The light is -1 where it is inverted.

    Returns:
        Matrices of shape `(batch, channels, channels)`, offsets of shape `(batch,)`.
    """
    count = tf.shape(happens)[0]
    uniform = random.fork("uniform").uniform((count, 2))
    normal = random.fork("normal").normal((count, 3))
    brightness = tf.where(happens[:, 0], 0.2 * normal[:, 0], 0.0)
    contrast = tf.where(happens[:, 1], tf.pow(2.0, 0.5 * normal[:, 1]), 1.0)
    light = tf.where(happens[:, 2] & (uniform[:, 0] < 0.5), -1.0, 1.0)
    hue = tf.where(happens[:, 3], 2.0 * math.pi * uniform[:, 1], 0.0)
    hue = hue if channels == 3 else tf.zeros_like(hue)
    saturation = tf.where(happens[:, 4], tf.pow(2.0, normal[:, 2]), 1.0)
    gray, plane, quarter = axes(channels)
    matrix = sum(
        factor[:, None, None] * part
        for factor, part in (
            (contrast * light, gray),
            (contrast * saturation * tf.cos(hue), plane),
            (contrast * saturation * tf.sin(hue), quarter),
        )
    )
    return matrix, contrast * light * brightness


def axes(channels):
    """Returns the projections on gray and across it, and the quarter turn across."""
    gray = tf.fill((channels, channels), 1.0 / channels)
    quarter = tf.zeros_like(gray)
    if channels == 3:
        turned = tf.constant([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
        quarter = turned / math.sqrt(3.0)
    return gray, tf.eye(channels) - gray, quarter
