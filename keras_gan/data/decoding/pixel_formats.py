"""Levels of image files of any mode and depth as 8 bits, with alpha apart."""

import sys
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImagePalette

from keras_gan.data.decoding.color_profiles import to_eight_bits
from keras_gan.typing import Array

SWAPPED = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
"""The other order of bytes for each order at the end of Pillow's 16-bit raw modes."""

LARGEST_OF_FEW_BITS = {"L;2": 3, "L;4": 15}
"""Largest level in the file for raw modes of gray of fewer than 8 bits."""

SCIENTIFIC = frozenset(["FITS", "MCIDAS"])
"""Formats whose 16-bit levels have no fixed range."""

WIDE = frozenset(["PNG", "PPM"])
"""Formats whose 16-bit levels some versions of Pillow keep in mode I."""

# Tags of TIFF 6.0.
BITS, PHOTOMETRIC, PLANAR, COLOR_MAP, INK_SET = 258, 262, 284, 320, 332
SAMPLE_FORMAT, YCBCR_COEFFICIENTS, SUBSAMPLING, REFERENCE = 339, 529, 530, 532
LUMA = (0.299, 0.587, 0.114)
"""Coefficients of YCbCr in TIFF unless a file has others: those of JPEG."""


class Layout(NamedTuple):
    """How the levels of an opened file are stored, read before they are decoded.

    Args:
        raw_mode: Pillow's mode of the stored samples, such as `"RGB;16B"`.
        byte_modes: For colors of 16 bits, the raw modes by which Pillow decodes the
            high bytes and the low bytes; else None.
        maximum: Largest level of deep gray, of mode I or I;16.
        inverted: Whether deep gray has white as its minimum.
        frame: Box of the first frame of a GIF if it leaves pixels uncovered, or None.
    """

    raw_mode: str
    byte_modes: tuple[str, str] | None = None
    maximum: int = 65535
    inverted: bool = False
    frame: tuple[int, int, int, int] | None = None


class Levels(NamedTuple):
    """Levels of an image, with alpha apart from color.

    Args:
        color: Pillow image of mode L, RGB or CMYK; or an unsigned integer array
            `(height, width)` of deep gray.
        alpha: Pillow image of mode L, or None.
        maximum: Largest level of deep gray.
    """

    color: Image.Image | Array
    alpha: Image.Image | None = None
    maximum: int = 255


def layout_of(image: Image.Image) -> Layout:
    """Returns the `Layout` of an opened file whose pixels are not decoded yet.

    Raises:
        ValueError: If its levels have no known range, or Pillow would misread them.
    """
    tiles = getattr(image, "tile", None)
    arguments = tiles[0][3] if tiles else ""
    first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    raw_mode = first if isinstance(first, str) else ""
    inverted = False
    if image.format == "TIFF":
        check_tiff(image)
        inverted = get_tag(image, PHOTOMETRIC, 0) == 0
    frame = None
    if image.format == "GIF" and tiles and tuple(tiles[0][1]) != (0, 0, *image.size):
        frame = tiles[0][1]
    maximum = largest_level(image, raw_mode) if image.mode[0] in "IF" else 255
    return Layout(raw_mode, byte_modes(raw_mode), maximum, inverted, frame)


def largest_level(image: Image.Image, raw_mode: str) -> int:
    """Returns the level of white of an opened file of deep gray.

    Raises:
        ValueError: If it is not known.
    """
    if image.mode == "F":
        raise ValueError("pixels are 32-bit floats, of unknown range: save 8 bits")
    if raw_mode == "I;12":
        return 2**12 - 1
    if image.mode == "I" and image.format == "TIFF":
        return 2**32 - 1
    if image.format in SCIENTIFIC or (image.mode == "I" and image.format not in WIDE):
        raise ValueError("levels are integers of unknown range: save 8 bits")
    return 2**16 - 1


