"""What a layer asks of the other replicas."""

import tensorflow as tf


def global_mean(rows):
    """Returns the mean over the first axis and over all replicas.

    Args:
        rows: Tensor of shape `(batch, ...)`, of as many rows on every replica.
    """
    mean = tf.reduce_mean(rows, axis=0)
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return mean
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, mean)
