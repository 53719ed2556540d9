"""Keras's convolutions, with a faster way where a DCGAN meets its base and the image.

Two places of a DCGAN cost a CPU far more time than their arithmetic: a kernel as large
as the features, which is a matrix product, and a 4x4 kernel of stride 2 on an image of
few channels, which is a 2x2 kernel of stride 1 on blocks of 2x2 pixels. Weights and
numbers are Keras's; `benchmarks/layers.py` measures what it saves.
"""

import math

import keras
import tensorflow as tf

from keras_gan.config import register

FEW = 4
"""Channels up to which blocks of pixels are faster than pixels."""


@register
class Conv2D(keras.layers.Conv2D):
    """Keras's convolution of images, by a faster way where there is one."""

    def convolution_op(self, inputs, kernel):
        """Convolves images of shape `(batch, height, width, channels)`."""
        _, *size, channels = inputs.shape
        if is_full(self) and tuple(size) == self.kernel_size:
            flat = tf.reshape(inputs, (-1, math.prod(size) * channels))
            product = flat @ tf.reshape(kernel, (-1, self.filters))
            return tf.reshape(product, (-1, 1, 1, self.filters))
        if (
            is_halving(self)
            and channels <= FEW
            and not any(n is None or n % 2 for n in size)
        ):
            padded = tf.pad(inputs, [(0, 0), (1, 1), (1, 1), (0, 0)])
            blocks = tf.nn.space_to_depth(padded, 2)
            return tf.nn.conv2d(blocks, of_blocks(kernel), 1, "VALID")
        return super().convolution_op(inputs, kernel)


@register
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """Keras's transposed convolution of images, by a faster way where there is one."""

    def call(self, inputs):
        """Spreads features of shape `(batch, height, width, channels)`."""
        if self.use_bias or self.activation is not keras.activations.linear:
            return super().call(inputs)
        kernel = tf.convert_to_tensor(self.kernel)
        if is_full(self) and tuple(inputs.shape[1:3]) == (1, 1):
            product = tf.matmul(
                inputs[:, 0, 0],
                tf.reshape(kernel, (-1, kernel.shape[-1])),
                transpose_b=True,
            )
            return tf.reshape(product, (-1, *self.kernel_size, self.filters))
        return super().call(inputs)


def is_plain(layer, strides, padding):
    """Whether a layer has these strides and this padding, and nothing more."""
    return (
        layer.strides == (strides, strides)
        and layer.padding == padding
        and layer.dilation_rate == (1, 1)
        and layer.data_format == "channels_last"
        and getattr(layer, "groups", 1) == 1
        and getattr(layer, "output_padding", None) is None
    )


def is_full(layer):
    """Whether a kernel as large as the features would make this a matrix product."""
    return is_plain(layer, 1, "valid")


def is_halving(layer):
    """Whether a layer halves the sides by a 4x4 kernel."""
    return is_plain(layer, 2, "same") and layer.kernel_size == (4, 4)


def of_blocks(kernel):
    """Returns the kernel on blocks of pixels that a 4x4 kernel on pixels amounts to.

    Row `2 a + p` and column `2 b + q` of the kernel meet pixel (p, q) of block (a, b).
    """
    images, features = kernel.shape[2:]
    parts = tf.reshape(kernel, (2, 2, 2, 2, images, features))  # a, p, b, q
    parts = tf.transpose(parts, (0, 2, 1, 3, 4, 5))
    return tf.reshape(parts, (2, 2, 4 * images, features))
