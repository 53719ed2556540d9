"""The one place for random numbers: a draw is a function of (seed, step, global row).

TensorFlow's floating-point random numbers differ between a graph and XLA; the integer
bits of Philox do not. So every number here is made of those bits by arithmetic that
runs alike everywhere, from a counter that is the row's place in the global batch: the
same seed gives the same numbers eagerly, as a graph and under XLA, at any batch size,
on one device or on many. The bits are equal; what a logarithm or a cosine makes of them
is equal to rounding (1e-6).
"""

import dataclasses
import math
import random as python_random
import zlib

import tensorflow as tf

PHILOX = 1
"""TensorFlow's number for the Philox 4x32-10 generator."""


def fresh_seed():
    """Returns a new seed, decided by `keras.utils.set_random_seed` if it was called."""
    return python_random.randrange(2**31)


def first_row(rows):
    """Returns the place of this replica's first row in the global batch."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 0
    return context.replica_id_in_sync_group * rows


def philox(key, counter, shape):
    """Returns `uint32` bits of a shape, a pure function of key and counter."""
    return tf.raw_ops.StatelessRandomUniformFullIntV2(
        shape=shape, key=key, counter=counter, alg=PHILOX, dtype=tf.uint32
    )


@dataclasses.dataclass(frozen=True)
class Random:
    """A source of random numbers that has no state: it is a key.

    `fork` makes the key of a step, a part or a purpose; the draws of one key are always
    the same numbers.

    Args:
        key: `uint64` tensor of shape `(1,)`, or a whole number: the seed.
        start: Global number of the first row of draws that name none; None: the replica
            decides.

    Example:
    >>> import keras_gan as kg
    >>> random = kg.random.Random(0).fork("latents", 7)
    >>> few, many = random.uniform((2, 3)), random.uniform((100, 3))
    >>> bool((few.numpy() == many.numpy()[:2]).all())
    True
    """

    key: object
    start: object = None

    def __post_init__(self):
        if not tf.is_tensor(self.key):
            seed = tf.constant([int(self.key) % 2**64], tf.uint64)
            object.__setattr__(self, "key", seed)

    @classmethod
    def from_tensor(cls, seed):
        """Returns the source of a seed that is an integer tensor of shape `()`."""
        return cls(tf.reshape(tf.cast(tf.cast(seed, tf.int64), tf.uint64), (1,)))

    def fork(self, name, number=0):
        """Returns an independent source for a purpose.

        Args:
            name: What it is for, such as `"latents"`.
            number: Whole number or integer tensor, such as the training step.
        """
        number = tf.cast(tf.cast(number, tf.int64), tf.uint64)
        # The high bit keeps these counters away from those of the rows.
        purpose = tf.constant(zlib.crc32(name.encode()) | 1 << 63, tf.uint64)
        words = philox(self.key, tf.stack([number, purpose]), (2,))
        return Random(tf.reshape(tf.bitcast(words, tf.uint64), (1,)), self.start)

    def at(self, start):
        """Returns the source whose draws begin at a row of another number."""
        return Random(self.key, start)

    def bits(self, shape, start=None):
        """Draws `uint32` bits.

        Args:
            shape: `(rows, ...)`; rows may be a tensor, the rest is static.
            start: Global number of the first row; by default that of the source.
        """
        rows, width = shape[0], math.prod(shape[1:])
        start = self.start if start is None else start
        start = first_row(rows) if start is None else start
        words = max(1, -(-width // 4)) * 4  # one count of Philox makes four words
        row = tf.cast(tf.cast(start, tf.int64) * (words // 4), tf.uint64)
        counter = tf.stack([row, tf.zeros((), tf.uint64)])
        drawn = philox(self.key, counter, tf.stack([rows, words]))
        return tf.reshape(drawn[:, :width], tf.stack([rows, *shape[1:]]))

    def uniform(self, shape, minimum=0.0, maximum=1.0, start=None):
        """Draws uniform `float32` numbers of the open interval (minimum, maximum)."""
        bits = self.bits(shape, start)
        high = tf.bitwise.right_shift(bits, tf.constant(9, tf.uint32))
        unit = (tf.cast(high, tf.float32) + 0.5) / 2.0**23
        return minimum + (maximum - minimum) * unit

    def normal(self, shape, start=None):
        """Draws standard normal `float32` numbers, by the method of Box and Muller."""
        angle = self.fork("angle").uniform(shape, 0.0, 2.0 * math.pi, start)
        unit = self.fork("length").uniform(shape, start=start)
        return tf.sqrt(-2.0 * tf.math.log(unit)) * tf.cos(angle)

    def permutation(self, count):
        """Draws an order of `count` things: an `int64` tensor of shape `(count,)`."""
        bits = self.bits((count, 2), start=0)
        high, low = (tf.cast(bits[:, i], tf.int64) for i in (0, 1))
        return tf.argsort(high * 2**31 + low // 2, stable=True)


def series(seed):
    """Returns the source of the endless series of images that a seed names."""
    return Random.from_tensor(seed).fork("generate")
