"""Sources whose images can only be read in sequence."""

import abc
import math

from keras_gan.data import decoding, pipeline, sources
from keras_gan.data.arrays import from_memory
from keras_gan.data.options import LoadingOptions
from keras_gan.data.sources import Source, collect
from keras_gan.typing import Dataset, ImageDataset, Shape, UInt8Array


class SequentialSource(Source):
    """Images in the order in which a `tf.data.Dataset` yields them.

    Attributes:
        known_shape: `(height, width, channels)` of every image where it is known
            without decoding, else None.
        has_labels: Whether each image has a label.
    """

    known_shape: Shape | None = None
    has_labels: bool = False

    @abc.abstractmethod
    def elements(self) -> Dataset:
        """Returns the `tf.data.Dataset` of pairs of an encoded image and its label."""

    def count(self) -> int | None:
        """Returns the number of images if it is known without reading, else None."""
        return None

    def dataset(self, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset for `LoadingOptions`."""
        shape, count = options.image_shape or self.known_shape, self.count()
        # What cannot fit in memory need not be decoded to find that out.
        if shape and count and count * math.prod(shape) > sources.MAX_CACHE_BYTES:
            return self.from_disk(count, shape, options)
        images, labels, shape = collect(self, options)
        if images is None:
            return self.from_disk(len(labels), shape, options)
        pipeline.check_min_size(len(labels), options)
        indices = labels if self.has_labels else None
        return from_memory(self.name, images, indices, options, self.class_names)

    def from_disk(
        self, num_images: int, image_shape: Shape, options: LoadingOptions
    ) -> ImageDataset:
        """Returns the dataset that reads and decodes the files in each epoch."""

        def decode(encoded: bytes) -> UInt8Array:
            return decoding.read_image(encoded, image_shape, options.crop)

        return pipeline.SequentialImages(
            self.name,
            num_images,
            self.elements(),
            decode,
            image_shape,
            self.has_labels,
            self.class_names,
        ).dataset(options)
