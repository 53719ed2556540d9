"""Self-attention over the positions of an image (SAGAN)."""

from typing import Any

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers import kernels
from keras_gan.layers.shapes import FEATURES, check_input
from keras_gan.precision import at_least_float32
from keras_gan.typing import Config, Initializer, Layer, Shape, Tensor, Variable
from keras_gan.validation import PositiveInt, validated


@register
class SelfAttention2D(Layer):
    """Self-attention over image positions, with a zero-initialized residual gate.

    Four 1x1 convolutions without bias compute queries `q`, keys `k` and values `v` of
    the features `x`, and project the result. Keys and values are max-pooled by 2x2.
    Over all positions `j` of the pooled features,
    `y_i = x_i + gate * W sum_j softmax_j(q_i . k_j) v_j`. The scalar `gate` is a weight
    that is initialized at 0, so that the layer starts as the identity. Attention
    relates distant positions of an image, which small convolutions cannot.

    Args:
        key_dim: Channels of queries and keys, a positive integer. None: an eighth of
            the input's channels, as in the authors' code, and at least 1.
        value_dim: Channels of values, a positive integer. None: half of the input's
            channels, and at least 1.
        normalization: `"spectral"`: each convolution is wrapped in
            `kg.layers.SpectralNormalization`; or None.
        kernel_initializer: Keras initializer of the four kernels, or its name.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input and output: features of shape `(batch, height, width, channels)`. Pooling
    drops an odd last row or column; an axis of length 1 is not pooled. Memory is
    `batch * (height * width)^2 / 4` numbers, in at least float32, in which the softmax
    is computed.

    Raises:
        ValueError: If an argument is out of range or unknown, or the input has an
            invalid shape.

    Reference: [Self-Attention Generative Adversarial
    Networks](https://arxiv.org/abs/1805.08318).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.SelfAttention2D()
    >>> layer(keras.ops.ones((2, 8, 8, 16))).shape, float(layer.gate)
    (TensorShape([2, 8, 8, 16]), 0.0)
    """

    @validated
    def __init__(
        self,
        key_dim: PositiveInt | None = None,
        value_dim: PositiveInt | None = None,
        normalization: kernels.KernelNormalization | None = None,
        kernel_initializer: str | Initializer = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.key_dim = key_dim
        self.value_dim = value_dim
        self.normalization = normalization
        self.kernel_initializer: Initializer = keras.initializers.get(
            kernel_initializer
        )

    def build(self, input_shape: Shape) -> None:
        """Creates the four convolutions and the gate."""
        do = "Reshape it, or put the layer between convolutions."
        check_input(input_shape, FEATURES, "channels", do=do)
        *leading_axes, channels = input_shape
        self.input_spec = keras.InputSpec(ndim=4, axes={-1: channels})
        key_dim = self.key_dim or max(1, channels // 8)
        value_dim = self.value_dim or max(1, channels // 2)
        self.queries: Layer = self.projection("queries", key_dim, input_shape)
        self.keys: Layer = self.projection("keys", key_dim, input_shape)
        self.values: Layer = self.projection("values", value_dim, input_shape)
        values_shape = *leading_axes, value_dim
        self.result: Layer = self.projection("result", channels, values_shape)
        self.gate: Variable = self.add_weight(
            name="gate", shape=(), initializer="zeros"
        )

    def projection(self, name: str, channels: int, input_shape: Shape) -> Layer:
        """Returns a 1x1 convolution, built for an input shape."""
        convolution = keras.layers.Conv2D(
            channels,
            1,
            use_bias=False,
            kernel_initializer=self.kernel_initializer.clone(),
            data_format="channels_last",
            dtype=self.dtype_policy,
            name=name,
        )
        layer = kernels.get(self.normalization)(convolution)
        layer.build(input_shape)
        return layer

    def call(self, inputs: Tensor) -> Tensor:
        """Returns `inputs` plus the gated attention output."""
        queries = flatten_positions(self.queries(inputs))
        keys = flatten_positions(max_pool(self.keys(inputs)))
        values = flatten_positions(max_pool(self.values(inputs)))
        logits = tf.matmul(at_least_float32(queries), keys, transpose_b=True)
        weights = tf.cast(tf.nn.softmax(logits), queries.dtype)
        attended = weights @ tf.cast(values, queries.dtype)
        shape = tf.concat([tf.shape(inputs)[:-1], [values.shape[-1]]], axis=0)
        return inputs + self.gate * self.result(tf.reshape(attended, shape))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape."""
        return input_shape

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {
            **super().get_config(),
            "key_dim": self.key_dim,
            "value_dim": self.value_dim,
            "normalization": self.normalization,
            "kernel_initializer": initializer,
        }


def flatten_positions(features: Tensor) -> Tensor:
    """Returns features as a sequence, shape `(batch, height * width, channels)`."""
    shape = tf.shape(features)
    return tf.reshape(features, (shape[0], -1, features.shape[-1]))


def max_pool(features: Tensor) -> Tensor:
    """Returns features max-pooled by 2x2, in at least float32.

    An axis of length 1 is not pooled.
    """
    size = [1 if length == 1 else 2 for length in features.shape[1:3]]
    # Not in half precision, for which XLA has no second derivative of max pooling.
    return tf.nn.max_pool2d(at_least_float32(features), size, size, "VALID")
