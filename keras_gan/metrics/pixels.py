"""Images as metrics see them: `uint8`, as an image file would store them."""

from typing import TypeAlias

import keras
import numpy as np
import tensorflow as tf

from keras_gan import errors
from keras_gan.images import to_uint8
from keras_gan.typing import Array, TensorLike, UInt8Array

ValueRange: TypeAlias = tuple[float, float]
"""Values of black and white in float images: (-1, 1), (0, 1) or (0, 255)."""

RANGE_TOLERANCE = 1e-3
"""Distance, in units of [-1, 1], by which rounding may exceed the pixel range."""

GAN_RANGE: ValueRange = (-1, 1)
"""Range of float images in this library."""

RANGES: tuple[ValueRange, ...] = (GAN_RANGE, (0, 1), (0, 255))
"""Valid ranges of float images."""

PIXEL_FORMAT = "uint8, round((image + 1) * 127.5)"
"""Conversion of float images, as recorded in a metric's protocol."""


def to_pixels(images: TensorLike, value_range: ValueRange | None = None) -> UInt8Array:
    """Returns images as `uint8`, as an image file would store them.

    Floats become `round(255 (value - low) / (high - low))`, half to even.

    Args:
        images: Array or tensor `(num_images, height, width, channels)`, `uint8` or
            float.
        value_range: `(low, high)` of float images: (-1, 1), (0, 1) or (0, 255). It is
            required because a wrong guess would not show in the metric.

    Returns:
        `uint8` array of the same shape.

    Raises:
        ValueError: If the shape or the dtype is invalid, or `value_range` is missing,
            unknown, or not the range of the images.
    """
    array = keras.ops.convert_to_numpy(images)
    floating = tf.as_dtype(array.dtype).is_floating
    errors.check(
        array.ndim == 4 and (floating or array.dtype == np.uint8),
        "`images` must be a batch of uint8 or float images.",
        expected="uint8 or float images (num_images, height, width, channels)",
        received=f"{array.dtype} {array.shape}",
        do="Add the channel axis of grayscale images, images[..., None]; cast integer "
        "pixels to uint8.",
    )
    if not floating:
        return array
    low, high = check_value_range(array, value_range)
    tolerance = RANGE_TOLERANCE * (high - low) / 2
    # NaN compares false, so it counts as outside.
    inside = (array >= low - tolerance) & (array <= high + tolerance)
    outside = np.flatnonzero(~inside.all(axis=(1, 2, 3)))
    errors.check(
        len(outside) == 0,
        "`images` has pixels outside `value_range`.",
        expected=f"pixels in [{low}, {high}], no NaN",
        received=f"{np.sum(~inside)} pixels outside in {len(outside)} of {len(array)} "
        f"images, the first {array[~inside][:1]} in image {outside[:1]} (from 0)",
        do="Pass the range of the images, or uint8 images. NaN from a generator means "
        "that its training has diverged.",
    )
    return to_uint8((array.astype(np.float64) - low) * (2.0 / (high - low)) - 1.0)


def check_value_range(images: Array, value_range: ValueRange | None) -> ValueRange:
    """Returns `value_range`, or raises an error if float images lack a valid one."""
    extent = f"{images.min(initial=np.inf):.3g} to {images.max(initial=-np.inf):.3g}"
    if value_range in RANGES:
        return value_range
    raise errors.user_error(
        "`value_range` is required for float images: white may be 1 or 255, black 0 or "
        "-1.",
        expected=f"value_range, one of {', '.join(map(str, RANGES))}, or uint8 images",
        received=f"value_range={value_range} for {images.dtype} images from {extent}",
        do="For images of a GAN of this library pass value_range=(-1, 1).",
    )
