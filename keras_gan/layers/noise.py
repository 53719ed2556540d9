"""Noise injection of StyleGAN's generator."""

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.sampling import current_sampling
from keras_gan.layers.shapes import FEATURES, check_input
from keras_gan.typing import Layer, Shape, Tensor, Variable


@register
class NoiseInjection(Layer):
    """Noise injection: adds Gaussian noise with a learned strength per channel.

    `x + strength * noise`: one strength for each channel, initialized at 0, and one
    noise map of independent standard normal numbers for each image. StyleGAN's
    generator takes the stochastic variation of an image, such as the placement of
    hairs, from it.

    The noise is a function of `kg.layers.current_sampling().random`, the layer's name
    and the index of the image: training and `gan.generate` draw new noise. If that is
    None, as in `gan(latents)`, the noise is constant: one map for all images, a
    non-trainable weight that is drawn when the layer is built.

    Args:
        **kwargs: Arguments of `keras.layers.Layer`. Within one network, layers need
            different names for different noise.

    Input and output: features of shape `(batch, height, width, channels)`, with known
    height and width.

    Raises:
        ValueError: If the input has an invalid shape.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 2.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> layer = kg.layers.NoiseInjection()
    >>> with kg.layers.sampling_context(kg.random.Random(0)):
    ...     noisy = layer(np.ones((4, 2, 2, 3), "float32"))
    >>> noisy.shape
    TensorShape([4, 2, 2, 3])
    """

    def build(self, input_shape: Shape) -> None:
        """Creates the strengths and the constant noise map."""
        known = "height", "width", "channels"
        do = "Pass the full image shape to keras.Input."
        check_input(input_shape, FEATURES, *known, do=do)
        self.input_spec = keras.InputSpec(ndim=4)
        height, width, channels = input_shape[1:]
        self.strength: Variable = self.add_weight(
            name="strength", shape=(channels,), initializer="zeros"
        )
        self.plane: Variable = self.add_weight(
            name="plane",
            shape=(1, height, width, 1),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            trainable=False,
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Returns `inputs + strength * noise`."""
        noise = tf.cast(self.noise(tf.shape(inputs)[0]), inputs.dtype)
        return inputs + self.strength * noise

    def noise(self, batch: Tensor) -> Tensor:
        """Returns a noise map for each of `batch` images, or one for all."""
        random = current_sampling().random
        if random is None:
            return tf.convert_to_tensor(self.plane)
        return random.fork(self.name).normal((batch, *self.plane.shape[1:]))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input shape."""
        return input_shape
