"""Decoding of every image of a source once, by several threads in bounded memory."""

import collections
import contextvars
import errno
import hashlib
import itertools
import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from PIL import Image

from keras_gan.data import decoding
from keras_gan.data.decoding import NOTES, EncodedImage, Note
from keras_gan.data.decoding.image_files import RESERVE
from keras_gan.typing import Shape, UInt8Array

T = TypeVar("T")

CHUNK_SIZE = 4
"""Images that a thread decodes at once."""

MAX_DECODING_BYTES = 2**29
"""Bytes of images that are decoded at once, and wait to be consumed, by all threads."""

BAND_BYTES = 2**16
"""Bytes of an image that are hashed at once."""

OF_THE_PROCESS = frozenset([errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS])
"""Error numbers that say nothing about a file, but about the process that opens it."""


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
        mode: Pillow's mode of the file, or "" if it cannot be read.
        shape: `(height, width, channels)`, or None if it cannot be read.
        pixels: `uint8` array of that shape, or None if pixels are not kept.
        digest: Hash of its shape and pixels if pixels are not kept, or b"".
        notes: What a user is to know of it.
        reason: Why it cannot be read, or "".
    """

    entry: Entry
    mode: str = ""
    shape: Shape | None = None
    pixels: UInt8Array | None = None
    digest: bytes = b""
    notes: tuple[Note, ...] = ()
    reason: str = ""


class MemoryBound:
    """Bounds the bytes of the images that several threads decode.

    A thread waits before it decodes an image for which there is no memory. The oldest
    chunk that is not consumed never waits: its thread could wait for memory that newer
    chunks hold until it is consumed. So the images take at most `max_bytes`, and those
    of one chunk.

    Args:
        max_bytes: The bound.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes: float = max_bytes
        self.num_bytes = 0
        self.oldest = 0
        self.changed = threading.Condition()

    def reserve(self, chunk: int, num_bytes: int) -> None:
        """Waits until there is memory for `num_bytes` of a chunk."""
        with self.changed:
            self.changed.wait_for(
                lambda: (
                    chunk <= self.oldest or self.num_bytes + num_bytes <= self.max_bytes
                )
            )
            self.num_bytes += num_bytes

    def release(self, num_bytes: int) -> None:
        """Returns memory."""
        with self.changed:
            self.num_bytes -= num_bytes
            self.changed.notify_all()

    def advance(self) -> None:
        """Makes the next chunk the oldest one."""
        with self.changed:
            self.oldest += 1
            self.changed.notify_all()

    def close(self) -> None:
        """Lets all threads go on: nobody consumes what they decode."""
        with self.changed:
            self.max_bytes = float("inf")
            self.changed.notify_all()


def scan(
    entries: Iterable[Entry],
    image_shape: Shape | None = None,
    crop: bool = True,
    max_bytes: int | None = None,
) -> Iterator[ScanResult]:
    """Yields a `ScanResult` for each entry, in order, decoded by several threads.

    Their memory is bounded by `MAX_DECODING_BYTES`, whatever the number of processors.

    Args:
        entries: Iterable of `Entry`.
        image_shape: Shape to resize the images to, or None.
        crop: Whether a resize center-crops (else it distorts).
        max_bytes: Bytes of all images up to which pixels are kept; None: no pixels
            are kept, but all are hashed, in their own shape.
    """
    bound = MemoryBound(MAX_DECODING_BYTES)
    num_threads = os.cpu_count() or 1
    num_bytes = 0  # of the images that were consumed

    def use(entry: Entry, image: Image.Image, mode: str) -> ScanResult:
        shape = image_shape or decoding.shape_of(image)
        result = ScanResult(entry, mode, shape, notes=image.info.get(NOTES, ()))
        if max_bytes is None:
            return result._replace(digest=digest_of(image))
        if num_bytes > max_bytes:
            return result
        return result._replace(pixels=decoding.to_array(image, shape, crop))

    def scan_chunk(number: int, chunk: list[Entry]) -> list[ScanResult]:
        return [scan_entry(entry, use, bound, number) for entry in chunk]

    def consume(future: Future[list[ScanResult]]) -> Iterator[ScanResult]:
        nonlocal num_bytes
        results = future.result()
        bound.release(sum(held_bytes(result) for result in results))
        bound.advance()
        num_bytes += sum(math.prod(result.shape or (0,)) for result in results)
        yield from results

    pending = collections.deque[Future[list[ScanResult]]]()
    pool = ThreadPoolExecutor(num_threads)
    try:
        for number, chunk in enumerate(chunks(entries, CHUNK_SIZE)):
            pending.append(pool.submit(scan_chunk, number, chunk))
            # Bounds the results, and the encoded images that wait to be decoded.
            if len(pending) > num_threads:
                yield from consume(pending.popleft())
        while pending:
            yield from consume(pending.popleft())
    finally:
        bound.close()
        pool.shutdown(cancel_futures=True)


def held_bytes(result: ScanResult) -> int:
    """Returns the bytes of the pixels that a result keeps."""
    return 0 if result.pixels is None else result.pixels.nbytes


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Returns an iterator of lists of `size` items, the last one shorter."""
    iterator = iter(items)
    return iter(lambda: list(itertools.islice(iterator, size)), [])


def scan_entry(
    entry: Entry,
    use: Callable[[Entry, Image.Image, str], ScanResult],
    bound: MemoryBound,
    chunk: int,
) -> ScanResult:
    """Returns the `ScanResult` of one image; of one that cannot be read, too.

    Args:
        entry: The entry.
        use: Function from the entry, the decoded image and its mode to the result.
        bound: Bound of the memory.
        chunk: Number of the entry's chunk.

    Raises:
        MemoryError: If there is not enough memory, which is no fault of the image.
        OSError: If the process may not open more files, which is none either.
    """
    reserved: list[int] = []

    def reserve(num_bytes: int) -> None:
        bound.reserve(chunk, num_bytes)
        reserved.append(num_bytes)

    def decode() -> ScanResult:
        RESERVE.set(reserve)
        return use(entry, *decoding.decode(entry.image))

    result = ScanResult(entry)
    try:
        # A context of its own: what is set there does not outlive it.
        result = contextvars.Context().run(decode)
    except Exception as error:  # Pillow's decoders raise any class on broken bytes
        if isinstance(error, MemoryError) or (
            isinstance(error, OSError) and error.errno in OF_THE_PROCESS
        ):
            raise
        result = ScanResult(entry, reason=reason_of(error))
    finally:
        bound.release(sum(reserved) - held_bytes(result))
    return result


def digest_of(image: Image.Image) -> bytes:
    """Returns a hash of the shape and the pixels of an image."""
    # The shape too: images of other shapes may have the same bytes.
    digest = hashlib.blake2b(str(decoding.shape_of(image)).encode(), digest_size=16)
    num_rows = max(1, BAND_BYTES // (image.width * len(image.getbands())))
    if num_rows >= image.height:
        digest.update(image.tobytes())
        return digest.digest()
    for top in range(0, image.height, num_rows):
        bottom = min(top + num_rows, image.height)
        digest.update(image.crop((0, top, image.width, bottom)).tobytes())
    return digest.digest()


def reason_of(error: Exception) -> str:
    """Returns why an image cannot be read, as one line."""
    text = error.strerror if isinstance(error, OSError) else None
    lines = (text or str(error)).strip().splitlines()
    return lines[0] if lines else type(error).__name__
