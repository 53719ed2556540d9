"""Datasets of image files in a folder, or in one subfolder per class."""

import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import tensorflow as tf

from keras_gan.data import decoding, pipeline
from keras_gan.data.arrays import from_memory
from keras_gan.data.options import ImageShape, LoadingOptions
from keras_gan.data.sources import Entry, Source, collect
from keras_gan.errors import check, user_error
from keras_gan.typing import ImageDataset, IntArray, Shape, StrPath, Tensor, UInt8Array
from keras_gan.validation import PositiveInt, validated


@validated
def from_directory(
    directory: StrPath,
    batch_size: PositiveInt = 64,
    seed: int = 0,
    image_shape: ImageShape | None = None,
    flip: bool = False,
    labels: bool = False,
    crop: bool = True,
) -> ImageDataset:
    """Returns a dataset of the images in a folder, or in one subfolder per class.

    Every image is decoded once before training starts, so that broken files are
    reported at once. All gray images give 1 channel, all RGBA images 4, others 3 (with
    transparent pixels blended with white). Up to 1 GiB of pixels is kept in memory;
    larger datasets are read from the files in each epoch.

    Args:
        directory: Folder of images (png, jpg, bmp, gif, webp, tif; hidden and other
            files are ignored), or of subfolders, whose sorted names are the classes.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Integer that decides the order, which is another one in each epoch.
        image_shape: `(height, width, channels)` to resize all images to; None keeps
            them, and they must all have one size.
        flip: Whether each image is flipped horizontally with probability 1/2, drawn
            again in each epoch.
        labels: Whether batches are `(images, labels)`.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, not flipped), `class_names` and
        `num_images`.

    Raises:
        ValueError: If the folder is missing or empty, an image is broken, the sizes
            differ and no `image_shape` is given, there are fewer images than a batch
            holds, or `labels=True` without classes.

    Example:
    >>> import pathlib, tempfile
    >>> from PIL import Image
    >>> import keras_gan as kg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for level in range(4):
    ...         Image.new("L", (9, 9), level).save(pathlib.Path(folder, f"{level}.png"))
    ...     dataset = kg.data.from_directory(
    ...         folder, batch_size=2, image_shape=(8, 8, 1)
    ...     )
    >>> dataset.element_spec.shape
    TensorShape([2, 8, 8, 1])
    """
    options = LoadingOptions(batch_size, seed, image_shape, flip, crop, labels)
    return Folder(directory).dataset(options)


def is_image_file(name: str) -> bool:
    """Returns whether a file name has the extension of an image and is not hidden."""
    extension = os.path.splitext(name)[1].lower()
    return not name.startswith(".") and extension in decoding.SUFFIXES


def list_files(folder: StrPath) -> list[pathlib.Path]:
    """Returns the files at any depth in a folder, sorted, without hidden ones."""
    files: list[pathlib.Path] = []
    for parent, folders, names in os.walk(folder):
        # Changed in place, so that `os.walk` does not descend into hidden folders.
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [
            pathlib.Path(parent, name) for name in names if not name.startswith(".")
        ]
    return sorted(files)


class Folder(Source):
    """Image files in a folder, or in one subfolder per class.

    Args:
        directory: The folder.

    Attributes:
        files: Paths of the images.
        labels: Index of the class of each, or None.
        unclassified_files: Images directly in the folder, outside any class.
        ignored_files: Files without the extension of an image.
    """

    def __init__(self, directory: StrPath) -> None:
        self.directory: pathlib.Path = pathlib.Path(directory).expanduser()
        self.name: str = f'the folder "{directory}"'
        self.broken_advice: str = (
            f'List all of them with `keras-gan check "{directory}"`; then remove them '
            "or write them again."
        )
        self.check_exists()
        visible = [
            path for path in self.directory.iterdir() if not path.name.startswith(".")
        ]
        subfolders = {
            path.name: list_files(path) for path in sorted(visible) if path.is_dir()
        }
        direct = sorted(path for path in visible if path.is_file())
        nested = [path for files in subfolders.values() for path in files]
        files = [*direct, *nested]
        self.files: list[pathlib.Path] = [
            path for path in files if is_image_file(path.name)
        ]
        self.ignored_files: list[pathlib.Path] = [
            path for path in files if not is_image_file(path.name)
        ]
        self.unclassified_files: list[pathlib.Path] = [
            path for path in direct if is_image_file(path.name)
        ]
        self.set_classes(subfolders)

    def set_classes(self, subfolders: Mapping[str, Sequence[pathlib.Path]]) -> None:
        """Sets the class names, which are the subfolders with images, and the labels.

        Args:
            subfolders: Dictionary from the name of each subfolder to its files.
        """
        self.class_names: Sequence[str] | None = [
            name
            for name, files in subfolders.items()
            if any(is_image_file(path.name) for path in files)
        ] or None
        indices = {name: index for index, name in enumerate(self.class_names or [])}
        first_parts = (path.relative_to(self.directory).parts[0] for path in self.files)
        self.labels: list[int | None] = [indices.get(name) for name in first_parts]

    def check_exists(self) -> None:
        """Raises an error if there is no such folder."""
        if not self.directory.is_dir():
            exists = self.directory.exists()
            raise user_error(
                f"`directory`: there is no folder {self.directory}.",
                expected="a folder of images, or of one subfolder per class",
                received="a file" if exists else "a path that does not exist",
                do="Check the path; a relative one starts at the working directory "
                f"{pathlib.Path.cwd()}.",
            )

    def check_layout(self, options: LoadingOptions) -> None:
        """Raises an error if the files do not form a dataset."""
        check(
            self.files,
            f"There is no image in {self.name}.",
            expected=f"files that end in {', '.join(sorted(decoding.SUFFIXES))}",
            received=f"{len(self.ignored_files)} other files",
            do="Put images there, or one subfolder of images per class.",
        )
        if self.unclassified_files and self.class_names:
            raise user_error(
                f"Images in {self.name} are both directly in it and in subfolders.",
                expected="a folder of images, or of one subfolder per class",
                received=f"{self.unclassified_files[0].name} alongside the folder "
                f"{self.class_names[0]}",
                do="Move the images that are directly in the folder into a subfolder.",
            )
        has_labels = self.class_names is not None
        pipeline.check_has_labels(has_labels, self.name, options)

    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each image."""
        for path, label in zip(self.files, self.labels, strict=True):
            yield Entry(path.relative_to(self.directory).as_posix(), path, label)

    def dataset(self, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset for `LoadingOptions`."""
        # Before the scan, which may take minutes.
        self.check_layout(options)
        pipeline.check_min_size(len(self.files), options)
        images, _, shape = collect(self, options)
        labels = self.labels if self.class_names else None
        if images is None:
            return self.from_disk(shape, labels, options)
        return from_memory(self.name, images, labels, options, self.class_names)

    def from_disk(
        self,
        image_shape: Shape,
        labels: pipeline.Labels | None,
        options: LoadingOptions,
    ) -> ImageDataset:
        """Returns the dataset that reads and decodes the files in each epoch."""

        def read(indices: IntArray) -> UInt8Array:
            files = [self.files[index] for index in indices]
            return np.stack(
                [decoding.read_image(path, image_shape, options.crop) for path in files]
            )

        def fetch(indices: Tensor) -> Tensor:
            images = tf.numpy_function(read, [indices], tf.uint8)
            return tf.ensure_shape(images, (*indices.shape, *image_shape))

        return pipeline.IndexedImages(
            self.name,
            len(self.files),
            fetch,
            labels,
            self.class_names,
            num_parallel_calls=tf.data.AUTOTUNE,
        ).dataset(options)
