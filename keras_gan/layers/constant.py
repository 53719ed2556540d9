"""The learned constant input of StyleGAN's synthesis network."""

import keras
import tensorflow as tf

from keras_gan.config import is_integer, register
from keras_gan.errors import check


@register
class LearnedConstant(keras.layers.Layer):
    """Learned constant input: the same weight for each sample, initialized at 1.

    StyleGAN's synthesis network starts with it instead of the latents. Only the batch
    size of the layer's input is used.

    Args:
        shape: Shape of the constant without the batch, such as `(4, 4, 512)`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input: tensor of shape `(batch, ...)`. Output: tensor of shape `(batch, *shape)`.

    Raises:
        ValueError: If `shape` is not a tuple of positive integers.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 2.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> kg.layers.LearnedConstant((4, 4, 8))(np.zeros((2, 5))).shape
    TensorShape([2, 4, 4, 8])
    """

    def __init__(self, shape, **kwargs):
        super().__init__(**kwargs)
        lengths = shape if isinstance(shape, tuple | list) else ()
        check(
            len(lengths) > 0 and all(is_integer(length, 1) for length in lengths),
            "`shape` must be a tuple of positive integers.",
            expected="a tuple of integers of at least 1, not empty",
            received=f"shape={shape!r}",
            do="Pass e.g. shape=(4, 4, 512).",
        )
        self.shape = tuple(map(int, lengths))

    def build(self, input_shape):
        """Creates the constant."""
        self.constant = self.add_weight(
            name="constant", shape=self.shape, initializer="ones"
        )

    def call(self, inputs):
        """Returns the constant, repeated for each sample."""
        constant = tf.convert_to_tensor(self.constant)
        return tf.repeat(constant[None], tf.shape(inputs)[0], axis=0)

    def compute_output_shape(self, input_shape):
        """Returns `(batch, *shape)`."""
        return (input_shape[0], *self.shape)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "shape": self.shape}
