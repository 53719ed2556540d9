"""Low-pass filter after upsampling and before downsampling."""

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.shapes import FEATURES, check_input
from keras_gan.typing import Layer, Shape, Tensor


@register
class Blur(Layer):
    """Binomial low-pass filter of 3x3 pixels, applied to each channel.

    The filter is `[1, 2, 1] x [1, 2, 1] / 16`, with zero padding and no weights.
    StyleGAN applies it after each upsampling and before each downsampling, against
    aliasing.

    Args:
        **kwargs: Arguments of `keras.layers.Layer`.

    Input and output: features of shape `(batch, height, width, channels)`.

    Raises:
        ValueError: If the input has an invalid shape.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 2.1; [Making Convolutional
    Networks Shift-Invariant Again](https://arxiv.org/abs/1904.11486).

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> dot = np.zeros((1, 3, 3, 1), "float32")
    >>> dot[0, 1, 1] = 16.0
    >>> kg.layers.Blur()(dot)[0, ..., 0].numpy()
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]], dtype=float32)
    """

    def build(self, input_shape: Shape) -> None:
        """Validates the input shape."""
        check_input(input_shape, FEATURES, do="Put it between convolutions.")
        self.input_spec = keras.InputSpec(ndim=4)

    def call(self, inputs: Tensor) -> Tensor:
        """Returns blurred features of shape `(batch, height, width, channels)`."""
        x = tf.pad(inputs, [(0, 0), (1, 1), (1, 1), (0, 0)])
        for _ in range(2):  # [1, 1] * [1, 1] = [1, 2, 1]: two 2x2 means
            x = tf.nn.avg_pool2d(x, 2, 1, "VALID")
        return x

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape."""
        return input_shape