def byte_modes(raw_mode: str) -> tuple[str, str] | None:
    """Returns the raw modes of the high and the low bytes of colors of 16 bits.

    Pillow decodes such colors to their high bytes alone; samples of the other byte
    order are the low ones.
    """
    if raw_mode == "LA;16B":  # as RGBA: high and low byte of gray, then of alpha
        return "RGBA", "RGBA"
    base, order = raw_mode[:-1], raw_mode[-1:]
    if not base.endswith(";16") or base == "I;16":
        return None
    base = base.replace("RGBa", "RGBA")  # premultiplied: divided by alpha below
    return base + order, base + SWAPPED[order]


def get_tag(image: Any, tag: int, default: Any) -> Any:
    """Returns the value of a tag of a TIFF, or the default."""
    return image.tag_v2.get(tag, default)


def check_tiff(image: Any) -> None:
    """Raises an error if a TIFF has levels of unknown range or that Pillow misreads."""
    tags = image.tag_v2
    if 2 in np.atleast_1d(tags.get(SAMPLE_FORMAT, 1)):
        raise ValueError("levels are signed integers, of unknown range: save 8 bits")
    if get_tag(image, INK_SET, 1) != 1 and image.mode == "CMYK":
        raise ValueError("inks are not cyan, magenta, yellow and black: save as RGB")
    photometric = tags.get(PHOTOMETRIC, 0)
    if image.info.get("compression") != "raw":
        return
    if tags.get(PLANAR) == 2 and (
        max(np.atleast_1d(tags.get(BITS, 1))) > 8 or photometric in (0, 8)
    ):
        # Pillow takes the first letters of the raw mode for the planes' own modes.
        raise ValueError("planes apart, not of 8 bits, black as 0: save chunky pixels")
    if photometric == 6 and image.mode != "L":
        check_ycbcr(image)


def check_ycbcr(image: Any) -> None:
    """Raises an error if a TIFF's YCbCr is not as in JPEG, or is subsampled."""
    tags = image.tag_v2
    levels = np.float64(tags.get(REFERENCE, (0, 255, 128, 255, 128, 255)))
    luma = np.float64(tags.get(YCBCR_COEFFICIENTS, LUMA))
    if (
        image.mode != "YCbCr"  # older versions of Pillow decode it as if it were RGBX
        or tuple(tags.get(SUBSAMPLING, (2, 2))) != (1, 1)
        or (levels != (0, 255, 128, 255, 128, 255)).any()
        or not np.allclose(luma, LUMA, atol=0.001)
    ):
        raise ValueError("uncompressed YCbCr that Pillow would misread: save as RGB")


def decode_pixels(image: Any, raw_mode: str | None = None) -> Image.Image:
    """Decodes the pixels of an opened file.

    Args:
        image: The opened file. It is changed.
        raw_mode: Mode of the stored samples that is used instead of Pillow's.

    Returns:
        The image.
    """
    if raw_mode is not None:
        image.tile = [with_raw_mode(tile, raw_mode) for tile in image.tile]
    if image.format == "TIFF" and image.mode in ("P", "PA"):
        levels = get_tag(image, COLOR_MAP, ())
        # As libtiff does: there are files whose 16-bit palette has levels of 8 bits,
        # and their high bytes alone would all be black.
        if max(levels) < 256:
            image.palette = ImagePalette.raw("RGB;L", bytes(levels))
    image.load()
    return image


def with_raw_mode(tile: Any, raw_mode: str) -> Any:
    """Returns a Pillow tile with another raw mode."""
    codec, box, offset, arguments = tile
    rest = arguments[1:] if isinstance(arguments, tuple) else None
    arguments = raw_mode if rest is None else (raw_mode, *rest)
    # A plain tuple before Pillow 11.
    values = (codec, box, offset, arguments)
    return values if type(tile) is tuple else type(tile)(*values)


