"""ICC profiles of color spaces that a file names without embedding a profile."""

import struct
from collections.abc import Sequence

import numpy as np

from keras_gan.typing import FloatArray

SRGB = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""Chromaticities x, y of white, red, green and blue of sRGB (IEC 61966-2-1)."""

ADOBE_RGB = (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
"""Chromaticities of Adobe RGB (1998)."""

ADOBE_GAMMA = 563 / 256
"""Exponent of Adobe RGB (1998), section 4.3.1.2."""

D50: FloatArray = np.array([0.9642, 1.0, 0.8249])
"""XYZ of the white of every ICC profile."""

BRADFORD: FloatArray = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
"""Matrix from XYZ to the cone responses of the Bradford adaptation (ICC.1, annex E)."""

NEARLY_SRGB = 0.05
"""Relative deviation from 2.2 up to which an exponent means the curve of sRGB.

The threshold of libpng. The curve of sRGB is no power, but encoders write 1/2.2."""


def matrix_profile(chromaticities: Sequence[float], gamma: float) -> bytes:
    """Returns the ICC profile of three primaries and one power.

    Args:
        chromaticities: x, y of white, red, green and blue.
        gamma: Exponent from levels in [0, 1] to linear light. About 2.2: the curve of
            sRGB.

    Raises:
        ValueError: If there is no such color space.
    """
    try:
        columns = primaries_in_xyz(np.array(chromaticities, np.float64))
    except np.linalg.LinAlgError as error:
        raise ValueError("primaries that span no color space") from error
    tags = {b"wtpt": xyz(D50)}
    for key, column in zip((b"r", b"g", b"b"), columns.T, strict=True):
        tags[key + b"XYZ"] = xyz(column)
        tags[key + b"TRC"] = curve(gamma)
    return profile(b"RGB ", tags)


def gray_profile(gamma: float) -> bytes:
    """Returns the ICC profile of gray levels of one power, as in `matrix_profile`."""
    return profile(b"GRAY", {b"wtpt": xyz(D50), b"kTRC": curve(gamma)})


def primaries_in_xyz(chromaticities: FloatArray) -> FloatArray:
    """Returns the XYZ of red, green and blue as columns, adapted to the white D50."""
    x, y = chromaticities.reshape(4, 2).T
    if not np.isfinite(chromaticities).all() or (y <= 0).any():
        raise np.linalg.LinAlgError
    points = np.stack([x / y, np.ones(4), (1 - x - y) / y])
    white, primaries = points[:, 0], points[:, 1:]
    primaries = primaries * np.linalg.solve(primaries, white)
    gains = (BRADFORD @ D50) / (BRADFORD @ white)
    adaptation = np.linalg.solve(BRADFORD, gains[:, None] * BRADFORD)
    return adaptation @ primaries


def xyz(values: FloatArray) -> bytes:
    """Returns a tag of type XYZType."""
    fixed = np.rint(values * 65536).astype(">i4")
    return b"XYZ \0\0\0\0" + fixed.tobytes()


def curve(gamma: float) -> bytes:
    """Returns a tag of type curveType: a power, or the table of sRGB's curve."""
    if abs(gamma / 2.2 - 1) > NEARLY_SRGB:
        values = np.array([gamma * 256])
    else:
        levels = np.linspace(0, 1, 4096)
        powers = ((levels + 0.055) / 1.055) ** 2.4
        values = 65535 * np.where(levels <= 0.04045, levels / 12.92, powers)
    table = np.clip(np.rint(values), 0, 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", len(table)) + table.tobytes()


def profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Returns a display profile, version 2.4, of a color space and its tags."""
    name = b"desc\0\0\0\0" + struct.pack(">I", 4) + b"own\0" + bytes(78)
    tags = {b"desc": name, b"cprt": b"text\0\0\0\0none\0", **tags}
    start, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for key, content in tags.items():
        table += key + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">I4xI4s4s4s", start + len(body), 0x02400000, b"mntr", space,
                       b"XYZ ")  # fmt: skip
    head = head.ljust(36, b"\0") + b"acsp"
    white = np.rint(D50 * 65536).astype(">i4").tobytes()
    return (head.ljust(68, b"\0") + white).ljust(128, b"\0") + table + body
