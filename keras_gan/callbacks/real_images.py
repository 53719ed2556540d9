"""Reader of the first real images of a dataset or an array, in blocks."""

import itertools

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data
from keras_gan.config import is_integer
from keras_gan.errors import check

BLOCK = 256
"""Size of a block, whatever the batches of the data, so that metrics do not depend on
them."""


def real_blocks(dataset, num_images):
    """Yields arrays of the first images of a dataset.

    Args:
        dataset: Dataset or array, as in `Evaluation`.
        num_images: Number of images, or None for all.

    Raises:
        ValueError: If images differ in shape, or there are too few.
    """
    images = itertools.islice(iterate_images(dataset), num_images)
    count, shapes, darkest = 0, set(), np.inf
    while block := list(itertools.islice(images, BLOCK)):
        shapes |= {image.shape for image in block}
        check(
            len(shapes) == 1,
            "`dataset` has images of different sizes.",
            expected="images of one shape (height, width, channels)",
            received=" and ".join(map(str, sorted(shapes))),
            do="Resize them: kg.data.from_directory(..., image_shape=shape).",
        )
        stacked = np.stack(block)
        yield stacked
        count += len(block)
        floating = tf.as_dtype(stacked.dtype).is_floating
        darkest = min(darkest, stacked.min()) if floating else -1.0
    check(
        # NaN compares false and is reported by the metric.
        count == 0 or not darkest >= 0.0,
        "`dataset` has no pixel below 0: its range is not [-1, 1].",
        expected="float images in [-1, 1], where -1 is black, or uint8",
        received=f"{count} images with a minimum of {darkest:.3g}",
        do="Scale them: 2.0 * images - 1.0 if white is 1, or pass uint8.",
    )
    check(
        count >= (num_images or 2),
        "`dataset` has fewer than `num_images` images.",
        expected=f"{num_images or 2} images",
        received=f"{count}",
        do=f"Add images, or pass num_images={count}, or None for all.",
    )


def check_num_images(num_images, dataset):
    """Validates the number of images of an evaluation.

    Raises:
        ValueError: If it is not a positive integer or None, or None for infinite data.
    """
    check(
        num_images is None or is_integer(num_images, 1),
        "`num_images` must be a positive integer or None.",
        expected="an integer of at least 1, or None for all",
        received=f"num_images={num_images!r}",
        do="Pass e.g. num_images=10_000.",
    )
    infinite = isinstance(dataset, tf.data.Dataset) and bool(
        dataset.cardinality() == tf.data.INFINITE_CARDINALITY
    )
    check(
        num_images is not None or not infinite,
        "`num_images` is required for an infinite dataset.",
        expected="a finite dataset, or a number of images",
        received="num_images=None and an infinite dataset",
        do="Pass num_images=10_000, or the dataset without repeat().",
    )


def iterate_images(dataset):
    """Yields the images of a dataset or an array one by one."""
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
