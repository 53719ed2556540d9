"""Gradient penalties on the discriminator's score."""

import dataclasses
from typing import ClassVar, Literal

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.errors import user_error, warn
from keras_gan.game import Game
from keras_gan.game.score import Images
from keras_gan.layers.search import find_layers
from keras_gan.penalties.penalty import Penalty, Players
from keras_gan.precision import at_least_float32
from keras_gan.replicas import global_mean
from keras_gan.typing import Model, Tensor
from keras_gan.validation import NonNegative, PositiveInt

__all__ = ["DRAGAN", "R1", "R2", "GradientPenalty"]

GradientName = Literal["dragan", "gradient_penalty", "r1", "r2"]


def squared_norm(values: Images) -> Tensor:
    """Returns the squared Euclidean norm of each row, shape `(batch,)`.

    Args:
        values: Tensor of shape `(batch, ...)`, or a structure of them, over which the
            squares are summed.

    Example:
    >>> squared_norm(tf.constant([[3.0, 4.0]])).numpy()
    array([25.], dtype=float32)
    """
    squares = [tf.square(at_least_float32(value)) for value in tf.nest.flatten(values)]
    return sum(
        tf.reduce_sum(square, tuple(range(1, square.shape.rank))) for square in squares
    )


def gradient_norm(gradients: Images) -> Tensor:
    """Returns the Euclidean norm of each row, with gradient 0 where the norm is 0.

    Args:
        gradients: As the values of `squared_norm`.

    Returns:
        Tensor of shape `(batch,)`.
    """
    squares = squared_norm(gradients)
    # The square root has an infinite derivative at 0, and inf * 0 is NaN: `where`
    # around the result alone would not help.
    zero = tf.equal(squares, 0.0)
    roots = tf.sqrt(tf.where(zero, tf.ones_like(squares), squares))
    return tf.where(zero, tf.zeros_like(squares), roots)


def has_batch_normalization(network: Model) -> bool:
    """Returns whether a network has a batch normalization layer, at any depth."""
    return bool(find_layers(network, keras.layers.BatchNormalization))


def warn_if_batch_normalization(penalty: Penalty, discriminator: Model) -> None:
    """Warns: per-sample gradients are ill-defined under batch normalization."""
    if has_batch_normalization(discriminator):
        warn(
            f"{type(penalty).__name__} uses the gradient of each image's score, but "
            "under batch normalization a score depends on the whole batch. Training is "
            "possible; normalization='layer' or None in the discriminator is better."
        )


