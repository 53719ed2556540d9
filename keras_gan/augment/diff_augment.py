"""DiffAugment: the same changes, as strong from the first step to the last."""

import dataclasses

import tensorflow as tf

from keras_gan.augment.augmentation import (
    Augmentation,
    at_least_float32,
    on_colors,
    per_image,
    pixels,
    whole,
)
from keras_gan.config import check, is_number, register


@register
@dataclasses.dataclass(frozen=True)
class DiffAugment(Augmentation):
    """Every image in other colors, shifted, with a hole: for a few hundred images.

    Each image draws numbers u in (0, 1) of its own, and is changed in this order:

    - brightness: `x + color (u - 1/2)`;
    - saturation: `m + (1 + color (2u - 1)) (x - m)`, m the mean of the pixel's colors;
    - contrast: `m + (1 + color (u - 1/2)) (x - m)`, m the mean of the image;
    - translation by whole pixels, up and down, left and right, zeros moving in;
    - cutout: a rectangle of zeros anywhere, partly outside too.

    Zero is the middle gray of [-1, 1]. The alpha of four channels keeps its color.

    Args:
        color: Strength in [0, 1] of the first three; 1 is the paper's.
        translation: Longest shift as a share of height and width, in [0, 1).
        cutout: Height and width of the hole as a share of the image's, in [0, 1).

    A strength of 0 leaves the change out.

    Raises:
        ValueError: If a strength is out of range.

    Reference: [Differentiable Augmentation for Data-Efficient GAN
    Training](https://arxiv.org/abs/2006.10738), section 3.2 and appendix.

    Example:
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> hole = DiffAugment(color=0.0, translation=0.0, cutout=0.5)
    >>> hole(tf.ones((1, 4, 4, 1)), kg.random.Random(2))[0, :, :, 0].numpy()
    array([[1., 1., 0., 0.],
           [1., 1., 0., 0.],
           [1., 1., 1., 1.],
           [1., 1., 1., 1.]], dtype=float32)
    """

    color: float = 1.0
    translation: float = 0.125
    cutout: float = 0.5

    def __post_init__(self):
        check(
            is_number(self.color) and 0.0 <= self.color <= 1.0,
            "The strength of the colors is out of range.",
            expected="color in [0, 1]",
            received=f"color={self.color!r}",
            do="Use 1.0, the paper's strength, or 0.0 for none.",
        )
        for name, usual in (("translation", 0.125), ("cutout", 0.5)):
            share = getattr(self, name)
            check(
                is_number(share) and 0.0 <= share < 1.0,
                f"The {name} is a share of the image's sides.",
                expected=f"{name} in [0, 1)",
                received=f"{name}={share!r}",
                do=f"Use {usual}, the paper's share, or 0.0 for none.",
            )

    def __call__(self, images, random, **state):
        """Returns images in other colors, shifted, with a hole."""
        parts = [(colored, self.color), (moved, self.translation), (cut, self.cutout)]
        changed = at_least_float32(images)
        for part, strength in parts:
            if strength:
                changed = part(changed, random.fork(part.__name__), strength)
        return tf.cast(changed, images.dtype)


def colored(images, random, strength):
    """Returns images of other brightness, saturation and contrast."""
    drawn = random.uniform((tf.shape(images)[0], 3))
    drawn = strength * (tf.cast(drawn, images.dtype) - 0.5)
    brightness, saturation, contrast = map(per_image, tf.unstack(drawn, axis=1))

    def change(colors):
        colors += brightness
        gray = tf.reduce_mean(colors, axis=-1, keepdims=True)
        colors = gray + (1.0 + 2.0 * saturation) * (colors - gray)
        mean = tf.reduce_mean(colors, axis=[1, 2, 3], keepdims=True)
        return mean + (1.0 + contrast) * (colors - mean)

    return on_colors(images, change)


def moved(images, random, share):
    """Returns images shifted by up to a share of their sides, zeros moving in."""
    drawn = random.uniform((tf.shape(images)[0], 2))
    longest = [pixels_of(share, side) for side in images.shape[1:3]]
    return shifted(
        images,
        *(
            whole(one, 2 * limit + 1) - limit
            for one, limit in zip(tf.unstack(drawn, axis=1), longest, strict=True)
        ),
    )


def shifted(images, down, right):
    """Returns images shifted by whole pixels of their own, zeros moving in.

    Its gradient is the shift back, which costs XLA less than the gradient of `gather`.

    Args:
        images: Tensor of shape `(batch, height, width, channels)`.
        down: `int32` tensor of shape `(batch,)`; negative numbers shift up.
        right: The same; negative numbers shift to the left.
    """
    height, width = images.shape[1:3]
    rows = tf.range(height)[:, None] - down[:, None, None]
    columns = tf.range(width) - right[:, None, None]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    rows = tf.clip_by_value(rows, 0, height - 1)
    columns = tf.clip_by_value(columns, 0, width - 1)

    zero = tf.zeros((), images.dtype)

    @tf.custom_gradient
    def shift(images):
        found = tf.where(inside[..., None], pixels(images, rows, columns), zero)
        return found, lambda slopes: shifted(slopes, -down, -right)

    return shift(images)


def cut(images, random, share):
    """Returns images with a rectangle of zeros, whose middle is in the image."""
    drawn = random.uniform((tf.shape(images)[0], 2))
    covered = []
    for one, side in zip(tf.unstack(drawn, axis=1), images.shape[1:3], strict=True):
        length = pixels_of(share, side)
        first = whole(one, side + 1 - length % 2) - length // 2
        place = tf.range(side) - first[:, None]
        covered.append((place >= 0) & (place < length))
    hole = covered[0][:, :, None, None] & covered[1][:, None, :, None]
    return tf.where(hole, tf.zeros((), images.dtype), images)


def pixels_of(share, side):
    """Returns a share of a side in whole pixels.

    Example:
    >>> pixels_of(0.125, 28)  # 3.5
    4
    """
    return int(side * share + 0.5)
