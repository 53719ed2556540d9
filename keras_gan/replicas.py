"""Reductions over the replicas of a `tf.distribute.Strategy`."""

import numpy as np
import tensorflow as tf

from keras_gan.typing import Array, Tensor, Variable


def global_mean(values: Tensor) -> Tensor:
    """Returns the mean over the first axis and over all replicas.

    Args:
        values: Tensor of shape `(batch, ...)`, with the same batch size on every
            replica, or of shape `()`, which is averaged over replicas only.

    Returns:
        Tensor of shape `(...)`, equal on all replicas.
    """
    mean = tf.reduce_mean(values, axis=0) if values.shape.rank else values
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return mean
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, mean)


def global_sums(tensors: list[Tensor]) -> list[Tensor]:
    """Returns the sum of each tensor over all replicas, equal on all of them."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1 or not tensors:
        return tensors
    return list(context.all_reduce(tf.distribute.ReduceOp.SUM, tensors))


def to_numpy(variable: Variable) -> Array:
    """Returns the value of a variable; of one with a copy per replica, that of one.

    Of such a variable `keras.ops.convert_to_numpy` issues a warning of NumPy.
    """
    value: Array = tf.convert_to_tensor(variable).numpy()
    return np.asarray(value)
