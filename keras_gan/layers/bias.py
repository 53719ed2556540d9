"""A bias of its own, where it cannot be that of a convolution."""

import keras

from keras_gan.config import register


@register
class Bias(keras.layers.Layer):
    """Adds one learned number to each channel, 0 at first.

    A convolution has one already; this is for what lies between the two, such as a blur
    or noise.

    Args:
        **kwargs: As in Keras.

    Input and output: numbers of shape `(batch, ..., channels)`.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> kg.layers.Bias()(np.ones((1, 3), "float32")).numpy()
    array([[1., 1., 1.]], dtype=float32)
    """

    def build(self, input_shape):
        """Makes the bias."""
        self.bias = self.add_weight(
            name="bias", shape=input_shape[-1:], initializer="zeros"
        )

    def call(self, inputs):
        """Adds the bias."""
        return inputs + self.bias

    def compute_output_shape(self, input_shape):
        """Returns the shape of its input."""
        return input_shape
