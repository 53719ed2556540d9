"""Pixelwise normalization: no vector of features outgrows the others."""

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.arguments import above_zero
from keras_gan.precision import at_least_float32


@register
class PixelNormalization(keras.layers.Layer):
    """Brings the features at every pixel to the same size; it has no weights.

    `x / sqrt(mean over channels of x^2 + epsilon)`, in single precision at least. Of
    latents, shape `(batch, latent_dim)`, it leaves the direction alone.

    Args:
        epsilon: What keeps zeros from division by zero, above 0.
        **kwargs: As in Keras.

    Input and output: of shape `(batch, ..., channels)`.

    Raises:
        ValueError: If `epsilon` is out of range.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196), section 4.2.

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.PixelNormalization()
    >>> layer(keras.ops.array([[3.0, 4.0], [6.0, 8.0]])).numpy().round(4)
    array([[0.8485, 1.1314],
           [0.8485, 1.1314]], dtype=float32)
    """

    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        what = "The epsilon of pixelwise normalization is out of range."
        do = "Use 1e-8, as the paper does."
        self.epsilon = above_zero("epsilon", epsilon, what, do)

    def call(self, inputs):
        """Divides the features of every pixel by their size."""
        x = at_least_float32(inputs)
        square = tf.reduce_mean(tf.square(x), axis=-1, keepdims=True)
        return tf.cast(x * tf.math.rsqrt(square + self.epsilon), inputs.dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of its input."""
        return input_shape

    def get_config(self):
        """Returns what the constructor takes."""
        return {**super().get_config(), "epsilon": self.epsilon}
