"""Reading, resizing and color transforms of the images of a transfer."""

import math
import pathlib
from typing import TypeAlias

import numpy as np
import tensorflow as tf
from PIL import Image

from keras_gan.data.decoding import NOTES, Note, decode, shape_of, to_array
from keras_gan.errors import check, user_error, warn
from keras_gan.images import to_float, to_uint8
from keras_gan.typing import Array, FloatArray, Shape, StrPath, UInt8Array

ImageSource: TypeAlias = StrPath | Array
"""Path of an image file, or an array of one image."""

RGB_TO_YIQ: FloatArray = np.array(
    [
        [0.299, 0.587, 0.114],
        [0.595716, -0.274453, -0.321263],
        [0.211456, -0.522591, 0.311135],
    ]
)
"""Matrix from RGB to luminance Y and chrominance I and Q (NTSC)."""

MIN_COARSE_SIDE = 64
"""Minimum shorter side of the content at the coarsest size, if it is that large."""


def read(source: ImageSource, role: str) -> Image.Image:
    """Reads an image, and warns if it was not RGB, or is not read as it is.

    Args:
        source: Path, `uint8` array, or float array in [-1, 1], of shape
            `(height, width)` or `(height, width, channels)` with 1, 3 or 4 channels.
        role: Its role in the transfer, such as `"content"`.

    Returns:
        A Pillow image.

    Raises:
        ValueError: If it cannot be read.
    """
    readable: StrPath | UInt8Array
    try:
        if isinstance(source, np.ndarray):
            name = f"array of shape {source.shape}"
            readable = as_uint8(source)
        else:
            name = str(source)
            readable = pathlib.Path(source)
        image, mode = decode(readable)
    except Exception as error:
        raise user_error(
            f"The {role} image cannot be read.",
            expected="the path of an image file, a uint8 array, or floats in [-1, 1], "
            "of shape (height, width, 1, 3 or 4)",
            received=f"{name} ({error})",
            do="Pass another image, or save this one as PNG with another program.",
        ) from error
    for note in image.info.get(NOTES, ()):
        if note is not Note.CONVERTED:
            warn(f"The {role} image {name} has {note.value}.")
    if image.mode != "RGB":
        change = "gray is repeated" if image.mode == "L" else "alpha shows white"
        text = f"The {role} image {name} is of mode {mode}; it becomes RGB: {change}."
        warn(text)
    return image


def as_uint8(array: Array) -> UInt8Array:
    """Returns an array as `uint8` of shape `(height, width, channels)`."""
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[-1] not in (1, 3, 4) or 0 in array.shape:
        raise ValueError("not the shape of one image")
    if array.dtype == np.uint8:
        return array
    # `not ... <= 1` also rejects NaN.
    if array.dtype.kind != "f" or not np.abs(array).max() <= 1:
        raise ValueError(f"neither uint8 nor floats in [-1, 1], but {array.dtype}")
    return to_uint8(array)


def rescale(image: Image.Image, factor: float) -> FloatArray:
    """Returns a Pillow image at a multiple of its size, floats `(1, H, W, 3)`."""
    height, width, _ = shape_of(image)
    shape = (max(1, round(height * factor)), max(1, round(width * factor)), 3)
    return to_float(to_array(image, shape, crop=False))[None]


def scale_factors(image: Image.Image, size: int, min_side: int) -> list[float]:
    """Returns the factors of the coarse-to-fine sizes of an image, in rising order.

    The last factor makes its longer side `size` pixels; each factor is half of the
    next one, as long as the shorter side has at least `min_side` pixels.
    """
    height, width, _ = shape_of(image)
    finest = size / max(height, width)
    halvings = max(0, int(np.log2(max(1, min(height, width) * finest / min_side))))
    return [finest / 2**halving for halving in reversed(range(halvings + 1))]


def style_scale_factor(
    style: Image.Image, largest: float, relative_size: float, min_side: int
) -> float:
    """Returns the factor of a style's size that goes with a size of the content.

    Args:
        style: Pillow image.
        largest: Factor at the last size.
        relative_size: Size of the content, relative to its last one.
        min_side: Minimum shorter side of the style, unless `largest` gives less.
    """
    return max(largest * relative_size, min(largest, min_side / min(style.size)))


def resize(image: FloatArray, shape: Shape) -> FloatArray:
    """Returns floats `(1, H, W, channels)` at the size of a shape (bicubic)."""
    if image.shape[1:3] == shape[1:3]:
        return image
    resized = tf.image.resize(image, shape[1:3], method="bicubic", antialias=True)
    # The bicubic filter overshoots at edges.
    return np.clip(resized.numpy(), -1.0, 1.0)


def luminance(image: FloatArray) -> FloatArray:
    """Returns Y of RGB pixels, `(..., 1)`: `Y = 0.299 R + 0.587 G + 0.114 B`."""
    return (image @ RGB_TO_YIQ[0, :, None]).astype(np.float32)


def match_luminance_statistics(style: FloatArray, content: FloatArray) -> FloatArray:
    """Returns a luminance image with the mean and standard deviation of the content.

    `sigma_c / sigma_s (Y_s - mu_s) + mu_c`

    Reference:
        [Preserving Color in Neural Artistic Style Transfer](
        https://arxiv.org/abs/1606.05897), section 4.
    """
    # 1e-6: a style of a single gray has no standard deviation.
    gain = content.std() / max(style.std(), 1e-6)
    return np.clip(gain * (style - style.mean()) + content.mean(), -1.0, 1.0)


def add_chrominance(luminance: FloatArray, content: FloatArray) -> FloatArray:
    """Returns RGB pixels with a given luminance and the chrominance of an image.

    Args:
        luminance: Float array `(..., 1)` in [-1, 1].
        content: Float array `(..., 3)`, RGB in [-1, 1].
    """
    yiq = np.concatenate([luminance, content @ RGB_TO_YIQ[1:].T], axis=-1)
    return yiq @ np.linalg.inv(RGB_TO_YIQ).T


def check_min_side(image: FloatArray, role: str, min_side: int, argument: str) -> None:
    """Validates that an image is as large as the network requires.

    Args:
        image: Floats `(1, height, width, channels)` at the coarsest size.
        role: Its role in the transfer, such as `"content"`.
        min_side: Minimum pixels a side.
        argument: Name of the argument that decides the size, such as `"size"`.
    """
    shorter, longer = sorted(image.shape[1:3])
    required = math.ceil(min_side * longer / shorter)
    check(
        shorter >= min_side,
        f"The {role} image is smaller than the network requires.",
        expected=f"at least {min_side} pixels a side after resizing",
        received="{1}x{0} pixels".format(*image.shape[1:3]),
        do=f"Pass an image and a `{argument}` of at least {required} pixels on the "
        "longer side, or use earlier layers.",
    )
