"""How images are drawn from a trained generator: latents, labels, truncation."""

import dataclasses

import keras
import tensorflow as tf

from keras_gan.config import check, is_number
from keras_gan.game import pack_inputs
from keras_gan.layers import Truncation, sampling_context
from keras_gan.layers.search import within
from keras_gan.networks.pair import finest


def to_output_images(made):
    """Returns what users see of a generator's outputs: the finest scale, `float32`.

    Images are clipped to [-1, 1], which generators without a bound leave; points are
    not.
    """
    images = tf.cast(finest(made), tf.float32)
    return tf.clip_by_value(images, -1.0, 1.0) if images.shape.rank == 4 else images


@dataclasses.dataclass(frozen=True)
class Sampler:
    """A generator with what it is given: images as a function of random numbers.

    Args:
        generator: Keras network.
        latents: Distribution of the latents, a `kg.latents.Latents`.
        labels: The labels that the network takes: see `keras_gan.networks.labels`.
    """

    generator: keras.Model
    latents: object
    labels: object

    def __call__(self, random, start, count, labels=(), truncation=None):
        """Makes the images `start` to `start + count` of an endless series.

        Args:
            random: A `kg.random.Random`, which names the series.
            start: Global number of the first image.
            count: How many; a whole number or an integer tensor.
            labels: Tuple of the labels of these images; empty: they are drawn.
            truncation: Number or tensor of shape `()`; None: no truncation.

        Returns:
            `float32` tensor of shape `(count, *image_shape)`.
        """
        latents = self.latents.draw(random, count, start)
        labels = labels or self.labels.draw(random.at(start), count)
        styles = None
        if truncation is not None and self.truncates_styles:
            styles = truncation
        elif truncation is not None:
            latents = self.latents.truncate(latents, truncation)
        with sampling_context(random.fork("layers").at(start), styles):
            return self.images(latents, labels)

    def images(self, latents, labels=()):
        """Makes images of latents and labels, `float32`; see `shown`."""
        return to_output_images(
            self.generator(pack_inputs(latents, labels), training=False)
        )

    @property
    def network(self):
        """A functional network from latents (and labels) to what users see."""
        inputs = [keras.Input((self.latents.dim,), name="latents")]
        if self.labels.num_classes:
            inputs.append(keras.Input((), dtype="int32", name="labels"))
        made = self.generator(inputs if len(inputs) > 1 else inputs[0])
        images = keras.ops.cast(finest(made), "float32")
        if len(images.shape) == 4:
            images = keras.ops.clip(images, -1.0, 1.0)
        return keras.Model(inputs, images)

    @property
    def truncates_styles(self):
        """Whether truncation pulls the styles of the generator, and not its latents."""
        return bool(within(self.generator, Truncation))

    def check_truncation(self, truncation):
        """Makes sure that images can be truncated so.

        Raises:
            ValueError: If they cannot.
        """
        if truncation is None:
            return
        check(
            is_number(truncation) and truncation >= 0.0,
            "The truncation is out of range.",
            expected="a number of 0 or more, such as 0.7, or None for no truncation",
            received=f"truncation={truncation!r}",
            do="Pass e.g. truncation=0.7; leave it out to have images of all kinds.",
        )
        if not self.truncates_styles:
            check(
                truncation > 0.0,
                "Latents cannot be truncated to nothing.",
                expected="truncation above 0, such as 0.5",
                received=f"truncation={truncation!r}",
                do="Pass e.g. truncation=0.5.",
            )
            self.latents.truncate(tf.zeros((1, self.latents.dim)), truncation)
