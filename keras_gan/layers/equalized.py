"""Equalized learning rates: all weights are drawn alike, and scaled in each call."""

import math

import keras

from keras_gan.config import register
from keras_gan.layers.arguments import above_zero
from keras_gan.layers.wrapper import OUTPUTS_BEFORE_LAST, KernelWrapper


@register
class EqualizedLearningRate(KernelWrapper):
    """Lets every weight of a network learn at the same speed.

    Adam moves all weights by steps of about the same size, so that those of layers with
    many inputs, which are small, change too fast. Here the kernel is drawn from
    N(0, 1 / multiplier^2) in every layer and acts as `kernel * gain / sqrt(fan_in) *
    multiplier`, with fan_in the places of the kernel times its input channels; a bias
    acts as `bias * multiplier`. The optimizer moves the raw kernel.

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
        what = "The {} of an equalized learning rate is out of range."
        given = {"gain": gain, "multiplier": multiplier}
        numbers = [
            above_zero(name, value, what.format(name), "Leave it out for the paper's.")
            for name, value in given.items()
        ]
        super().__init__(layer, **kwargs)
        self.gain, self.multiplier = numbers
        layer.kernel_initializer = keras.initializers.RandomNormal(
            stddev=1.0 / self.multiplier
        )
        if layer.built:
            kernel = layer.kernel
            kernel.assign(layer.kernel_initializer(kernel.shape, kernel.dtype))

    def effective_weights(self):
        """Returns the weights with their scaled values."""
        gain = self.gain / math.sqrt(self.fan_in)
        pairs = [(self.kernel, gain * self.multiplier * self.raw(self.kernel))]
        if self.layer.use_bias:
            bias = self.layer.bias
            pairs.append((bias, self.multiplier * self.raw(bias)))
        return pairs

    @property
    def fan_in(self):
        """Places of the kernel times its input channels."""
        *places, inputs, outputs = self.kernel.shape
        if isinstance(self.layer, OUTPUTS_BEFORE_LAST):
            inputs = outputs
        return math.prod(places) * inputs

    def get_config(self):
        """Returns what the constructor takes."""
        own = {"gain": self.gain, "multiplier": self.multiplier}
        return {**super().get_config(), **own}
