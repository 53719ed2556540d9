"""Where latents come from: the noise prior of the generator.

A draw is a function of (seed, step, global row), so that replicas and batch sizes do
not change it: see `keras_gan.random`.
"""

import abc
import dataclasses
import inspect
import math

import tensorflow as tf

from keras_gan import config
from keras_gan.config import Configurable, check, register, user_error


@dataclasses.dataclass(frozen=True)
class Latents(Configurable, abc.ABC):
    """A distribution over vectors of `dim` numbers. Subclass it and write `draw`."""

    dim: int

    def __post_init__(self):
        check(
            isinstance(self.dim, int) and self.dim >= 1,
            "Latents are vectors of a whole number of dimensions.",
            expected="dim of 1 or more, an int",
            received=f"dim={self.dim!r}",
            do=f"For example, {type(self).__name__}(100).",
        )

    @abc.abstractmethod
    def draw(self, random, count, start=None):
        """Draws latents.

        Args:
            random: A `keras_gan.random.Random`.
            count: How many; a whole number or an integer tensor.
            start: Global number of the first row: rows 10 to 19 of one draw are the
                draw of 10 rows that starts at 10. By default the replica decides.

        Returns:
            `float32` tensor of shape `(count, dim)`.
        """

    def truncate(self, latents, threshold):
        """Brings drawn latents to the distribution in which none is far out.

        Args:
            latents: What `draw` returned, shape `(count, dim)`.
            threshold: Size that no component may have, above 0; a number or a tensor of
                shape `()`.

        Returns:
            Tensor of the same shape: of the same latents always the same.

        Raises:
            ValueError: If this distribution has no such thing.
        """
        raise user_error(
            f"There is no truncation of {type(self).__name__} latents.",
            expected="normal or uniform latents, or a generator that truncates styles",
            received=f"latents={self!r}",
            do="Leave truncation out.",
        )


@register
@dataclasses.dataclass(frozen=True)
class Normal(Latents):
    """Independent standard normal components.

    Example:
    >>> import keras_gan as kg
    >>> kg.latents.Normal(100).draw(kg.random.Random(0), 16).shape
    TensorShape([16, 100])
    """

    def draw(self, random, count, start=None):
        """Draws standard normal latents of shape `(count, dim)`."""
        return random.normal((count, self.dim), start)

    def truncate(self, latents, threshold):
        """Returns latents as if each component was drawn until it was small enough.

        With the normal distribution function F, a component z becomes the quantile of
        `F(-t) + F(z) (F(t) - F(-t))`: exactly the distribution of drawing again, but
        the order of the components stays, so that an image changes step by step with t.

        Reference: [Large Scale GAN Training for High Fidelity Natural Image
        Synthesis](https://arxiv.org/abs/1809.11096), section 3.1.
        """
        root = math.sqrt(2.0)
        half = tf.math.erf(tf.cast(threshold, latents.dtype) / root)
        inside = root * tf.math.erfinv(half * tf.math.erf(latents / root))
        most = tf.minimum(tf.abs(latents), threshold)  # erf rounds to 1
        return tf.clip_by_value(inside, -most, most)


@register
@dataclasses.dataclass(frozen=True)
class Uniform(Latents):
    """Independent components, uniform in (-1, 1), as in the first papers."""

    def draw(self, random, count, start=None):
        """Draws uniform latents of shape `(count, dim)`."""
        return random.uniform((count, self.dim), -1.0, 1.0, start)

    def truncate(self, latents, threshold):
        """Returns latents as if each component was drawn until it was small enough."""
        return latents * tf.minimum(tf.cast(threshold, latents.dtype), 1.0)


@register
@dataclasses.dataclass(frozen=True)
class Sphere(Latents):
    """Points of the unit sphere in `dim` dimensions, every direction as likely."""

    def draw(self, random, count, start=None):
        """Draws latents of length 1, of shape `(count, dim)`."""
        return tf.math.l2_normalize(random.normal((count, self.dim), start), axis=-1)


NAMES = {"normal": Normal, "sphere": Sphere, "uniform": Uniform}


def get(identifier, dim):
    """Returns the latents of a name or an object; `dim` is the generator's input.

    Args:
        identifier: `"normal"`, `"uniform"`, `"sphere"`, a class or an object of
            `Latents`.
        dim: Dimension for a name or a class.

    Raises:
        ValueError: If the name is unknown, or there is no dimension for it.
        TypeError: If it is none of these.
    """
    kind = NAMES.get(identifier) if isinstance(identifier, str) else identifier
    if not (inspect.isclass(kind) and issubclass(kind, Latents)):
        return config.get(identifier, Latents, NAMES)
    check(
        dim is not None,
        "The generator does not tell how many numbers its latents have.",
        expected="a generator of known input shape, or latents with a dimension",
        received=f"latents={identifier!r} and a network that was not built",
        do="Pass their distribution, e.g. latents=kg.latents.Normal(100).",
    )
    return kind(dim)
