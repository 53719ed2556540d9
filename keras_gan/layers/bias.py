"""A bias as a separate layer."""

from keras_gan.config import register
from keras_gan.typing import Layer, Shape, Tensor, Variable


@register
class Bias(Layer):
    """Bias as a separate layer: adds one weight to each channel, initialized at 0.

    Use it where another operation, such as a blur or noise, comes between a convolution
    and its bias.

    Args:
        **kwargs: Arguments of `keras.layers.Layer`.

    Input and output: tensor of shape `(batch, ..., channels)`.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> kg.layers.Bias()(np.ones((1, 3), "float32")).numpy()
    array([[1., 1., 1.]], dtype=float32)
    """

    def build(self, input_shape: Shape) -> None:
        """Creates the bias."""
        self.bias: Variable = self.add_weight(
            name="bias", shape=input_shape[-1:], initializer="zeros"
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Returns `inputs + bias`."""
        return inputs + self.bias

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape."""
        return input_shape
