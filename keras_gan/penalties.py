"""What a player pays beside the loss: penalties on the discriminator and the generator.

A penalty looks at the game and returns one value, or one for each image; its weight is
in the value. `gan.compile(penalties=[...])` gives it to the discriminator,
`generator_penalties=[...]` to the generator. It is logged under its own name.
"""

import abc
import dataclasses
import itertools
import re
import warnings
from typing import ClassVar

import keras
import tensorflow as tf

from keras_gan import config
from keras_gan.config import Configurable, check, fault, register
from keras_gan.game import global_mean
from keras_gan.game.score import features


class Penalty(Configurable, abc.ABC):
    """A term beside the loss. Subclass it and write `__call__`.

    Attributes:
        interval: Apply every this many training steps, `interval` times as strongly.
        smallest_batch: Images that one update must have: 2 where images are compared.
        asks_replicas: Whether a lazy one calls `global_mean`, which no branch can.
    """

    interval: ClassVar = 1
    smallest_batch: ClassVar = 1
    asks_replicas: ClassVar = False

    def __post_init__(self):
        check(
            isinstance(self.weight, int | float) and self.weight >= 0.0,
            f"The weight of {type(self).__name__} is out of range.",
            expected="weight of 0 or more",
            received=f"weight={self.weight!r}",
            do="Leave the penalty out to switch it off; a weight is its strength.",
        )
        check(
            isinstance(self.interval, int) and self.interval >= 1,
            f"The interval of {type(self).__name__} is out of range.",
            expected="interval of 1 or more training steps, an int",
            received=f"interval={self.interval!r}",
            do="Use 1, or 16 to save time.",
        )

    @abc.abstractmethod
    def __call__(self, game):
        """Returns the penalty, of shape `()` or `(batch,)`.

        Args:
            game: A `kg.Game`: `game.score`, `game.real`, `game.fake`, `game.latents`.
        """

    def check(self, discriminator):
        """Raises an error if the penalty cannot work with this discriminator."""


def named(penalties, discriminator, taken=()):
    """Returns penalties by log key, once all of them were found to be sound.

    Args:
        penalties: Objects of `Penalty`, in a list or tuple.
        discriminator: The network that they will look at.
        taken: Log keys of the other player's penalties.

    Raises:
        ValueError: If one cannot work with this discriminator.
        TypeError: If one is no penalty, or they are not in a list.

    Example:
    >>> import keras_gan as kg
    >>> list(named([R1(), R1(1.0)], kg.networks.mlp_discriminator()))
    ['r1', 'r1_2']
    """
    if not isinstance(penalties, list | tuple):
        raise fault(
            "Penalties come in a list, each of which may be there or not.",
            expected="a list of objects of kg.penalties",
            received=repr(penalties),
            do="Put brackets around it, e.g. penalties=[kg.penalties.R1()].",
            kind=TypeError,
        )
    known = {}
    for one in penalties:
        penalty = config.get(one, Penalty, {})
        penalty.check(discriminator)
        name = snake_case(type(penalty).__name__)
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        keys = itertools.chain([name], numbered)
        known[next(key for key in keys if key not in (*known, *taken))] = penalty
    return known


def check_batch(penalties, size):
    """Makes sure that an update has the images that penalties compare.

    Raises:
        ValueError: If it has fewer.
    """
    for penalty in penalties:
        check(
            size >= penalty.smallest_batch,
            f"{type(penalty).__name__} compares images of one update.",
            expected=f"updates of {penalty.smallest_batch} images or more",
            received=f"{size} for each update",
            do="Take larger batches: discriminator_steps splits each in as many parts.",
        )


def snake_case(name):
    """Returns the log key of a class.

    Example:
    >>> snake_case("GradientPenalty"), snake_case("R1"), snake_case("DRAGAN")
    ('gradient_penalty', 'r1', 'dragan')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def squared_norm(values):
    """Returns `||value||^2` of every row, shape `(batch,)`.

    Example:
    >>> squared_norm(tf.constant([[3.0, 4.0]])).numpy()
    array([25.], dtype=float32)
    """
    squares = tf.square(wide(values))
    return tf.reduce_sum(squares, axis=tuple(range(1, squares.shape.rank)))


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
            stacklevel=5,
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
        rows = tf.shape(game.real)[0]
        ones = [1] * (game.real.shape.rank - 1)
        mix = game.random.fork("mix").uniform((rows, *ones))
        mix = tf.cast(mix, game.real.dtype)
        fake = tf.cast(game.fake, game.real.dtype)
        mixed = mix * game.real + (1.0 - mix) * fake
        return self.weight * tf.square(norm(slopes(game.score, mixed)) - 1.0)

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
        mean = tf.reduce_mean(global_mean(game.real))
        spread = tf.sqrt(tf.reduce_mean(global_mean(tf.square(game.real - mean))))
        shape = (tf.shape(game.real)[0], *game.real.shape[1:])
        noise = tf.cast(game.random.fork("near").uniform(shape), game.real.dtype)
        near = game.real + 0.5 * spread * noise
        return self.weight * tf.square(norm(slopes(game.score, near)) - 1.0)

    def check(self, discriminator):
        """Warns of batch normalization."""
        doubt_batch_normalization(self, discriminator)


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
        images = between_halves(wide(game.fake))
        latents = between_halves(wide(game.latents))
        return self.weight / (images / latents + 1e-5)


def between_halves(values):
    """Returns the mean absolute distance between both halves of a batch, shape `()`."""
    half = tf.shape(values)[0] // 2
    distances = tf.abs(values[:half] - values[half : 2 * half])
    return tf.reduce_mean(global_mean(distances))


def wide(values):
    """Returns numbers in single precision at least, for sums over many of them."""
    return values if values.dtype == tf.float64 else tf.cast(values, tf.float32)
