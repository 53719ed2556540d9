"""The order of the images: a function of (seed, epoch), so a new process resumes it.

A data set asks for the epoch when an iterator starts. `GAN.fit` says which one it is.
"""

import concurrent.futures
import functools

import tensorflow as tf

from keras_gan.config import check
from keras_gan.random import Random


@functools.cache
def epoch_variable():
    """Returns the one variable that holds the epoch: `int64`, shape `()`."""

    def make():
        with tf.device("CPU:0"):
            return tf.Variable(0, dtype=tf.int64, trainable=False, name="epoch")

    # A new thread knows neither the graph nor the strategy that its maker is in: there,
    # the variable would be symbolic, or mirrored to devices that tf.data cannot read.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(make).result()


def set_epoch(epoch):
    """Says which epoch the next iterators of this package's data sets are for.

    `GAN.fit` calls it when an epoch begins. Without it every pass over a data set has
    the order of epoch 0. Data sets already being read are not changed.

    Args:
        epoch: Whole number, 0 or more.

    Raises:
        ValueError: If the number is negative.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", seed=0)
    >>> kg.data.set_epoch(1)
    >>> first = next(iter(dataset))
    >>> kg.data.set_epoch(0)
    >>> bool((first == next(iter(dataset))).numpy().all())
    False
    """
    check(
        int(epoch) >= 0,
        "An epoch's number is not negative.",
        expected="0 or more",
        received=epoch,
        do="Pass the number of the epoch, counted from 0.",
    )
    epoch_variable().assign(int(epoch))


def each_epoch(make, seed):
    """Returns a data set that is made anew whenever an iterator starts.

    Args:
        make: Function from the epoch's `Random` to a `tf.data.Dataset`.
        seed: Whole number.
    """
    epoch = epoch_variable()

    def started(_):
        return make(Random(seed).fork("epoch", epoch.read_value()))

    return tf.data.Dataset.from_tensors(0).flat_map(started)


def permutation(random, count):
    """Returns the epoch's order of `count` images: `int64`, shape `(count,)`."""
    return random.fork("order").permutation(count)


def flip_mask(random, count, flip):
    """Returns which of `count` images the epoch mirrors: booleans `(count,)`."""
    if not flip:
        return tf.zeros((count,), tf.bool)
    return random.fork("flip").uniform((count,), start=0) < 0.5
