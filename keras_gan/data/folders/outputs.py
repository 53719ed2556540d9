"""Recognition of what this library writes, which must not become training data."""

import json
import os
import pathlib
from collections.abc import Collection

from keras_gan.images import SOFTWARE
from keras_gan.typing import StrPath

PNG_MARKER = f"tEXtSoftware\0{SOFTWARE}".encode()
"""Bytes of the text chunk by which `images.save_png` marks a file."""

GIF_MARKER = b"!\xfe" + bytes([len(SOFTWARE)]) + SOFTWARE.encode()
"""Bytes of the comment by which `images.save_animation` marks a file."""

# A comment of a JPEG file: its marker, and its length with these two bytes.
JPEG_MARKER = b"\xff\xfe\0" + bytes([len(SOFTWARE) + 2]) + SOFTWARE.encode()
"""Bytes of the comment by which `images.save_image` marks a file."""

MARKERS = {
    **{".png": PNG_MARKER, ".gif": GIF_MARKER},
    **{".jpg": JPEG_MARKER, ".jpeg": JPEG_MARKER},
}
"""Markers of the files, by their endings."""

HEADER_BYTES = 2048
"""Bytes of a file in which its marker is; a GIF has up to 768 bytes of colors first."""

RUN_RECORD = "run.json"
"""File in the folder of each run of `keras-gan train`."""

SAVED_MODEL = "saved_model.pb"
"""File in the folder of each export of TensorFlow."""


def is_output_image(path: StrPath) -> bool:
    """Returns whether an image file was written, and marked, by this library."""
    marker = MARKERS.get(os.path.splitext(path)[1].lower())
    if marker is None:
        return False
    try:
        with open(path, "rb", buffering=0) as file:
            header = file.read(HEADER_BYTES)
    except OSError:  # it is reported when the image is decoded
        return False
    return marker in header


def is_output_folder(folder: StrPath, names: Collection[str]) -> bool:
    """Returns whether a folder is that of a run, or a SavedModel.

    Args:
        folder: Path of the folder.
        names: Names of the files in it.
    """
    if SAVED_MODEL in names:
        return True
    return RUN_RECORD in names and is_run_record(pathlib.Path(folder, RUN_RECORD))


def is_run_record(path: pathlib.Path) -> bool:
    """Returns whether a JSON file is the record of a run of `keras-gan train`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and {"recipe", "data", "epochs"} <= set(content)
