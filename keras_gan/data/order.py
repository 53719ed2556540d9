"""Order of the images: a function of the seed and of the position in the data.

The position is an epoch and a batch in it. It decides everything that a dataset draws
at random, so that a new process, or a restart inside an epoch, goes on with the same
images. `GAN.fit` sets it; without it each pass over a dataset is the next epoch.

All processes of a `tf.distribute.Strategy` have the same position: batches are global,
and `tf.distribute` gives each worker its share of them.
"""

import concurrent.futures
from collections.abc import Callable, Sequence
from typing import Annotated

import tensorflow as tf

from keras_gan.random import Random
from keras_gan.typing import Dataset, Tensor, Variable
from keras_gan.validation import NonNegativeInt, validated


def counters(values: Sequence[int], name: str) -> Variable:
    """Returns an `int64` variable of some numbers that `tf.data` can read."""

    def create() -> Variable:
        with tf.device("CPU:0"):
            return tf.Variable(values, dtype=tf.int64, trainable=False, name=name)

    # A new thread has neither the graph nor the distribution strategy of the caller:
    # in those the variable would be symbolic, or mirrored to devices that tf.data
    # cannot read.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(create).result()


class Position:
    """Where the next pass over a dataset starts; one object per process.

    Attributes:
        values: Variable of the epoch, the batch in it, and the number of times that
            they were set; created when it is first read.
    """

    def __init__(self) -> None:
        self._values: Variable | None = None

    @property
    def values(self) -> Variable:
        """The variable: `int64`, `(3,)`."""
        if self._values is None:
            self._values = counters([0, 0, 0], "position")
        return self._values

    def set(self, epoch: int, batch: int) -> None:
        """Sets the epoch and the batch at which the next pass starts."""
        times_set = int(self.values[2]) + 1
        self.values.assign([epoch, batch, times_set])

    def start_pass(self, known: Variable, num_batches: int) -> Tensor:
        """Returns the first batch of a pass, counted from the first one of epoch 0.

        It is that of the position if this was set since the last pass, else the batch
        after that pass.

        Args:
            known: Variable of the dataset, `int64`, `(2,)`: how often the position had
                been set at its last pass, and the batch after it.
            num_batches: Batches of a pass.

        Returns:
            Tensor, `int64`, `()`.
        """
        epoch, batch, times_set = tf.unstack(self.values.read_value())
        times_seen, following = tf.unstack(known.read_value())
        first = tf.where(times_set > times_seen, epoch * num_batches + batch, following)
        known.assign(tf.stack([times_set, first + num_batches]))
        return first


POSITION = Position()


@validated
def set_epoch(
    epoch: Annotated[NonNegativeInt, "Pass the index of the epoch, counted from 0."],
    batch: Annotated[NonNegativeInt, "Pass the index of the batch, from 0."] = 0,
) -> None:
    """Sets where the next pass over each dataset of this package starts.

    `GAN.fit` calls it. Without it, passes over a dataset are epochs 0, 1, 2, ...: each
    has another order, the same in every process. Iterators that have started are not
    affected.

    Args:
        epoch: Integer, at least 0.
        batch: Index of the first batch of the pass; what is left of the epoch is
            followed by the first batches of the next one.

    Raises:
        ValueError: If the epoch or the batch is negative.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", seed=0)
    >>> kg.data.set_epoch(1)
    >>> first = next(iter(dataset))
    >>> kg.data.set_epoch(0)
    >>> bool((first == next(iter(dataset))).numpy().all())
    False
    """
    POSITION.set(epoch, batch)


def one_pass(
    build: Callable[[Random], Dataset], seed: int, num_batches: int, batch_size: int = 1
) -> Dataset:
    """Returns a dataset that starts at the position whenever an iterator starts.

    Args:
        build: Function from the `Random` of an epoch to the `tf.data.Dataset` of its
            elements.
        seed: Integer.
        num_batches: Batches of a pass.
        batch_size: Elements of a batch: 1 where `build` returns batches.
    """
    known = counters([-1, 0], "known_position")

    def start(_: Tensor) -> Dataset:
        first = POSITION.start_pass(known, num_batches)
        epoch, batch = first // num_batches, first % num_batches
        # The second epoch is built where the pass reaches it: one that starts inside
        # an epoch.
        elements = tf.data.Dataset.range(epoch, epoch + 2).flat_map(
            lambda number: build(Random(seed).fork("epoch", number))
        )
        return elements.skip(batch * batch_size).take(num_batches * batch_size)

    # The function of `flat_map` runs once per iterator, so it reads the position then.
    return tf.data.Dataset.from_tensors(0).flat_map(start)


def permutation(random: Random, count: int) -> Tensor:
    """Returns the epoch's order of `count` images: `int64`, shape `(count,)`."""
    return random.fork("order").permutation(count)


def flip_mask(random: Random, count: int, flip: bool) -> Tensor:
    """Returns which of `count` images are flipped in the epoch: booleans `(count,)`."""
    if not flip:
        return tf.zeros((count,), tf.bool)
    return random.fork("flip").uniform((count,), start=0) < 0.5
