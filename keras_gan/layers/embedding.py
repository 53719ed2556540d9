"""Keras's embedding, with gradients that every consumer takes."""

import keras
import tensorflow as tf

from keras_gan.config import check, check_count, register


@register
class Embedding(keras.layers.Embedding):
    """Keras's table of a vector for each class, with a gradient for the whole table.

    Keras's gives slices of a gradient, which imagined and lazy gradients cannot add up.
    The numbers are the same. A number out of range is an error on a CPU.

    Args:
        input_dim: Number of classes, 1 or more.
        output_dim: Numbers in a vector, 1 or more.
        *args: As in Keras.
        **kwargs: As in Keras.

    Raises:
        ValueError: If an argument is out of range, or the input is of no whole numbers.

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.Embedding(10, 4)
    >>> layer(keras.ops.array([7, 2])).shape
    TensorShape([2, 4])
    """

    def __init__(self, input_dim, output_dim, *args, **kwargs):
        check_count(input_dim, "input_dim")
        check_count(output_dim, "output_dim")
        super().__init__(int(input_dim), int(output_dim), *args, **kwargs)

    def call(self, inputs):
        """Returns the vectors of whole numbers, shape `(batch, output_dim)`."""
        return tf.cast(rows(self.embeddings, inputs), self.compute_dtype)


def rows(table, labels):
    """Returns the rows of a table that labels name; its gradient is a whole table.

    Raises:
        ValueError: If labels are no whole numbers.
    """
    labels = tf.convert_to_tensor(labels)
    check(
        labels.dtype.is_integer,
        "Labels are numbers of classes, and these are no whole numbers.",
        expected="labels of a whole type, such as int32",
        received=f"labels of type {labels.dtype.name}",
        do="Pass labels.astype('int32'); in a network of your own they come from "
        "keras.Input((), dtype='int32').",
    )
    whole = tf.reshape(tf.convert_to_tensor(table), table.shape)
    return tf.gather(whole, tf.cast(labels, tf.int32))
