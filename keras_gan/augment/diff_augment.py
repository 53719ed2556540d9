"""DiffAugment: differentiable augmentation of constant strength."""

import dataclasses
from collections.abc import Callable
from typing import Annotated

import tensorflow as tf

from keras_gan.augment.augmentation import (
    Augmentation,
    expand_pixels,
    gather_pixels,
    map_colors,
    to_integers,
)
from keras_gan.config import register
from keras_gan.precision import at_least_float32
from keras_gan.random import Random
from keras_gan.typing import Tensor, TensorLike
from keras_gan.validation import Fraction, within


@register
@dataclasses.dataclass(frozen=True)
class DiffAugment(Augmentation):
    """DiffAugment: color jitter, translation and cutout of every image.

    It is for training on a few hundred images. Each image is transformed in this order,
    with its own random numbers `u`, uniform in (0, 1):

    - brightness: `x + color (u - 1/2)`;
    - saturation: `m + (1 + color (2u - 1)) (x - m)`, `m` the mean of the pixel's
      channels;
    - contrast: `m + (1 + color (u - 1/2)) (x - m)`, `m` the mean of the image;
    - translation by an integer number of pixels along both axes, with zero padding;
    - cutout: a rectangle of zeros, centered at any pixel.

    Zero is the middle gray of [-1, 1]. Alpha, the last of four channels, keeps its
    value in the first three.

    Args:
        color: Strength of brightness, saturation and contrast, in [0, 1]; 1 is the
            paper's.
        translation: Largest translation as a fraction of height and width, in [0, 1).
        cutout: Height and width of the cutout as a fraction of the image's, in [0, 1).

    A strength of 0 disables the transformation.

    Raises:
        ValueError: If a strength is out of range.

    Reference: [Differentiable Augmentation for Data-Efficient GAN
    Training](https://arxiv.org/abs/2006.10738), section 3.2 and appendix.

    Example:
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> augment = DiffAugment(color=0.0, translation=0.0, cutout=0.5)
    >>> augment(tf.ones((1, 4, 4, 1)), kg.random.Random(2))[0, :, :, 0].numpy()
    array([[1., 1., 0., 0.],
           [1., 1., 0., 0.],
           [1., 1., 1., 1.],
           [1., 1., 1., 1.]], dtype=float32)
    """

    color: Fraction = 1.0
    translation: Annotated[float, within(0, 1, "[)")] = 0.125
    cutout: Annotated[float, within(0, 1, "[)")] = 0.5

    def __call__(self, images: Tensor, random: Random, **state: TensorLike) -> Tensor:
        """Returns images after color jitter, translation and cutout."""
        # The names of the random streams are part of the results of a seed.
        transformations: list[tuple[Callable[..., Tensor], str, float]] = [
            (jitter_color, "colored", self.color),
            (translate_randomly, "moved", self.translation),
            (cut_out, "cut", self.cutout),
        ]
        transformed = at_least_float32(images)
        for transform, stream, strength in transformations:
            if strength:
                transformed = transform(transformed, random.fork(stream), strength)
        return tf.cast(transformed, images.dtype)


def jitter_color(images: Tensor, random: Random, strength: float) -> Tensor:
    """Returns images of random brightness, saturation and contrast."""
    uniform = random.uniform((tf.shape(images)[0], 3))
    factors = strength * (tf.cast(uniform, images.dtype) - 0.5)
    brightness, saturation, contrast = map(expand_pixels, tf.unstack(factors, axis=1))

    def jitter(colors: Tensor) -> Tensor:
        colors += brightness
        gray = tf.reduce_mean(colors, axis=-1, keepdims=True)
        colors = gray + (1.0 + 2.0 * saturation) * (colors - gray)
        mean = tf.reduce_mean(colors, axis=[1, 2, 3], keepdims=True)
        return mean + (1.0 + contrast) * (colors - mean)

    return map_colors(jitter, images)


def translate_randomly(images: Tensor, random: Random, fraction: float) -> Tensor:
    """Returns images translated by up to a fraction of height and width."""
    uniform = tf.unstack(random.uniform((tf.shape(images)[0], 2)), axis=1)
    limits = [to_pixels(fraction, length) for length in images.shape[1:3]]
    down, right = (
        to_integers(numbers, 2 * limit + 1) - limit
        for numbers, limit in zip(uniform, limits, strict=True)
    )
    return translate(images, down, right)


def translate(images: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Returns images translated by numbers of pixels, with zero padding.

    Args:
        images: Tensor of shape `(batch, height, width, channels)`.
        down: `int32` tensor of shape `(batch,)`; negative numbers translate up.
        right: `int32` tensor of shape `(batch,)`; negative numbers translate left.
    """
    height, width = images.shape[1:3]
    rows = tf.range(height)[:, None] - down[:, None, None]
    columns = tf.range(width) - right[:, None, None]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    rows = tf.clip_by_value(rows, 0, height - 1)
    columns = tf.clip_by_value(columns, 0, width - 1)

    zero = tf.zeros((), images.dtype)

    # The gradient is the inverse translation, under XLA faster than that of `gather`.
    @tf.custom_gradient
    def apply(images: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        pixels = gather_pixels(images, rows, columns)
        translated = tf.where(inside[..., None], pixels, zero)
        return translated, lambda gradients: translate(gradients, -down, -right)

    return apply(images)


def cut_out(images: Tensor, random: Random, fraction: float) -> Tensor:
    """Returns images with a rectangle of zeros, whose center is in the image."""
    uniform = tf.unstack(random.uniform((tf.shape(images)[0], 2)), axis=1)
    masks = []
    for numbers, length in zip(uniform, images.shape[1:3], strict=True):
        size = to_pixels(fraction, length)
        # The paper's code also draws the center `length` for an even size.
        start = to_integers(numbers, length + 1 - size % 2) - size // 2
        position = tf.range(length) - start[:, None]
        masks.append((position >= 0) & (position < size))
    rows, columns = masks
    mask = rows[:, :, None, None] & columns[:, None, :, None]
    return tf.where(mask, tf.zeros((), images.dtype), images)


def to_pixels(fraction: float, length: int) -> int:
    """Returns a fraction of a length, rounded to pixels.

    Example:
    >>> to_pixels(0.125, 28)  # 3.5
    4
    """
    return int(length * fraction + 0.5)
