"""Data sets of arrays in memory."""

import numpy as np
import tensorflow as tf

from keras_gan.config import check, user_error
from keras_gan.data import decoding, pipeline, validation
from keras_gan.data.options import Options
from keras_gan.data.sources import Entry, Source
from keras_gan.images import to_uint8


def from_arrays(
    images,
    labels=None,
    batch_size=64,
    seed=0,
    image_shape=None,
    flip=False,
    crop=True,
    class_names=None,
):
    """Makes a data set of images, or of points, that are in memory.

    Args:
        images: `uint8` in 0..255 or floats in [-1, 1], of shape
            `(num_images, height, width, channels)` or, gray, without the last axis;
            or points: finite floats of shape `(num_points, features)`.
        labels: Whole numbers of shape `(num_images,)`, or None. With them the data set
            gives `(images, labels)`.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Whole number that decides the order, anew for each epoch.
        image_shape: `(height, width, channels)` to bring the images to, by way of
            `uint8`; None keeps them.
        flip: Whether each image is mirrored left-right with probability 1/2, drawn anew
            for each epoch.
        crop: Whether a change of shape crops the middle (else it squeezes).
        class_names: List of the names of the classes, for `dataset.class_names`.

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in order, unmirrored), `class_names` and
        `num_images`.

    Raises:
        ValueError: If the shape, the kind, the values or the number of the images or
            labels is wrong.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> levels = np.arange(100, dtype="uint8").reshape(25, 2, 2)
    >>> dataset = kg.data.from_arrays(levels, batch_size=10)
    >>> [tuple(batch.shape) for batch in dataset]
    [(10, 2, 2, 1), (10, 2, 2, 1)]
    """
    options = Options(batch_size, seed, image_shape, flip, crop, labels is not None)
    images = checked_images(images, options)
    pipeline.check_min_size(len(images), options)
    labels = checked_labels(labels, len(images))
    return from_memory(images, labels, options, class_names)


def from_memory(images, labels, options, class_names=None):
    """Makes the data set of checked arrays; brings images to `options.image_shape`."""
    images = reshaped(images, options)
    with tf.device("CPU:0"):
        kept = tf.constant(images)

    def fetch(numbers):
        return tf.gather(kept, numbers)

    return pipeline.from_fetch(fetch, len(images), labels, options, class_names)


def reshaped(images, options):
    """Returns the images in `options.image_shape`, through Pillow if they change."""
    shape = options.image_shape
    if shape is None or images.shape[1:] == shape:
        return images
    levels = images if images.dtype == np.uint8 else to_uint8(images)
    changed = np.empty((len(levels), *shape), np.uint8)
    for number, level in enumerate(levels):
        changed[number] = decoding.read_image(level, shape, options.crop)
    return changed


def checked_images(images, options):
    """Returns images as `uint8` or `float32` with channels, or says what is wrong."""
    try:
        images = np.asarray(images)
    except ValueError as error:
        raise user_error(
            "The images do not make one array.",
            expected="images of one shape",
            received=str(error),
            do="Bring them to one shape first.",
        ) from error
    images = images[..., None] if images.ndim == 3 else images
    check_axes(images, options)
    if images.dtype == np.uint8 and images.ndim == 4:
        return images
    validation.check_floating(images, "the arrays")
    images = images.astype(np.float32, copy=False)
    validation.check_values(images, "the arrays")
    return images


def check_axes(images, options):
    """Checks the axes of the images, or of points."""
    shape = images.shape
    check(
        len(shape) in (2, 4) and 0 not in shape[1:],
        "This is not the shape of images.",
        expected="(num_images, height, width, channels), (num_images, height, width) "
        "or, for points, (num_points, features)",
        received=shape,
        do="Reshape the array: one image is images[None], gray has 1 channel.",
    )
    check(
        len(shape) == 2 or shape[3] <= 4 or shape[1] not in (1, 3, 4),
        "The channels of these images seem to come first.",
        expected="(num_images, height, width, channels)",
        received=shape,
        do="Put the channels last: np.transpose(images, (0, 2, 3, 1)).",
    )
    check(
        len(shape) == 4 or not (options.flip or options.image_shape),
        "Points have no left and right, and no other shape.",
        expected="flip=False and image_shape=None for points",
        received=f"flip={options.flip}, image_shape={options.image_shape}",
        do="Leave both out.",
    )


def checked_labels(labels, count):
    """Returns labels as `int32`, or says what is wrong with them."""
    if labels is None:
        return None
    labels = np.asarray(labels)
    labels = labels[:, 0] if labels.shape == (count, 1) else labels
    check(
        labels.shape == (count,),
        "The labels do not fit the images.",
        expected=f"one label for each of {count} images: shape ({count},)",
        received=f"shape {labels.shape}",
        do="Pass the number of each image's class; of one-hot rows, "
        "np.argmax(labels, axis=1).",
    )
    whole = np.issubdtype(labels.dtype, np.integer)
    smallest = f", smallest {labels.min()}" if whole else ""
    check(
        whole and labels.min() >= 0,
        "The labels are not numbers of classes.",
        expected="whole numbers of 0 or more",
        received=f"{labels.dtype}{smallest}",
        do='Number the classes from 0 and pass e.g. labels.astype("int32").',
    )
    return labels.astype(np.int32)


class Arrays(Source):
    """Images in memory, with their labels.

    Args:
        name: What messages call it.
        images: `uint8` array `(num_images, height, width, channels)`.
        labels: `int32` array `(num_images,)`.
        class_names: List of names.
    """

    def __init__(self, name, images, labels, class_names):
        self.name, self.class_names = name, class_names
        self.images, self.labels = images, labels

    def entries(self):
        """Yields an `Entry` for each image."""
        for number, image in enumerate(self.images):
            yield Entry(f"image {number}", image, int(self.labels[number]))

    def dataset(self, options):
        """Returns the data set that `Options` describe."""
        labels = self.labels if options.labels else None
        return from_memory(self.images, labels, options, self.class_names)
