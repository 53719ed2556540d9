"""Color transformations of ADA: one affine map of colors for each image.

All of them map the gray axis `(1, 1, 1) / sqrt(3)` and its orthogonal plane to
themselves, so that they commute and have one closed form. One channel has a gray axis
only.
"""

import math

import tensorflow as tf

from keras_gan.augment.augmentation import expand_pixels
from keras_gan.random import Random
from keras_gan.typing import Tensor

COUNT = 5
"""Number of transformations: brightness, contrast, luma flip, hue, saturation."""


def transform(images: Tensor, random: Random, gates: Tensor) -> Tensor:
    """Returns images with transformed colors.

    Args:
        images: `float32` or `float64` tensor `(batch, height, width, channels)`.
        random: A `keras_gan.random.Random`.
        gates: Boolean tensor of shape `(batch, COUNT)`: which transformations apply.
    """
    matrix, offset = color_maps(random, gates, images.shape[-1])
    matrix = tf.cast(matrix, images.dtype)[:, None, None]
    # Elementwise, not `tf.matmul`, which some GPUs compute in TensorFloat-32.
    product = sum(
        images[..., channel, None] * matrix[..., channel]
        for channel in range(images.shape[-1])
    )
    return product + expand_pixels(tf.cast(offset, images.dtype))


def color_maps(random: Random, gates: Tensor, channels: int) -> tuple[Tensor, Tensor]:
    """Returns random affine maps of colors.

    `contrast (luma G + saturation (cos(hue) P + sin(hue) K)) (x + brightness)`, where
    `G` is the projection onto the gray axis, `P` onto its orthogonal plane, and `K`
    rotates that plane by 90 degrees. `luma` is 1, or -1 if it is flipped.

    Args:
        random: A `keras_gan.random.Random`.
        gates: Boolean tensor of shape `(batch, COUNT)`: which transformations apply.
        channels: Number of color channels.

    Returns:
        Matrices of shape `(batch, channels, channels)`, offsets of shape `(batch,)`.
    """
    count = tf.shape(gates)[0]
    uniform = random.fork("uniform").uniform((count, 2))
    normal = random.fork("normal").normal((count, 3))
    brightness = tf.where(gates[:, 0], 0.2 * normal[:, 0], 0.0)
    contrast = tf.where(gates[:, 1], tf.pow(2.0, 0.5 * normal[:, 1]), 1.0)
    luma = tf.where(gates[:, 2] & (uniform[:, 0] < 0.5), -1.0, 1.0)
    hue = tf.where(gates[:, 3], 2.0 * math.pi * uniform[:, 1], 0.0)
    hue = hue if channels == 3 else tf.zeros_like(hue)  # defined for RGB only
    saturation = tf.where(gates[:, 4], tf.pow(2.0, normal[:, 2]), 1.0)
    gray, plane, quarter_turn = projections(channels)
    matrix = sum(
        factor[:, None, None] * projection
        for factor, projection in (
            (contrast * luma, gray),
            (contrast * saturation * tf.cos(hue), plane),
            (contrast * saturation * tf.sin(hue), quarter_turn),
        )
    )
    return matrix, contrast * luma * brightness


def projections(channels: int) -> tuple[Tensor, Tensor, Tensor]:
    """Returns `G`, `P` and `K` of `color_maps`, of shape `(channels, channels)`."""
    gray = tf.fill((channels, channels), 1.0 / channels)
    quarter_turn = tf.zeros_like(gray)
    if channels == 3:
        # The cross product with the gray axis (1, 1, 1) / sqrt(3).
        cross = tf.constant([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
        quarter_turn = cross / math.sqrt(3.0)
    return gray, tf.eye(channels) - gray, quarter_turn
