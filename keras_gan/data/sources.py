"""Where pictures lie, and the one pass that reads them all before training starts."""

import abc
import collections
import concurrent.futures
import itertools
import math
import os
from typing import NamedTuple

import numpy as np

from keras_gan.config import check, user_error
from keras_gan.data import decoding

MEMORY = 2**30
"""Bytes of `uint8` pixels up to which a data set is kept in memory."""

CHUNK = 4
"""Pictures that a thread reads at once. Few, for photographs take much memory."""


class Entry(NamedTuple):
    """One picture of a source.

    Args:
        name: What a report calls it.
        picture: Path, bytes of a picture file, or `uint8` array.
        label: Number of its class, or None.
    """

    name: str
    picture: object
    label: int | None = None


class ScanResult(NamedTuple):
    """What reading one picture gave.

    Args:
        entry: The entry.
        mode: Pillow's name of how the pixels are kept, or None if it is broken.
        pixels: `uint8` array `(height, width, channels)`, or None if it is broken.
        reason: Why it is broken, or None.
    """

    entry: Entry
    mode: str | None = None
    pixels: np.ndarray | None = None
    reason: str | None = None


class Collection(NamedTuple):
    """What one pass over a source gave.

    Args:
        images: `uint8` array of all images, or None if they do not fit in memory.
        labels: List of labels, None where a picture has none.
        image_shape: `(height, width, channels)` of every image.
    """

    images: np.ndarray | None
    labels: list
    image_shape: tuple


class Source(abc.ABC):
    """Pictures that lie somewhere, in file order.

    Attributes:
        name: What messages call it.
        class_names: Names of the classes in the order of their labels, or None.
        listing: How a user finds all broken pictures.
    """

    name = "the data"
    class_names = None
    listing = "Remove the broken ones, or write them anew."

    @abc.abstractmethod
    def entries(self):
        """Yields an `Entry` for each picture, in file order."""

    @abc.abstractmethod
    def dataset(self, options):
        """Returns the data set that `Options` describe."""


def find(entry, image_shape, crop):
    """Reads one picture and returns its `ScanResult`; a broken one raises nothing."""
    try:
        picture, mode = decoding.decode(entry.picture)
        shape = image_shape or decoding.shape_of(picture)
        return ScanResult(entry, mode, decoding.to_array(picture, shape, crop))
    except Exception as error:  # decoders raise what they like on broken bytes
        # The text that names the memory address of a buffer says nothing to a user.
        reason = str(error).split("<_io.BytesIO")[0].strip() or type(error).__name__
        return ScanResult(entry, reason=reason.splitlines()[0])


def scan(entries, image_shape=None, crop=True):
    """Yields a `ScanResult` for each entry, in order, read by several threads.

    Args:
        entries: Iterable of `Entry`.
        image_shape: Shape to bring the pictures to, or None.
        crop: Whether that crops or squeezes.
    """

    def look(chunk):
        return [find(entry, image_shape, crop) for entry in chunk]

    num_threads, pending = os.cpu_count(), collections.deque()
    with concurrent.futures.ThreadPoolExecutor(num_threads) as pool:
        for chunk in chunks(entries, CHUNK):
            pending.append(pool.submit(look, chunk))
            if len(pending) > num_threads:
                yield from pending.popleft().result()
        for future in pending:
            yield from future.result()


def chunks(things, size):
    """Returns an iterator of lists of so many things, the last one shorter."""
    things = iter(things)
    return iter(lambda: list(itertools.islice(things, size)), [])


def raise_if_broken(broken, source):
    """Raises an error that names the first broken pictures, if there are any."""
    if broken:
        first = "; ".join(f"{name} ({reason})" for name, reason in broken[:3])
        more = f"; and {len(broken) - 3} more" if len(broken) > 3 else ""
        raise user_error(
            f"Broken pictures in {source.name}: {len(broken)}.",
            expected="pictures that Pillow reads",
            received=f"{first}{more}",
            do=source.listing,
        )


def check_uniform_size(sizes, source):
    """Raises an error if there is no picture; if there are two sizes, it names two."""
    check(
        sizes,
        f"There is no picture in {source.name}.",
        expected="at least a batch of pictures",
        received="none",
        do="Pass data that holds pictures.",
    )
    if len(sizes) > 1:
        (first, one), (second, other) = list(sizes.items())[:2]
        height, width = min(sizes)
        raise user_error(
            f"The pictures in {source.name} have {len(sizes)} sizes.",
            expected="one size, or an image_shape to bring them to",
            received=f"{one} is {first[1]} wide and {first[0]} high, "
            f"{other} is {second[1]} wide and {second[0]} high",
            do="Pass image_shape=(height, width, channels), e.g. "
            f"({height}, {width}, 3); at the command line --image-shape.",
        )


def collect(source, options):
    """Reads every picture once, and keeps them while they fit in memory.

    Args:
        source: A `Source`.
        options: `Options`.

    Returns:
        A `Collection`.

    Raises:
        ValueError: If there is no picture, one is broken, or the sizes differ.
    """
    kept, labels, broken, sizes, channels, num_bytes = [], [], [], {}, set(), 0
    for entry, _, pixels, reason in scan(
        source.entries(), options.image_shape, options.crop
    ):
        if reason:
            broken.append((entry.name, reason))
            continue
        labels.append(entry.label)
        sizes.setdefault(pixels.shape[:2], entry.name)
        channels.add(pixels.shape[2])
        num_bytes += pixels.nbytes
        kept.append(pixels)
        if num_bytes > MEMORY:
            kept.clear()
    raise_if_broken(broken, source)
    check_uniform_size(sizes, source)
    shape = (*next(iter(sizes)), decoding.common_channels(channels))
    fits = max(num_bytes, len(labels) * math.prod(shape)) <= MEMORY
    return Collection(stack(kept, shape) if fits else None, labels, shape)


def stack(kept, image_shape):
    """Returns one array of pictures of one size, their channels made alike."""
    images = np.empty((len(kept), *image_shape), np.uint8)
    for number, pixels in enumerate(kept):
        if pixels.shape != image_shape:
            pixels = decoding.read_image(pixels, image_shape)
        images[number] = pixels
    return images
