"""Decoding of image files of any mode with Pillow, and resizing to one shape."""

import enum
import math
from collections.abc import Set
from typing import BinaryIO, TypeAlias

import numpy as np
from PIL import Image, ImageOps

from keras_gan.data.decoding import color_profiles, image_files, pixel_formats, png
from keras_gan.data.decoding.color_profiles import to_eight_bits
from keras_gan.data.decoding.pixel_formats import Levels
from keras_gan.images import to_pillow
from keras_gan.typing import Shape, StrPath, UInt8Array

EncodedImage: TypeAlias = StrPath | bytes | UInt8Array
"""Path or bytes of an image file, or its levels `(height, width, channels)`."""

MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""Pillow's mode for each number of channels."""

BYTES_PER_PIXEL = 4
"""Bytes that Pillow keeps of a pixel of RGB."""

NOTES = "notes"
"""Key of the tuple of `Note`s in the `info` of a decoded image."""


class Note(enum.Enum):
    """What a user is to know of images that were decoded, as the end of a sentence."""

    FRAMES = "more than one frame, of which the first is read"
    CONVERTED = "another color space than sRGB, to which it is converted"
    PROFILE = "a color profile that is broken or not of its mode, and is ignored"
    CMYK = "CMYK without a color profile, so that its colors are approximate"
    EXIF = "broken EXIF data, so that an orientation in it is not applied"
    LARGE = "more pixels than `PIL.Image.MAX_IMAGE_PIXELS`; twice as many are refused"


def decode(source: EncodedImage) -> tuple[Image.Image, str]:
    """Decodes an image: upright, 8 bits, gray, RGB or RGBA, in sRGB.

    Of several frames the first is decoded. More than 8 bits are rounded. Colors are
    converted to sRGB by an ICC profile, the chunks `gAMA` and `cHRM` of a PNG, or the
    name of Adobe RGB in EXIF. A transparent color becomes alpha.

    Args:
        source: Path, bytes of a file, or `uint8` array `(height, width, channels)`.

    Returns:
        Tuple `(image, mode)`: the Pillow image of mode L, RGB or RGBA, whose
        `info["notes"]` are `Note`s, and the mode that it had in the file.

    Raises:
        ValueError: If the file is no image, has more pixels than the bound
            (`image_files.VARIABLE`), or levels of unknown range.
        Exception: Whatever Pillow raises for a broken file.
    """
    if isinstance(source, np.ndarray):
        image = to_pillow(source)
        return image, image.mode
    with image_files.opened(source) as file:
        try:
            return decode_file(file)
        except Image.DecompressionBombError as error:
            raise image_files.too_many_pixels() from error
        except ValueError:  # perhaps Pillow's bound on the text of a PNG
            file.seek(0)
            content = file.read()
            if not content.startswith(png.SIGNATURE):
                raise
            smaller, profile = png.without_large_chunks(content)
            if len(smaller) == len(content):
                raise
    with image_files.opened(smaller) as file:
        return decode_file(file, profile)


def decode_file(
    file: BinaryIO, profile: bytes | None = None
) -> tuple[Image.Image, str]:
    """Decodes an opened file, as in `decode`.

    Args:
        file: The file.
        profile: ICC profile, or None for the one in the file.
    """
    image = image_files.open_image(file)
    mode, layout = image.mode, pixel_formats.layout_of(image)
    notes = [Note.FRAMES] if image_files.has_frames(image) else []
    if image.width * image.height > (Image.MAX_IMAGE_PIXELS or math.inf):
        notes.append(Note.LARGE)
    is_deep = layout.byte_modes is not None or layout.maximum > 255
    image_files.reserve_memory(image, BYTES_PER_PIXEL * (4 if is_deep else 1))
    high, low = layout.byte_modes or (None, None)
    image, low_bytes = pixel_formats.decode_pixels(image, high), None
    if low is not None:
        low_bytes = pixel_formats.decode_pixels(image_files.open_image(file), low)
        turn_upright(low_bytes)
    if profile is None:
        profile = profile_or_note(image, notes)
    if not turn_upright(image):
        notes.append(Note.EXIF)
    if mode == "RGBA" and profile is None and low is None:
        decoded = image
    else:
        levels = pixel_formats.levels_of(image, low_bytes, layout)
        decoded = to_srgb(levels, None if mode == "LAB" else profile, notes)
    decoded.info = {NOTES: tuple(notes)}
    return decoded, mode


def turn_upright(image: Image.Image) -> bool:
    """Applies the EXIF orientation to an image, in place; False if EXIF is broken."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except Exception:  # Pillow's parsers raise any class; the pixels are sound
        return False
    return True


def profile_or_note(image: Image.Image, notes: list[Note]) -> bytes | None:
    """Returns the ICC profile of a decoded image, or None; notes a broken one."""
    try:
        return color_profiles.embedded_profile(image)
    except ValueError:
        notes.append(Note.PROFILE)
    except Exception:  # of EXIF: `turn_upright` notes it
        pass
    return None


def to_srgb(levels: Levels, profile: bytes | None, notes: list[Note]) -> Image.Image:
    """Returns an image of mode L, RGB or RGBA, converted to sRGB, of `Levels`."""
    color, alpha, maximum = levels
    mode = color.mode if isinstance(color, Image.Image) else "L"
    conversion = color_profiles.Conversion()
    if profile is not None:
        try:
            conversion = color_profiles.conversion(profile, mode)
        except ValueError:
            notes.append(Note.PROFILE)
    if conversion.colors or conversion.grays is not None:
        notes.append(Note.CONVERTED)
    elif mode == "CMYK":
        notes.append(Note.CMYK)
    if not isinstance(color, Image.Image):
        grays = conversion.grays
        color = Image.fromarray(
            to_eight_bits(color, maximum)
            if grays is None
            else grays[np.rint(color * (65535 / maximum)).astype(np.uint16)]
        )
    elif conversion.grays is not None:
        color = color.point(conversion.grays[::257].tolist())
    elif conversion.colors is not None:
        color = conversion.colors(color)
    color = color if mode == "L" else color.convert("RGB")
    if alpha is None:
        return color
    color = color.convert("RGB")
    color.putalpha(alpha)
    return color


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
