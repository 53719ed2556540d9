"""The real images of a measurement: the first of a data set, in whatever form."""

import itertools

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data
from keras_gan.config import check

BLOCK = 256
"""Real images that a metric gets at once, however they are batched: the number does not
depend on that."""


def blocks_of(dataset, num_images):
    """Yields arrays of the first images of a data set, none of them twice.

    Args:
        dataset: What `Evaluation` takes.
        num_images: How many, or None for all.

    Raises:
        ValueError: If images differ in shape, or there are too few.
    """
    images = itertools.islice(each_image(dataset), num_images)
    count, shapes, darkest = 0, set(), np.inf
    while block := list(itertools.islice(images, BLOCK)):
        shapes |= {image.shape for image in block}
        check(
            len(shapes) == 1,
            "The real images are not all of one size.",
            expected="images of one shape (height, width, channels)",
            received=" and ".join(map(str, sorted(shapes))),
            do="Bring them to one: kg.data.from_directory(..., image_shape=shape).",
        )
        stacked = np.stack(block)
        yield stacked
        count += len(block)
        floating = tf.as_dtype(stacked.dtype).is_floating
        darkest = min(darkest, stacked.min()) if floating else -1.0
    check(
        count == 0 or not darkest >= 0.0,
        "No pixel of the real images is below 0: their range is not that of a GAN.",
        expected="float images in [-1, 1], where -1 is black, or uint8",
        received=f"{count} images with pixels of {darkest:.3g} and more",
        do="Scale them: 2.0 * images - 1.0 if white is 1, or pass uint8.",
    )
    check(
        count >= (num_images or 2),
        "There are too few real images to measure against.",
        expected=f"{num_images or 2} images",
        received=f"{count}",
        do=f"Add some, or pass num_images={count}: None for all.",
    )


def check_number(num_images, dataset):
    """Makes sure that so many images can be measured."""
    check(
        num_images is None or (isinstance(num_images, int) and num_images >= 1),
        "The number of images to measure is out of range.",
        expected="num_images of 1 or more, an int, or None for all",
        received=f"num_images={num_images!r}",
        do="Use num_images=10_000: numbers of other sizes cannot be compared.",
    )
    endless = isinstance(dataset, tf.data.Dataset) and bool(
        dataset.cardinality() == tf.data.INFINITE_CARDINALITY
    )
    check(
        num_images is not None or not endless,
        "All real images are to be measured, but the data set has no end.",
        expected="a data set that ends, or a number of images",
        received="num_images=None and a data set that repeats for ever",
        do="Pass num_images=10_000, or the data set before its repeat().",
    )


def each_image(dataset):
    """Yields the images of a data set or an array, one after the other."""
    batches = dataset[0] if isinstance(dataset, tuple) else dataset
    if isinstance(batches, np.ndarray):
        batches = [batches]
    elif isinstance(batches, keras.utils.PyDataset):
        batches = map(batches.__getitem__, range(len(batches)))
    elif isinstance(batches, tf.data.Dataset):
        batches = data.unshuffled(batches)
    for batch in batches:
        images, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        yield from keras.ops.convert_to_numpy(images)
