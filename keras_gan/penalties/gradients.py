"""Penalties on the slopes of the score: for the discriminator."""

import dataclasses
import warnings
from typing import ClassVar

import keras
import tensorflow as tf

from keras_gan.config import fault, register
from keras_gan.penalties.penalty import Penalty, wide
from keras_gan.replicas import global_mean


def squared_norm(values):
    """Returns `||value||^2` of every row, shape `(batch,)`.

    Of a structure of tensors (several scales) it is the sum over all of them.

    Example:
    >>> squared_norm(tf.constant([[3.0, 4.0]])).numpy()
    array([25.], dtype=float32)
    """
    squares = [tf.square(wide(value)) for value in tf.nest.flatten(values)]
    return sum(tf.reduce_sum(one, tuple(range(1, one.shape.rank))) for one in squares)


def norm(values):
    """Returns `||value||` of every row, with the gradient 0 where it is 0."""
    squares = squared_norm(values)
    zero = tf.equal(squares, 0.0)
    roots = tf.sqrt(tf.where(zero, tf.ones_like(squares), squares))
    return tf.where(zero, tf.zeros_like(squares), roots)


def slopes(score, images):
    """Returns `d score / d image` at every image, of the shape of the images."""
    return score.slopes(images)


def has_batch_normalization(network):
    """Tells whether the images of a batch see each other's statistics in a network."""
    return any(
        isinstance(layer, keras.layers.BatchNormalization)
        for layer in network._flatten_layers()
    )


def doubt_batch_normalization(penalty, discriminator):
    """Warns of slopes that are no image's own."""
    if has_batch_normalization(discriminator):
        warnings.warn(
            f"{type(penalty).__name__} asks for the slope of each image's score, but "
            "with batch normalization in the discriminator a score depends on the "
            "whole batch. It runs; normalization='layer' or None is sounder.",
            stacklevel=6,
        )


@register
@dataclasses.dataclass(frozen=True)
class GradientPenalty(Penalty):
    """Holds the slope of the score near 1 between real and generated images (WGAN-GP).

    The penalty of one pair is `weight (||d score / d mix|| - 1)^2` at `mix = u real +
    (1 - u) fake`, with one u for each pair, uniform in (0, 1).

    Args:
        weight: Strength, lambda in the paper.
        interval: Apply every this many steps, `interval` times as strongly.

    Raises:
        ValueError: In `compile`, if the discriminator has batch normalization.

    Reference: [Improved Training of Wasserstein
    GANs](https://arxiv.org/abs/1704.00028), equation 3.

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(loss="wasserstein", penalties=[GradientPenalty(10.0)])
    """

    weight: float = 10.0
    interval: int = 1

    def __call__(self, game):
        """Returns the penalty of each pair, shape `(batch,)`."""
        rows = tf.shape(tf.nest.flatten(game.real)[0])[0]
        share = game.random.fork("mix").uniform((rows,))

        def mixed(real, fake):
            mix = tf.reshape(share, (-1, *(1 for _ in real.shape[1:])))
            mix = tf.cast(mix, real.dtype)
            return mix * real + (1.0 - mix) * tf.cast(fake, real.dtype)

        mixes = tf.nest.map_structure(mixed, game.real, game.fake)
        return self.weight * tf.square(norm(slopes(game.score, mixes)) - 1.0)

    def check(self, discriminator):
        """Refuses batch normalization."""
        if has_batch_normalization(discriminator):
            raise fault(
                "The gradient penalty cannot work with batch normalization in the "
                "discriminator: the slope of one image's score would be the batch's.",
                expected="a discriminator without batch normalization",
                received=f"{discriminator.name}, which has it",
                do='Pass normalization="layer" or None, e.g. '
                "kg.networks.dcgan_discriminator(shape, normalization=None).",
            )


@register
@dataclasses.dataclass(frozen=True)
class R1(Penalty):
    """Penalizes the discriminator's slope at real images.

    The penalty of one image is `weight / 2 * ||d score / d image||^2`.

    Args:
        weight: Strength, gamma in the paper.
        interval: Apply every this many steps, `interval` times as strongly.

    Reference: [Which Training Methods for GANs do actually
    Converge?](https://arxiv.org/abs/1801.04406), equation 9. Lazily: [Analyzing and
    Improving the Image Quality of StyleGAN](https://arxiv.org/abs/1912.04958).
    """

    weight: float = 10.0
    interval: int = 1

    def __call__(self, game):
        """Returns the penalty of each real image, shape `(batch,)`."""
        return self.weight / 2 * squared_norm(slopes(game.score, game.real))

    def check(self, discriminator):
        """Warns of batch normalization."""
        doubt_batch_normalization(self, discriminator)


@register
@dataclasses.dataclass(frozen=True)
class R2(Penalty):
    """Penalizes the discriminator's slope at generated images.

    The penalty of one image is `weight / 2 * ||d score / d image||^2`.

    Args:
        weight: Strength, gamma in the paper.
        interval: Apply every this many steps, `interval` times as strongly.

    Reference: [Which Training Methods for GANs do actually
    Converge?](https://arxiv.org/abs/1801.04406), equation 10.
    """

    weight: float = 10.0
    interval: int = 1

    def __call__(self, game):
        """Returns the penalty of each generated image, shape `(batch,)`."""
        return self.weight / 2 * squared_norm(slopes(game.score, game.fake))

    def check(self, discriminator):
        """Warns of batch normalization."""
        doubt_batch_normalization(self, discriminator)


@register
@dataclasses.dataclass(frozen=True)
class DRAGAN(Penalty):
    """Holds the slope of the score near 1 around real images.

    The penalty of one image is `weight (||d score / d near|| - 1)^2` at `near = x + 0.5
    std(x) u`: std over all numbers of the batch, u uniform in (0, 1) for each number.

    Args:
        weight: Strength, lambda in the paper.
        interval: Apply every this many steps, `interval` times as strongly.

    Reference: [On Convergence and Stability of GANs](https://arxiv.org/abs/1705.07215),
    and its authors' program.
    """

    weight: float = 10.0
    interval: int = 1

    asks_replicas: ClassVar = True

    def __call__(self, game):
        """Returns the penalty of each real image, shape `(batch,)`."""
        random = game.random.fork("near")

        def near(real):
            mean = tf.reduce_mean(global_mean(real))
            spread = tf.sqrt(tf.reduce_mean(global_mean(tf.square(real - mean))))
            noise = random.uniform((tf.shape(real)[0], *real.shape[1:]))
            return real + 0.5 * spread * tf.cast(noise, real.dtype)

        nearby = tf.nest.map_structure(near, game.real)
        return self.weight * tf.square(norm(slopes(game.score, nearby)) - 1.0)

    def check(self, discriminator):
        """Warns of batch normalization."""
        doubt_batch_normalization(self, discriminator)
