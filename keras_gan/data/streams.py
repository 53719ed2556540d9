"""Data sets whose pictures can only be read one after the other."""

import abc
import math

from keras_gan.data import decoding, pipeline, sources
from keras_gan.data.arrays import from_memory
from keras_gan.data.sources import Source, collect


class Stream(Source):
    """Pictures in the order in which a `tf.data.Dataset` gives them.

    Attributes:
        known_shape: `(height, width, channels)` of every picture where it is known
            before reading, else None.
    """

    known_shape = None

    @abc.abstractmethod
    def elements(self):
        """Returns the `tf.data.Dataset` of pairs of a picture and its label."""

    def count(self):
        """Returns the number of pictures if it is known before reading, else None."""

    def dataset(self, options):
        """Returns the data set that `Options` describe."""
        shape, count = options.image_shape or self.known_shape, self.count()
        if shape and count and count * math.prod(shape) > sources.MEMORY:
            return self.from_stream(count, shape, options)
        images, labels, shape = collect(self, options)
        if images is None:
            return self.from_stream(len(labels), shape, options)
        pipeline.check_min_size(len(labels), options)
        labels = labels if options.labels else None
        return from_memory(images, labels, options, self.class_names)

    def from_stream(self, count, shape, options):
        """Returns the data set that reads the stream as training goes on."""

        def decode(picture):
            return decoding.read_image(picture, shape, options.crop)

        return pipeline.from_stream(
            self.elements(), decode, count, shape, options, self.class_names
        )
