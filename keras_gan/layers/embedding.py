"""Keras's embedding with a dense gradient."""

from typing import Any

import tensorflow as tf

from keras_gan.config import register
from keras_gan.errors import check
from keras_gan.typing import Embedding as KerasEmbedding
from keras_gan.typing import Tensor, Variable
from keras_gan.validation import PositiveInt, validated


@register
class Embedding(KerasEmbedding):
    """`keras.layers.Embedding` with a dense gradient instead of `tf.IndexedSlices`.

    Lazy penalties and unrolling add gradients, which `tf.IndexedSlices` do not support.
    The values are equal. A label out of range is an error on the CPU only.

    Args:
        input_dim: Number of classes, a positive integer.
        output_dim: Dimension of the embedding, a positive integer.
        *args: Arguments of `keras.layers.Embedding`.
        **kwargs: Arguments of `keras.layers.Embedding`.

    Raises:
        ValueError: If an argument is out of range, or the input is not of an integer
            dtype.

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.Embedding(10, 4)
    >>> layer(keras.ops.array([7, 2])).shape
    TensorShape([2, 4])
    """

    @validated
    def __init__(
        self, input_dim: PositiveInt, output_dim: PositiveInt, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(input_dim, output_dim, *args, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        """Returns the embeddings of integer inputs, shape `(batch, output_dim)`."""
        return tf.cast(gather_rows(self.embeddings, inputs), self.compute_dtype)


def gather_rows(table: Tensor | Variable, labels: Tensor) -> Tensor:
    """Returns rows of a table by label, with a dense gradient for the table.

    Args:
        table: Variable or tensor of shape `(num_classes, ...)`.
        labels: Integer tensor of shape `(batch,)`.

    Returns:
        Tensor of shape `(batch, ...)`.

    Raises:
        ValueError: If labels are not of an integer dtype.
    """
    labels = tf.convert_to_tensor(labels)
    check(
        labels.dtype.is_integer,
        "`labels` must be of an integer dtype.",
        expected="labels of an integer dtype, such as int32",
        received=f"labels of dtype {labels.dtype.name}",
        do="Pass labels.astype('int32'); in a functional network, create them with "
        "keras.Input((), dtype='int32').",
    )
    # The reshape makes the gradient of the table dense: `tf.gather` of a variable
    # itself returns `tf.IndexedSlices`.
    tensor = tf.reshape(tf.convert_to_tensor(table), table.shape)
    return tf.gather(tensor, tf.cast(labels, tf.int32))
