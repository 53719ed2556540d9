"""Reader of the first real images of a dataset or an array, in blocks."""

import itertools
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data
from keras_gan.errors import check
from keras_gan.typing import Array, ImageData

BLOCK = 256
"""Size of a block, whatever the batches of the data, so that metrics do not depend on
them."""


def real_blocks(dataset: ImageData, num_images: int | None) -> Iterator[Array]:
    """Yields arrays of the first images of a dataset.

    Args:
        dataset: Dataset or array, as in `Evaluation`.
        num_images: Number of images, or None for all.

    Raises:
        ValueError: If images differ in shape, or there are too few.
    """
    images = itertools.islice(iterate_images(dataset), num_images)
    count, darkest = 0, np.inf
    shapes: set[tuple[int, ...]] = set()
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


def check_finite(num_images: int | None, dataset: ImageData) -> None:
    """Raises an error if all images of an infinite dataset are required.

    Raises:
        ValueError: If `num_images` is None for an infinite dataset.
    """
    if isinstance(dataset, keras.utils.PyDataset):
        infinite = dataset.num_batches is None
    else:
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


def iterate_images(dataset: ImageData) -> Iterator[Array]:
    """Yields the images of a dataset or an array one by one."""
    batches: Any = dataset[0] if isinstance(dataset, tuple) else dataset
    if isinstance(batches, np.ndarray):
        batches = [batches]
    elif isinstance(batches, keras.utils.PyDataset):
        batches = map(batches.__getitem__, range(batches.num_batches))
    elif isinstance(batches, tf.data.Dataset):
        batches = data.unshuffled(batches)
    for batch in batches:
        images, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        yield from keras.ops.convert_to_numpy(images)
