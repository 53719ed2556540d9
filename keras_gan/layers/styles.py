"""Style mixing and truncation between StyleGAN's mapping and synthesis networks.

`OtherLatents` draws the second latents of style mixing, `MixStyles` selects the style
of each layer, and `Truncation` moves the styles of the coarse layers towards their
mean.

Reference: [A Style-Based Generator Architecture for Generative Adversarial
Networks](https://arxiv.org/abs/1812.04948).
"""

from typing import Annotated, Any

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.sampling import current_sampling
from keras_gan.layers.shapes import check_input
from keras_gan.precision import at_least_float32
from keras_gan.random import Random
from keras_gan.replicas import global_mean
from keras_gan.typing import Config, Layer, Shape, Tensor, Variable
from keras_gan.validation import Fraction, PositiveInt, validated

MixingProbability = Annotated[
    Fraction, "Use 0.9, as the paper does, or 0 for no style mixing."
]
"""Probability of style mixing."""


@register
class OtherLatents(Layer):
    """Second latents of style mixing: draws one more latent vector for each sample.

    They are standard normal, a function of `kg.layers.current_sampling().random`, the
    layer's name and the sample's index; if that is None, they are the input. A mapping
    network that normalizes its latents also accepts them instead of latents of a
    sphere.

    Args:
        **kwargs: Arguments of `keras.layers.Layer`.

    Input and output: latents of shape `(batch, latent_dim)`.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> with kg.layers.sampling_context(kg.random.Random(0)):
    ...     others = kg.layers.OtherLatents()(np.zeros((4, 8), "float32"))
    """

    def call(self, inputs: Tensor) -> Tensor:
        """Returns random latents of the input's shape."""
        random = current_sampling().random
        if random is None:
            return inputs
        shape = (tf.shape(inputs)[0], *inputs.shape[1:])
        return tf.cast(random.fork(self.name).normal(shape), inputs.dtype)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape."""
        return input_shape


@register
class MixStyles(Layer):
    """Style mixing: in training, layers after a random crossover use a second style.

    Called as `layer(styles, others)`. In training each image is mixed with the given
    probability: it has its own style up to a uniformly random crossover after the first
    layer, and the other style from there on. This decorrelates the styles of the
    layers. The crossover is a function of `kg.layers.current_sampling().random`, the
    layer's name and the image's index. In inference, or if that is None, all layers
    have the image's own style.

    Args:
        num_layers: Number of layers that use a style, a positive integer.
        probability: Probability that an image is mixed, 0 to 1.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input: styles and others, both of shape `(batch, style_dim)`. Output: styles of
    shape `(batch, num_layers, style_dim)`.

    Raises:
        ValueError: If an argument is out of range, or an input has an invalid shape.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 3.1.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> layer = kg.layers.MixStyles(num_layers=3)
    >>> layer(np.ones((1, 2)), np.zeros((1, 2))).numpy()  # inference
    array([[[1., 1.],
            [1., 1.],
            [1., 1.]]], dtype=float32)
    """

    @validated
    def __init__(
        self,
        num_layers: PositiveInt,
        probability: MixingProbability = 0.9,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_layers = num_layers
        self.probability = probability

    def build(self, styles_shape: Shape, others_shape: Shape) -> None:
        """Validates the input shapes."""
        for name, shape in (("styles", styles_shape), ("others", others_shape)):
            do = "Pass the outputs of a mapping network for two latents."
            check_input(shape, "(batch, style_dim)", name=name, do=do)

    def call(self, styles: Tensor, others: Tensor, training: bool = False) -> Tensor:
        """Returns the styles of all layers, shape `(batch, num_layers, style_dim)`."""
        random = current_sampling().random
        if not training or random is None:
            return tf.repeat(styles[:, None], self.num_layers, axis=1)
        crossover = self.crossover(random, tf.shape(styles)[0])
        own_style = tf.range(self.num_layers) < crossover[:, None]
        return tf.where(own_style[..., None], styles[:, None], others[:, None])

    def crossover(self, random: Random, batch: Tensor) -> Tensor:
        """Returns the first layer of each image that has the other style.

        It is `num_layers`, after the last one, for images that are not mixed.
        """
        uniform = random.fork(self.name).uniform((batch, 2))
        layer = 1 + tf.cast(uniform[:, 1] * (self.num_layers - 1), tf.int32)
        return tf.where(uniform[:, 0] < self.probability, layer, self.num_layers)

    def compute_output_shape(self, styles_shape: Shape, others_shape: Shape) -> Shape:
        """Returns `(batch, num_layers, style_dim)`."""
        return (styles_shape[0], self.num_layers, styles_shape[-1])

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        arguments = {"num_layers": self.num_layers, "probability": self.probability}
        return {**super().get_config(), **arguments}


@register
class Truncation(Layer):
    """Truncation trick in W: moves styles towards their mean, diversity for fidelity.

    `mean + psi * (style - mean)` for the first layers, with psi from
    `kg.layers.current_sampling().truncation`: 1 leaves styles unchanged, 0 replaces
    them by the mean; None: no truncation. `gan.generate(truncation=0.7)` sets it.

    The mean is a moving average, a non-trainable weight that is initialized at 0. A
    call in training updates it: `mean = momentum * mean + (1 - momentum) * batch mean`,
    over all replicas.

    Args:
        num_layers: Number of layers that are truncated, the coarse ones first; None:
            all.
        momentum: Momentum of the moving mean, 0 to 1.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input and output: styles of shape `(batch, layers, style_dim)`. The mean is in at
    least float32.

    Raises:
        ValueError: If an argument is out of range, or the input has an invalid shape.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), appendix B.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> layer, styles = kg.layers.Truncation(), np.ones((1, 2, 3))
    >>> with kg.layers.sampling_context(truncation=0.7):
    ...     layer(styles).numpy()
    array([[[0.7, 0.7, 0.7],
            [0.7, 0.7, 0.7]]], dtype=float32)
    """

    synchronized = True
    """The mean is over all replicas, as in `keras.layers.BatchNormalization`."""

    @validated
    def __init__(
        self,
        num_layers: PositiveInt | None = None,
        momentum: Fraction = 0.995,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_layers = num_layers
        self.momentum = momentum

    def build(self, input_shape: Shape) -> None:
        """Creates the moving mean."""
        axes, do = "(batch, layers, style_dim)", "Put kg.layers.MixStyles before it."
        check_input(input_shape, axes, "style_dim", name="styles", do=do)
        self.input_spec = keras.InputSpec(ndim=3, axes={-1: input_shape[-1]})
        self.mean: Variable = self.add_weight(
            name="mean",
            shape=input_shape[-1:],
            initializer="zeros",
            dtype=keras.backend.result_type(self.variable_dtype, "float32"),
            trainable=False,
            autocast=False,
        )

    def call(self, styles: Tensor, training: bool = False) -> Tensor:
        """Returns truncated styles of shape `(batch, layers, style_dim)`."""
        if training:
            # Of the first layer, which always has the image's own style.
            batch = global_mean(at_least_float32(styles[:, 0]))
            self.mean.assign(self.mean + (1.0 - self.momentum) * (batch - self.mean))
        psi = current_sampling().truncation
        if psi is None:
            return styles
        psi = tf.cast(psi, self.mean.dtype)
        # This form, unlike `mean + psi * (style - mean)`, is exact at psi 0 and 1.
        truncated = psi * at_least_float32(styles) + (1.0 - psi) * self.mean
        layers = tf.range(styles.shape[1])[:, None]
        count = styles.shape[1] if self.num_layers is None else self.num_layers
        return tf.where(layers < count, tf.cast(truncated, styles.dtype), styles)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape."""
        return input_shape

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        arguments = {"num_layers": self.num_layers, "momentum": self.momentum}
        return {**super().get_config(), **arguments}
