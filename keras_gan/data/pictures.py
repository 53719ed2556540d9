"""Pictures of any kind, read with Pillow and brought to one shape."""

import io

import numpy as np
from PIL import Image, ImageOps

from keras_gan.images import picture as pillow

MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""Pillow's name of what has so many channels."""

SUFFIXES = frozenset(
    [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"]
)
"""Endings of the files that are taken for pictures."""


def opened(source):
    """Opens a picture: a path, the bytes of a file, or a `uint8` array."""
    if isinstance(source, np.ndarray):
        return pillow(source)
    return Image.open(io.BytesIO(source) if isinstance(source, bytes) else source)


def decoded(source):
    """Reads a picture whole: turned upright, 8 bits, gray or RGB or RGB with alpha.

    Of an animation it is the first frame. 16 bits become 8 by division by 257.

    Args:
        source: Path, bytes of a file, or `uint8` array `(height, width, channels)`.

    Returns:
        The Pillow image of mode L, RGB or RGBA, and the mode that it had before.

    Raises:
        Exception: Whatever Pillow raises on a broken file.
    """
    with opened(source) as picture:
        mode = picture.mode
        if mode in MODES.values() and isinstance(source, np.ndarray):
            return picture, mode
        upright = ImageOps.exif_transpose(picture)
    if mode == "F":
        raise ValueError("pixels are 32-bit floats, of unknown range: save 8 bits")
    if mode.startswith("I"):
        levels = np.clip(np.asarray(upright, np.float64) / 257, 0, 255)
        return Image.fromarray(np.rint(levels).astype(np.uint8)), mode
    if upright.has_transparency_data:
        return upright.convert("RGBA"), mode
    return upright.convert("L" if mode in ("1", "L") else "RGB"), mode


def shaped(picture, image_shape, crop=True):
    """Brings a picture to a shape.

    Transparent pixels show white where no alpha is asked for. Another size is reached
    by an antialiased Lanczos filter.

    Args:
        picture: What `decoded` returns first.
        image_shape: `(height, width, channels)`.
        crop: Whether the middle is cropped to the new proportions; else the picture is
            squeezed into them.

    Returns:
        `uint8` array of that shape.
    """
    if own_shape(picture) == image_shape:
        return np.asarray(picture).reshape(image_shape)
    height, width, channels = image_shape
    if picture.mode == "RGBA" and channels != 4:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    if len(picture.getbands()) > channels:
        picture = picture.convert(MODES[channels])
    lanczos = Image.Resampling.LANCZOS
    if crop:
        picture = ImageOps.fit(picture, (width, height), lanczos)
    else:
        picture = picture.resize((width, height), lanczos)
    # What gains channels is resized before, in less time.
    return np.asarray(picture.convert(MODES[channels])).reshape(image_shape)


def own_shape(picture):
    """Returns `(height, width, channels)` of what `decoded` returns first."""
    return (picture.height, picture.width, len(picture.getbands()))


def read(source, image_shape, crop=True):
    """Reads one picture as a `uint8` array of a shape."""
    return shaped(decoded(source)[0], image_shape, crop)


def common_channels(channels):
    """Returns the channels of a set of pictures, from those that it holds.

    All gray: 1. All with alpha: 4. Anything else: 3.

    Example:
    >>> common_channels({1, 4})
    3
    """
    return next(iter(channels)) if len(channels) == 1 else 3
