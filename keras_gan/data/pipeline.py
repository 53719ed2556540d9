"""Datasets of decoded or decodable images: shuffling, batching, scaling to [-1, 1]."""

import abc
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

import numpy as np
import tensorflow as tf

from keras_gan.data import order
from keras_gan.data.options import LoadingOptions
from keras_gan.data.reading import unreadable_image
from keras_gan.errors import check
from keras_gan.random import Random
from keras_gan.typing import Dataset, ImageDataset, IntArray, Shape, Tensor, UInt8Array

GRAPH_SEED = 1
"""Any integer but 0: see `SequentialImages.shuffled`."""

BUFFER_BYTES = 2**28
"""Bytes of decoded images in the shuffle buffer of images that are read in sequence."""

Labels: TypeAlias = Sequence[int | None] | IntArray
"""Indices of the classes of images, in their order."""

Batch: TypeAlias = Tensor | tuple[Tensor, Tensor | None]
"""Images, or images and their labels."""


def to_float(images: Tensor) -> Tensor:
    """Returns `uint8` levels as `float32` in [-1, 1]; floats are not changed."""
    if images.dtype != tf.uint8:
        return images
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def flip_horizontally(images: Tensor, flipped: Tensor) -> Tensor:
    """Flips the images of a batch left-right where the mask `flipped` is true."""
    # Whole rows are gathered: `tf.where` and `[::-1]` take ten times as long.
    both = tf.concat([images, tf.reverse(images, [2])], axis=0)
    rows = tf.range(tf.shape(images)[0])
    return tf.gather(both, tf.where(flipped, rows + tf.shape(images)[0], rows))


def to_batch(
    images: Tensor, labels: Tensor | None, flipped: Tensor, options: LoadingOptions
) -> Batch:
    """Returns the batch of one training step: images, or `(images, labels)`."""
    images = to_float(flip_horizontally(images, flipped) if options.flip else images)
    return (images, labels) if options.labels else images


def check_min_size(num_images: int, options: LoadingOptions) -> None:
    """Raises an error if there are fewer images than one batch holds."""
    check(
        num_images >= options.batch_size,
        "`batch_size` is too large: there are fewer images than one batch holds.",
        expected=f"at least {options.batch_size} images, for batch_size="
        f"{options.batch_size}",
        received=f"{num_images} images",
        do=f"Pass batch_size={max(1, num_images)} or less, or add images.",
    )


def check_has_labels(has_labels: bool, name: str, options: LoadingOptions) -> None:
    """Raises an error if `labels=True` and the images have none."""
    check(
        has_labels or not options.labels,
        f"`labels=True` requires labels, and {name} has none.",
        expected="a folder per class, a dataset with a feature `label` of classes, "
        "a `label_key` of TFRecords, or an array of labels",
        received="images without labels",
        do="Pass labels=False, or add the labels, e.g. by moving the images of each "
        "class into a folder of that class.",
    )


