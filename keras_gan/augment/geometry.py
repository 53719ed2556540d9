"""Geometric transformations of ADA: one affine map for each image.

A map takes positions in the transformed image to positions in the original one, in
pixels from the center, as (right, down).
"""

import math

import tensorflow as tf

from keras_gan.augment.augmentation import gather_pixels, to_integers
from keras_gan.random import Random
from keras_gan.typing import Tensor

COUNT = 8
"""Number of transformations, in this order: flip, rotation by 90 degrees, integer
translation; scaling, rotation, anisotropic scaling, rotation, translation.
"""

ROTATIONS = (4, 6)
"""Indices of the rotations by any angle."""

QUARTERS = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]
"""Cosine and sine of 0, 90, 180 and 270 degrees."""


def transform(images: Tensor, random: Random, gates: Tensor) -> Tensor:
    """Returns images after random geometric transformations.

    Args:
        images: `float32` or `float64` tensor `(batch, height, width, channels)`.
        random: A `keras_gan.random.Random`.
        gates: Boolean tensor of shape `(batch, COUNT)`: which transformations apply.

    Returns:
        Tensor of the shape and dtype of `images`.
    """
    count = tf.shape(images)[0]
    uniform = random.fork("uniform").uniform((count, 6))
    normal = random.fork("normal").normal((count, 4))
    height, width = images.shape[1:3]
    blit, blit_offset = blitting_map(uniform[:, :4], gates[:, :3], height, width)
    affine, offset = affine_map(uniform[:, 4:], normal, gates[:, 3:], height, width)
    # The maps are inverses, from the transformed image to the original one: the last
    # transformation of the image is the first of the map.
    total_offset = apply(blit, apply(affine, offset) + blit_offset)
    return warp(images, product(blit, affine), -total_offset)


def blitting_map(
    uniform: Tensor, gates: Tensor, height: int, width: int
) -> tuple[Tensor, Tensor]:
    """Returns the inverse map of flip, rotation by 90 degrees, integer translation.

    Args:
        uniform: Uniform random numbers of shape `(batch, 4)`.
        gates: Boolean tensor of shape `(batch, 3)`.
        height: Height of the images.
        width: Width of the images.

    Returns:
        Matrices of shape `(batch, 2, 2)`, translations of shape `(batch, 2)`, which are
        subtracted from a position before the matrix is applied.
    """
    sides = tf.constant([width, height], tf.float32)
    flip = tf.where(gates[:, 0] & (uniform[:, 0] < 0.5), -1.0, 1.0)
    linear = diagonal(flip, tf.ones_like(flip))
    if height == width:
        quarters = tf.where(gates[:, 1], to_integers(uniform[:, 1], 4), 0)
        angle = tf.gather(tf.constant(QUARTERS), quarters)
        linear = product(linear, rotation(angle[:, 0], angle[:, 1]))
    translation = tf.round((2.0 * uniform[:, 2:] - 1.0) * 0.125 * sides)
    return linear, tf.where(gates[:, 2, None], translation, 0.0)


def affine_map(
    uniform: Tensor, normal: Tensor, gates: Tensor, height: int, width: int
) -> tuple[Tensor, Tensor]:
    """Returns the inverse map of scalings, rotations and translation.

    Args:
        uniform: Uniform random numbers of shape `(batch, 2)`.
        normal: Standard normal random numbers of shape `(batch, 4)`.
        gates: Boolean tensor of shape `(batch, 5)`.
        height: Height of the images.
        width: Width of the images.

    Returns:
        Matrices and translations, as in `blitting_map`.
    """
    sides = tf.constant([width, height], tf.float32)
    scale = tf.where(gates[:, 0], tf.pow(2.0, -0.2 * normal[:, 0]), 1.0)
    stretch = tf.where(gates[:, 2], tf.pow(2.0, -0.2 * normal[:, 1]), 1.0)
    linear = diagonal(scale * stretch, scale / stretch)
    first = tf.where(gates[:, 1], 2.0 * math.pi * uniform[:, 0], 0.0)
    second = tf.where(gates[:, 3], 2.0 * math.pi * uniform[:, 1], 0.0)
    linear = product(rotation(tf.cos(first), tf.sin(first)), linear)
    linear = product(linear, rotation(tf.cos(second), tf.sin(second)))
    translation = 0.125 * normal[:, 2:] * sides
    return linear, tf.where(gates[:, 4, None], translation, 0.0)


