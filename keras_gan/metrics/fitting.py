"""Conversion of images to the input of a feature network: channels, then size."""

from typing import TypeAlias

import tensorflow as tf

from keras_gan import errors
from keras_gan.typing import Tensor, UInt8Array

NetworkShape: TypeAlias = tuple[int | None, int | None, int | None]
"""`(height, width, channels)` of a network's input; None: any."""

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in gray (ITU-R BT.601)."""


def convert_channels(pixels: Tensor, channels: int) -> Tensor:
    """Converts between gray and RGB, with or without alpha.

    Args:
        pixels: `float32` tensor `(num_images, height, width, 1 to 4)` in 0..255; with 2
            or 4 channels the last one is alpha.
        channels: 1 (gray, by the luma of ITU-R BT.601) or 3 (gray is repeated).

    Returns:
        The images on a white background, `(num_images, height, width, channels)`.
    """
    if pixels.shape[-1] in (2, 4):
        alpha = pixels[..., -1:] / 255.0
        pixels = pixels[..., :-1] * alpha + 255.0 * (1.0 - alpha)
    if pixels.shape[-1] == 3 and channels == 1:
        return tf.reduce_sum(pixels * tf.constant(LUMA), axis=-1, keepdims=True)
    if pixels.shape[-1] == 1 and channels == 3:
        return tf.repeat(pixels, 3, axis=-1)
    return pixels


def fit_images(images: UInt8Array, image_shape: NetworkShape) -> Tensor:
    """Converts images to the input shape of a feature network.

    Args:
        images: `uint8` array `(num_images, height, width, channels)`.
        image_shape: `(height, width, channels)` of the network; a `None` leaves that
            size unchanged.

    Returns:
        `float32` tensor of pixels in 0..255. RGB becomes gray by the luma of ITU-R
        BT.601, gray is repeated for an RGB network, alpha is composited on white; other
        sizes are resized bilinearly with antialiasing and not rounded again.

    Raises:
        ValueError: If the channels cannot be converted.
    """
    *size, channels = image_shape
    pixels = tf.cast(images, tf.float32)
    if channels is not None and channels != pixels.shape[-1]:
        errors.check(
            pixels.shape[-1] in (1, 2, 3, 4) and channels in (1, 3),
            "`images` do not match the channels of the feature network.",
            expected=f"images of {channels} channels, or gray or RGB images",
            received=f"images of {pixels.shape[-1]} channels",
            do="Convert the images to the network's channels first.",
        )
        pixels = convert_channels(pixels, channels)
    current = pixels.shape[1:3]
    size = [side or old for side, old in zip(size, current, strict=True)]
    if size == list(current):
        return pixels
    return tf.image.resize(pixels, size, antialias=True)
