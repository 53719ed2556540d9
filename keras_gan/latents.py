"""Distributions of latents, the random input of the generator.

A draw is a function of (seed, step, sample index), so that it does not depend on
replicas and batch sizes: see `keras_gan.random`.
"""

import abc
import dataclasses
import inspect
import math
from typing import Literal, TypeAlias

import tensorflow as tf

from keras_gan import config
from keras_gan.config import Configurable, register
from keras_gan.errors import user_error
from keras_gan.random import Random
from keras_gan.typing import Config, Tensor, TensorLike
from keras_gan.validation import PositiveInt


@dataclasses.dataclass(frozen=True)
class Latents(Configurable, abc.ABC):
    """Distribution of latent vectors. Subclass it and implement `draw`.

    Args:
        dim: Dimension of the vectors, a positive integer.
    """

    dim: PositiveInt

    @abc.abstractmethod
    def draw(
        self, random: Random, count: Tensor | int, start: Tensor | int | None = None
    ) -> Tensor:
        """Draws latents.

        Args:
            random: A `keras_gan.random.Random`.
            count: Number of vectors, an integer or an integer tensor.
            start: Index of the first vector in the random sequence: vectors 10 to 19 of
                one draw equal the draw of 10 vectors with `start=10`. None: the first
                index of this replica's part of the global batch.

        Returns:
            `float32` tensor of shape `(count, dim)`.
        """

    def truncate(self, latents: Tensor, threshold: TensorLike) -> Tensor:
        """Truncation trick: maps latents to the truncated distribution.

        Args:
            latents: Latents that `draw` returned, shape `(count, dim)`.
            threshold: Bound of the absolute value of each component, above 0; a number
                or a tensor of shape `()`.

        Returns:
            Tensor of the same shape, a deterministic function of `latents`.

        Raises:
            ValueError: If the distribution cannot be truncated.
        """
        raise user_error(
            f"`truncation` is not supported by {type(self).__name__} latents.",
            expected="normal or uniform latents, or a generator that truncates styles",
            received=f"latents={self!r}",
            do="Omit truncation.",
        )


@register
@dataclasses.dataclass(frozen=True)
class Normal(Latents):
    """Latents with independent standard normal components.

    Args:
        dim: Dimension of the vectors, a positive integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.latents.Normal(100).draw(kg.random.Random(0), 16).shape
    TensorShape([16, 100])
    """

    def draw(
        self, random: Random, count: Tensor | int, start: Tensor | int | None = None
    ) -> Tensor:
        """Returns standard normal latents of shape `(count, dim)`."""
        return random.normal((count, self.dim), start)

    def truncate(self, latents: Tensor, threshold: TensorLike) -> Tensor:
        """Returns truncated normal latents, by inverse transform sampling.

        With the standard normal distribution function `F`, a component `z` becomes
        `F^-1(F(-t) + F(z) (F(t) - F(-t)))` for the threshold `t`. The distribution is
        that of the paper, which draws components again until they are within the
        threshold; here an image is a continuous function of `t`.

        Reference: [Large Scale GAN Training for High Fidelity Natural Image
        Synthesis](https://arxiv.org/abs/1809.11096), section 3.1.
        """
        root = math.sqrt(2.0)
        half = tf.math.erf(tf.cast(threshold, latents.dtype) / root)
        truncated = root * tf.math.erfinv(half * tf.math.erf(latents / root))
        # erf rounds to 1 for large arguments, where erfinv is infinite.
        bound = tf.minimum(tf.abs(latents), threshold)
        return tf.clip_by_value(truncated, -bound, bound)


@register
@dataclasses.dataclass(frozen=True)
class Uniform(Latents):
    """Latents with independent components, uniform in (-1, 1), as in DCGAN.

    Args:
        dim: Dimension of the vectors, a positive integer.
    """

    def draw(
        self, random: Random, count: Tensor | int, start: Tensor | int | None = None
    ) -> Tensor:
        """Returns uniform latents of shape `(count, dim)`."""
        return random.uniform((count, self.dim), -1.0, 1.0, start)

    def truncate(self, latents: Tensor, threshold: TensorLike) -> Tensor:
        """Returns latents that are uniform in (-threshold, threshold)."""
        return latents * tf.minimum(tf.cast(threshold, latents.dtype), 1.0)


@register
@dataclasses.dataclass(frozen=True)
class Sphere(Latents):
    """Latents that are uniform on the unit sphere in `dim` dimensions.

    Args:
        dim: Dimension of the vectors, a positive integer.
    """

    def draw(
        self, random: Random, count: Tensor | int, start: Tensor | int | None = None
    ) -> Tensor:
        """Returns latents of norm 1, shape `(count, dim)`."""
        return tf.math.l2_normalize(random.normal((count, self.dim), start), axis=-1)


LatentsName = Literal["normal", "sphere", "uniform"]

LatentsLike: TypeAlias = LatentsName | Latents | type[Latents] | Config
"""What `get` takes."""

NAMES: dict[str, type[Latents]] = {
    "normal": Normal,
    "sphere": Sphere,
    "uniform": Uniform,
}
"""Names of distributions, as in `kg.GAN(..., latents="uniform")`."""


def get(identifier: LatentsLike, dim: int | None) -> Latents:
    """Returns the latents of an identifier.

    Args:
        identifier: `"normal"`, `"uniform"`, `"sphere"`, `Latents` object or class, or
            the dictionary that `keras.saving.serialize_keras_object` returns.
        dim: Dimension for a name or a class, the generator's input dimension; None if
            it is unknown.

    Returns:
        A `Latents` object.

    Raises:
        ValueError: If a name is unknown, with the nearest names, or if a name or class
            is passed and `dim` is None.
        TypeError: If it is none of these.

    Example:
    >>> get("uniform", 100)
    Uniform(dim=100)
    """
    latents_class = NAMES.get(identifier) if isinstance(identifier, str) else identifier
    if not (inspect.isclass(latents_class) and issubclass(latents_class, Latents)):
        return config.get(identifier, Latents, NAMES)
    if dim is None:
        raise user_error(
            "The dimension of `latents` is unknown: the generator is not built.",
            expected="a generator of known input shape, or latents with a dimension",
            received=f"latents={identifier!r}",
            do="Pass a distribution with its dimension, e.g. "
            "latents=kg.latents.Normal(100).",
        )
    return latents_class(dim)
