"""Sources of images, and the one pass that decodes them all before training."""

import abc
import collections
import concurrent.futures
import itertools
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from keras_gan.data import decoding
from keras_gan.data.decoding import EncodedImage
from keras_gan.data.options import LoadingOptions
from keras_gan.errors import check, user_error
from keras_gan.typing import ImageDataset, Shape, UInt8Array

T = TypeVar("T")

MAX_CACHE_BYTES = 2**30
"""Bytes of `uint8` pixels up to which a dataset is kept in memory."""

CHUNK_SIZE = 4
"""Images that a thread decodes at once. Few, since photographs take much memory."""


class Entry(NamedTuple):
    """One encoded image of a source.

    Args:
        name: Name in error messages and reports.
        image: Path, bytes of an image file, or `uint8` array.
        label: Index of its class, or None.
    """

    name: str
    image: EncodedImage
    label: int | None = None


class ScanResult(NamedTuple):
    """Result of decoding one image.

    Args:
        entry: The entry.
        mode: Pillow's mode of the file, or "" if it is broken.
        pixels: `uint8` array `(height, width, channels)`, or None if it is broken.
        reason: Why it is broken, or "".
    """

    entry: Entry
    mode: str = ""
    pixels: UInt8Array | None = None
    reason: str = ""


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


def scan_entry(entry: Entry, image_shape: Shape | None, crop: bool) -> ScanResult:
    """Returns the `ScanResult` of one image; of a broken one too, without raising."""
    try:
        image, mode = decoding.decode(entry.image)
        shape = image_shape or decoding.shape_of(image)
        return ScanResult(entry, mode, decoding.to_array(image, shape, crop))
    except Exception as error:  # Pillow's decoders raise any class on broken bytes
        # Pillow's text goes on with the memory address of the buffer: of no use.
        reason = str(error).split("<_io.BytesIO")[0].strip() or type(error).__name__
        return ScanResult(entry, reason=reason.splitlines()[0])


def scan(
    entries: Iterable[Entry], image_shape: Shape | None = None, crop: bool = True
) -> Iterator[ScanResult]:
    """Yields a `ScanResult` for each entry, in order, decoded by several threads.

    Args:
        entries: Iterable of `Entry`.
        image_shape: Shape to resize the images to, or None.
        crop: Whether a resize center-crops (else it distorts).
    """

    def scan_chunk(chunk: list[Entry]) -> list[ScanResult]:
        return [scan_entry(entry, image_shape, crop) for entry in chunk]

    num_threads = os.cpu_count() or 1
    pending = collections.deque[concurrent.futures.Future[list[ScanResult]]]()
    with concurrent.futures.ThreadPoolExecutor(num_threads) as pool:
        for chunk in chunks(entries, CHUNK_SIZE):
            pending.append(pool.submit(scan_chunk, chunk))
            # Bounds the decoded images that wait to be consumed, and so the memory.
            if len(pending) > num_threads:
                yield from pending.popleft().result()
        for future in pending:
            yield from future.result()


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Returns an iterator of lists of `size` items, the last one shorter."""
    iterator = iter(items)
    return iter(lambda: list(itertools.islice(iterator, size)), [])


def raise_if_broken(broken: Sequence[tuple[str, str]], source: Source) -> None:
    """Raises an error that names the first broken images, if there are any."""
    if broken:
        first = "; ".join(f"{name} ({reason})" for name, reason in broken[:3])
        more = f"; and {len(broken) - 3} more" if len(broken) > 3 else ""
        raise user_error(
            f"Broken images in {source.name}: {len(broken)}.",
            expected="images that Pillow can read",
            received=f"{first}{more}",
            do=source.broken_advice,
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
    num_bytes = 0
    for entry, _, pixels, reason in scan(
        source.entries(), options.image_shape, options.crop
    ):
        if pixels is None:
            broken.append((entry.name, reason))
            continue
        labels.append(entry.label)
        sizes.setdefault((pixels.shape[0], pixels.shape[1]), entry.name)
        channels.add(pixels.shape[2])
        num_bytes += pixels.nbytes
        images.append(pixels)
        # The scan goes on without keeping pixels: later images may be broken.
        if num_bytes > MAX_CACHE_BYTES:
            images.clear()
    raise_if_broken(broken, source)
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
