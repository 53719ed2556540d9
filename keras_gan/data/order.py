"""Order of the images: a function of `(seed, epoch)`, so a new process resumes it.

A dataset reads the epoch when an iterator starts; `GAN.fit` sets it.
"""

import concurrent.futures
import functools
from collections.abc import Callable
from typing import Annotated

import tensorflow as tf

from keras_gan.random import Random
from keras_gan.typing import Dataset, Tensor, Variable
from keras_gan.validation import NonNegativeInt, validated


@functools.cache
def epoch_variable() -> Variable:
    """Returns the variable that holds the epoch, one per process: `int64`, `()`."""

    def create() -> Variable:
        with tf.device("CPU:0"):
            return tf.Variable(0, dtype=tf.int64, trainable=False, name="epoch")

    # A new thread has neither the graph nor the distribution strategy of the caller:
    # in those the variable would be symbolic, or mirrored to devices that tf.data
    # cannot read.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(create).result()


@validated
def set_epoch(
    epoch: Annotated[NonNegativeInt, "Pass the index of the epoch, counted from 0."],
) -> None:
    """Sets the epoch that decides the order of the datasets of this package.

    `GAN.fit` calls it at the beginning of each epoch. Without it, each pass over a
    dataset has the order of epoch 0. Iterators that have started are not affected.

    Args:
        epoch: Integer, at least 0.

    Raises:
        ValueError: If the epoch is negative.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", seed=0)
    >>> kg.data.set_epoch(1)
    >>> first = next(iter(dataset))
    >>> kg.data.set_epoch(0)
    >>> bool((first == next(iter(dataset))).numpy().all())
    False
    """
    epoch_variable().assign(epoch)


def per_epoch(build: Callable[[Random], Dataset], seed: int) -> Dataset:
    """Returns a dataset that is rebuilt whenever an iterator starts.

    Args:
        build: Function from the epoch's `Random` to a `tf.data.Dataset`.
        seed: Integer.
    """
    epoch = epoch_variable()

    def start(_: Tensor) -> Dataset:
        return build(Random(seed).fork("epoch", epoch.read_value()))

    # The function of `flat_map` runs once per iterator, so it reads the epoch then.
    return tf.data.Dataset.from_tensors(0).flat_map(start)


def permutation(random: Random, count: int) -> Tensor:
    """Returns the epoch's order of `count` images: `int64`, shape `(count,)`."""
    return random.fork("order").permutation(count)


def flip_mask(random: Random, count: int, flip: bool) -> Tensor:
    """Returns which of `count` images are flipped in the epoch: booleans `(count,)`."""
    if not flip:
        return tf.zeros((count,), tf.bool)
    return random.fork("flip").uniform((count,), start=0) < 0.5
