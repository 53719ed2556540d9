"""Conversion of images of other color spaces to sRGB, by their ICC profiles."""

import functools
import io
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from PIL import Image, ImageCms

from keras_gan.data.decoding.icc import (
    ADOBE_GAMMA,
    ADOBE_RGB,
    NEARLY_SRGB,
    SRGB,
    gray_profile,
    matrix_profile,
)
from keras_gan.typing import Array, UInt8Array

MAX_DEVIATION = 2
"""Levels by which a color space may differ from sRGB and count as sRGB.

Profiles of sRGB differ from one another by rounding. Their images keep their levels."""

LEVELS_PER_AXIS = 17
"""Levels of each channel of the colors at which a profile is compared with sRGB."""

MODES_OF_SPACES = {"RGB": ("RGB", "L"), "GRAY": ("L",), "CMYK": ("CMYK",)}
"""Pillow's modes of the images that a profile of each color space may describe."""

INTEROPERABILITY = 0xA005
"""EXIF tag of the directory whose entry 1 is "R03" for Adobe RGB."""

MAX_GAMMA = 10.0
"""Largest exponent, or reciprocal of one, of a PNG that is believed."""

Transform: TypeAlias = Callable[[Image.Image], Image.Image]


class Conversion(NamedTuple):
    """How the levels of a color space become those of sRGB; None for no change.

    Args:
        colors: Function from an image of mode RGB or CMYK to one of mode RGB.
        grays: `uint8` array `(65536,)`: the level of each 16-bit gray.
    """

    colors: Transform | None = None
    grays: UInt8Array | None = None


def embedded_profile(image: Image.Image) -> bytes | None:
    """Returns the ICC profile of an opened file, or None if it names no color space.

    In this order: an embedded profile; the chunks `gAMA` and `cHRM` of a PNG without
    `sRGB`; "R03", by which cameras name Adobe RGB in EXIF.

    Raises:
        ValueError: If the chunks describe no color space.

    Reference:
        [PNG, section 13.13](https://www.w3.org/TR/png-3/#13Decoder-gamma-handling);
        DCF 2.0, section 4.2.2, for "R03".
    """
    info: Mapping[Any, Any] = image.info
    if "icc_profile" in info:
        profile = info["icc_profile"]
        return profile if isinstance(profile, bytes) else b""
    if image.format == "PNG" and "srgb" not in info:
        return profile_of_chunks(info, image.mode in ("1", "L", "LA", "I", "I;16"))
    if image.format in ("JPEG", "MPO") and image.mode == "RGB":
        name = image.getexif().get_ifd(INTEROPERABILITY).get(1, "")
        if str(name).startswith("R03"):
            return matrix_profile(ADOBE_RGB, ADOBE_GAMMA)
    return None


def profile_of_chunks(info: Mapping[Any, Any], is_gray: bool) -> bytes | None:
    """Returns the profile of a PNG's chunks `gAMA` and `cHRM`, or None.

    Either chunk alone means that the other one is that of sRGB.
    """
    encoding = info.get("gamma", 1 / 2.2)
    chromaticities = info.get("chromaticity", SRGB)
    if not isinstance(encoding, float) or not isinstance(chromaticities, tuple):
        return None
    if not 1 / MAX_GAMMA <= encoding <= MAX_GAMMA:
        raise ValueError(f"gamma {encoding}")
    gamma = 1 / encoding
    is_standard = abs(gamma / 2.2 - 1) <= NEARLY_SRGB
    if is_gray:
        return None if is_standard else gray_profile(gamma)
    if is_standard and np.abs(np.subtract(chromaticities, SRGB)).max() < 0.002:
        return None
    return matrix_profile(chromaticities, gamma)


@functools.lru_cache(maxsize=32)
def conversion(profile: bytes, mode: str) -> Conversion:
    """Returns the `Conversion` of images of a mode.

    Args:
        profile: Bytes of an ICC profile.
        mode: "L", "RGB" or "CMYK".

    Raises:
        ValueError: If the profile is broken, or of another color space.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if mode not in MODES_OF_SPACES.get(space, ()):
            raise ValueError(f"a profile of the color space {space}")
        if mode == "L":
            return Conversion(grays=gray_levels(source, space))
        return Conversion(colors=color_transform(source, mode))
    except (OSError, ImageCms.PyCMSError) as error:
        raise ValueError("a broken profile") from error


def color_transform(source: ImageCms.ImageCmsProfile, mode: str) -> Transform | None:
    """Returns the transform from RGB or CMYK to sRGB; None of sRGB itself."""
    srgb = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(source, srgb, mode, "RGB")
    if mode == "CMYK":
        return transform.apply
    axis = np.linspace(0, 255, LEVELS_PER_AXIS).astype(np.uint8)
    colors = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(1, -1, 3)
    converted = np.asarray(transform.apply(Image.fromarray(colors)))
    return transform.apply if deviation(converted, colors) > MAX_DEVIATION else None


def gray_levels(source: ImageCms.ImageCmsProfile, space: str) -> UInt8Array | None:
    """Returns the level in sRGB of each 16-bit gray; None of sRGB itself."""
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    ramp = ramp.convert("RGB") if space == "RGB" else ramp
    eight_bits = transformed_grays(source, ramp)
    deep = np.arange(2**16, dtype=np.uint16)
    levels = eight_bits
    if space == "GRAY":
        levels = transformed_grays(source, Image.fromarray(deep.reshape(256, 256)))
    # Little CMS is given 16 bits by new versions of Pillow alone, and of gray alone.
    if len(levels) == 256 or deviation(levels[::257], eight_bits) > 1:
        between = np.interp(deep / 257, np.arange(256), eight_bits)
        levels = np.rint(between).astype(np.uint8)
    return levels if deviation(levels, to_eight_bits(deep)) > MAX_DEVIATION else None


def transformed_grays(
    source: ImageCms.ImageCmsProfile, ramp: Image.Image
) -> UInt8Array:
    """Returns the levels in sRGB of an image of grays of a profile."""
    srgb = ImageCms.createProfile("sRGB")
    # Little CMS otherwise interpolates between 33 grays, wrong by up to 10 levels.
    exact = ImageCms.Flags.NOOPTIMIZE
    transform = ImageCms.buildTransform(source, srgb, ramp.mode, "RGB", flags=exact)
    # Gray remains gray but for rounding: one channel is enough.
    levels: UInt8Array = np.asarray(transform.apply(ramp))[..., 1].ravel()
    return levels


def deviation(levels: UInt8Array, others: UInt8Array) -> int:
    """Returns the largest difference of two arrays of levels."""
    return int(np.abs(levels.astype(np.int16) - others).max())


def to_eight_bits(levels: Array, maximum: int = 65535) -> UInt8Array:
    """Returns integer levels in `0..maximum` as `round(255 * level / maximum)`.

    Reference:
        [PNG, section 13.12](https://www.w3.org/TR/png-3/#13Sample-depth-rescaling).
    """
    if levels.dtype == np.uint16 and levels.size > maximum:
        table = np.minimum(np.arange(2**16, dtype=np.uint32), maximum)
        return to_eight_bits(table, maximum)[levels]
    wide = levels.astype(np.uint64) * 255
    return ((wide + maximum // 2) // maximum).astype(np.uint8)
