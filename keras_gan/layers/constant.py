"""The learned constant input of StyleGAN's synthesis network."""

from collections.abc import Sequence
from typing import Annotated, Any

import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.shapes import as_shape
from keras_gan.typing import Config, Layer, Shape, Tensor, Variable
from keras_gan.validation import Rule, validated

SHAPE = Rule("a tuple of positive integers, not empty", as_shape, example=(4, 4, 512))
"""Rule of the constant's shape."""


@register
class LearnedConstant(Layer):
    """Learned constant input: the same weight for each sample, initialized at 1.

    StyleGAN's synthesis network starts with it instead of the latents. Only the batch
    size of the layer's input is used.

    Args:
        shape: Shape of the constant without the batch, such as `(4, 4, 512)`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input: tensor of shape `(batch, ...)`. Output: tensor of shape `(batch, *shape)`.

    Raises:
        ValueError: If `shape` is not a tuple of positive integers.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 2.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> kg.layers.LearnedConstant((4, 4, 8))(np.zeros((2, 5))).shape
    TensorShape([2, 4, 4, 8])
    """

    @validated
    def __init__(self, shape: Annotated[Sequence[int], SHAPE], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape: Shape = tuple(shape)

    def build(self, input_shape: Shape) -> None:
        """Creates the constant."""
        self.constant: Variable = self.add_weight(
            name="constant", shape=self.shape, initializer="ones"
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Returns the constant, repeated for each sample."""
        constant = tf.convert_to_tensor(self.constant)
        return tf.repeat(constant[None], tf.shape(inputs)[0], axis=0)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns `(batch, *shape)`."""
        return (input_shape[0], *self.shape)

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "shape": self.shape}