@register
@dataclasses.dataclass(frozen=True)
class GradientPenalty(Penalty):
    """Gradient penalty of WGAN-GP: norm of the score's gradient at interpolates.

    Computes `weight * (||d score / d x|| - 1)^2` at `x = u * real + (1 - u) * fake`,
    with one `u` per pair, uniform in (0, 1). It makes the discriminator approximately
    1-Lipschitz, as the Wasserstein loss requires.

    Args:
        weight: Strength (lambda in the paper), at least 0.
        interval: Number of steps between applications (lazy regularization); the
            penalty is multiplied by `interval`.

    Raises:
        ValueError: In `compile`, if the discriminator has batch normalization.

    Reference: [Improved Training of Wasserstein
    GANs](https://arxiv.org/abs/1704.00028), equation 3.

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(loss="wasserstein", penalties=[GradientPenalty(10.0)])
    """

    players: ClassVar[Players] = ("discriminator",)

    weight: NonNegative = 10.0
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the penalty of each pair, shape `(batch,)`."""
        batch_size = tf.shape(tf.nest.flatten(game.real)[0])[0]
        u = game.random.fork("mix").uniform((batch_size,))

        def interpolate(real: Tensor, fake: Tensor) -> Tensor:
            share = tf.cast(
                tf.reshape(u, (-1, *(1 for _ in real.shape[1:]))), real.dtype
            )
            return share * real + (1.0 - share) * tf.cast(fake, real.dtype)

        images = tf.nest.map_structure(interpolate, game.real, game.fake)
        norms = gradient_norm(game.score.input_gradients(images))
        return self.weight * tf.square(norms - 1.0)

    def check(self, discriminator: Model) -> None:
        """Raises an error if the discriminator has batch normalization."""
        if has_batch_normalization(discriminator):
            raise user_error(
                "GradientPenalty requires a discriminator without batch normalization, "
                "under which the gradient of one image's score depends on the batch.",
                expected="layer normalization, spectral normalization or none",
                received=f"batch normalization in {discriminator.name}",
                do='Pass normalization="layer" or None, e.g. '
                "kg.networks.dcgan_discriminator(shape, normalization=None).",
            )


@register
@dataclasses.dataclass(frozen=True)
class R1(Penalty):
    """R1 gradient penalty: squared norm of the score's gradient at real images.

    Computes `weight / 2 * ||d score / d image||^2` for each real image, which keeps the
    discriminator flat around the data and makes training locally convergent.

    Args:
        weight: Strength (gamma in the paper), at least 0.
        interval: Number of steps between applications (lazy regularization); the
            penalty is multiplied by `interval`.

    Reference: [Which Training Methods for GANs do actually
    Converge?](https://arxiv.org/abs/1801.04406), equation 9. Lazy regularization:
    [Analyzing and Improving the Image Quality of
    StyleGAN](https://arxiv.org/abs/1912.04958).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(penalties=[kg.penalties.R1(10.0, interval=16)])
    """

    players: ClassVar[Players] = ("discriminator",)

    weight: NonNegative = 10.0
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the penalty of each real image, shape `(batch,)`."""
        return self.weight / 2 * squared_norm(game.score.input_gradients(game.real))

    def check(self, discriminator: Model) -> None:
        """Warns if the discriminator has batch normalization."""
        warn_if_batch_normalization(self, discriminator)


@register
@dataclasses.dataclass(frozen=True)
class R2(Penalty):
    """R2 gradient penalty: squared norm of the score's gradient at generated images.

    Computes `weight / 2 * ||d score / d image||^2` for each generated image.

    Args:
        weight: Strength (gamma in the paper), at least 0.
        interval: Number of steps between applications (lazy regularization); the
            penalty is multiplied by `interval`.

    Reference: [Which Training Methods for GANs do actually
    Converge?](https://arxiv.org/abs/1801.04406), equation 10.
    """

    players: ClassVar[Players] = ("discriminator",)

    weight: NonNegative = 10.0
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the penalty of each generated image, shape `(batch,)`."""
        return self.weight / 2 * squared_norm(game.score.input_gradients(game.fake))

    def check(self, discriminator: Model) -> None:
        """Warns if the discriminator has batch normalization."""
        warn_if_batch_normalization(self, discriminator)


@register
@dataclasses.dataclass(frozen=True)
class DRAGAN(Penalty):
    """DRAGAN: norm of the score's gradient at noisy real images.

    Computes `weight * (||d score / d x|| - 1)^2` at `x = real + 0.5 * std(real) * u`,
    where the standard deviation is that of all numbers of the batch and `u` is uniform
    in (0, 1), drawn for each number. It keeps the discriminator from forming sharp
    gradients near the data.

    Args:
        weight: Strength (lambda in the paper), at least 0.
        interval: Number of steps between applications (lazy regularization); the
            penalty is multiplied by `interval`.

    Reference: [On Convergence and Stability of GANs](https://arxiv.org/abs/1705.07215),
    and the authors' code.
    """

    players: ClassVar[Players] = ("discriminator",)
    needs_cross_replica: ClassVar[bool] = True

    weight: NonNegative = 10.0
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the penalty of each real image, shape `(batch,)`."""
        random = game.random.fork("near")

        def perturb(real: Tensor) -> Tensor:
            mean = tf.reduce_mean(global_mean(real))
            std = tf.sqrt(tf.reduce_mean(global_mean(tf.square(real - mean))))
            noise = random.uniform((tf.shape(real)[0], *real.shape[1:]))
            return real + 0.5 * std * tf.cast(noise, real.dtype)

        images = tf.nest.map_structure(perturb, game.real)
        norms = gradient_norm(game.score.input_gradients(images))
        return self.weight * tf.square(norms - 1.0)

    def check(self, discriminator: Model) -> None:
        """Warns if the discriminator has batch normalization."""
        warn_if_batch_normalization(self, discriminator)


NAMES: dict[str, type[Penalty]] = {
    "dragan": DRAGAN,
    "gradient_penalty": GradientPenalty,
    "r1": R1,
    "r2": R2,
}
"""The classes by the names that strings use."""
