"""Pictures on their way in and out: any source, any size; luminance and color."""

import math
import pathlib
import warnings

import numpy as np
import tensorflow as tf

from keras_gan.config import check, user_error
from keras_gan.data.pictures import decoded, own_shape, shaped
from keras_gan.images import to_float, to_uint8

YIQ = np.array(
    [
        [0.299, 0.587, 0.114],
        [0.595716, -0.274453, -0.321263],
        [0.211456, -0.522591, 0.311135],
    ]
)
"""From red, green and blue to luminance Y and the colors I and Q (NTSC)."""

COARSEST = 64
"""Pixels that the shorter side of the coarsest picture has at least, where it can."""


def read(source, role):
    """Reads a picture, and warns if it was not RGB.

    Args:
        source: Path, `uint8` array, or float array in [-1, 1], of shape
            `(height, width)` or `(height, width, channels)` with 1, 3 or 4 channels.
        role: What it is for, such as `"content"`.

    Returns:
        A Pillow image.

    Raises:
        ValueError: If it cannot be read.
    """
    levels = isinstance(source, np.ndarray)
    name = f"array of shape {source.shape}" if levels else str(source)
    try:
        picture, mode = decoded(as_levels(source) if levels else pathlib.Path(source))
    except Exception as error:
        raise user_error(
            f"The {role} picture cannot be read.",
            expected="the path of a picture, a uint8 array, or floats in [-1, 1], of "
            "shape (height, width, 1, 3 or 4)",
            received=f"{name} ({error})",
            do="Name another picture, or save this one as PNG with another program.",
        ) from error
    if picture.mode != "RGB":
        change = "gray is repeated" if picture.mode == "L" else "alpha shows white"
        text = f"The {role} picture {name} is of mode {mode}; it becomes RGB: {change}."
        warnings.warn(text, stacklevel=4)
    return picture


def as_levels(array):
    """Returns an array as `uint8` of shape `(height, width, channels)`."""
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[-1] not in (1, 3, 4) or 0 in array.shape:
        raise ValueError("not the shape of one picture")
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind != "f" or not np.abs(array).max() <= 1:
        raise ValueError(f"neither uint8 nor floats in [-1, 1], but {array.dtype}")
    return to_uint8(array)


def scaled(picture, factor):
    """Returns a picture at a multiple of its size, floats `(1, height, width, 3)`."""
    height, width, _ = own_shape(picture)
    shape = (max(1, round(height * factor)), max(1, round(width * factor)), 3)
    return to_float(shaped(picture, shape, crop=False))[None]


def factors(picture, size, coarsest):
    """Returns the multiples of a picture's size at which it is stylized, rising.

    The last makes its longer side `size` pixels; each one before is half of the next,
    as long as the shorter side keeps `coarsest` pixels.
    """
    height, width, _ = own_shape(picture)
    finest = size / max(height, width)
    halvings = max(0, int(np.log2(max(1, min(height, width) * finest / coarsest))))
    return [finest / 2**halving for halving in reversed(range(halvings + 1))]


def coarsened(style, largest, share, coarsest):
    """Returns the multiple of a style's size at a share of the content's last size.

    Its shorter side keeps `coarsest` pixels, if it has them at its largest multiple.
    """
    return max(largest * share, min(largest, coarsest / min(style.size)))


def resized(image, shape):
    """Brings floats `(1, height, width, channels)` to a shape, by bicubic means."""
    if image.shape[1:3] == shape[1:3]:
        return image
    larger = tf.image.resize(image, shape[1:3], method="bicubic", antialias=True)
    return np.clip(larger.numpy(), -1.0, 1.0)


def luminance(image):
    """Returns Y of RGB pixels, `(..., 1)`: `Y = 0.299 R + 0.587 G + 0.114 B`."""
    return (image @ YIQ[0, :, None]).astype(np.float32)


def with_brightness_of(style, content):
    """Gives a gray style the content's mean and spread.

    `sigma_c / sigma_s (Y_s - mu_s) + mu_c`

    Reference:
        [Preserving Color in Neural Artistic Style Transfer](
        https://arxiv.org/abs/1606.05897), section 4.
    """
    spread = content.std() / max(style.std(), 1e-6)
    return np.clip(spread * (style - style.mean()) + content.mean(), -1.0, 1.0)


def with_colors_of(luminance, content):
    """Returns RGB pixels of a luminance, with the colors I and Q of an image.

    Args:
        luminance: Float array `(..., 1)` in [-1, 1].
        content: Float array `(..., 3)`, RGB in [-1, 1].
    """
    mixed = np.concatenate([luminance, content @ YIQ[1:].T], axis=-1)
    return mixed @ np.linalg.inv(YIQ).T


def check_large_enough(image, role, smallest, argument):
    """Makes sure that an image has the pixels that the network needs.

    Args:
        image: Floats `(1, height, width, channels)` at the size that is worked at.
        role: What it is for, such as `"content"`.
        smallest: Pixels a side that the network needs.
        argument: What decides the size, such as `"size"`.
    """
    shorter, longer = sorted(image.shape[1:3])
    enough = math.ceil(smallest * longer / shorter)
    check(
        shorter >= smallest,
        f"The {role} picture is smaller than the network needs.",
        expected=f"{smallest} pixels or more a side, at the size that is worked at",
        received="{1}x{0} pixels".format(*image.shape[1:3]),
        do=f"Bring a picture and a {argument} of {enough} pixels or more on the longer "
        "side, or use layers that come earlier.",
    )
