"""Equalized learning rates: all weights are drawn alike, and scaled in each call."""

import math

import keras
import tensorflow as tf

from keras_gan.config import check, is_number, register
from keras_gan.layers.spectral import OUTPUTS_BEFORE_LAST, OUTPUTS_LAST


@register
class EqualizedLearningRate(keras.layers.Wrapper):
    """Lets every weight of a network learn at the same speed.

    Adam moves all weights by steps of about the same size, so that those of layers with
    many inputs, which are small, change too fast. Here the kernel is drawn from
    N(0, 1 / multiplier^2) in every layer and acts as `kernel * gain / sqrt(fan_in) *
    multiplier`, with fan_in the numbers that one number of the output is made of; a
    bias acts as `bias * multiplier`. The optimizer moves the raw kernel.

    Args:
        layer: A dense layer, or a convolution of 1 to 3 dimensions, transposed or not,
            of Keras or of `kg.layers`. It stays within reach as `.layer`, and decides
            the precision. Its kernel is drawn anew.
        gain: Factor that keeps the size of numbers from layer to layer: `sqrt(2)` where
            a leaky ReLU follows, 1 where nothing does.
        multiplier: Learning rate of the layer as a share of that of others, above 0.
        **kwargs: Keras's `name` and `trainable`.

    Raises:
        ValueError: If the layer is of another kind, or an argument is out of range.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196), section 4.1. The multiplier: [A
    Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), appendix C.

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.EqualizedLearningRate(keras.layers.Dense(2), gain=1.0)
    >>> layer.build((None, 4))
    >>> _ = layer.kernel.assign(keras.ops.ones((4, 2)))
    >>> layer(keras.ops.ones((1, 4))).numpy()  # four ones, each by 1 / sqrt(4)
    array([[2., 2.]], dtype=float32)
    """

    def __init__(self, layer, gain=2**0.5, multiplier=1.0, **kwargs):
        check(
            isinstance(layer, OUTPUTS_LAST + OUTPUTS_BEFORE_LAST),
            "This layer has no kernel that an equalized learning rate knows.",
            expected="Dense, Conv1D to Conv3D, or one of these transposed",
            received=repr(layer),
            do="Wrap layers with kernels one by one, and leave the others as they are.",
        )
        for name, value in {"gain": gain, "multiplier": multiplier}.items():
            check(
                is_number(value) and value > 0.0,
                f"The {name} of an equalized learning rate is out of range.",
                expected=f"{name} above 0",
                received=f"{name}={value!r}",
                do="Leave it out for the paper's.",
            )
        check(
            "dtype" not in kwargs,
            "The precision is the wrapped layer's.",
            expected="no dtype here",
            received=f"dtype={kwargs.get('dtype')!r}",
            do="Pass it to the layer, e.g. Dense(1, dtype='float32').",
        )
        # Inputs and weights pass uncast; the wrapped layer casts for itself.
        super().__init__(
            layer,
            dtype=layer.variable_dtype,
            autocast=False,
            activity_regularizer=layer.activity_regularizer,
            **kwargs,
        )
        self.gain, self.multiplier = float(gain), float(multiplier)
        self.supports_masking = layer.supports_masking
        layer.kernel_initializer = keras.initializers.RandomNormal(
            stddev=1.0 / self.multiplier
        )
        if layer.built:
            kernel = layer.kernel
            kernel.assign(layer.kernel_initializer(kernel.shape, kernel.dtype))

    def build(self, input_shape=None):
        """Makes the weights of the layer."""
        super().build(input_shape)
        self.input_spec = self.layer.input_spec

    def call(self, inputs):
        """Calls the layer with its scaled weights."""
        # A new scope hides what an outer one imagines: it takes all of it over.
        values = [(own, own.value) for own in self.layer.variables]
        values += [(own, scale * self.raw(own)) for own, scale in self.scales]
        with keras.StatelessScope(values, initialize_variables=False):
            return self.layer(inputs)

    @property
    def scales(self):
        """Pairs of a weight of the layer and the factor that it acts with."""
        root = math.sqrt(self.fan_in)
        pairs = [(self.kernel, self.gain / root * self.multiplier)]
        if self.layer.use_bias:
            pairs.append((self.layer.bias, self.multiplier))
        return pairs

    @property
    def fan_in(self):
        """How many numbers of the input one number of the output is made of."""
        *places, inputs, outputs = self.kernel.shape
        if isinstance(self.layer, OUTPUTS_BEFORE_LAST):
            inputs = outputs
        return math.prod(places) * inputs

    @property
    def kernel(self):
        """The variable that the optimizer moves."""
        return self.layer.kernel

    def raw(self, weight):
        """Returns a weight, imagined or real, in single precision at least."""
        dtype = keras.backend.result_type(self.variable_dtype, "float32")
        return tf.cast(tf.convert_to_tensor(weight), dtype)

    @property
    def activation(self):
        """The activation of the layer."""
        return self.layer.activation

    def compute_mask(self, inputs, mask=None):
        """Returns the mask that the layer makes."""
        return self.layer.compute_mask(inputs, mask)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the layer's outputs."""
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs):
        """Returns shape and precision of the layer's outputs."""
        return self.layer.compute_output_spec(inputs)

    def get_config(self):
        """Returns what the constructor takes."""
        config = super().get_config()
        for of_the_layer in ("dtype", "activity_regularizer"):
            config.pop(of_the_layer, None)
        return {**config, "gain": self.gain, "multiplier": self.multiplier}
