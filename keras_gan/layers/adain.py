"""Adaptive instance normalization (AdaIN)."""

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.equalized import EqualizedLearningRate
from keras_gan.layers.shapes import FEATURES, check_input
from keras_gan.precision import at_least_float32
from keras_gan.typing import Layer, Shape, Tensor

EPSILON = 1e-8
"""Added to variances, so that a constant channel is not divided by zero."""


@register
class AdaptiveInstanceNormalization(Layer):
    """Adaptive instance normalization (AdaIN), StyleGAN's style modulation.

    Called as `layer(features, styles)`. It normalizes each channel of each image to
    mean 0 and variance 1 over its pixels, then computes `(1 + scale) * x + bias`. Scale
    and bias of all channels are a dense layer of the style vector, with an equalized
    learning rate.

    Args:
        **kwargs: As in Keras.

    Input: features of shape `(batch, height, width, channels)`, and styles of shape
    `(batch, style_dim)`. Output: features of the same shape. Mean and variance are
    computed in at least float32.

    Raises:
        ValueError: If an input has an invalid shape.

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

    def build(self, inputs_shape: Shape, styles_shape: Shape) -> None:
        """Creates the dense layer from a style to scale and bias."""
        do = "Call it as layer(features, styles)."
        check_input(inputs_shape, FEATURES, do=do)
        check_input(styles_shape, "(batch, style_dim)", name="styles", do=do)
        # The bias is initialized at 0 and `call` adds 1, so that scales start near 1.
        dense = keras.layers.Dense(2 * inputs_shape[-1], dtype=self.dtype_policy)
        self.affine: Layer = EqualizedLearningRate(dense, gain=1.0, name="affine")
        self.affine.build(styles_shape)

    def call(self, inputs: Tensor, styles: Tensor) -> Tensor:
        """Returns the normalized features, scaled and shifted by the styles."""
        x = at_least_float32(inputs)
        mean, variance = tf.nn.moments(x, axes=[1, 2], keepdims=True)
        x = (x - mean) * tf.math.rsqrt(variance + EPSILON)
        scale, bias = tf.split(at_least_float32(self.affine(styles)), 2, axis=-1)
        x = (1.0 + scale[:, None, None]) * x + bias[:, None, None]
        return tf.cast(x, inputs.dtype)

    def compute_output_shape(self, inputs_shape: Shape, styles_shape: Shape) -> Shape:
        """Returns the shape of the features."""
        return inputs_shape
