"""Pixelwise feature normalization of progressive growing."""

from typing import Any

import tensorflow as tf

from keras_gan.config import register
from keras_gan.precision import at_least_float32
from keras_gan.typing import Config, Layer, Shape, Tensor
from keras_gan.validation import Positive, validated


@register
class PixelNormalization(Layer):
    """Pixelwise normalization of feature vectors, without weights.

    `x / sqrt(mean over channels of x^2 + epsilon)`, in at least float32. It bounds the
    features of a generator; latents of shape `(batch, latent_dim)` it projects onto a
    sphere of radius `sqrt(latent_dim)`.

    Args:
        epsilon: Added to the mean square against division by zero, above 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input and output: tensor of shape `(batch, ..., channels)`.

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

    @validated
    def __init__(self, epsilon: Positive = 1e-8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, inputs: Tensor) -> Tensor:
        """Returns the normalized features."""
        x = at_least_float32(inputs)
        mean_square = tf.reduce_mean(tf.square(x), axis=-1, keepdims=True)
        return tf.cast(x * tf.math.rsqrt(mean_square + self.epsilon), inputs.dtype)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape."""
        return input_shape

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "epsilon": self.epsilon}
