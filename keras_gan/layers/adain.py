"""Styles on features: adaptive instance normalization."""

import keras
import tensorflow as tf

from keras_gan.config import check, register
from keras_gan.layers.equalized import EqualizedLearningRate
from keras_gan.precision import at_least_float32

EPSILON = 1e-8
"""Added to variances."""


@register
class AdaptiveInstanceNormalization(keras.layers.Layer):
    """Gives the features of an image the statistics that a style asks for.

    Called as `layer(images, styles)`: each channel of each image is brought to mean 0
    and variance 1 over its pixels, then `(1 + scale) * x + bias`. Scale and bias of
    each channel are a dense layer of the style, with an equalized learning rate.

    Args:
        **kwargs: As in Keras.

    Input: features of shape `(batch, height, width, channels)`, and styles of shape
    `(batch, style_dim)`. Output: features of the same shape. Mean and variance are
    taken in single precision at least.

    Raises:
        ValueError: If one of the inputs has another shape.

    Reference: [Arbitrary Style Transfer in Real-time with Adaptive Instance
    Normalization](https://arxiv.org/abs/1703.06868); [A Style-Based Generator
    Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 2.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> layer = kg.layers.AdaptiveInstanceNormalization()
    >>> layer(np.ones((2, 4, 4, 8)), np.ones((2, 5))).shape
    TensorShape([2, 4, 4, 8])
    """

    def build(self, inputs_shape, styles_shape):
        """Makes the dense layer from a style to scale and bias."""
        check(
            len(inputs_shape) == 4 and len(styles_shape) == 2,
            "Styles are laid on features of images, one for each image.",
            expected="features (batch, height, width, channels) and styles (batch, "
            "style_dim)",
            received=f"{tuple(inputs_shape)} and {tuple(styles_shape)}",
            do="Call it as layer(images, styles).",
        )
        dense = keras.layers.Dense(2 * inputs_shape[-1], dtype=self.dtype_policy)
        self.affine = EqualizedLearningRate(dense, gain=1.0, name="affine")
        self.affine.build(styles_shape)

    def call(self, inputs, styles):
        """Lays styles on features."""
        x = at_least_float32(inputs)
        mean, variance = tf.nn.moments(x, axes=[1, 2], keepdims=True)
        x = (x - mean) * tf.math.rsqrt(variance + EPSILON)
        scale, bias = tf.split(at_least_float32(self.affine(styles)), 2, axis=-1)
        x = (1.0 + scale[:, None, None]) * x + bias[:, None, None]
        return tf.cast(x, inputs.dtype)

    def compute_output_shape(self, inputs_shape, styles_shape):
        """Returns the shape of the features."""
        return inputs_shape
