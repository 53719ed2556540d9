"""Batch statistics for discriminators, against mode collapse."""

from typing import Annotated, Any

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.errors import check
from keras_gan.layers.shapes import check_input
from keras_gan.precision import at_least_float32
from keras_gan.typing import Config, Layer, Shape, Tensor, Variable
from keras_gan.validation import PositiveInt, at_least, validated

EPSILON = 1e-8
"""Added to variances: the square root has no gradient at 0, where samples are equal."""


@register
class MinibatchDiscrimination(Layer):
    """Minibatch discrimination: appends each sample's similarity to its batch.

    A learned linear map takes the features `x_i` of a sample to `num_kernels` vectors
    `M_i,c` of `kernel_dim` components. The appended features are `o_c(x_i) = sum over j
    of exp(-||M_i,c - M_j,c||_1)`, over all samples `j` of the batch, `i` included: 1 if
    all others are far away, the batch size if all are equal. From them the
    discriminator detects mode collapse. The batch is that of one call on one replica.

    Args:
        num_kernels: Number of appended features, a positive integer.
        kernel_dim: Dimension of the vectors, a positive integer.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input: features of shape `(batch, features)`. Output: shape
    `(batch, features + num_kernels)`. Memory is quadratic in the batch size:
    `batch * batch * num_kernels * kernel_dim` numbers, in at least float32.

    Raises:
        ValueError: If an argument is out of range, or the input has an invalid shape.

    Reference: [Improved Techniques for Training
    GANs](https://arxiv.org/abs/1606.03498).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.MinibatchDiscrimination(num_kernels=2)
    >>> layer(keras.ops.ones((4, 3)))[0].numpy()  # one of four equal samples
    array([1., 1., 1., 4., 4.], dtype=float32)
    """

    @validated
    def __init__(
        self, num_kernels: PositiveInt = 100, kernel_dim: PositiveInt = 5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.num_kernels = num_kernels
        self.kernel_dim = kernel_dim

    def build(self, input_shape: Shape) -> None:
        """Creates the linear map."""
        do = "Put keras.layers.Flatten() before it."
        check_input(input_shape, "(batch, features)", "features", do=do)
        self.input_spec = keras.InputSpec(ndim=2, axes={-1: input_shape[-1]})
        self.kernel: Variable = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.num_kernels * self.kernel_dim),
            initializer="glorot_uniform",
            autocast=False,
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Returns `inputs` with the similarities appended."""
        features, kernel = at_least_float32(inputs), at_least_float32(self.kernel)
        vectors = tf.reshape(features @ kernel, (-1, self.num_kernels, self.kernel_dim))
        # TensorFlow's CPU kernels sum fastest over the first axis.
        vectors = tf.transpose(vectors, (2, 1, 0))
        distances = tf.abs(vectors[..., :, None] - vectors[..., None, :])
        similarity = tf.reduce_sum(tf.exp(-tf.reduce_sum(distances, axis=0)), axis=-1)
        similarity = tf.cast(tf.transpose(similarity), inputs.dtype)
        return tf.concat([inputs, similarity], axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape with `num_kernels` more features."""
        return (*input_shape[:-1], input_shape[-1] + self.num_kernels)

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        arguments = {"num_kernels": self.num_kernels, "kernel_dim": self.kernel_dim}
        return {**super().get_config(), **arguments}


@register
class MinibatchStddev(Layer):
    """Minibatch standard deviation: appends the deviation of each sample's group.

    A group is `group_size` consecutive samples of the batch. The standard deviation
    over the group, `sqrt(variance + 1e-8)`, is averaged over all features and
    positions to one number, which is appended as a constant channel. From it the
    discriminator detects mode collapse. The batch is that of one call on one replica.

    Args:
        group_size: Samples per group, 2 or more. If it does not divide the batch size,
            the whole batch is one group.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input: tensor of shape `(batch, height, width, channels)` or `(batch, features)`.
    Output: the same with one more channel or feature.

    Raises:
        ValueError: If `group_size` is out of range, or the input has an invalid shape.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.MinibatchStddev(group_size=2)
    >>> layer(keras.ops.array([[1.0], [3.0], [5.0], [5.0]])).numpy().round(3)
    array([[1., 1.],
           [3., 1.],
           [5., 0.],
           [5., 0.]], dtype=float32)
    """

    @validated
    def __init__(
        self, group_size: Annotated[int, at_least(2)] = 4, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.group_size = group_size

    def build(self, input_shape: Shape) -> None:
        """Validates the input shape."""
        check(
            len(input_shape) in (2, 4),
            "`inputs` must be images or vectors of features.",
            expected="an input of shape (batch, height, width, channels) or "
            "(batch, features)",
            received=f"an input of shape {tuple(input_shape)}",
            do="Reshape it, e.g. by keras.layers.Flatten().",
        )
        self.input_spec = keras.InputSpec(ndim=len(input_shape))

    def call(self, inputs: Tensor) -> Tensor:
        """Returns `inputs` with the standard deviation appended."""
        shape, axes = tf.shape(inputs), [*range(1, inputs.shape.rank)]
        batch = shape[0]
        size = tf.where(batch % self.group_size == 0, self.group_size, batch)
        groups = tf.reshape(
            at_least_float32(inputs), tf.concat([[-1, size], shape[1:]], axis=0)
        )
        variance = tf.math.reduce_variance(groups, axis=1)
        means = tf.reduce_mean(tf.sqrt(variance + EPSILON), axis=axes)
        channel = tf.reshape(tf.repeat(means, size), (-1, *(1 for _ in axes)))
        channel = tf.broadcast_to(channel, tf.concat([shape[:-1], [1]], axis=0))
        return tf.concat([inputs, tf.cast(channel, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape with one more channel or feature."""
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "group_size": self.group_size}