def levels_of(image: Image.Image, low: Image.Image | None, layout: Layout) -> Levels:
    """Returns the `Levels` of a decoded image.

    Args:
        image: The decoded image, of the high bytes of colors of 16 bits.
        low: The same of their low bytes, or None.
        layout: Its `Layout`.
    """
    key = image.info.get("transparency")
    if low is not None:
        return deep_colors(np.asarray(image), np.asarray(low), layout.raw_mode, key)
    if image.mode.startswith("I"):
        return deep_gray(image, layout, key)
    if image.mode in ("1", "L"):
        levels = gray(image, layout.raw_mode, key)
    elif image.mode == "RGB":
        # Keys of 8 bits are stored as 16: the low bytes count.
        alpha = keyed(np.asarray(image), [part & 255 for part in key]) if key else None
        levels = Levels(image, alpha)
    elif image.mode in ("LA", "La"):
        image = image.convert("LA") if image.mode == "La" else image
        levels = Levels(image.getchannel("L"), image.getchannel("A"))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        levels = Levels(image.convert("RGB"), image.getchannel("A"))
    else:
        levels = Levels(image if image.mode == "CMYK" else image.convert("RGB"))
    return levels if layout.frame is None else uncovered(levels, layout.frame)


def gray(image: Image.Image, raw_mode: str, key: int | None) -> Levels:
    """Returns the `Levels` of gray of 1 to 8 bits, whose `key` is transparent."""
    if image.mode == "1":
        # Older versions of Pillow give the key of 1 bit as it is, new ones scaled.
        image, key = image.convert("L"), None if key is None else 255 * bool(key)
    if key is None:
        return Levels(image)
    # Pillow scales the levels of 2 and 4 bits to 0..255, but not the key.
    scale = 255 // LARGEST_OF_FEW_BITS.get(raw_mode, 255)
    return Levels(image, keyed(np.asarray(image), (key & 255) * scale))


def deep_gray(image: Image.Image, layout: Layout, key: int | None) -> Levels:
    """Returns the `Levels` of gray of 12, 16 or 32 bits."""
    levels = np.asarray(image)
    alpha = None if key is None else keyed(levels, key)
    # Pillow's integers of 32 bits are signed, those of the file are not.
    levels = levels.astype(np.uint32 if image.mode == "I" else np.uint16, copy=False)
    levels = layout.maximum - levels if layout.inverted else levels
    return Levels(levels, alpha, layout.maximum)


def deep_colors(high: Array, low: Array, raw_mode: str, key: Any) -> Levels:
    """Returns the `Levels` of colors, or of gray with alpha, of 16 bits a channel.

    Args:
        high: `uint8` array `(height, width, channels)` of high bytes.
        low: The same of low bytes.
        raw_mode: Pillow's mode of the stored samples.
        key: The transparent color, or None.
    """
    if raw_mode == "LA;16B":  # see `byte_modes`
        high, low = high[..., ::2], high[..., 1::2]
    levels = high.astype(np.uint16) << 8 | low
    if levels.shape[-1] == 2:
        opaque = Image.fromarray(to_eight_bits(levels[..., 1]))
        return Levels(levels[..., 0], opaque, 65535)
    if raw_mode.startswith("CMYK"):
        size = (levels.shape[1], levels.shape[0])
        return Levels(Image.frombytes("CMYK", size, to_eight_bits(levels).tobytes()))
    if levels.shape[-1] == 3:
        alpha = None if key is None else keyed(levels, key)
        return Levels(Image.fromarray(to_eight_bits(levels)), alpha)
    color, opacity = levels[..., :3], levels[..., 3:]
    if raw_mode.startswith("RGBa"):
        scaled = color * np.float32(65535) / np.maximum(opacity, 1)
        color = np.rint(np.minimum(scaled, 65535)).astype(np.uint16)
    opaque = Image.fromarray(to_eight_bits(opacity[..., 0]))
    return Levels(Image.fromarray(to_eight_bits(color)), opaque)


def keyed(levels: Array, key: Any) -> Image.Image:
    """Returns alpha: 0 where all channels have the levels of a key, else 255."""
    differs = levels != np.asarray(key)
    opaque = differs.any(-1) if differs.ndim == 3 else differs
    return Image.fromarray(np.where(opaque, 255, 0).astype(np.uint8))


def uncovered(levels: Levels, box: tuple[int, int, int, int]) -> Levels:
    """Returns `Levels` that are transparent outside the box of a GIF's first frame."""
    color, alpha, maximum = levels
    assert isinstance(color, Image.Image)
    inside = Image.new("L", color.size, 0)
    content = Image.new("L", color.size, 255) if alpha is None else alpha
    inside.paste(content.crop(box), box)
    return Levels(color, inside, maximum)
