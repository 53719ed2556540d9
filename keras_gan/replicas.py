"""What is asked of the other replicas, where several devices train one network."""

import tensorflow as tf


def global_mean(values):
    """Returns the mean over the first axis and over all replicas.

    Args:
        values: Tensor of shape `(batch, ...)`, of as many rows on every replica, or of
            shape `()`: a mean already.
    """
    mean = tf.reduce_mean(values, axis=0) if values.shape.rank else values
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return mean
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, mean)
