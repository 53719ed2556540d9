"""ADA: changes as frequent as the discriminator overfits."""

import dataclasses

import tensorflow as tf

from keras_gan.augment import color, geometry
from keras_gan.augment.augmentation import (
    Augmentation,
    at_least_float32,
    on_colors,
    per_image,
)
from keras_gan.config import check, is_number, register
from keras_gan.replicas import global_mean

MOMENTUM = 0.75
"""Of the running mean of signs: it looks back over about four updates."""


@register
@dataclasses.dataclass(frozen=True)
class ADA(Augmentation):
    """Changes that happen to an image with a probability p, which overfitting raises.

    p starts at 0 and follows r, the running mean of `sign(score(real))`: near 0 where
    the discriminator cannot tell, 1 where it knows every real image. After each of its
    updates `p += sign(r - target) batch / horizon`, kept in `[0, limit]`; the batch is
    that of all replicas. r means this for losses whose scores are around 0, such as
    non-saturating and hinge.

    These changes happen to an image, each with probability p, u being uniform in (0, 1)
    and n standard normal:

    - mirrored with probability 1/2; turned by 0, 90, 180 or 270 degrees (only square
      images); shifted by `(2u - 1) / 8` of each side, to whole pixels;
    - scaled by `2^(0.2 n)`; rotated by any angle; stretched by `2^(0.2 n)` in width and
      as much less in height; rotated again (the two rotations together with probability
      p); shifted by `n / 8` of each side;
    - brightness `x + 0.2 n`; contrast `2^(0.5 n) x`; lightness inverted with
      probability 1/2; hue turned by any angle (three colors only); saturation
      `2^n`. The alpha of four channels keeps its color.

    The first two groups are one affine map, what is outside is the image's reflection.
    Where the paper filters with wavelets against aliasing, this samples bilinearly.

    Args:
        target: r in (-1, 1) that p is to hold.
        horizon: Real images in which p can move from 0 to 1.
        limit: Largest p, in (0, 1]: above about 0.8, changes show in generated images.

    Raises:
        ValueError: If an argument is out of range.

    Reference: [Training Generative Adversarial Networks with Limited
    Data](https://arxiv.org/abs/2006.06676), sections 2 and 3, appendix B.

    Example:
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> images, random = tf.random.uniform((8, 6, 6, 3), -1.0, 1.0), kg.random.Random(0)
    >>> bool(tf.reduce_all(ADA()(images, random, augment_probability=0.0) == images))
    True
    >>> state = ADA(horizon=100).next_state(
    ...     tf.ones(8), -tf.ones(8), tf.zeros(8),
    ...     augment_probability=0.5, augment_sign=0.9,
    ... )
    >>> print(f"{state['augment_probability']:.2f}")  # 8 of 100 images further
    0.58
    """

    target: float = 0.6
    horizon: int = 500_000
    limit: float = 0.8

    def __post_init__(self):
        check(
            is_number(self.target) and -1.0 < self.target < 1.0,
            "The target is a mean of signs.",
            expected="target in (-1, 1)",
            received=f"target={self.target!r}",
            do="Use 0.6, the paper's target.",
        )
        check(
            is_number(self.horizon) and self.horizon > 0,
            "The horizon is a number of images.",
            expected="horizon above 0",
            received=f"horizon={self.horizon!r}",
            do="Use 500_000, or less for a short training.",
        )
        check(
            is_number(self.limit) and 0.0 < self.limit <= 1.0,
            "The limit is a probability.",
            expected="limit in (0, 1]",
            received=f"limit={self.limit!r}",
            do="Use 0.8: above it, changes show in generated images.",
        )

    def initial_state(self):
        """Returns p and r, both 0."""
        return {"augment_probability": 0.0, "augment_sign": 0.0}

    def next_state(
        self, real_scores, fake_scores, losses, augment_probability, augment_sign
    ):
        """Returns p a step further up or down, by the sign of r - target."""
        sign = global_mean(tf.reduce_mean(tf.sign(tf.cast(real_scores, tf.float32))))
        sign = sign + MOMENTUM * (augment_sign - sign)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        batch = tf.cast(tf.shape(real_scores)[0] * replicas, tf.float32)
        step = tf.sign(sign - self.target) * batch / self.horizon
        probability = tf.clip_by_value(augment_probability + step, 0.0, self.limit)
        return {"augment_probability": probability, "augment_sign": sign}

    def __call__(self, images, random, augment_probability, **state):
        """Returns images to which each change happens with `augment_probability`."""
        happens = self.gates(tf.shape(images)[0], random, augment_probability)
        in_place, in_color = happens[:, : geometry.COUNT], happens[:, geometry.COUNT :]
        changed = geometry.changed(
            at_least_float32(images), random.fork("geometry"), in_place
        )
        changed = on_colors(
            changed,
            lambda colors: color.changed(colors, random.fork("color"), in_color),
        )
        touched = per_image(tf.reduce_any(happens, axis=1))
        return tf.where(touched, tf.cast(changed, images.dtype), images)

    def gates(self, count, random, probability):
        """Draws which changes happen to which image: booleans `(count, changes)`."""
        drawn = random.fork("gates").uniform((count, geometry.COUNT + color.COUNT))
        probability = tf.cast(probability, tf.float32)
        # Both rotations, or one of them: together as likely as any other change.
        rotation = 1.0 - tf.sqrt(1.0 - probability)
        chances = [probability] * drawn.shape[1]
        for index in geometry.ROTATIONS:
            chances[index] = rotation
        return drawn < tf.stack(chances)
