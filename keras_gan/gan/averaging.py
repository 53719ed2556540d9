"""The averaged generator before the first training step."""

import functools
import zlib

import numpy as np
import tensorflow as tf

from keras_gan.replicas import to_numpy
from keras_gan.typing import Model, Variable


class AverageStart:
    """Makes an average of weights start at the generator's weights.

    The averaged generator is a copy that is made in the constructor of `GAN`. Weights
    that the generator is given after that and before training, such as by
    `gan.generator.load_weights`, are copied again, unless the averaged generator was
    given weights of its own.

    Args:
        generator: The generator.
        average: The averaged generator, with the same weights.
    """

    def __init__(self, generator: Model, average: Model) -> None:
        self.generator = generator
        self.average = average
        self.known = checksum(generator)

    def update(self, steps: Variable) -> None:
        """Copies the weights of the generator if they have changed before training.

        Args:
            steps: Number of training steps so far.
        """
        if self.average is self.generator or in_training_step() or is_positive(steps):
            return
        present = checksum(self.generator)
        if present != self.known and checksum(self.average) == self.known:
            pairs = zip(self.average.weights, self.generator.weights, strict=True)
            for average, weight in pairs:
                average.assign(weight)
            self.known = present


def in_training_step() -> bool:
    """Returns whether this is called in a graph, or by one of several replicas."""
    context = tf.distribute.get_replica_context()
    in_replica = context is not None and context.num_replicas_in_sync > 1
    return tf.inside_function() or in_replica


def is_positive(variable: Variable) -> bool:
    """Returns whether a variable of shape `()` is above 0."""
    return bool(to_numpy(variable) > 0)


def checksum(network: Model) -> int:
    """Returns a checksum of the weights of a network."""
    arrays = map(to_numpy, network.weights)
    return functools.reduce(
        lambda value, array: zlib.crc32(np.ascontiguousarray(array).data, value),
        arrays,
        0,
    )
