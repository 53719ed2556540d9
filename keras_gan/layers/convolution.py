"""Keras's convolutions, with faster CPU implementations of two cases of DCGAN.

Two convolutions of DCGAN take a CPU far more time than their arithmetic: a kernel as
large as the features, which is a matrix product, and a 4x4 kernel of stride 2 on an
image of few channels, which is a 2x2 kernel of stride 1 on blocks of 2x2 pixels.
Weights and results are Keras's; `benchmarks/layers.py` measures the time saved.
"""

import math

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.typing import Conv2D as KerasConv2D
from keras_gan.typing import Conv2DTranspose as KerasConv2DTranspose
from keras_gan.typing import Tensor

MAX_BLOCK_CHANNELS = 4
"""Input channels up to which the convolution of blocks is faster, as measured."""


@register
class Conv2D(KerasConv2D):
    """`keras.layers.Conv2D`, faster on CPUs for two cases of DCGAN."""

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """Returns the convolution, input `(batch, height, width, channels)`."""
        _, *size, channels = inputs.shape
        if is_unpadded(self) and tuple(size) == self.kernel_size:
            flat = tf.reshape(inputs, (-1, math.prod(size) * channels))
            product = flat @ tf.reshape(kernel, (-1, self.filters))
            return tf.reshape(product, (-1, 1, 1, self.filters))
        if (
            is_halving(self)
            and channels <= MAX_BLOCK_CHANNELS
            and not any(length is None or length % 2 for length in size)
        ):
            padded = tf.pad(inputs, [(0, 0), (1, 1), (1, 1), (0, 0)])
            blocks = tf.nn.space_to_depth(padded, 2)
            return tf.nn.conv2d(blocks, to_block_kernel(kernel), 1, "VALID")
        return super().convolution_op(inputs, kernel)


@register
class Conv2DTranspose(KerasConv2DTranspose):
    """`keras.layers.Conv2DTranspose`, faster on CPUs for inputs of 1x1 pixels."""

    def call(self, inputs: Tensor) -> Tensor:
        """Returns the convolution, input `(batch, height, width, channels)`."""
        if self.use_bias or self.activation is not keras.activations.linear:
            return super().call(inputs)
        kernel = tf.convert_to_tensor(self.kernel)
        if is_unpadded(self) and tuple(inputs.shape[1:3]) == (1, 1):
            product = tf.matmul(
                inputs[:, 0, 0],
                tf.reshape(kernel, (-1, kernel.shape[-1])),
                transpose_b=True,
            )
            return tf.reshape(product, (-1, *self.kernel_size, self.filters))
        return super().call(inputs)


def has_options(layer: KerasConv2D, strides: int, padding: str) -> bool:
    """Returns whether a layer has these strides and padding, else Keras's defaults."""
    return (
        layer.strides == (strides, strides)
        and layer.padding == padding
        and layer.dilation_rate == (1, 1)
        and layer.data_format == "channels_last"
        and getattr(layer, "groups", 1) == 1
        and getattr(layer, "output_padding", None) is None
    )


def is_unpadded(layer: KerasConv2D) -> bool:
    """Returns whether a layer has stride 1 and no padding.

    With a kernel as large as the features it is then a matrix product.
    """
    return has_options(layer, 1, "valid")


def is_halving(layer: KerasConv2D) -> bool:
    """Returns whether a layer is a 4x4 convolution of stride 2, padding "same"."""
    return has_options(layer, 2, "same") and layer.kernel_size == (4, 4)


def to_block_kernel(kernel: Tensor) -> Tensor:
    """Returns a 4x4 kernel on pixels as the equal 2x2 kernel on blocks of 2x2 pixels.

    Args:
        kernel: Tensor of shape `(4, 4, channels, filters)`.

    Returns:
        Tensor of shape `(2, 2, 4 * channels, filters)`, for an input of
        `tf.nn.space_to_depth(images, 2)`.
    """
    channels, filters = kernel.shape[2:]
    # Row 2 a + p and column 2 b + q of the kernel meet pixel (p, q) of block (a, b).
    parts = tf.reshape(kernel, (2, 2, 2, 2, channels, filters))  # a, p, b, q
    parts = tf.transpose(parts, (0, 2, 1, 3, 4, 5))
    return tf.reshape(parts, (2, 2, 4 * channels, filters))
