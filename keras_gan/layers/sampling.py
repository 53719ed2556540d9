"""How a generator draws: what its layers cannot know from their inputs.

Noise and the mixing of styles need random numbers, which here are a function of (seed,
step, global row) and have no state; truncation is asked for from outside. Both reach
the layers by a context, and not through the arguments of every layer between.
"""

import contextlib
import contextvars
import dataclasses

from keras_gan.random import Random


@dataclasses.dataclass(frozen=True)
class SamplingContext:
    """What holds while a generator is called.

    Args:
        random: Source of the numbers of noise and mixing; None: noise stands still, and
            no styles are mixed.
        truncation: How far styles may go from their mean: 1 is as far as they do, 0 is
            the mean; None leaves them alone.
    """

    random: Random | None = None
    truncation: object = None


DEFAULT = SamplingContext()
CURRENT = contextvars.ContextVar("sampling_context", default=DEFAULT)
"""What holds where nothing is said."""


@contextlib.contextmanager
def sampling_context(random=None, truncation=None):
    """Says how the generators that are called inside draw.

    It rules the code that runs inside it, in its own thread: enter it inside a
    `tf.function`, not around the call of one.

    Args:
        random: Source of the numbers of noise and mixing, a `kg.random.Random`; None:
            noise stands still.
        truncation: Number of 0 to 1, or a tensor of shape `()`; None: no truncation.

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


def current_sampling():
    """Returns the `SamplingContext` that holds where this is called."""
    return CURRENT.get()
