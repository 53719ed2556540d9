"""Keras's embedding, with gradients that every consumer takes."""

import keras
import tensorflow as tf

from keras_gan.config import register


@register
class Embedding(keras.layers.Embedding):
    """Keras's table of a vector for each class, with a gradient for the whole table.

    Keras's gives slices of a gradient, which imagined and lazy gradients cannot add up.
    The numbers are the same. A number out of range is an error on a CPU.

    Args:
        *args: As in Keras: `input_dim`, the number of classes, and `output_dim`.
        **kwargs: As in Keras.

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.Embedding(10, 4)
    >>> layer(keras.ops.array([7, 2])).shape
    TensorShape([2, 4])
    """

    def call(self, inputs):
        """Returns the vectors of whole numbers, shape `(batch, output_dim)`."""
        return tf.cast(rows(self.embeddings, inputs), self.compute_dtype)


def rows(table, labels):
    """Returns the rows of a table that labels name; its gradient is a whole table."""
    whole = tf.reshape(tf.convert_to_tensor(table), table.shape)
    return tf.gather(whole, tf.cast(labels, tf.int32))
