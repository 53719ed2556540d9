"""Opening of image files with Pillow: formats, bound in pixels, reasons of refusal."""

import contextlib
import functools
import io
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, BinaryIO

from PIL import Image, UnidentifiedImageError

from keras_gan.errors import user_error
from keras_gan.typing import StrPath

SUFFIXES = frozenset(
    [
        ".png",
        ".apng",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".bmp",
        ".gif",
        ".webp",
        ".tif",
        ".tiff",
        ".avif",
        ".jp2",
        ".j2k",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
    ]
)
"""File name extensions of images, in lower case."""

REFUSED_FORMATS = frozenset(["EPS", "WMF", "BUFR", "GRIB", "HDF5", "MPEG"])
"""Pillow's formats that are programs or no images.

To read EPS, Pillow runs Ghostscript, which executes the file."""

VARIABLE = "KERAS_GAN_MAX_PIXELS"
"""Environment variable with the largest number of pixels of an image file."""

KINDS_OF_FILES = {
    b"<!doctype html": "a web page, as of a download that failed",
    b"<html": "a web page, as of a download that failed",
    b"<svg": "an SVG drawing, which has no pixels",
    b"version https://git-lfs": "a Git LFS pointer: run `git lfs pull`",
    b"%pdf": "a PDF document",
    b"%!ps": "a PostScript program",
    b"pk\x03\x04": "a zip archive",
    b"\xff\x0a": "JPEG XL, which Pillow cannot read",
    b"\x00\x00\x00\x0cjxl ": "JPEG XL, which Pillow cannot read",
}
"""What files are that begin so, in lower case, and that Pillow cannot read."""

BRANDS = {
    b"avif": "AVIF, which this version of Pillow cannot read",
    b"avis": "AVIF, which this version of Pillow cannot read",
    b"heic": "HEIC, which Pillow cannot read: save it as JPEG or PNG",
    b"heix": "HEIC, which Pillow cannot read: save it as JPEG or PNG",
    b"mif1": "HEIF, which Pillow cannot read: save it as JPEG or PNG",
    b"msf1": "HEIF, which Pillow cannot read: save it as JPEG or PNG",
}
"""The same for the brand of files of the ISO base media format."""


RESERVE: ContextVar[Callable[[int], None] | None] = ContextVar("RESERVE", default=None)
"""Function that waits until there is memory for the bytes of an image, or None."""


@contextlib.contextmanager
def opened(source: StrPath | bytes) -> Iterator[BinaryIO]:
    """Opens a path, or the bytes of a file, for reading."""
    # Pillow is never given a path: it would map an uncompressed file into memory, which
    # scrambles the pixels of a TIFF that is to be turned, and ends the process if the
    # file is cut short at that moment.
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        with open(source, "rb") as file:
            yield file


def open_image(file: BinaryIO) -> Image.Image:
    """Returns the Pillow image of an opened file, whose pixels are not decoded yet.

    Raises:
        ValueError: If it is no image, has no pixels or too many; says why.
    """
    apply_bound(os.environ.get(VARIABLE))
    Image.preinit()
    image = identify(file)
    if image is None:
        # Imports the decoders of rare formats. Its result is not used: another thread
        # may have imported them since.
        Image.init()
        image = identify(file)
    if image is None:
        file.seek(0)
        raise ValueError(kind_of_file(file.read(64)) or "cannot identify image file")
    if 0 in image.size:
        raise ValueError(f"no pixels: {image.width} wide and {image.height} high")
    return image


def identify(file: BinaryIO) -> Image.Image | None:
    """Returns the Pillow image of an opened file, or None if no decoder knows it."""
    formats = [name for name in Image.ID if name not in REFUSED_FORMATS]
    file.seek(0)
    try:
        return Image.open(file, formats=formats)
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError as error:
        raise too_many_pixels() from error


def kind_of_file(start: bytes) -> str:
    """Returns what a file is that is no image, by its first bytes; "" if unknown."""
    if not start:
        return "an empty file"
    if not start.strip(b"\0"):
        return "a file of zeros, as of a download that was interrupted"
    if start[4:8] == b"ftyp":
        return BRANDS.get(start[8:12], "a video, or an image that Pillow cannot read")
    begin = start.lower().lstrip(b"\xef\xbb\xbf \r\n\t")
    for prefix, kind in KINDS_OF_FILES.items():
        if begin.startswith(prefix) or start.startswith(prefix):
            return kind
    return ""


def too_many_pixels() -> Exception:
    """Returns the error of an image of more pixels than the bound."""
    bound = 2 * (Image.MAX_IMAGE_PIXELS or 0)
    return ValueError(
        f"more than {bound:,} pixels, as a file made to fill memory has: if it is "
        f"sound, set the environment variable {VARIABLE} to a larger number"
    )


@functools.lru_cache(maxsize=1)
def apply_bound(value: str | None) -> None:
    """Sets the largest number of pixels from the environment variable.

    Pillow raises an error of twice `PIL.Image.MAX_IMAGE_PIXELS`, and warns of more than
    half of that. Without the variable it is not changed.

    Raises:
        ValueError: If it is no positive integer.
    """
    if value is None:
        return
    if not value.isdigit() or int(value) < 1:
        raise user_error(
            f"The environment variable {VARIABLE} must be a positive integer.",
            expected="the largest number of pixels of an image file",
            received=f"{value!r}",
            do=f"Set e.g. {VARIABLE}=400000000, or leave it unset.",
        )
    Image.MAX_IMAGE_PIXELS = -(-int(value) // 2)


def reserve_memory(image: Image.Image, bytes_per_pixel: int) -> None:
    """Waits until there is memory for the pixels of an image: see `RESERVE`."""
    reserve = RESERVE.get()
    if reserve is not None:
        reserve(image.width * image.height * bytes_per_pixel)


def has_frames(image: Any) -> bool:
    """Returns whether an opened file has more than one frame.

    The layers of a Photoshop file are none: its first frame is the whole image.
    """
    try:
        return image.format != "PSD" and bool(getattr(image, "is_animated", False))
    except Exception:  # a broken second frame, which is not read
        return True
