"""Equalized learning rate of progressive growing and StyleGAN."""

import math
from typing import Annotated, Any

import keras

from keras_gan.config import register
from keras_gan.layers.wrapper import OUTPUTS_BEFORE_LAST, KernelWrapper
from keras_gan.typing import Config, Layer, Tensor, Variable
from keras_gan.validation import Positive, validated


@register
class EqualizedLearningRate(KernelWrapper):
    """Equalized learning rate: He's constant multiplies the kernel in each call.

    The kernel is initialized from N(0, 1 / multiplier^2), and the layer is called with
    `kernel * gain / sqrt(fan_in) * multiplier` and `bias * multiplier`; `fan_in` is the
    kernel's spatial size times its input channels. Adam's updates do not depend on the
    scale of a weight, so that with He's initialization the small weights of layers with
    a large `fan_in` have larger relative updates. Here the relative updates are equal.

    Args:
        layer: A dense layer, or a convolution of 1 to 3 dimensions, transposed or not,
            of Keras or of `kg.layers`. It is available as `.layer` and determines the
            dtypes. Its kernel is initialized again.
        gain: Gain of He's initialization: `sqrt(2)` before a leaky ReLU, 1 before a
            linear output.
        multiplier: Learning rate multiplier of the layer, above 0.
        **kwargs: `name` and `trainable` of `keras.layers.Layer`.

    Raises:
        ValueError: If the layer is not supported, or an argument is out of range.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196), section 4.1. The multiplier: [A
    Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), appendix C.

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.EqualizedLearningRate(keras.layers.Dense(2), gain=1.0)
    >>> layer.build((None, 4))
    >>> _ = layer.kernel.assign(keras.ops.ones((4, 2)))
    >>> layer(keras.ops.ones((1, 4))).numpy()  # 4 * 1 / sqrt(4)
    array([[2., 2.]], dtype=float32)
    """

    @validated
    def __init__(
        self,
        layer: Layer,
        gain: Annotated[Positive, "Leave it out for sqrt(2)."] = 2**0.5,
        multiplier: Annotated[Positive, "Use 1, as in most layers."] = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(layer, **kwargs)
        self.gain = gain
        self.multiplier = multiplier
        initializer = keras.initializers.RandomNormal(stddev=1.0 / multiplier)
        self.layer.kernel_initializer = initializer
        if layer.built:
            kernel = self.layer.kernel
            kernel.assign(initializer(kernel.shape, kernel.dtype))

    def effective_weights(self) -> list[tuple[Variable, Tensor]]:
        """Returns pairs of a weight and its scaled value."""
        gain = self.gain / math.sqrt(self.fan_in)
        pairs = [(self.kernel, gain * self.multiplier * self.cast_weight(self.kernel))]
        if self.layer.use_bias:
            bias = self.layer.bias
            pairs.append((bias, self.multiplier * self.cast_weight(bias)))
        return pairs

    @property
    def fan_in(self) -> int:
        """Spatial size of the kernel times its input channels."""
        *spatial, inputs, outputs = self.kernel.shape
        if isinstance(self.layer, OUTPUTS_BEFORE_LAST):
            inputs = outputs
        return math.prod(spatial) * inputs

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        arguments = {"gain": self.gain, "multiplier": self.multiplier}
        return {**super().get_config(), **arguments}
