"""Attention: each place of an image looks at all the others."""

import keras
import tensorflow as tf

from keras_gan.config import check, check_count, register
from keras_gan.layers import kernels
from keras_gan.precision import at_least_float32


@register
class SelfAttention2D(keras.layers.Layer):
    """Lets each place of an image see the others, by a gate that opens in training.

    Of the features `x` four 1x1 convolutions without bias make queries `q`, keys `k`,
    values `v`, and the result. Keys and values are pooled to the largest of 2x2 places,
    which leaves a quarter of them. Then, over all places `j` of the pooled image,
    `y_i = x_i + gate * W sum_j softmax_j(q_i . k_j) v_j`. `gate` is learned from 0: at
    the start the layer changes nothing.

    Args:
        key_dim: Channels of queries and keys, 1 or more; None: an eighth of the
            image's, as in the paper's program, and at least 1.
        value_dim: Channels of values, 1 or more; None: half of the image's, and at
            least 1.
        normalization: `"spectral"`: each kernel is that of a
            `kg.layers.SpectralNormalization`; or None.
        kernel_initializer: Keras initializer of the four kernels, or its name.
        **kwargs: As in Keras.

    Input and output: features of shape `(batch, height, width, channels)`. An odd last
    row or column is seen by no key; a side of 1 is not pooled. Memory grows with the
    square of the places: `batch * (height * width)^2 / 4` numbers, in single precision
    at least, as are the softmax and what goes into it.

    Raises:
        ValueError: If an argument is out of range or unknown, or the input has another
            shape.

    Reference: [Self-Attention Generative Adversarial
    Networks](https://arxiv.org/abs/1805.08318).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.SelfAttention2D()
    >>> layer(keras.ops.ones((2, 8, 8, 16))).shape, float(layer.gate)
    (TensorShape([2, 8, 8, 16]), 0.0)
    """

    def __init__(
        self,
        key_dim=None,
        value_dim=None,
        normalization=None,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        for name, count in (("key_dim", key_dim), ("value_dim", value_dim)):
            if count is not None:
                check_count(count, name)
        self.key_dim = key_dim
        self.value_dim = value_dim
        self.normalization = normalization
        self.wrap = kernels.get(normalization)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Makes the four convolutions and the gate."""
        check(
            len(input_shape) == 4 and input_shape[-1] is not None,
            "Attention over places is of images.",
            expected="an input of shape (batch, height, width, channels), "
            "channels known",
            received=f"an input of shape {tuple(input_shape)}",
            do="Reshape it, or put the layer between convolutions.",
        )
        *places, channels = input_shape
        self.input_spec = keras.InputSpec(ndim=4, axes={-1: channels})
        key_dim = self.key_dim or max(1, channels // 8)
        value_dim = self.value_dim or max(1, channels // 2)
        self.queries = self.projection("queries", key_dim, input_shape)
        self.keys = self.projection("keys", key_dim, input_shape)
        self.values = self.projection("values", value_dim, input_shape)
        self.result = self.projection("result", channels, (*places, value_dim))
        self.gate = self.add_weight(name="gate", shape=(), initializer="zeros")

    def projection(self, name, channels, input_shape):
        """Returns a 1x1 convolution for features of a shape."""
        convolution = keras.layers.Conv2D(
            channels,
            1,
            use_bias=False,
            kernel_initializer=self.kernel_initializer.clone(),
            data_format="channels_last",
            dtype=self.dtype_policy,
            name=name,
        )
        layer = self.wrap(convolution)
        layer.build(input_shape)
        return layer

    def call(self, inputs):
        """Adds to each place what it sees in the others."""
        queries = flat(self.queries(inputs))
        keys = flat(pooled(self.keys(inputs)))
        values = flat(pooled(self.values(inputs)))
        likeness = tf.matmul(at_least_float32(queries), keys, transpose_b=True)
        weights = tf.cast(tf.nn.softmax(likeness), queries.dtype)
        seen = weights @ tf.cast(values, queries.dtype)
        shape = tf.concat([tf.shape(inputs)[:-1], [values.shape[-1]]], axis=0)
        return inputs + self.gate * self.result(tf.reshape(seen, shape))

    def compute_output_shape(self, input_shape):
        """Returns the same shape."""
        return input_shape

    def get_config(self):
        """Returns what the constructor takes."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {
            **super().get_config(),
            "key_dim": self.key_dim,
            "value_dim": self.value_dim,
            "normalization": self.normalization,
            "kernel_initializer": initializer,
        }


def flat(features):
    """Returns features as rows of places, shape `(batch, places, channels)`."""
    shape = tf.shape(features)
    return tf.reshape(features, (shape[0], -1, features.shape[-1]))


def pooled(features):
    """Returns the largest of each 2x2 places; a side of 1 stays.

    In single precision: XLA has no second derivative of this in half precision.
    """
    size = [1 if side == 1 else 2 for side in features.shape[1:3]]
    return tf.nn.max_pool2d(at_least_float32(features), size, size, "VALID")
