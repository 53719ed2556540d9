"""What a trained GAN makes: images, and a generator for others to serve."""

import numpy as np
import tensorflow as tf

from keras_gan import config
from keras_gan import export as saved_model
from keras_gan.config import check
from keras_gan.networks.sampler import Sampler, to_output_images
from keras_gan.random import Random, fresh_seed, series

GENERATE_BATCH = 64
"""Images that `generate` makes at once; the number does not change them."""


class Making:
    """The part of a GAN that makes images, by the averaged generator."""

    def call(self, latents, training=False):
        """Makes images of latents (and labels, in a list), by the averaged generator.

        Noise stands still: the same latents make the same images.

        Raises:
            ValueError: If the networks take labels, and there are none.
        """
        self.labels.check_given(latents)
        return to_output_images(self.ema_generator(latents, training=training))

    @property
    def sampler(self):
        """The averaged generator with its latents and labels."""
        return Sampler(self.ema_generator, self.latents, self.labels)

    def sample(self, key, start, count, labels=(), truncation=None):
        """Makes the images `start` to `start + count` of a key's endless series."""
        return self.sampler(Random(key), start, count, labels, truncation)

    def generate(self, num_images=None, seed=None, labels=None, truncation=None):
        """Makes images, by the averaged generator.

        Args:
            num_images: How many; by default as many as there are labels, else 16.
            seed: Whole number; the same one gives the same images, and few are the
                first of many. None gives new ones each time.
            labels: What to show, for networks that take labels: the name or number of
                a class for all images, or a list with one for each. None: every class
                is as likely. Images of the same seed and other labels have the same
                latents.
            truncation: How much variety to leave, for fidelity. Of a generator with
                styles: they go this share of the way from their mean, 0 to 1, or beyond
                it. Of any other: size that no component of the latents exceeds, above
                0. None: all of it.

        Returns:
            NumPy `float32` array of shape `(num_images, *image_shape)`, images in
            [-1, 1].

        Raises:
            ValueError: If a number is out of range, there is no such class, or the
                networks take no labels.
        """
        if num_images is None:
            num_images = 16 if labels is None or np.ndim(labels) == 0 else len(labels)
        given = num_images, seed, labels, truncation
        return np.concatenate(list(self.generate_batches(*given)))

    def generate_batches(self, num_images, seed=None, labels=None, truncation=None):
        """Yields the images of `generate`, some at a time, in constant memory."""
        check(
            isinstance(num_images, int | np.integer) and num_images >= 1,
            "The number of images is out of range.",
            expected="num_images of 1 or more, an int",
            received=f"num_images={num_images!r}",
            do="For example, gan.generate(16, seed=0).",
        )
        config.check_seed(seed)
        self.refresh()
        self.sampler.check_truncation(truncation)
        numbers = self.labels.numbers(labels, num_images)
        if truncation is not None:
            truncation = tf.constant(truncation, tf.float32)
        key = series(fresh_seed() if seed is None else seed).key
        for start in range(0, num_images, GENERATE_BATCH):
            count = min(GENERATE_BATCH, num_images - start)
            part = tuple(tf.constant(one[start : start + count]) for one in numbers)
            place = tf.constant(start), tf.constant(count)
            yield self.sample(key, *place, part, truncation).numpy()

    def export(self, filepath, format="tf_saved_model", truncation=None, **kwargs):
        """Writes the averaged generator for serving, and verifies what it wrote.

        Its signatures return `uint8` `images`: `serving_default(latents)` and
        `sample(seed, count)`. With labels there are `sample_labels(seed, labels)`, and
        for classes with names `sample_names(seed, names)` and `class_names()`.

        Args:
            filepath: Folder of the model; the SavedModel goes to the next free version
                in it, `filepath/1` at first, as TF Serving expects.
            format: `"tf_saved_model"`, or another of Keras's formats, such as
                `"litert"`, in which `filepath` is the file and nothing is verified.
            truncation: As in `generate`; of a SavedModel only.
            **kwargs: As in Keras, for its own formats.

        Returns:
            Path that was written.
        """
        if format != "tf_saved_model":
            check(
                truncation is None,
                "Only a SavedModel has signatures that truncate.",
                expected=f'truncation=None for format="{format}"',
                received=f"truncation={truncation!r}",
                do="Truncate the latents that the exported network is given.",
            )
            self.sampler.network.export(filepath, format=format, **kwargs)
            return filepath
        self.sampler.check_truncation(truncation)
        return saved_model.export(self.sampler, filepath, truncation)
