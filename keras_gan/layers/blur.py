"""A small low-pass filter, for what comes after upsampling and before downsampling."""

import keras
import tensorflow as tf

from keras_gan.config import check, register


@register
class Blur(keras.layers.Layer):
    """Blurs each channel by a binomial filter of 3x3 pixels.

    The filter is `[1, 2, 1] x [1, 2, 1] / 16`; around the features there are zeros. It
    has no weights. StyleGAN blurs after each upsampling and before each downsampling.

    Args:
        **kwargs: As in Keras.

    Input and output: features of shape `(batch, height, width, channels)`.

    Raises:
        ValueError: If the input has another shape.

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

    def build(self, input_shape):
        """Looks at the shape."""
        check(
            len(input_shape) == 4,
            "Only features of an image can be blurred.",
            expected="an input of shape (batch, height, width, channels)",
            received=f"an input of shape {tuple(input_shape)}",
            do="Put it between convolutions.",
        )
        self.input_spec = keras.InputSpec(ndim=4)

    def call(self, inputs):
        """Blurs features of shape `(batch, height, width, channels)`."""
        x = tf.pad(inputs, [(0, 0), (1, 1), (1, 1), (0, 0)])
        for _ in range(2):  # the mean over 2x2 pixels, twice, is the filter
            x = tf.nn.avg_pool2d(x, 2, 1, "VALID")
        return x

    def compute_output_shape(self, input_shape):
        """Returns the shape of its input."""
        return input_shape
