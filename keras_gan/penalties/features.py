"""Penalties on features and distances of generated images: for the generator."""

import dataclasses
from typing import ClassVar

import tensorflow as tf

from keras_gan.config import register
from keras_gan.game.score import features
from keras_gan.penalties.penalty import Penalty, wide
from keras_gan.replicas import global_mean


@register
@dataclasses.dataclass(frozen=True)
class FeatureMatching(Penalty):
    """Makes the features of generated images like those of real ones, on the mean.

    The penalty is `weight ||mean f(real) - mean f(fake)||^2`, with f an inner layer of
    the discriminator: for `generator_penalties`, beside a loss or alone (`loss=None`).

    Args:
        layer: Name of the layer; None: the features behind the score.
        weight: Strength.

    Raises:
        ValueError: In `compile`, if there is no such layer.

    Reference: [Improved Techniques for Training
    GANs](https://arxiv.org/abs/1606.03498), section 3.1.
    """

    layer: str | None = None
    weight: float = 1.0

    def __call__(self, game):
        """Returns the squared distance of the means, shape `()`."""
        real = global_mean(wide(game.score.outputs(game.real, self.layer)))
        fake = global_mean(wide(game.score.outputs(game.fake, self.layer)))
        return self.weight * tf.reduce_sum(tf.square(real - fake))

    def check(self, discriminator):
        """Refuses a layer that is not there."""
        features(discriminator, self.layer)


@register
@dataclasses.dataclass(frozen=True)
class PullingAway(Penalty):
    """Spreads the directions of generated images' codes (EBGAN-PT).

    The penalty is `weight / (n (n - 1))` times the sum of `cos(f_i, f_j)^2` over all
    ordered pairs of the batch, with f an inner layer of the discriminator: for
    `generator_penalties`.

    Args:
        weight: Strength.
        layer: Name of the layer, such as `"code"` of an autoencoder; None: the features
            behind the score.

    Raises:
        ValueError: In `compile`, if there is no such layer.

    Reference: [Energy-based Generative Adversarial
    Network](https://arxiv.org/abs/1609.03126), section 2.4.
    """

    weight: float = 0.1
    layer: str | None = None

    smallest_batch: ClassVar = 2

    def __call__(self, game):
        """Returns the mean squared cosine of two codes, shape `()`."""
        codes = wide(game.score.outputs(game.fake, self.layer))
        codes = tf.reshape(codes, (tf.shape(codes)[0], -1))
        codes = tf.math.l2_normalize(codes, axis=1)
        count = tf.cast(tf.shape(codes)[0], codes.dtype)
        squares = tf.square(tf.matmul(codes, codes, transpose_b=True))
        others = tf.reduce_sum(squares) - tf.reduce_sum(tf.linalg.diag_part(squares))
        return self.weight * others / (count * (count - 1.0))

    def check(self, discriminator):
        """Refuses a layer that is not there."""
        features(discriminator, self.layer)


@register
@dataclasses.dataclass(frozen=True)
class ModeSeeking(Penalty):
    """Punishes a generator that makes the same of different latents.

    The penalty is `weight / (d_image / d_latent + 1e-5)`, with the mean absolute
    distances of images and of latents between the two halves of the batch: for
    `generator_penalties`.

    Args:
        weight: Strength.

    Reference: [Mode Seeking Generative Adversarial Networks for Diverse Image
    Synthesis](https://arxiv.org/abs/1903.05628), equation 4.
    """

    weight: float = 1.0

    smallest_batch: ClassVar = 2

    def __call__(self, game):
        """Returns the inverse ratio of the distances, shape `()`."""
        images = between_halves(wide(tf.nest.flatten(game.fake)[-1]))
        latents = between_halves(wide(game.latents))
        return self.weight / (images / latents + 1e-5)


def between_halves(values):
    """Returns the mean absolute distance between both halves of a batch, shape `()`."""
    half = tf.shape(values)[0] // 2
    distances = tf.abs(values[:half] - values[half : 2 * half])
    return tf.reduce_mean(global_mean(distances))
