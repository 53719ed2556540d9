"""Datasets of image files that are decoded in each epoch."""

from collections.abc import Sequence

import tensorflow as tf

from keras_gan.data.pipeline import IndexedImages, Labels
from keras_gan.data.reading import Reader
from keras_gan.typing import Tensor


class ImageFiles(IndexedImages):
    """Image files, which are decoded in each epoch.

    Args:
        name: Name of the images in error messages.
        num_images: Number of images.
        reader: Function from the indices of a batch to its images and their indices,
            run outside the graph.
        labels: As in `IndexedImages`.
        class_names: As in `IndexedImages`.
    """

    def __init__(
        self,
        name: str,
        num_images: int,
        reader: Reader,
        labels: Labels | None,
        class_names: Sequence[str] | None,
    ) -> None:
        super().__init__(
            name, num_images, self.fetch_images, labels, class_names, tf.data.AUTOTUNE
        )
        self.reader = reader

    def fetch_images(self, indices: Tensor) -> Tensor:
        """Returns the images of indices."""
        return self.read(indices)[0]

    def read(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the images of indices, and the indices that they have."""
        types = (tf.uint8, indices.dtype)
        images, used = tf.numpy_function(self.reader, [indices], types)
        images = tf.ensure_shape(images, (*indices.shape, *self.reader.image_shape))
        return images, tf.ensure_shape(used, indices.shape)
