"""Names of files as text: for messages, JSON and saved GANs."""

import os
import re
from collections.abc import Sequence

from keras_gan.typing import StrPath

SURROGATES = re.compile("[\ud800-\udfff]")
"""Bytes of a file name that are not UTF-8, as Python represents them."""

NAMES_SHOWN = 5
"""Names in a sentence; further ones are counted."""


def to_text(name: str) -> str:
    r"""Returns a file name as valid Unicode: bytes that are not UTF-8 are escaped.

    Python represents these bytes by surrogates, which can neither be printed nor
    written to a UTF-8 file.

    Example:
    >>> to_text("caf\udce9"), to_text("café")
    ('caf\\xe9', 'café')
    """

    def escape(match: re.Match[str]) -> str:
        # Python's `surrogateescape` turns the byte b into U+DC00 + b.
        code = ord(match[0])
        is_byte = 0xDC80 <= code <= 0xDCFF
        return f"\\x{code - 0xDC00:02x}" if is_byte else f"\\u{code:04x}"

    return SURROGATES.sub(escape, name)


def printable(path: StrPath) -> str:
    r"""Returns a path as one line of text: control characters are escaped, too.

    Example:
    >>> printable("two\nlines.png")
    'two\\nlines.png'
    """
    text = to_text(os.fsdecode(path))
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode()
        for one in text
    )


def enumerate_names(names: Sequence[str]) -> str:
    """Returns names as one line of text, the first few of them.

    Example:
    >>> enumerate_names(["cat", "dog"])
    'cat, dog'
    """
    shown = ", ".join(map(printable, names[:NAMES_SHOWN]))
    num_more = len(names) - NAMES_SHOWN
    return f"{shown} and {num_more:,} more" if num_more > 0 else shown
