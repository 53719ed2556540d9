"""From one image file to pixels of 8 bits in sRGB: gray, RGB or RGBA, upright.

`images.py` has `decode` and what follows it; the other files are its steps: opening a
file, the levels of its mode, its color profile, and PNG files that Pillow refuses.
"""

from keras_gan.data.decoding.image_files import SUFFIXES
from keras_gan.data.decoding.images import (
    NOTES,
    EncodedImage,
    Note,
    common_channels,
    decode,
    read_image,
    shape_of,
    to_array,
)

__all__ = [
    "NOTES",
    "SUFFIXES",
    "EncodedImage",
    "Note",
    "common_channels",
    "decode",
    "read_image",
    "shape_of",
    "to_array",
]
