"""PNG files whose text or profile is larger than Pillow accepts."""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""First bytes of every PNG file."""

MAX_PROFILE_BYTES = 2**24
"""Bytes of an ICC profile that is decompressed. Those of printers have up to 4 MB."""

XMP = b"iTXtXML:com.adobe.xmp\0"
"""First bytes of the text that may have an orientation."""


def without_large_chunks(content: bytes) -> tuple[bytes, bytes | None]:
    """Returns a PNG file without texts and ICC profile, and the profile.

    Pillow raises an error of more than 1 MiB of text, such as the workflow of a program
    for image generation, or of profile. The text with an orientation is kept.

    Args:
        content: Bytes of the file.

    Returns:
        Tuple of the file and of the profile: None if there is none, empty if it is
        broken.
    """
    parts, profile = [SIGNATURE], None
    for name, chunk in chunks(content):
        if name == b"iCCP":
            profile = profile_in(chunk)
        elif name not in (b"tEXt", b"zTXt", b"iTXt") or chunk[4:].startswith(XMP):
            parts.append(chunk)
    return b"".join(parts), profile


def profile_in(chunk: bytes) -> bytes:
    """Returns the profile in a chunk `iCCP`; nothing of a broken one."""
    _, _, compressed = chunk[8:-4].partition(b"\0")
    try:
        return zlib.decompressobj().decompress(compressed[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return b""


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields the name and the bytes of each chunk of a PNG file."""
    start = len(SIGNATURE)
    while start + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, start)
        # The length, the name, the content, a checksum.
        yield name, content[start : start + 12 + length]
        start += 12 + length
