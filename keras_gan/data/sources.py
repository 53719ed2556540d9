"""Sources of images, and the one pass that decodes them all before training."""

import abc
import math
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from keras_gan.data import decoding
from keras_gan.data.decoding import Note
from keras_gan.data.filenames import enumerate_names
from keras_gan.data.options import LoadingOptions
from keras_gan.data.scanning import Entry as Entry
from keras_gan.data.scanning import scan
from keras_gan.errors import check, user_error
from keras_gan.typing import ImageDataset, Shape, UInt8Array

MAX_CACHE_BYTES = 2**30
"""Bytes of `uint8` pixels up to which a dataset is kept in memory."""


class Collection(NamedTuple):
    """Result of one pass over a source.

    Args:
        images: `uint8` array of all images, or None if they do not fit in memory.
        labels: List of labels, None where an image has none.
        image_shape: `(height, width, channels)` of every image.
    """

    images: UInt8Array | None
    labels: list[int | None]
    image_shape: Shape


class Source(abc.ABC):
    """Images of a folder, of files or of a named dataset, in file order.

    Attributes:
        name: Name in error messages.
        class_names: Names of the classes in the order of their labels, or None.
        broken_advice: What a user should do about broken images.
        broken: Pairs of the name of an image that cannot even be listed and the reason.
    """

    name: str = "the data"
    class_names: Sequence[str] | None = None
    broken_advice: str = "Remove the broken ones, or write them again."
    broken: Sequence[tuple[str, str]] = ()

    @abc.abstractmethod
    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each image, in file order."""

    @abc.abstractmethod
    def dataset(self, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset for `LoadingOptions`."""

    def problems(self) -> Iterator[Exception]:
        """Yields the errors that `dataset` raises before any image is decoded."""
        yield from ()

    def doubts(self) -> Iterator[str]:
        """Yields sentences on what is probably not as intended, for a warning."""
        yield from ()

    def notes(self) -> Iterator[str]:
        """Yields sentences on what is left out rightly, for a report."""
        yield from ()


def raise_if_broken(broken: Sequence[tuple[str, str]], source: Source) -> None:
    """Raises an error that names the first images that cannot be read, if any."""
    if broken:
        first = "; ".join(f"{name} ({reason})" for name, reason in broken[:3])
        more = f"; and {len(broken) - 3} more" if len(broken) > 3 else ""
        raise user_error(
            f"Broken images in {source.name}: {len(broken)}.",
            expected="images that Pillow can read",
            received=f"{first}{more}",
            do=source.broken_advice,
        )


def warn_of_notes(
    names: Mapping[Note, Sequence[str]], source: Source, stacklevel: int = 2
) -> None:
    """Warns of images that are not read as they are in their files.

    Args:
        names: Dictionary from each `Note` to the names of the images.
        source: A `Source`.
        stacklevel: As in `warnings.warn`.
    """
    for note, images in names.items():
        if note is not Note.CONVERTED:
            warnings.warn(
                f"{len(images):,} images in {source.name} have {note.value}: "
                f"{enumerate_names(list(images))}.",
                stacklevel=stacklevel + 1,
            )


def check_uniform_size(sizes: Mapping[tuple[int, int], str], source: Source) -> None:
    """Raises an error if there is no image, or if there are two sizes.

    Args:
        sizes: Dictionary from each `(height, width)` to the name of an image of it.
        source: A `Source`.
    """
    check(
        sizes,
        f"There is no image in {source.name}.",
        expected="at least one batch of images",
        received="none",
        do="Pass data that contains images.",
    )
    if len(sizes) > 1:
        (first_size, first), (second_size, second) = list(sizes.items())[:2]
        height, width = min(sizes)
        raise user_error(
            f"`image_shape` is required: the images in {source.name} have "
            f"{len(sizes)} sizes.",
            expected="one size, or an image_shape to resize them to",
            received=f"{first} is {first_size[1]} wide and {first_size[0]} high, "
            f"{second} is {second_size[1]} wide and {second_size[0]} high",
            do="Pass image_shape=(height, width, channels), e.g. "
            f"({height}, {width}, 3); at the command line --image-shape.",
        )


def collect(source: Source, options: LoadingOptions) -> Collection:
    """Decodes every image once, and keeps the pixels if they fit in memory.

    Args:
        source: A `Source`.
        options: `LoadingOptions`.

    Returns:
        A `Collection`.

    Raises:
        ValueError: If there is no image, one is broken, or the sizes differ.
    """
    images: list[UInt8Array] = []
    labels: list[int | None] = []
    broken: list[tuple[str, str]] = []
    sizes: dict[tuple[int, int], str] = {}
    channels: set[int] = set()
    names: dict[Note, list[str]] = defaultdict(list)
    num_bytes = 0
    for entry, _, image_shape, pixels, _, notes, reason in scan(
        source.entries(), options.image_shape, options.crop, MAX_CACHE_BYTES
    ):
        if image_shape is None:
            broken.append((entry.name, reason))
            continue
        labels.append(entry.label)
        sizes.setdefault((image_shape[0], image_shape[1]), entry.name)
        channels.add(image_shape[2])
        for note in notes:
            names[note].append(entry.name)
        num_bytes += math.prod(image_shape)
        if pixels is not None:
            images.append(pixels)
        # The scan goes on without keeping pixels: later images may be broken.
        if num_bytes > MAX_CACHE_BYTES:
            images.clear()
    raise_if_broken(broken, source)
    warn_of_notes(names, source)
    check_uniform_size(sizes, source)
    shape = (*next(iter(sizes)), decoding.common_channels(channels))
    # Gray images among RGB ones take three times their bytes once converted.
    fits = max(num_bytes, len(labels) * math.prod(shape)) <= MAX_CACHE_BYTES
    return Collection(stack(images, shape) if fits else None, labels, shape)


def stack(images: Sequence[UInt8Array], image_shape: Shape) -> UInt8Array:
    """Returns images of one size as one array, converted to the same channels."""
    stacked = np.empty((len(images), *image_shape), np.uint8)
    for index, pixels in enumerate(images):
        if pixels.shape != image_shape:
            pixels = decoding.read_image(pixels, image_shape)
        stacked[index] = pixels
    return stacked
