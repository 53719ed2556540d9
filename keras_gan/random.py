"""Stateless random numbers: a draw is a function of (seed, step, sample index).

The same seed returns the same numbers eagerly, as a graph and under XLA, at any batch
size, on one device or on several. TensorFlow's own floating-point random numbers differ
between a graph and XLA, but the integer bits of its Philox generator do not. All
numbers here are computed from these bits; the counter is the sample's index in the
global batch. Bits and uniform numbers are equal, normal numbers up to rounding (1e-6).
"""

import dataclasses
import math
import zlib
from collections.abc import Sequence
from random import randrange
from typing import Self, cast

import tensorflow as tf

from keras_gan.typing import Tensor, TensorLike

PHILOX = 1
"""TensorFlow's enum value of the Philox 4x32-10 generator."""


def fresh_seed() -> int:
    """Returns a random seed, which `keras.utils.set_random_seed` determines."""
    return randrange(2**31)


def replica_start(count: Tensor | int) -> Tensor | int:
    """Returns the index of this replica's first sample in the global batch.

    Args:
        count: Samples per replica.
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 0
    return context.replica_id_in_sync_group * count


def philox(key: TensorLike, counter: Tensor, shape: Tensor | Sequence[int]) -> Tensor:
    """Returns `uint32` bits of a shape, a function of key and counter alone."""
    return tf.raw_ops.StatelessRandomUniformFullIntV2(
        shape=shape, key=key, counter=counter, alg=PHILOX, dtype=tf.uint32
    )


@dataclasses.dataclass(frozen=True)
class Random:
    """Stateless source of random numbers, identified by a key.

    The same key always draws the same numbers. `fork` returns an independent source for
    a step or a purpose.

    Args:
        key: Random seed, an integer, or a `uint64` tensor of shape `(1,)`.
        start: Index of the first sample of draws without `start`. None: the first index
            of this replica's part of the global batch.

    Example:
    >>> import keras_gan as kg
    >>> random = kg.random.Random(0).fork("latents", 7)
    >>> few, many = random.uniform((2, 3)), random.uniform((100, 3))
    >>> bool((few.numpy() == many.numpy()[:2]).all())
    True
    """

    key: TensorLike
    start: Tensor | int | None = None

    def __post_init__(self) -> None:
        if not tf.is_tensor(self.key):
            key = tf.constant([int(cast("int", self.key)) % 2**64], tf.uint64)
            object.__setattr__(self, "key", key)  # the dataclass is frozen

    @classmethod
    def from_tensor(cls, seed: TensorLike) -> Self:
        """Returns the source of a seed, an integer tensor of shape `()`."""
        return cls(tf.reshape(tf.cast(tf.cast(seed, tf.int64), tf.uint64), (1,)))

    def fork(self, name: str, number: TensorLike = 0) -> "Random":
        """Returns an independent source, a function of this one, name and number.

        Args:
            name: Purpose, such as `"latents"`.
            number: Integer or integer tensor, such as the training step.
        """
        number = tf.cast(tf.cast(number, tf.int64), tf.uint64)
        # The highest bit separates these counters from those of samples in `bits`.
        name_hash = tf.constant(zlib.crc32(name.encode()) | 1 << 63, tf.uint64)
        words = philox(self.key, tf.stack([number, name_hash]), (2,))
        return Random(tf.reshape(tf.bitcast(words, tf.uint64), (1,)), self.start)

    def with_start(self, start: Tensor | int | None) -> "Random":
        """Returns the source with another index of the first sample."""
        return Random(self.key, start)

    def bits(
        self, shape: Sequence[Tensor | int], start: Tensor | int | None = None
    ) -> Tensor:
        """Returns random `uint32` bits.

        Args:
            shape: `(count, ...)`; the number of samples may be a tensor, the other axes
                are static.
            start: Index of the first sample; by default that of the source.
        """
        count, width = shape[0], math.prod(shape[1:])
        start = self.start if start is None else start
        start = replica_start(count) if start is None else start
        # Philox returns four words per counter: each sample has its own counters.
        words = max(1, -(-width // 4)) * 4
        first = tf.cast(tf.cast(start, tf.int64) * (words // 4), tf.uint64)
        counter = tf.stack([first, tf.zeros((), tf.uint64)])
        bits = philox(self.key, counter, tf.stack([count, words]))
        return tf.reshape(bits[:, :width], tf.stack([count, *shape[1:]]))

    def uniform(
        self,
        shape: Sequence[Tensor | int],
        minimum: float = 0.0,
        maximum: float = 1.0,
        start: Tensor | int | None = None,
    ) -> Tensor:
        """Returns uniform `float32` numbers in the open interval (minimum, maximum)."""
        bits = self.bits(shape, start)
        # 23 bits fit the significand of float32; 0.5 excludes both ends.
        high = tf.bitwise.right_shift(bits, tf.constant(9, tf.uint32))
        unit = (tf.cast(high, tf.float32) + 0.5) / 2.0**23
        return minimum + (maximum - minimum) * unit

    def normal(
        self, shape: Sequence[Tensor | int], start: Tensor | int | None = None
    ) -> Tensor:
        """Returns standard normal `float32` numbers, by the Box-Muller transform."""
        angle = self.fork("angle").uniform(shape, 0.0, 2.0 * math.pi, start)
        unit = self.fork("length").uniform(shape, start=start)
        return tf.sqrt(-2.0 * tf.math.log(unit)) * tf.cos(angle)

    def permutation(self, count: Tensor | int) -> Tensor:
        """Returns a random permutation of `0..count - 1`, `int64`, shape `(count,)`."""
        # Sorts by 63 random bits, at which ties are improbable.
        bits = self.bits((count, 2), start=0)
        high, low = (tf.cast(bits[:, i], tf.int64) for i in (0, 1))
        return tf.argsort(high * 2**31 + low // 2, stable=True)


def sample_stream(seed: TensorLike) -> Random:
    """Returns the source of the images of `gan.generate(seed=seed)`."""
    return Random.from_tensor(seed).fork("generate")
