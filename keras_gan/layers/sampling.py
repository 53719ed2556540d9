"""Sampling context: random numbers and truncation for the layers of a generator.

Noise and style mixing need random numbers, which in this library are a stateless
function of (seed, step, sample index); truncation is an argument of `gan.generate`.
A context passes both to the layers that use them, since the networks are any Keras
models, whose other layers do not forward such arguments.
"""

import contextlib
import contextvars
import dataclasses
from collections.abc import Iterator

from keras_gan.random import Random
from keras_gan.typing import TensorLike


@dataclasses.dataclass(frozen=True)
class SamplingContext:
    """Values that the layers of a generator read while it is called.

    Args:
        random: Random source of noise and style mixing, a `kg.random.Random`; None:
            constant noise, no style mixing.
        truncation: Truncation of styles: 1 leaves them unchanged, 0 replaces them by
            their mean; None: no truncation.
    """

    random: Random | None = None
    truncation: TensorLike | None = None


DEFAULT = SamplingContext()
# A context variable: each thread, such as that of a replica, has its own value.
CURRENT = contextvars.ContextVar("sampling_context", default=DEFAULT)


@contextlib.contextmanager
def sampling_context(
    random: Random | None = None, truncation: TensorLike | None = None
) -> Iterator[None]:
    """Sets the random source and the truncation of generators that are called inside.

    It applies to the thread that enters it. Enter it inside a `tf.function`, not around
    a call of one, which is not traced again when the context changes.

    Args:
        random: Random source of noise and style mixing, a `kg.random.Random`; None:
            constant noise, no style mixing.
        truncation: Number, usually from 0 to 1, or tensor of shape `()`; None: no
            truncation.

    Example:
    >>> import keras_gan as kg
    >>> with kg.layers.sampling_context(kg.random.Random(0), truncation=0.7):
    ...     kg.layers.current_sampling().truncation
    0.7
    """
    token = CURRENT.set(SamplingContext(random, truncation))
    try:
        yield
    finally:
        CURRENT.reset(token)


def current_sampling() -> SamplingContext:
    """Returns the `SamplingContext` of the innermost `sampling_context`."""
    return CURRENT.get()
