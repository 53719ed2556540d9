"""Decoding of image files of any mode with Pillow, and resizing to one shape."""

import io
from collections.abc import Set
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageOps

from keras_gan.images import to_pillow
from keras_gan.typing import Shape, StrPath, UInt8Array

EncodedImage: TypeAlias = StrPath | bytes | UInt8Array
"""Path or bytes of an image file, or its levels `(height, width, channels)`."""

MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""Pillow's mode for each number of channels."""

SUFFIXES = frozenset(
    [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"]
)
"""File name extensions of images, in lower case."""


def open_image(source: EncodedImage) -> Image.Image:
    """Returns a Pillow image of a path, the bytes of a file, or a `uint8` array."""
    if isinstance(source, np.ndarray):
        return to_pillow(source)
    return Image.open(io.BytesIO(source) if isinstance(source, bytes) else source)


def decode(source: EncodedImage) -> tuple[Image.Image, str]:
    """Decodes an image: EXIF orientation applied, 8 bits, gray, RGB or RGBA.

    The first frame is taken of an animation. 16-bit levels are divided by 257.

    Args:
        source: Path, bytes of a file, or `uint8` array `(height, width, channels)`.

    Returns:
        Tuple `(image, mode)`: the Pillow image of mode L, RGB or RGBA, and the mode
        that it had in the file.

    Raises:
        Exception: Whatever Pillow raises for a broken file.
    """
    with open_image(source) as original:
        mode = original.mode
        if mode in MODES.values() and isinstance(source, np.ndarray):
            return original, mode
        image = ImageOps.exif_transpose(original)
    if mode == "F":
        raise ValueError("pixels are 32-bit floats, of unknown range: save 8 bits")
    if mode.startswith("I"):
        # 257 = 65535 / 255. Pillow's convert("L") would clip mode I at 255 instead.
        levels = np.clip(np.asarray(image, np.float64) / 257, 0, 255)
        return Image.fromarray(np.rint(levels).astype(np.uint8)), mode
    if image.has_transparency_data:
        return image.convert("RGBA"), mode
    return image.convert("L" if mode in ("1", "L") else "RGB"), mode


def to_array(image: Image.Image, image_shape: Shape, crop: bool = True) -> UInt8Array:
    """Returns a Pillow image as a `uint8` array, resized and converted to a shape.

    Sizes change by an antialiased Lanczos filter. Without an alpha channel in
    `image_shape`, transparent pixels are blended with white.

    Args:
        image: Pillow image of mode L, RGB or RGBA, as `decode` returns.
        image_shape: `(height, width, channels)`.
        crop: Whether the image is center-cropped to the new aspect ratio; False
            distorts it.

    Returns:
        `uint8` array of shape `image_shape`.
    """
    if shape_of(image) == image_shape:
        return np.asarray(image).reshape(image_shape)
    height, width, channels = image_shape
    if image.mode == "RGBA" and channels != 4:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    # Conversion to fewer channels goes before the resize, to more goes after it: the
    # filter then runs on the fewer channels.
    if len(image.getbands()) > channels:
        image = image.convert(MODES[channels])
    lanczos = Image.Resampling.LANCZOS
    if crop:
        image = ImageOps.fit(image, (width, height), lanczos)
    else:
        image = image.resize((width, height), lanczos)
    return np.asarray(image.convert(MODES[channels])).reshape(image_shape)


def shape_of(image: Image.Image) -> Shape:
    """Returns `(height, width, channels)` of a Pillow image."""
    return (image.height, image.width, len(image.getbands()))


def read_image(
    source: EncodedImage, image_shape: Shape, crop: bool = True
) -> UInt8Array:
    """Decodes one image and returns it as a `uint8` array of a shape."""
    return to_array(decode(source)[0], image_shape, crop)


def common_channels(channels: Set[int]) -> int:
    """Returns the number of channels to which a set of images is converted.

    All gray: 1. All with alpha: 4. Anything else: 3.

    Args:
        channels: Set of the images' numbers of channels.

    Example:
    >>> common_channels({1, 4})
    3
    """
    return next(iter(channels)) if len(channels) == 1 else 3
