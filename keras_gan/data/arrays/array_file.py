"""Images of a file of arrays, of the dtypes and ranges that images are stored in."""

import pathlib
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_gan.data import decoding, pipeline, sources
from keras_gan.data.arrays import checked_labels, from_memory
from keras_gan.data.arrays.formats import open_arrays
from keras_gan.data.filenames import printable
from keras_gan.data.options import CHANNELS, LoadingOptions
from keras_gan.data.records import MAX_CLASSES
from keras_gan.data.sources import Entry, Source
from keras_gan.data.validation import nonfinite_error
from keras_gan.errors import check, user_error
from keras_gan.typing import Array, ImageDataset, IntArray, Shape, Tensor

CHUNK_BYTES = 2**26
"""Bytes of images that are read at once."""

TOLERANCE = 1e-3
"""Distance outside of a range that is allowed for rounding."""


class ArrayFile(Source):
    """Images in a .npy, .npz or HDF5 file, with their labels.

    Integers 0..255, booleans, and floats in [-1, 1], [0, 1] or 0..255 are understood;
    which of them it is follows from the smallest and the largest value.

    Args:
        path: The file.
        split: Name of the split.

    Attributes:
        images: What can be indexed like an array `(num_images, height, width)` or
            `(num_images, height, width, channels)`.
        labels: `int32` array `(num_images,)`, or None.
        limits: Smallest and largest value of all images.
    """

    def __init__(self, path: pathlib.Path, split: str) -> None:
        self.path = path
        self.images, labels, self.key = open_arrays(path, split)
        self.name: str = f'the file "{printable(path)}"'
        check_axes(self.images.shape, self.name)
        self.labels: IntArray | None = self.checked_labels(labels)
        if self.labels is not None:
            numbers = range(int(self.labels.max()) + 1)
            self.class_names: Sequence[str] | None = [str(one) for one in numbers]
        self.kind: str = self.images.dtype.kind
        check(
            self.kind in "buif",
            f"The images of {self.name} are not numbers.",
            expected="integers 0..255, or floats in [-1, 1] or [0, 1]",
            received=f"{self.images.dtype}",
            do="Save them as uint8.",
        )
        self.limits: tuple[float, float] = self.find_limits()
        self.scale, self.offset = self.find_scale()

    def checked_labels(self, labels: Array | None) -> IntArray | None:
        """Returns the labels as `int32`.

        Raises:
            ValueError: If they are not indices of classes.
        """
        count = len(self.images)
        checked = checked_labels(labels, count)
        if checked is None:
            return None
        check(
            checked.max() < max(count, MAX_CLASSES),
            f"The labels of {self.name} are not indices of classes.",
            expected="integers from 0 to the number of classes",
            received=f"{checked.max()} for {count} images",
            do="Number the classes from 0.",
        )
        return checked

    def slices(self) -> Iterator[slice]:
        """Yields slices of the images that are read at once, in order."""
        shape, itemsize = self.images.shape, self.images.dtype.itemsize
        image_bytes = max(1, int(np.prod(shape[1:], dtype=object)) * itemsize)
        size = max(1, CHUNK_BYTES // image_bytes)
        for start in range(0, len(self.images), size):
            yield slice(start, min(start + size, len(self.images)))

    def find_limits(self) -> tuple[float, float]:
        """Returns the smallest and the largest value of all images.

        Raises:
            ValueError: If one is NaN or infinite.
        """
        low, high = np.inf, -np.inf
        for part in self.slices():
            chunk = np.asarray(self.images[part])
            chunk_low, chunk_high = float(chunk.min()), float(chunk.max())
            if not (np.isfinite(chunk_low) and np.isfinite(chunk_high)):
                where = f"{self.name}, counted from image {part.start},"
                raise nonfinite_error(chunk, where)
            low, high = min(low, chunk_low), max(high, chunk_high)
            if self.images.dtype == np.uint8 and high > 1:
                return 0.0, 255.0  # the range of the dtype: no further image matters
        return low, high

    def find_scale(self) -> tuple[float, float]:
        """Returns the factor and the summand that bring the values to 0..255.

        Raises:
            ValueError: If the range is none of images.
        """
        low, high = self.limits
        if self.kind == "b":
            return 255.0, 0.0
        if self.kind in "ui" and low >= 0 and 1 < high <= 255:
            return 1.0, 0.0
        if self.kind == "f" and -TOLERANCE <= low <= high <= 1 + TOLERANCE:
            return 255.0, 0.0
        if self.kind == "f" and -1 - TOLERANCE <= low <= high <= 1 + TOLERANCE:
            return 127.5, 127.5
        if self.kind == "f" and low >= -TOLERANCE and 2 < high <= 255:
            return 1.0, 0.0
        raise self.range_error()

    def doubts(self) -> Iterator[str]:
        """Yields a sentence if the range of floats is a guess."""
        if self.kind == "f" and self.offset == 0.0:
            low, high = self.limits
            white = 1 if self.scale == 255.0 else 255
            yield (
                f"The images of {self.name} are floats from {low:.6g} to {high:.6g}: 0 "
                f"is taken for black and {white} for white. If that is wrong, save "
                "them as uint8 levels."
            )

    def range_error(self) -> Exception:
        """Returns the error for values that are in no range of images."""
        low, high = self.limits
        do = "Save them as uint8 levels, 0 for black and 255 for white."
        if self.kind in "ui" and low >= 0 and high <= 1:
            do = "Multiply images of 0 and 1 by 255, or save them as booleans."
        elif self.kind in "ui" and low >= 0 and high < 2**16:
            do = "Save 16-bit levels as 8 bits: np.uint8(np.rint(images / 257))."
        return user_error(
            f"The values of the images of {self.name} are in no range of images.",
            expected="integers 0..255, booleans, or floats in [-1, 1], [0, 1], 0..255",
            received=f"{self.images.dtype} from {low:.6g} to {high:.6g}",
            do=do,
        )

    def levels(self, index: Any) -> Array:
        """Returns images with an axis of channels: `uint8`, or floats in 0..255."""
        images = np.asarray(self.images[index])
        images = images[..., None] if len(self.images.shape) == 3 else images
        if self.kind in "ui":
            return images.astype(np.uint8)
        levels = images.astype(np.float64) * self.scale + self.offset
        return levels.clip(0, 255)

    def convert(self, index: Any) -> Array:
        """Returns images as `uint8` levels or, if they are floats, in [-1, 1]."""
        levels = self.levels(index)
        is_exact = levels.dtype == np.uint8
        return levels if is_exact else (levels / 127.5 - 1).astype(np.float32)

    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each image."""
        for part in self.slices():
            levels = np.rint(self.levels(part)).astype(np.uint8)
            for index, image in enumerate(levels, part.start):
                label = None if self.labels is None else int(self.labels[index])
                yield Entry(f"image {index}", image, label)

    def dataset(self, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset for `LoadingOptions`."""
        pipeline.check_has_labels(self.labels is not None, self.name, options)
        count = len(self.images)
        pipeline.check_min_size(count, options)
        for sentence in self.doubts():
            warnings.warn(sentence, stacklevel=5)
        own_shape = shape_of(self.images)
        shape = options.image_shape or own_shape
        itemsize = 1 if self.kind in "ui" or shape != own_shape else 4
        if count * int(np.prod(shape)) * itemsize <= sources.MAX_CACHE_BYTES:
            images = self.prepare_all(shape, options)
            return from_memory(
                self.name, images, self.labels, options, self.class_names
            )
        return self.from_disk(shape, options)

    def prepare(
        self, indices: IntArray, shape: Shape, options: LoadingOptions
    ) -> Array:
        """Returns images by their indices, in a shape."""
        is_same = shape == shape_of(self.images)
        dtype = np.uint8 if self.kind in "ui" or not is_same else np.float32
        prepared = np.empty((len(indices), *shape), dtype)
        # One by one: HDF5 reads no list of indices that is not sorted.
        for row, index in enumerate(indices):
            if is_same:
                prepared[row] = self.convert(int(index))
            else:
                levels = np.rint(self.levels(int(index))).astype(np.uint8)
                prepared[row] = decoding.read_image(levels, shape, options.crop)
        return prepared

    def prepare_all(self, shape: Shape, options: LoadingOptions) -> Array:
        """Returns all images in a shape."""
        if shape != shape_of(self.images):
            return self.prepare(np.arange(len(self.images)), shape, options)
        return np.concatenate([self.convert(part) for part in self.slices()])

    def from_disk(self, shape: Shape, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset that reads the images from the file in each epoch."""
        is_same = shape == shape_of(self.images)
        dtype = tf.uint8 if self.kind in "ui" or not is_same else tf.float32

        def read(indices: IntArray) -> Array:
            return self.prepare(indices, shape, options)

        def fetch(indices: Tensor) -> Tensor:
            images = tf.numpy_function(read, [indices], dtype)
            return tf.ensure_shape(images, (*indices.shape, *shape))

        return pipeline.IndexedImages(
            self.name,
            len(self.images),
            fetch,
            self.labels,
            self.class_names,
            num_parallel_calls=tf.data.AUTOTUNE,
        ).dataset(options)


def shape_of(images: Any) -> Shape:
    """Returns `(height, width, channels)` of images that may be without channels."""
    return (*images.shape[1:3], *(images.shape[3:] or (1,)))


def check_axes(shape: Shape, name: str) -> None:
    """Raises an error if an array is not one of images, channels last.

    Args:
        shape: Shape of the array.
        name: Name of the file in the error message.
    """
    is_image = len(shape) in (3, 4) and 0 not in shape
    channels = shape[3] if len(shape) == 4 else 1
    do = "Reshape the array, and save it again. Pass points to kg.data.from_arrays."
    if is_image and channels not in CHANNELS and shape[1] in CHANNELS:
        do = "Transpose it to channels last: np.transpose(images, (0, 2, 3, 1))."
    elif is_image and channels not in CHANNELS:
        do = "Save 1, 3 or 4 channels: images[..., :3]."
    elif is_image and len(shape) == 3 and shape[2] in (3, 4):
        # As gray images, (64, 64, 3) would be 64 of them, 64 high and 3 wide.
        is_image = False
        do = "This is one image. Save many as one array: np.stack(images)."
    check(
        is_image and channels in CHANNELS,
        f"The array of {name} is not one of images.",
        expected="(num_images, height, width), or (num_images, height, width, "
        "channels) with 1, 3 or 4 channels",
        received=f"shape {tuple(shape)}",
        do=do,
    )
