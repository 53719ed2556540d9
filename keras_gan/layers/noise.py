"""Noise inside a generator: what of an image is left to chance."""

import keras
import tensorflow as tf

from keras_gan.config import check, register
from keras_gan.layers.sampling import current_sampling


@register
class NoiseInjection(keras.layers.Layer):
    """Adds noise to features, as strongly as each channel has learned.

    `x + strength * noise`: one strength for each channel, 0 at first, and one plane of
    independent standard normal numbers for each image.

    The numbers come from `kg.layers.current_sampling().random`, by the layer's name and the number
    of the image: training and `gan.generate` draw new noise. Where there is no such
    source, as in `gan(latents)`, the noise stands still: one plane for all images, that
    was drawn when the layer was built and is saved with it.

    Args:
        **kwargs: As in Keras. Layers of one network that have different names have
            different noise.

    Input and output: features of shape `(batch, height, width, channels)`, height and
    width known.

    Raises:
        ValueError: If the input has another shape.

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

    def build(self, input_shape):
        """Makes the strengths, and the noise that stands still."""
        check(
            len(input_shape) == 4 and None not in input_shape[1:],
            "Noise is added to features of an image.",
            expected="an input of shape (batch, height, width, channels), known but "
            "for the batch",
            received=f"an input of shape {tuple(input_shape)}",
            do="Give keras.Input the whole shape of an image.",
        )
        self.input_spec = keras.InputSpec(ndim=4)
        height, width, channels = input_shape[1:]
        self.strength = self.add_weight(
            name="strength", shape=(channels,), initializer="zeros"
        )
        self.plane = self.add_weight(
            name="plane",
            shape=(1, height, width, 1),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            trainable=False,
        )

    def call(self, inputs):
        """Adds noise to features of shape `(batch, height, width, channels)`."""
        noise = tf.cast(self.noise(tf.shape(inputs)[0]), inputs.dtype)
        return inputs + self.strength * noise

    def noise(self, batch):
        """Returns a plane for each of `batch` images, or one for all of them."""
        random = current_sampling().random
        if random is None:
            return tf.convert_to_tensor(self.plane)
        return random.fork(self.name).normal((batch, *self.plane.shape[1:]))

    def compute_output_shape(self, input_shape):
        """Returns the shape of its input."""
        return input_shape
