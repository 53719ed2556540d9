"""Layers that look at the whole batch: variety is what a lone image cannot show."""

import keras
import tensorflow as tf

from keras_gan.config import check, register
from keras_gan.layers.arguments import whole
from keras_gan.precision import at_least_float32

EPSILON = 1e-8
"""Added to variances, so that their root has a slope where all images are equal."""


@register
class MinibatchDiscrimination(keras.layers.Layer):
    """Appends to each sample how near the others of its batch are.

    Each sample's features `x_i` become `num_kernels` rows `M_i,c` of `kernel_dim`
    numbers, by a learned linear map; then `o_c(x_i) = sum over j of
    exp(-norm1(M_i,c - M_j,c))`, over all samples of the batch, itself included: 1 far
    from all others, the batch size where all are equal. A batch is the batch of one
    call, and of one replica.

    Args:
        num_kernels: Numbers appended to each sample, 1 or more.
        kernel_dim: Dimensions in which distances are measured, 1 or more.
        **kwargs: As in Keras.

    Input: features, shape `(batch, features)`. Output: shape
    `(batch, features + num_kernels)`. Memory grows with the square of the batch:
    `batch * batch * num_kernels * kernel_dim` numbers, in single precision at least.

    Raises:
        ValueError: If an argument is out of range, or the input has another shape.

    Reference: [Improved Techniques for Training
    GANs](https://arxiv.org/abs/1606.03498).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.MinibatchDiscrimination(num_kernels=2)
    >>> layer(keras.ops.ones((4, 3)))[0].numpy()  # one of four equal samples
    array([1., 1., 1., 4., 4.], dtype=float32)
    """

    def __init__(self, num_kernels=100, kernel_dim=5, **kwargs):
        super().__init__(**kwargs)
        self.num_kernels = whole("num_kernels", num_kernels, 1, usual=100)
        self.kernel_dim = whole("kernel_dim", kernel_dim, 1, usual=5)

    def build(self, input_shape):
        """Makes the linear map."""
        check(
            len(input_shape) == 2 and input_shape[-1] is not None,
            "Minibatch discrimination compares vectors of features.",
            expected="an input of shape (batch, features), features known",
            received=f"an input of shape {tuple(input_shape)}",
            do="Put keras.layers.Flatten() before it.",
        )
        self.input_spec = keras.InputSpec(ndim=2, axes={-1: input_shape[-1]})
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.num_kernels * self.kernel_dim),
            initializer="glorot_uniform",
            autocast=False,
        )

    def call(self, inputs):
        """Appends the sums to features of shape `(batch, features)`."""
        features, kernel = at_least_float32(inputs), at_least_float32(self.kernel)
        rows = tf.reshape(features @ kernel, (-1, self.num_kernels, self.kernel_dim))
        rows = tf.transpose(rows, (2, 1, 0))  # sums over the first axis are fastest
        gaps = tf.abs(rows[..., :, None] - rows[..., None, :])
        nearness = tf.reduce_sum(tf.exp(-tf.reduce_sum(gaps, axis=0)), axis=-1)
        nearness = tf.cast(tf.transpose(nearness), inputs.dtype)
        return tf.concat([inputs, nearness], axis=-1)

    def compute_output_shape(self, input_shape):
        """Returns the shape with the sums."""
        return (*input_shape[:-1], input_shape[-1] + self.num_kernels)

    def get_config(self):
        """Returns what the constructor takes."""
        own = {"num_kernels": self.num_kernels, "kernel_dim": self.kernel_dim}
        return {**super().get_config(), **own}


@register
class MinibatchStddev(keras.layers.Layer):
    """Appends to each sample how much the samples of its group vary.

    A group is `group_size` rows of the batch in succession. The standard deviation over
    the group, `sqrt(variance + 1e-8)`, is averaged over all features and places to one
    number, which becomes one more feature, the same at every place. A batch is the
    batch of one call, and of one replica.

    Args:
        group_size: Samples of a group, 2 or more. Where it does not divide the batch,
            the whole batch is one group.
        **kwargs: As in Keras.

    Input: images or features, shape `(batch, height, width, channels)` or
    `(batch, features)`. Output: the same with one more channel or feature.

    Raises:
        ValueError: If `group_size` is out of range, or the input has another shape.

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

    def __init__(self, group_size=4, **kwargs):
        super().__init__(**kwargs)
        self.group_size = whole("group_size", group_size, 2, usual=4)

    def build(self, input_shape):
        """Looks at the shape."""
        check(
            len(input_shape) in (2, 4),
            "The deviation over a group is of images or features.",
            expected="an input of shape (batch, height, width, channels) or "
            "(batch, features)",
            received=f"an input of shape {tuple(input_shape)}",
            do="Reshape it, e.g. by keras.layers.Flatten().",
        )
        self.input_spec = keras.InputSpec(ndim=len(input_shape))

    def call(self, inputs):
        """Appends the deviation to images or features."""
        shape, places = tf.shape(inputs), range(1, inputs.shape.rank)
        batch = shape[0]
        size = tf.where(batch % self.group_size == 0, self.group_size, batch)
        groups = tf.reshape(
            at_least_float32(inputs), tf.concat([[-1, size], shape[1:]], axis=0)
        )
        spread = tf.math.reduce_variance(groups, axis=1)
        deviation = tf.sqrt(spread + EPSILON)
        means = tf.reduce_mean(deviation, axis=list(places))
        column = tf.reshape(tf.repeat(means, size), (-1, *(1 for _ in places)))
        column = tf.broadcast_to(column, tf.concat([shape[:-1], [1]], axis=0))
        return tf.concat([inputs, tf.cast(column, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        """Returns the shape with one more channel or feature."""
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        """Returns what the constructor takes."""
        return {**super().get_config(), "group_size": self.group_size}
