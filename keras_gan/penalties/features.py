"""Penalties on the generator through features and distances of its images."""

import dataclasses
from typing import ClassVar, Literal

import tensorflow as tf

from keras_gan.config import register
from keras_gan.game import Game
from keras_gan.game.score import inner_features
from keras_gan.penalties.penalty import Penalty, Players
from keras_gan.precision import at_least_float32
from keras_gan.replicas import global_mean
from keras_gan.typing import Model, Tensor
from keras_gan.validation import NonNegative, PositiveInt

__all__ = ["FeatureMatching", "ModeSeeking", "PullingAway"]

FeatureName = Literal["feature_matching", "mode_seeking", "pulling_away"]


@register
@dataclasses.dataclass(frozen=True)
class FeatureMatching(Penalty):
    """Feature matching: distance of the mean features of real and generated images.

    Computes `weight * ||mean f(real) - mean f(fake)||^2`, where `f` is an inner layer
    of the discriminator. It can be used with an adversarial loss, or alone with
    `gan.compile(loss=None)`.

    Args:
        weight: Strength, at least 0.
        layer: Name of the layer; None for the input of the last layer with weights.
        interval: Number of steps between applications; the penalty is multiplied by
            `interval`.

    Raises:
        ValueError: In `compile`, if the discriminator has no such layer.

    Reference: [Improved Techniques for Training
    GANs](https://arxiv.org/abs/1606.03498), section 3.1.

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(generator_penalties=[kg.penalties.FeatureMatching(0.1)])
    """

    players: ClassVar[Players] = ("generator",)
    needs_cross_replica: ClassVar[bool] = True

    weight: NonNegative = 1.0
    layer: str | None = None
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the squared distance of the means, shape `()`."""
        real = at_least_float32(game.score.features(game.real, self.layer))
        fake = at_least_float32(game.score.features(game.fake, self.layer))
        difference = global_mean(real) - global_mean(fake)
        return self.weight * tf.reduce_sum(tf.square(difference))

    def check(self, discriminator: Model) -> None:
        """Raises an error if the discriminator has no such layer."""
        inner_features(discriminator, self.layer)


@register
@dataclasses.dataclass(frozen=True)
class PullingAway(Penalty):
    """Pulling-away term of EBGAN-PT: squared cosines between features of fakes.

    Computes `weight / (n * (n - 1)) * sum cos(f_i, f_j)^2` over all ordered pairs of
    different images of the batch, where `f` is an inner layer of the discriminator.
    Orthogonal features mean that the generated images differ.

    Args:
        weight: Strength, at least 0.
        layer: Name of the layer, such as `"code"` of an autoencoder; None for the input
            of the last layer with weights.
        interval: Number of steps between applications; the penalty is multiplied by
            `interval`.

    Raises:
        ValueError: In `compile`, if the discriminator has no such layer.

    Reference: [Energy-based Generative Adversarial
    Network](https://arxiv.org/abs/1609.03126), section 2.4.
    """

    players: ClassVar[Players] = ("generator",)
    min_batch_size: ClassVar[int] = 2

    weight: NonNegative = 0.1
    layer: str | None = None
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the mean squared cosine of two features, shape `()`."""
        codes = at_least_float32(game.score.features(game.fake, self.layer))
        codes = tf.reshape(codes, (tf.shape(codes)[0], -1))
        codes = tf.math.l2_normalize(codes, axis=1)
        count = tf.cast(tf.shape(codes)[0], codes.dtype)
        squares = tf.square(tf.matmul(codes, codes, transpose_b=True))
        others = tf.reduce_sum(squares) - tf.reduce_sum(tf.linalg.diag_part(squares))
        return self.weight * others / (count * (count - 1.0))

    def check(self, discriminator: Model) -> None:
        """Raises an error if the discriminator has no such layer."""
        inner_features(discriminator, self.layer)


@register
@dataclasses.dataclass(frozen=True)
class ModeSeeking(Penalty):
    """Mode-seeking regularization: ratio of latent distance to image distance.

    Computes `weight / (d_image / d_latent + 1e-5)`, where the distances are the mean
    absolute differences of images and of latents between the two halves of the batch.
    A generator that ignores its latents has a large penalty.

    Args:
        weight: Strength, at least 0.
        interval: Number of steps between applications; the penalty is multiplied by
            `interval`.

    Reference: [Mode Seeking Generative Adversarial Networks for Diverse Image
    Synthesis](https://arxiv.org/abs/1903.05628), equation 4.
    """

    players: ClassVar[Players] = ("generator",)
    min_batch_size: ClassVar[int] = 2
    needs_cross_replica: ClassVar[bool] = True

    weight: NonNegative = 1.0
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the inverse ratio of the distances, shape `()`."""
        finest = tf.nest.flatten(game.fake)[-1]
        image_distance = distance_between_halves(at_least_float32(finest))
        latent_distance = distance_between_halves(at_least_float32(game.latents))
        return self.weight / (image_distance / latent_distance + 1e-5)


def distance_between_halves(values: Tensor) -> Tensor:
    """Returns the mean absolute difference of the halves of a batch, shape `()`."""
    half = tf.shape(values)[0] // 2
    distances = tf.abs(values[:half] - values[half : 2 * half])
    return tf.reduce_mean(global_mean(distances))


NAMES: dict[str, type[Penalty]] = {
    "feature_matching": FeatureMatching,
    "mode_seeking": ModeSeeking,
    "pulling_away": PullingAway,
}
"""The classes by the names that strings use."""
