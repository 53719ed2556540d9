"""Where a pixel of a changed image comes from: one affine map for each image.

A map takes places of the changed image to places of the original, in pixels from the
middle, (right, down). Its small matrices are multiplied by elementwise arithmetic: the
matrix product of a GPU may round to ten bits.
"""

import math

import tensorflow as tf

from keras_gan.augment.augmentation import pixels, whole

COUNT = 8
"""Changes: mirror, turn, shift, scale, rotation, stretch, rotation, fine shift."""

ROTATIONS = (4, 6)
"""Which of them are the rotations."""

QUARTERS = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]
"""Cosine and sine of 0, 90, 180 and 270 degrees."""


def changed(images, random, happens):
    """Returns images mirrored, turned, scaled, rotated, stretched and shifted.

    Args:
        images: `float32` or `float64` tensor `(batch, height, width, channels)`.
        random: A `keras_gan.random.Random`.
        happens: Booleans of shape `(batch, COUNT)`.
    """
    count = tf.shape(images)[0]
    uniform = random.fork("uniform").uniform((count, 6))
    normal = random.fork("normal").normal((count, 4))
    height, width = images.shape[1:3]
    exact, shift = exact_map(uniform[:, :4], happens[:, :3], height, width)
    free, fine = free_map(uniform[:, 4:], normal, happens[:, 3:], height, width)
    # What happened last to the image is the first on the way back.
    offset = apply(exact, apply(free, fine) + shift)
    return warp(images, product(exact, free), -offset)


def exact_map(uniform, happens, height, width):
    """Returns what takes pixels to pixels: mirror, quarter turns and a shift before."""
    sides = tf.constant([width, height], tf.float32)
    mirror = tf.where(happens[:, 0] & (uniform[:, 0] < 0.5), -1.0, 1.0)
    linear = diagonal(mirror, tf.ones_like(mirror))
    if height == width:
        turn = tf.where(happens[:, 1], whole(uniform[:, 1], 4), 0)
        turn = tf.gather(tf.constant(QUARTERS), turn)
        linear = product(linear, rotation(turn[:, 0], turn[:, 1]))
    shift = tf.round((2.0 * uniform[:, 2:] - 1.0) * 0.125 * sides)
    return linear, tf.where(happens[:, 2, None], shift, 0.0)


def free_map(uniform, normal, happens, height, width):
    """Returns scale, rotation, stretch and rotation, and a shift before."""
    sides = tf.constant([width, height], tf.float32)
    scale = tf.where(happens[:, 0], tf.pow(2.0, -0.2 * normal[:, 0]), 1.0)
    stretch = tf.where(happens[:, 2], tf.pow(2.0, -0.2 * normal[:, 1]), 1.0)
    linear = diagonal(scale * stretch, scale / stretch)
    first = tf.where(happens[:, 1], 2.0 * math.pi * uniform[:, 0], 0.0)
    second = tf.where(happens[:, 3], 2.0 * math.pi * uniform[:, 1], 0.0)
    linear = product(rotation(tf.cos(first), tf.sin(first)), linear)
    linear = product(linear, rotation(tf.cos(second), tf.sin(second)))
    shift = 0.125 * normal[:, 2:] * sides
    return linear, tf.where(happens[:, 4, None], shift, 0.0)


def warp(images, linear, offset):
    """Returns images whose pixels come from other places, between pixels too.

    Between pixels it mixes the four around; outside is the image's reflection in the
    middles of its border pixels.

    Args:
        images: `float32` or `float64` tensor `(batch, height, width, channels)`.
        linear: Matrices, `(batch, 2, 2)`, from a place of the result, in pixels from
            the middle, (right, down), to a place of the images.
        offset: What is added to that place, `(batch, 2)`.
    """
    height, width = images.shape[1:3]
    right = tf.range(width, dtype=tf.float32) - (width - 1) / 2
    down = tf.range(height, dtype=tf.float32)[:, None] - (height - 1) / 2
    a, b, c, d, e, f = (
        tf.reshape(one, (-1, 1, 1))
        for one in (*entries(linear), offset[:, 0], offset[:, 1])
    )
    left, wide, to_right = corners(a * right + b * down + e, width)
    upper, low, to_down = corners(c * right + d * down + f, height)
    to_right = tf.cast(to_right, images.dtype)[..., None]
    to_down = tf.cast(to_down, images.dtype)[..., None]
    columns, rows = tf.stack([left, wide] * 2, 1), tf.stack([upper, upper, low, low], 1)
    corner = tf.unstack(pixels(images, rows, columns), axis=1)
    above = (1.0 - to_right) * corner[0] + to_right * corner[1]
    below = (1.0 - to_right) * corner[2] + to_right * corner[3]
    return (1.0 - to_down) * above + to_down * below


def corners(place, side):
    """Returns the pixels before and after a place, and the share of the second.

    Args:
        place: Places from the middle of a side, in pixels.
        side: Length of the side, in pixels.
    """
    last = side - 1
    place = tf.math.floormod(place + last / 2, max(1.0, 2.0 * last))
    place = last - tf.abs(place - last)  # reflected
    before = tf.clip_by_value(tf.floor(place), 0.0, last)
    after = tf.minimum(before + 1.0, last)
    return tf.cast(before, tf.int32), tf.cast(after, tf.int32), place - before


def diagonal(first, second):
    """Returns diagonal matrices `(batch, 2, 2)`."""
    return tf.linalg.diag(tf.stack([first, second], axis=-1))


def rotation(cosine, sine):
    """Returns the matrices of angles, `(batch, 2, 2)`."""
    return tf.stack(
        [tf.stack([cosine, -sine], axis=-1), tf.stack([sine, cosine], axis=-1)], axis=-2
    )


def entries(matrices):
    """Returns the four entries of matrices `(batch, 2, 2)`, row by row."""
    return tf.unstack(tf.reshape(matrices, (-1, 4)), axis=1)


def product(first, second):
    """Returns products of matrices `(batch, n, n)`."""
    return tf.reduce_sum(first[:, :, :, None] * second[:, None], axis=2)


def apply(matrices, vectors):
    """Returns products of matrices `(batch, n, n)` and vectors `(batch, n)`."""
    return tf.reduce_sum(matrices * vectors[:, None], axis=2)
