"""From pictures that can be fetched to a `tf.data.Dataset`: order, batches, [-1, 1]."""

import numpy as np
import tensorflow as tf

from keras_gan.config import check
from keras_gan.data import order

GRAPH_SEED = 1
"""Any whole number but 0."""

BUFFER = 2**28
"""Bytes of decoded pictures among which a stream is shuffled."""


def to_float(images):
    """Turns `uint8` grey levels into `float32` in [-1, 1]; floats stay as they are."""
    if images.dtype != tf.uint8:
        return images
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def mirror(images, mirrored):
    """Mirrors those images of a batch left-right that `mirrored` says."""
    # Whole rows are gathered: `tf.where` and `[::-1]` take ten times as long.
    both = tf.concat([images, tf.reverse(images, [2])], axis=0)
    rows = tf.range(tf.shape(images)[0])
    return tf.gather(both, tf.where(mirrored, rows + tf.shape(images)[0], rows))


def finished(images, labels, mirrored, options):
    """Returns what a training step eats: images, or a pair of images and labels."""
    images = to_float(mirror(images, mirrored) if options.flip else images)
    return images if labels is None else (images, labels)


def check_min_size(count, options):
    """Raises an error if the images do not fill one batch."""
    check(
        count >= options.batch_size,
        "There are fewer images than one batch holds.",
        expected=f"at least {options.batch_size} images, for batch_size="
        f"{options.batch_size}",
        received=f"{count} images",
        do=f"Pass batch_size={max(1, count)} or less, or add images.",
    )


def attach_metadata(shuffled, unshuffled, count, class_names):
    """Prefetches the two data sets and ties them together by attributes."""
    options = tf.data.Options()
    options.deterministic = True
    policy = tf.data.experimental.AutoShardPolicy.DATA
    options.experimental_distribute.auto_shard_policy = policy
    dataset, plain = (
        each.prefetch(2).with_options(options) for each in (shuffled, unshuffled)
    )
    dataset.unshuffled, plain.unshuffled = plain, plain
    for each in (dataset, plain):
        each.class_names, each.num_images = class_names, count
    return dataset


def from_fetch(fetch, count, labels, options, class_names=None, parallel=None):
    """Builds the data set of images that can be fetched by number.

    Args:
        fetch: Function from an `int64` tensor of numbers `(batch,)` to their images.
        count: Number of images.
        labels: Array of labels `(count,)`, or None.
        options: `Options`.
        class_names: List of names, or None.
        parallel: Batches that are fetched at once, as in `tf.data.Dataset.map`.
    """
    check_min_size(count, options)
    num_batches = count // options.batch_size
    labels = None if labels is None else tf.constant(np.asarray(labels), tf.int32)

    def shuffled(random):
        numbers = order.permutation(random, count)[: num_batches * options.batch_size]
        mirrored = tf.gather(order.flip_mask(random, count, options.flip), numbers)
        batches = (tf.reshape(part, (num_batches, -1)) for part in (numbers, mirrored))
        return tf.data.Dataset.from_tensor_slices(tuple(batches))

    def finish(numbers, mirrored):
        taken = None if labels is None else tf.gather(labels, numbers)
        return finished(fetch(numbers), taken, mirrored, options)

    batches = order.each_epoch(shuffled, options.seed)
    batches = batches.apply(tf.data.experimental.assert_cardinality(num_batches))
    plain = tf.data.Dataset.range(count).batch(options.batch_size)
    plain = plain.map(lambda numbers: (numbers, tf.zeros_like(numbers, tf.bool)))
    batches, plain = (
        each.map(finish, num_parallel_calls=parallel) for each in (batches, plain)
    )
    return attach_metadata(batches, plain, count, class_names)


def from_stream(elements, decode, count, image_shape, options, class_names=None):
    """Builds the data set of images that can only be read one after the other.

    They are shuffled within a buffer (`BUFFER`), in another order each epoch.

    Args:
        elements: `tf.data.Dataset` of `(picture, label)` in file order.
        decode: Function from a picture to its `uint8` array, run outside the graph.
        count: Number of elements.
        image_shape: `(height, width, channels)` of what `decode` returns.
        options: `Options`.
        class_names: List of names, or None.
    """
    check_min_size(count, options)
    size = max(options.batch_size, BUFFER // np.prod(image_shape))
    numbered = elements.enumerate()

    def shuffled(random):
        mirrored = order.flip_mask(random, count, options.flip)
        seed = tf.cast(random.fork("shuffle").bits((1, 1))[0, 0], tf.int64)
        # The seed of this function's graph: else the user's global seed took part in
        # the order, and TensorFlow would compare one of 0 with a tensor and raise.
        tf.compat.v1.get_default_graph().seed = GRAPH_SEED
        mixed = numbered.shuffle(min(count, size), seed, reshuffle_each_iteration=False)
        return mixed.map(lambda number, element: (*element, mirrored[number]))

    def read(picture, label, mirrored):
        image = tf.numpy_function(decode, [picture], tf.uint8)
        return tf.ensure_shape(image, image_shape), label, mirrored

    def finish(images, labels, mirrored):
        labels = tf.cast(labels, tf.int32) if options.labels else None
        return finished(images, labels, mirrored, options)

    def batched(pictures, drop):
        cardinality = tf.data.experimental.assert_cardinality(count)
        pictures = pictures.apply(cardinality).map(read, tf.data.AUTOTUNE)
        return pictures.batch(options.batch_size, drop).map(finish)

    plain = elements.map(lambda picture, label: (picture, label, False))
    epochs = order.each_epoch(shuffled, options.seed)
    return attach_metadata(
        batched(epochs, True), batched(plain, False), count, class_names
    )


def unshuffled(dataset):
    """Returns all images of a data set once, unmirrored: what measures them needs it.

    Args:
        dataset: A data set of this package, or any other.

    Returns:
        Its images in file order with the short last batch, or the data set itself if
        it is not one of this package.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", batch_size=64)
    >>> len(dataset), len(kg.data.unshuffled(dataset))
    (156, 157)
    """
    return getattr(dataset, "unshuffled", dataset)