class LoadedImages(abc.ABC):
    """Validated images in memory or on disk, from which datasets are built.

    A dataset keeps them as `dataset.loaded_images`, so that `rebatch` need not scan
    the files again.

    Args:
        name: Name of the images in error messages.
        num_images: Number of images.
        has_labels: Whether each image has a label.
        class_names: List of names, or None.
    """

    def __init__(
        self,
        name: str,
        num_images: int,
        has_labels: bool,
        class_names: Sequence[str] | None,
    ) -> None:
        self.name = name
        self.num_images = num_images
        self.has_labels = has_labels
        self.class_names = class_names

    @abc.abstractmethod
    def shuffled(self, options: LoadingOptions) -> Dataset:
        """Returns the dataset of training: shuffled, the short last batch dropped."""

    @abc.abstractmethod
    def in_order(self, options: LoadingOptions) -> Dataset:
        """Returns the dataset of all images once, in order, not flipped."""

    def dataset(self, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset for `LoadingOptions`, with its metadata."""
        check_has_labels(self.has_labels, self.name, options)
        check_min_size(self.num_images, options)
        return attach_metadata(self, options)


def attach_metadata(images: LoadedImages, options: LoadingOptions) -> ImageDataset:
    """Builds the shuffled and the unshuffled dataset of `LoadedImages`, prefetched.

    Returns:
        The shuffled one, with the attributes `unshuffled`, `class_names`, `num_images`,
        `loaded_images` and `loading_options`.
    """
    tf_options = tf.data.Options()
    tf_options.deterministic = True
    policy = tf.data.experimental.AutoShardPolicy.DATA
    tf_options.experimental_distribute.auto_shard_policy = policy
    shuffled, unshuffled = (
        cast(ImageDataset, dataset.prefetch(2).with_options(tf_options))
        for dataset in (images.shuffled(options), images.in_order(options))
    )
    for dataset in (shuffled, unshuffled):
        dataset.unshuffled = unshuffled
        dataset.class_names, dataset.num_images = images.class_names, images.num_images
        dataset.loaded_images, dataset.loading_options = images, options
    return shuffled


class IndexedImages(LoadedImages):
    """Images that can be read by index, in any order.

    Args:
        name: Name of the images in error messages.
        num_images: Number of images.
        fetch: Function from an `int64` tensor of indices `(batch,)` to their images.
        labels: Integer labels `(num_images,)`, or None.
        class_names: List of names, or None.
        num_parallel_calls: Batches that are fetched in parallel, as in
            `tf.data.Dataset.map`.
    """

    def __init__(
        self,
        name: str,
        num_images: int,
        fetch: Callable[[Tensor], Tensor],
        labels: Labels | None,
        class_names: Sequence[str] | None,
        num_parallel_calls: int | None = None,
    ) -> None:
        super().__init__(name, num_images, labels is not None, class_names)
        self.fetch = fetch
        self.num_parallel_calls = num_parallel_calls
        self.labels: Tensor | None = (
            tf.constant(np.asarray(labels), tf.int32) if self.has_labels else None
        )

    def shuffled(self, options: LoadingOptions) -> Dataset:
        """Returns the dataset of training: shuffled, the short last batch dropped."""
        num_batches = self.num_images // options.batch_size

        def build(random: Random) -> Dataset:
            indices = order.permutation(random, self.num_images)
            indices = indices[: num_batches * options.batch_size]
            mask = order.flip_mask(random, self.num_images, options.flip)
            slices = (indices, tf.gather(mask, indices))
            batches = (tf.reshape(values, (num_batches, -1)) for values in slices)
            return tf.data.Dataset.from_tensor_slices(tuple(batches))

        batches = order.one_pass(build, options.seed, num_batches)
        # `flat_map` hides the number of batches, which Keras's progress bar shows.
        batches = batches.apply(tf.data.experimental.assert_cardinality(num_batches))
        return self.finished(batches, options)

    def in_order(self, options: LoadingOptions) -> Dataset:
        """Returns the dataset of all images once, in order, not flipped."""
        batches = tf.data.Dataset.range(self.num_images).batch(options.batch_size)
        batches = batches.map(
            lambda indices: (indices, tf.zeros_like(indices, tf.bool))
        )
        return self.finished(batches, options)

    def read(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the images of indices, and the indices that they have."""
        return self.fetch(indices), indices

    def finished(self, batches: Dataset, options: LoadingOptions) -> Dataset:
        """Returns the images (and labels) of batches of `(indices, flip mask)`."""

        def finish(indices: Tensor, flipped: Tensor) -> Batch:
            images, indices = self.read(indices)
            labels = tf.gather(self.labels, indices) if options.labels else None
            return to_batch(images, labels, flipped, options)

        return batches.map(finish, num_parallel_calls=self.num_parallel_calls)


class SequentialImages(LoadedImages):
    """Encoded images that can only be read in sequence, and are decoded in each epoch.

    They are shuffled within a buffer of `BUFFER_BYTES`, in another order each epoch.

    Args:
        name: Name of the images in error messages.
        num_images: Number of images.
        elements: `tf.data.Dataset` of `(encoded image, label)` in file order.
        decode: Function from an encoded image to its `uint8` array, run outside the
            graph.
        image_shape: `(height, width, channels)` of what `decode` returns.
        has_labels: Whether the labels of `elements` are classes.
        class_names: List of names, or None.
    """

    def __init__(
        self,
        name: str,
        num_images: int,
        elements: Dataset,
        decode: Callable[[bytes], UInt8Array],
        image_shape: Shape,
        has_labels: bool,
        class_names: Sequence[str] | None,
    ) -> None:
        super().__init__(name, num_images, has_labels, class_names)
        self.elements = elements
        self.decode = decode
        self.image_shape = image_shape

    def shuffled(self, options: LoadingOptions) -> Dataset:
        """Returns the dataset of training: shuffled, the short last batch dropped."""
        buffer = max(options.batch_size, BUFFER_BYTES // math.prod(self.image_shape))
        buffer = min(self.num_images, buffer)
        indexed = self.elements.enumerate()
        num_batches = self.num_images // options.batch_size
        num_elements = num_batches * options.batch_size

        def build(random: Random) -> Dataset:
            mask = order.flip_mask(random, self.num_images, options.flip)
            seed = tf.cast(random.fork("shuffle").bits((1, 1))[0, 0], tf.int64)
            # The seed of this function's graph. Without it the global seed of
            # `tf.random.set_seed` would change the order, and TensorFlow would compare
            # a global seed of 0 with a tensor and raise.
            tf.compat.v1.get_default_graph().seed = GRAPH_SEED
            mixed = indexed.shuffle(buffer, seed, reshuffle_each_iteration=False)
            mixed = mixed.map(lambda index, element: (index, *element, mask[index]))
            return mixed.take(num_elements)

        elements = order.one_pass(build, options.seed, num_batches, options.batch_size)
        return self.finished(elements, num_elements, options, drop_remainder=True)

    def in_order(self, options: LoadingOptions) -> Dataset:
        """Returns the dataset of all images once, in order, not flipped."""
        elements = self.elements.enumerate()
        elements = elements.map(lambda index, element: (index, *element, False))
        return self.finished(elements, self.num_images, options, drop_remainder=False)

    def finished(
        self,
        elements: Dataset,
        num_elements: int,
        options: LoadingOptions,
        drop_remainder: bool,
    ) -> Dataset:
        """Returns the batches of `(index, encoded image, label, flip mask)`."""

        def read(index: int, encoded: bytes) -> UInt8Array:
            try:
                return self.decode(encoded)
            except Exception as error:  # Pillow's decoders raise any class
                name = f"image {index}"
                raise unreadable_image(name, self.name, error) from error

        def decode(
            index: Tensor, encoded: Tensor, label: Tensor, flipped: Tensor
        ) -> tuple[Tensor, Tensor, Tensor]:
            image = tf.numpy_function(read, [index, encoded], tf.uint8)
            return tf.ensure_shape(image, self.image_shape), label, flipped

        def finish(images: Tensor, labels: Tensor, flipped: Tensor) -> Batch:
            return to_batch(images, tf.cast(labels, tf.int32), flipped, options)

        cardinality = tf.data.experimental.assert_cardinality(num_elements)
        images = elements.apply(cardinality).map(decode, tf.data.AUTOTUNE)
        return images.batch(options.batch_size, drop_remainder).map(finish)
