"""Datasets of image files in a folder, or in one subfolder per class."""

import os
import pathlib
import warnings
from collections.abc import Iterator, Sequence

from keras_gan.data import decoding, pipeline
from keras_gan.data.arrays import from_memory
from keras_gan.data.decoding import EncodedImage
from keras_gan.data.filenames import enumerate_names, printable, to_text
from keras_gan.data.folders import classes, layout
from keras_gan.data.folders.listing import Listing, list_folder
from keras_gan.data.folders.streamed import ImageFiles
from keras_gan.data.options import ImageShape, LoadingOptions, OnError
from keras_gan.data.reading import Reader
from keras_gan.data.sources import Entry, Source, collect
from keras_gan.errors import check, user_error
from keras_gan.typing import ImageDataset, Shape, StrPath, UInt8Array
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
    on_error: OnError = "raise",
) -> ImageDataset:
    """Returns a dataset of the images in a folder, or in one subfolder per class.

    Every image is decoded once before training starts, so that broken files are
    reported at once. All gray images give 1 channel, all RGBA images 4, others 3 (with
    transparent pixels blended with white). Up to 1 GiB of pixels is kept in memory;
    larger datasets are read from the files in each epoch.

    Images are decoded upright, rounded to 8 bits, and converted to sRGB by their color
    profiles; of several frames the first is read. What cannot be decoded exactly is
    said in a warning, or is an error. A file of more than 178,956,970 pixels is an
    error; the environment variable `KERAS_GAN_MAX_PIXELS` sets another number.

    Args:
        directory: Folder of images (png, jpg, bmp, gif, webp, tif), or of subfolders,
            whose sorted names are the classes; subfolders without images are none.
            Links are followed. Left out are hidden and other files, folders of the
            operating system (`@eaDir`, `__MACOSX`), and what this library wrote: runs,
            exports and sample grids, unless there is nothing else.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Integer that decides the order, which is another one in each epoch.
        image_shape: `(height, width, channels)` to resize all images to; None keeps
            them, and they must all have one size.
        flip: Whether each image is flipped horizontally with probability 1/2, drawn
            again in each epoch.
        labels: Whether batches are `(images, labels)`.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).
        on_error: What is done about a file that can no longer be read in a later epoch
            of a larger dataset: `"raise"` an error that names it, or `"replace"` its
            image with the next one of its batch, with a warning.

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, not flipped), `class_names` and
        `num_images`.

    Raises:
        ValueError: If the folder is missing or empty, a folder in it cannot be read, an
            image is broken, the sizes differ and no `image_shape` is given, there are
            fewer images than a batch holds, or `labels=True` without classes.

    Warns:
        UserWarning: If images of this library are left out, if the subfolders are
            splits such as train and val (their images are loaded together, without
            classes), or if the classes are probably not as intended: their names are
            numbers, not in the order of the labels, or differ by case only.

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
    options = LoadingOptions(
        batch_size, seed, image_shape, flip, crop, labels, on_error
    )
    return Folder(directory).dataset(options)


class Folder(Source):
    """Image files in a folder, or in one subfolder per class.

    Args:
        directory: The folder.

    Attributes:
        listing: `Listing` of the folder.
        files: Paths of the images.
        labels: Index of the class of each, or None.
        unclassified_files: Images directly in the folder, outside any class.
        ignored_files: Files without the extension of an image.
        subfolders: Names of the subfolders that contain images.
        splits: Those names, if they are all names of splits such as train and val,
            which are no classes; else an empty list.
        broken: Pairs of the name of a file or folder that cannot be listed and the
            reason.
    """

    def __init__(self, directory: StrPath) -> None:
        self.directory: pathlib.Path = pathlib.Path(
            os.path.expanduser(os.fsdecode(directory))
        )
        self.name: str = f'the folder "{printable(os.fsdecode(directory))}"'
        self.broken_advice: str = (
            f'List all of them with `keras-gan check "{printable(self.directory)}"`; '
            "then remove them or write them again."
        )
        self.listing: Listing = self.list_files()
        # A folder that contains only output of this library was passed on purpose.
        names = self.listing.images or self.listing.output_images
        self.files: list[pathlib.Path] = [self.directory / name for name in names]
        self.ignored_files: list[pathlib.Path] = [
            self.directory / name for name in self.listing.others
        ]
        self.unclassified_files: list[pathlib.Path] = [
            self.directory / name for name in names if "/" not in name
        ]
        self.broken: Sequence[tuple[str, str]] = tuple(
            (printable(name), printable(reason))
            for name, reason in self.listing.unreadable.items()
        )
        self.set_classes(names)

    def list_files(self) -> Listing:
        """Returns the `Listing` of the folder.

        Raises:
            ValueError: If there is no such folder, or it cannot be read.
        """
        try:
            return list_folder(self.directory)
        except FileNotFoundError:
            received = "a path that does not exist"
        except NotADirectoryError:
            received = "a file"
        except (OSError, ValueError) as error:  # ValueError: a null character
            received = getattr(error, "strerror", None) or str(error)
        raise user_error(
            f"`directory`: there is no folder {printable(self.directory)} that can be "
            "read.",
            expected="a folder of images, or of one subfolder per class",
            received=received,
            do="Check the path and its permissions; a relative path starts at the "
            f"working directory {printable(pathlib.Path.cwd())}.",
        )

    def set_classes(self, names: Sequence[str]) -> None:
        """Sets the class names, which are the subfolders with images, and the labels.

        Args:
            names: Paths of the images relative to the folder, sorted.
        """
        first_parts = [name.split("/")[0] if "/" in name else None for name in names]
        self.subfolders: list[str] = [*dict.fromkeys(filter(None, first_parts))]
        splits = classes.find_splits(self.subfolders)
        self.splits: list[str] = splits if splits == self.subfolders else []
        class_names = [] if self.splits else self.subfolders
        self.class_names: Sequence[str] | None = [*map(to_text, class_names)] or None
        indices = {name: index for index, name in enumerate(class_names)}
        self.labels: list[int | None] = [
            None if name is None else indices.get(name) for name in first_parts
        ]

    def check_layout(self, options: LoadingOptions) -> None:
        """Raises an error if the files do not form a dataset, and warns of doubts."""
        self.check_readable()
        check(
            self.files,
            f"There is no image in {self.name}.",
            expected=f"files that end in {', '.join(sorted(decoding.SUFFIXES))}",
            received=f"{len(self.ignored_files)} other files",
            do="Put images there, or one subfolder of images per class.",
        )
        self.check_classes(options)
        for sentence in self.doubts():
            warnings.warn(sentence, stacklevel=5)

    def check_readable(self) -> None:
        """Raises an error if a file or a folder cannot be listed."""
        check(
            not self.broken,
            f"Files or folders cannot be read in {self.name}: {len(self.broken)}.",
            expected="files and folders that can be read",
            received="; ".join(f"{name}: {reason}" for name, reason in self.broken[:3]),
            do="Change their permissions, repair the links, or remove them: without "
            "them training would be on other data than the folder seems to have.",
        )

    def check_classes(self, options: LoadingOptions) -> None:
        """Raises an error if the subfolders cannot be the classes."""
        for problem in self.problems():
            raise problem
        check(
            not self.splits or not options.labels,
            f"The subfolders of {self.name} are splits, not classes.",
            expected="one subfolder of images per class",
            received=enumerate_names(self.splits),
            do="Pass the folder of one split, such as "
            f"{printable(self.directory.joinpath(*self.splits[:1]))}.",
        )
        pipeline.check_has_labels(self.class_names is not None, self.name, options)

    def problems(self) -> Iterator[Exception]:
        """Yields the errors of a layout that is neither that of classes nor flat."""
        if self.unclassified_files and self.subfolders:
            yield user_error(
                f"Images in {self.name} are both directly in it and in subfolders.",
                expected="a folder of images, or of one subfolder per class",
                received=f"{printable(self.unclassified_files[0].name)} alongside the "
                f"folder {printable(self.subfolders[0])}",
                do="Move the images that are directly in the folder into a subfolder.",
            )
        names = self.class_names or ()
        if len(set(names)) < len(names):
            yield user_error(
                f"Two subfolders of {self.name} have one name, if bytes that are not "
                "UTF-8 are escaped.",
                expected="a different name for each class",
                received=enumerate_names(names),
                do="Rename one of them.",
            )

    def doubts(self) -> Iterator[str]:
        """Yields sentences on what is probably not as intended, for a warning."""
        yield from layout.doubts_on_outputs(self.listing, self.name)
        yield from layout.doubts_on_files(self.listing, self.directory)
        if self.splits:
            yield classes.doubt_on_splits(self.splits, self.directory)
        else:
            yield from classes.doubts(self.class_names or ())
            yield from classes.doubts_on_depth(self.directory, self.listing.images)

    def notes(self) -> Iterator[str]:
        """Yields sentences on what is left out rightly, for a report."""
        yield from layout.notes(
            self.listing, self.directory, self.subfolders, not self.splits
        )

    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each image."""
        for path, label in zip(self.files, self.labels, strict=True):
            yield Entry(self.name_of(path), self.encoded(path), label)

    def encoded(self, path: pathlib.Path) -> EncodedImage:
        """Returns the path, or the bytes, of one of `files`."""
        return path

    def name_of(self, path: pathlib.Path) -> str:
        """Returns the name of a file in error messages and reports."""
        return printable(path.relative_to(self.directory).as_posix())

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

        def decode(index: int) -> UInt8Array:
            encoded = self.encoded(self.files[index])
            return decoding.read_image(encoded, image_shape, options.crop)

        def name_of(index: int) -> str:
            return self.name_of(self.files[index])

        reader = Reader(self.name, name_of, decode, image_shape, options.on_error)
        return ImageFiles(
            self.name, len(self.files), reader, labels, self.class_names
        ).dataset(options)