def warp(images: Tensor, linear: Tensor, offset: Tensor) -> Tensor:
    """Returns images under affine maps, bilinearly sampled with reflection padding.

    The reflection is at the centers of the border pixels.

    Args:
        images: `float32` or `float64` tensor `(batch, height, width, channels)`.
        linear: Matrices of shape `(batch, 2, 2)` from a position in the result, in
            pixels from the center as (right, down), to one in `images`.
        offset: Added to that position, shape `(batch, 2)`.
    """
    height, width = images.shape[1:3]
    right = tf.range(width, dtype=tf.float32) - (width - 1) / 2
    down = tf.range(height, dtype=tf.float32)[:, None] - (height - 1) / 2
    # [[a, b], [c, d]] (right, down) + (e, f) is the position in the original image.
    a, b, c, d, e, f = (
        tf.reshape(entry, (-1, 1, 1))
        for entry in (*entries(linear), offset[:, 0], offset[:, 1])
    )
    left, next_right, x_weight = neighbors(a * right + b * down + e, width)
    upper, lower, y_weight = neighbors(c * right + d * down + f, height)
    x_weight = tf.cast(x_weight, images.dtype)[..., None]
    y_weight = tf.cast(y_weight, images.dtype)[..., None]
    columns = tf.stack([left, next_right] * 2, axis=1)
    rows = tf.stack([upper, upper, lower, lower], axis=1)
    corners = tf.unstack(gather_pixels(images, rows, columns), axis=1)
    above = (1.0 - x_weight) * corners[0] + x_weight * corners[1]
    below = (1.0 - x_weight) * corners[2] + x_weight * corners[3]
    return (1.0 - y_weight) * above + y_weight * below


def neighbors(position: Tensor, length: int) -> tuple[Tensor, Tensor, Tensor]:
    """Returns the pixels before and after a position, and the weight of the second.

    Args:
        position: Positions along an axis, in pixels from its center.
        length: Length of the axis, in pixels.

    Returns:
        `int32` tensors of both pixel indices and a tensor of weights, of the shape of
        `position`.
    """
    last = length - 1
    # Reflection is periodic in 2 * last; `max` is for an axis of one pixel.
    position = tf.math.floormod(position + last / 2, max(1.0, 2.0 * last))
    position = last - tf.abs(position - last)
    before = tf.clip_by_value(tf.floor(position), 0.0, last)
    after = tf.minimum(before + 1.0, last)
    return tf.cast(before, tf.int32), tf.cast(after, tf.int32), position - before


def diagonal(first: Tensor, second: Tensor) -> Tensor:
    """Returns diagonal matrices `(batch, 2, 2)` of two entries of shape `(batch,)`."""
    return tf.linalg.diag(tf.stack([first, second], axis=-1))


def rotation(cosine: Tensor, sine: Tensor) -> Tensor:
    """Returns rotation matrices `(batch, 2, 2)` of angles of shape `(batch,)`."""
    return tf.stack(
        [tf.stack([cosine, -sine], axis=-1), tf.stack([sine, cosine], axis=-1)], axis=-2
    )


def entries(matrices: Tensor) -> list[Tensor]:
    """Returns the four entries of matrices `(batch, 2, 2)`, row by row."""
    return tf.unstack(tf.reshape(matrices, (-1, 4)), axis=1)


def product(first: Tensor, second: Tensor) -> Tensor:
    """Returns products of matrices of shape `(batch, n, n)`."""
    # Elementwise, not `tf.matmul`, which some GPUs compute in TensorFloat-32.
    return tf.reduce_sum(first[:, :, :, None] * second[:, None], axis=2)


def apply(matrices: Tensor, vectors: Tensor) -> Tensor:
    """Returns products of matrices `(batch, n, n)` and vectors `(batch, n)`."""
    return tf.reduce_sum(matrices * vectors[:, None], axis=2)
