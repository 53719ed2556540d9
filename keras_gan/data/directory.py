"""Data sets of picture files in a folder, or in a folder per class."""

import os
import pathlib

import numpy as np
import tensorflow as tf

from keras_gan.config import check, user_error
from keras_gan.data import decoding, pipeline
from keras_gan.data.arrays import from_memory
from keras_gan.data.options import Options
from keras_gan.data.sources import Entry, Source, collect


def from_directory(
    directory,
    batch_size=64,
    seed=0,
    image_shape=None,
    flip=False,
    labels=False,
    crop=True,
):
    """Makes a data set of the pictures in a folder, or in a folder per class.

    Every picture is read once before training starts, so that a broken one is named at
    once. All gray pictures give 1 channel, all with alpha 4, others 3 (transparent
    pixels show white). Up to 1 GiB of pixels stays in memory; more is read from the
    files as training goes on.

    Args:
        directory: Folder of pictures (png, jpg, bmp, gif, webp, tif; hidden and other
            files are ignored), or of folders, whose sorted names are the classes.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Whole number that decides the order, anew for each epoch.
        image_shape: `(height, width, channels)` to bring all pictures to; None keeps
            them, and they must all have one size.
        flip: Whether each image is mirrored left-right with probability 1/2, drawn anew
            for each epoch.
        labels: Whether the data set gives `(images, labels)`.
        crop: Whether a change of shape crops the middle (else it squeezes).

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, unmirrored), `class_names` and
        `num_images`.

    Raises:
        ValueError: If the folder is missing or empty, a picture is broken, the sizes
            differ and no `image_shape` is given, there are fewer pictures than a batch
            holds, or labels are asked for where there are no classes.

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
    options = Options(batch_size, seed, image_shape, flip, crop, labels)
    return Folder(directory).dataset(options)


def is_picture(name):
    """Returns whether the name of a file is that of a picture, and not hidden."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in (
        decoding.SUFFIXES
    )


def below(folder):
    """Returns the files at any depth below a folder, sorted, without hidden ones."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            pathlib.Path(parent, name) for name in names if not name.startswith(".")
        ]
    return sorted(found)


class Folder(Source):
    """Picture files in a folder, or in a folder per class.

    Args:
        directory: The folder.

    Attributes:
        files: Paths of the pictures.
        labels: Number of the class of each, or None.
        unclassified_files: Pictures that lie beside folders with pictures, in no class.
        ignored: Files that are no pictures by their name.
    """

    def __init__(self, directory):
        self.directory = pathlib.Path(directory).expanduser()
        self.name = f'the folder "{directory}"'
        self.listing = (
            f'See all of them by `keras-gan check "{directory}"`; then remove them or '
            "write them anew."
        )
        self.check_exists()
        visible = [
            path for path in self.directory.iterdir() if not path.name.startswith(".")
        ]
        classes = {path.name: below(path) for path in sorted(visible) if path.is_dir()}
        direct = sorted(path for path in visible if path.is_file())
        files = [*direct, *(path for inside in classes.values() for path in inside)]
        self.files = [path for path in files if is_picture(path.name)]
        self.ignored = [path for path in files if not is_picture(path.name)]
        self.unclassified_files = [path for path in direct if is_picture(path.name)]
        self.set_classes(classes)

    def set_classes(self, classes):
        """Numbers the classes: the folders in which there are pictures."""
        self.class_names = [
            name
            for name, files in classes.items()
            if any(is_picture(path.name) for path in files)
        ] or None
        number = {name: i for i, name in enumerate(self.class_names or [])}
        first = (path.relative_to(self.directory).parts[0] for path in self.files)
        self.labels = [number.get(name) for name in first]

    def check_exists(self):
        """Raises an error if there is no such folder."""
        if not self.directory.is_dir():
            exists = self.directory.exists()
            raise user_error(
                f"There is no folder of pictures at {self.directory}.",
                expected="a folder of pictures, or of a folder per class",
                received="a file" if exists else "a path where nothing is",
                do="Check the path; a relative one starts at the working folder "
                f"{pathlib.Path.cwd()}.",
            )

    def check_layout(self, options):
        """Raises an error if the files do not make a data set."""
        check(
            self.files,
            f"There is no picture in {self.name}.",
            expected=f"files that end in {', '.join(sorted(decoding.SUFFIXES))}",
            received=f"{len(self.ignored)} other files",
            do="Put pictures there, or folders of pictures, one per class.",
        )
        check(
            not (self.unclassified_files and self.class_names),
            f"In {self.name} there are pictures both directly and in folders.",
            expected="a folder of pictures, or of a folder per class",
            received=f"{self.unclassified_files[0].name if self.unclassified_files else None} beside the folder "
            f"{self.class_names[0] if self.class_names else None}",
            do="Move the pictures that lie directly there into a folder.",
        )
        check(
            self.class_names or not options.labels,
            f"There are no labels in {self.name}.",
            expected="a folder per class, for labels=True",
            received=f"{len(self.files)} pictures and no folders",
            do="Sort the pictures into one folder per class, or pass labels=False.",
        )

    def entries(self):
        """Yields an `Entry` for each picture."""
        for path, label in zip(self.files, self.labels, strict=True):
            yield Entry(path.relative_to(self.directory).as_posix(), path, label)

    def dataset(self, options):
        """Returns the data set that `Options` describe."""
        self.check_layout(options)
        pipeline.check_min_size(len(self.files), options)
        images, _, shape = collect(self, options)
        labels = self.labels if options.labels else None
        if images is not None:
            return from_memory(images, labels, options, self.class_names)
        return self.from_disk(shape, labels, options)

    def from_disk(self, image_shape, labels, options):
        """Returns the data set that reads the files as training goes on."""

        def read(numbers):
            files = [self.files[number] for number in numbers]
            return np.stack(
                [decoding.read_image(path, image_shape, options.crop) for path in files]
            )

        def fetch(numbers):
            images = tf.numpy_function(read, [numbers], tf.uint8)
            return tf.ensure_shape(images, (*numbers.shape, *image_shape))

        return pipeline.from_fetch(
            fetch,
            len(self.files),
            labels,
            options,
            self.class_names,
            parallel=tf.data.AUTOTUNE,
        )
