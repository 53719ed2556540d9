"""Adaptive discriminator augmentation (ADA)."""

import dataclasses
from typing import Annotated

import tensorflow as tf

from keras_gan.augment import color, geometry
from keras_gan.augment.augmentation import Augmentation, expand_pixels, map_colors
from keras_gan.config import register
from keras_gan.precision import at_least_float32
from keras_gan.random import Random
from keras_gan.replicas import global_mean
from keras_gan.typing import Tensor, TensorLike
from keras_gan.validation import Positive, within

MOMENTUM = 0.75
"""Momentum of the moving mean of signs: p adapts to about the last four updates."""


@register
@dataclasses.dataclass(frozen=True)
class ADA(Augmentation):
    """Adaptive discriminator augmentation (ADA), whose probability follows overfitting.

    Each transformation is applied to an image with probability `p`. Overfitting is
    measured by `r`, the moving mean of `sign(score(real))`: 0 for a discriminator that
    cannot separate real from generated images, 1 for one that overfits. After each of
    its updates, `p += sign(r - target) batch / horizon`, clipped to `[0, limit]`, from
    0; the batch is that of all replicas. It requires a loss whose scores are centered
    at 0, such as non-saturating and hinge.

    The transformations, with `u` uniform in (0, 1) and `n` standard normal:

    - pixel blitting: horizontal flip with probability 1/2; rotation by 0, 90, 180 or
      270 degrees (square images only); translation by `(2u - 1) / 8` of each side,
      rounded to pixels;
    - geometric: isotropic scaling by `2^(0.2 n)`; rotation by any angle; anisotropic
      scaling by `2^(0.2 n)` in width and its inverse in height; another rotation (at
      least one of both with probability `p`); translation by `n / 8` of each side;
    - color: brightness `x + 0.2 n`; contrast `2^(0.5 n) x`; luma flip with probability
      1/2; hue rotation by any angle (three color channels only); saturation `2^n`.
      Alpha, the last of four channels, does not change.

    The first two groups are one affine map with reflection padding. It samples
    bilinearly, unlike the paper, which filters with wavelets against aliasing.

    Args:
        target: Target of `r`, in (-1, 1).
        horizon: Number of real images in which `p` can increase from 0 to 1.
        limit: Maximum of `p`, in (0, 1]. Above about 0.8, generated images contain the
            augmentations.

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
    >>> print(f"{state['augment_probability']:.2f}")  # 0.5 + 8 / 100
    0.58
    """

    target: Annotated[float, within(-1, 1, "()"), "Use 0.6, the paper's target."] = 0.6
    horizon: Positive = 500_000
    limit: Annotated[float, within(0, 1, "(]")] = 0.8

    def initial_state(self) -> dict[str, float]:
        """Returns `p` and `r`, both 0."""
        return {"augment_probability": 0.0, "augment_sign": 0.0}

    def next_state(
        self,
        real_scores: Tensor,
        fake_scores: Tensor,
        losses: Tensor,
        augment_probability: Tensor,
        augment_sign: Tensor,
    ) -> dict[str, Tensor]:
        """Returns `p` and `r` after an update of the discriminator."""
        # Of a map of scores all values count; a GAN has one score for each image.
        sign = global_mean(tf.reduce_mean(tf.sign(tf.cast(real_scores, tf.float32))))
        sign = sign + MOMENTUM * (augment_sign - sign)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        batch = tf.cast(tf.shape(real_scores)[0] * replicas, tf.float32)
        step = tf.sign(sign - self.target) * batch / self.horizon
        probability = tf.clip_by_value(augment_probability + step, 0.0, self.limit)
        return {"augment_probability": probability, "augment_sign": sign}

    def __call__(
        self,
        images: Tensor,
        random: Random,
        augment_probability: TensorLike,
        **state: TensorLike,
    ) -> Tensor:
        """Returns images, each transformation applied with `augment_probability`."""
        gates = self.gates(tf.shape(images)[0], random, augment_probability)
        geometry_gates = gates[:, : geometry.COUNT]
        color_gates = gates[:, geometry.COUNT :]
        transformed = geometry.transform(
            at_least_float32(images), random.fork("geometry"), geometry_gates
        )
        transformed = map_colors(
            lambda colors: color.transform(colors, random.fork("color"), color_gates),
            transformed,
        )
        # Untransformed images are returned to the bit, not with the warp's rounding.
        is_transformed = expand_pixels(tf.reduce_any(gates, axis=1))
        return tf.where(is_transformed, tf.cast(transformed, images.dtype), images)

    def gates(
        self, count: Tensor | int, random: Random, probability: TensorLike
    ) -> Tensor:
        """Returns which transformations apply to which image.

        Args:
            count: Number of images.
            random: A `keras_gan.random.Random`.
            probability: `p`, a number or a tensor of shape `()`.

        Returns:
            Boolean tensor of shape `(count, num_transformations)`.
        """
        uniform = random.fork("gates").uniform((count, geometry.COUNT + color.COUNT))
        probability = tf.cast(probability, tf.float32)
        # At least one of both rotations has probability p (appendix B, algorithm 1).
        rotation_probability = 1.0 - tf.sqrt(1.0 - probability)
        probabilities = [probability] * uniform.shape[1]
        for index in geometry.ROTATIONS:
            probabilities[index] = rotation_probability
        return uniform < tf.stack(probabilities)
