"""Datasets of NumPy arrays in memory."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from keras_gan.data import decoding, pipeline, validation
from keras_gan.data.options import ImageShape, LoadingOptions
from keras_gan.data.sources import Entry, Source
from keras_gan.errors import check, user_error
from keras_gan.images import to_uint8
from keras_gan.typing import Array, ImageDataset, IntArray, Tensor, UInt8Array
from keras_gan.validation import PositiveInt, validated


@validated
def from_arrays(
    images: npt.ArrayLike,
    labels: npt.ArrayLike | None = None,
    batch_size: PositiveInt = 64,
    seed: int = 0,
    image_shape: ImageShape | None = None,
    flip: bool = False,
    crop: bool = True,
    class_names: Sequence[str] | None = None,
) -> ImageDataset:
    """Returns a dataset of images, or of points, in memory.

    Args:
        images: `uint8` in 0..255 or floats in [-1, 1], of shape
            `(num_images, height, width, channels)` or, gray, without the last axis;
            or points: finite floats of shape `(num_points, features)`.
        labels: Integers of shape `(num_images,)`, or None. With them batches are
            `(images, labels)`.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Integer that decides the order, which is another one in each epoch.
        image_shape: `(height, width, channels)` to resize the images to, as `uint8`;
            None keeps their shape.
        flip: Whether each image is flipped horizontally with probability 1/2, drawn
            again in each epoch.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).
        class_names: List of the names of the classes, for `dataset.class_names`.

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in order, not flipped), `class_names` and
        `num_images`.

    Raises:
        ValueError: If the shape, the dtype, the values or the number of the images or
            labels is wrong.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> levels = np.arange(100, dtype="uint8").reshape(25, 2, 2)
    >>> dataset = kg.data.from_arrays(levels, batch_size=10)
    >>> [tuple(batch.shape) for batch in dataset]
    [(10, 2, 2, 1), (10, 2, 2, 1)]
    """
    options = LoadingOptions(
        batch_size, seed, image_shape, flip, crop, labels is not None
    )
    dataset = dataset_of(images, labels, options, class_names)
    validation.warn_if_unsigned(np.asarray(images))
    return dataset


def dataset_of(
    images: npt.ArrayLike,
    labels: npt.ArrayLike | None,
    options: LoadingOptions,
    class_names: Sequence[str] | None = None,
) -> ImageDataset:
    """Returns the dataset of arrays for `LoadingOptions`, as `from_arrays` does."""
    checked = checked_images(images, options)
    pipeline.check_min_size(len(checked), options)
    indices = checked_labels(labels, len(checked))
    return from_memory("the arrays", checked, indices, options, class_names)


def from_memory(
    name: str,
    images: Array,
    labels: pipeline.Labels | None,
    options: LoadingOptions,
    class_names: Sequence[str] | None = None,
) -> ImageDataset:
    """Returns the dataset of validated arrays, resized to `options.image_shape`.

    Args:
        name: Name of the images in error messages.
        images: `uint8` or `float32` array of images, or of points.
        labels: Integer labels, or None if there are none; `options.labels` decides
            whether batches contain them.
        options: `LoadingOptions`.
        class_names: List of names, or None.
    """
    images = resized(images, options)
    with tf.device("CPU:0"):
        tensor = tf.constant(images)

    def fetch(indices: Tensor) -> Tensor:
        return tf.gather(tensor, indices)

    return pipeline.IndexedImages(
        name, len(images), fetch, labels, class_names
    ).dataset(options)


def resized(images: Array, options: LoadingOptions) -> Array:
    """Returns the images in `options.image_shape`, resized by Pillow where needed."""
    shape = options.image_shape
    if shape is None or images.shape[1:] == shape:
        return images
    levels = images if images.dtype == np.uint8 else to_uint8(images)
    resized_images = np.empty((len(levels), *shape), np.uint8)
    for index, image in enumerate(levels):
        resized_images[index] = decoding.read_image(image, shape, options.crop)
    return resized_images


def checked_images(images: npt.ArrayLike, options: LoadingOptions) -> Array:
    """Returns images as `uint8` or `float32` with an axis of channels.

    Raises:
        ValueError: If the shape, the dtype or a value is wrong.
    """
    try:
        array = np.asarray(images)
    except ValueError as error:
        raise user_error(
            "`images` must have one shape.",
            expected="images that form one array",
            received=str(error),
            do="Resize them to one shape first.",
        ) from error
    array = array[..., None] if array.ndim == 3 else array
    check_axes(array, options)
    if array.dtype == np.uint8 and array.ndim == 4:
        return array
    validation.check_floating(array.dtype, "the arrays")
    array = array.astype(np.float32, copy=False)
    validation.check_values(array, "the arrays")
    return array


def check_axes(images: Array, options: LoadingOptions) -> None:
    """Raises an error if the axes are not those of images or of points."""
    shape = images.shape
    check(
        len(shape) in (2, 4) and 0 not in shape[1:],
        "`images` must have the shape of images or of points.",
        expected="(num_images, height, width, channels), (num_images, height, width) "
        "or, for points, (num_points, features)",
        received=shape,
        do="Reshape the array: one image is images[None], gray has 1 channel.",
    )
    check(
        len(shape) == 2 or shape[3] <= 4 or shape[1] not in (1, 3, 4),
        "`images` must have the channels last.",
        expected="(num_images, height, width, channels)",
        received=shape,
        do="Transpose them: np.transpose(images, (0, 2, 3, 1)).",
    )
    check(
        len(shape) == 4 or not (options.flip or options.image_shape),
        "`flip` and `image_shape` do not apply to points.",
        expected="flip=False and image_shape=None for points",
        received=f"flip={options.flip}, image_shape={options.image_shape}",
        do="Leave both out.",
    )


def checked_labels(labels: npt.ArrayLike | None, count: int) -> IntArray | None:
    """Returns labels as `int32`.

    Raises:
        ValueError: If they are not one non-negative integer per image.
    """
    if labels is None:
        return None
    array = np.asarray(labels)
    array = array[:, 0] if array.shape == (count, 1) else array
    check(
        array.shape == (count,),
        "`labels` must contain one label per image.",
        expected=f"one label for each of {count} images: shape ({count},)",
        received=f"shape {array.shape}",
        do="Pass the index of each image's class; for one-hot rows, "
        "np.argmax(labels, axis=1).",
    )
    integers = np.issubdtype(array.dtype, np.integer)
    smallest = f", smallest {array.min()}" if integers else ""
    check(
        integers and array.min() >= 0,
        "`labels` must be non-negative integers.",
        expected="integers of at least 0",
        received=f"{array.dtype}{smallest}",
        do='Number the classes from 0 and pass e.g. labels.astype("int32").',
    )
    return array.astype(np.int32)


class Arrays(Source):
    """Images in memory, with their labels.

    Args:
        name: Name in error messages.
        images: `uint8` array `(num_images, height, width, channels)`.
        labels: `int32` array `(num_images,)`.
        class_names: List of names.
    """

    def __init__(
        self,
        name: str,
        images: UInt8Array,
        labels: IntArray,
        class_names: Sequence[str],
    ) -> None:
        self.name: str = name
        self.images = images
        self.labels = labels
        self.class_names: Sequence[str] | None = class_names

    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each image."""
        for index, image in enumerate(self.images):
            yield Entry(f"image {index}", image, int(self.labels[index]))

    def dataset(self, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset for `LoadingOptions`."""
        return from_memory(
            self.name, self.images, self.labels, options, self.class_names
        )
