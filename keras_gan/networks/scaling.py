"""Resizing of images by integer factors: average pooling and nearest neighbour."""

import keras

from keras_gan.typing import Tensor


def average_pool(images: Tensor, factor: int | tuple[int, int]) -> Tensor:
    """Returns images reduced by average pooling: means over squares of pixels.

    Args:
        images: Shape `(batch, height, width, channels)`.
        factor: Side of the squares in pixels, or a pair `(rows, columns)`.
    """
    if factor in (1, (1, 1)):
        return images
    return keras.layers.AveragePooling2D(factor, dtype="float32")(images)


def repeat_pixels(images: Tensor, factor: int) -> Tensor:
    """Returns images enlarged by nearest-neighbour upsampling.

    Args:
        images: Shape `(batch, height, width, channels)`.
        factor: Side in pixels of the square that each pixel becomes.
    """
    if factor == 1:
        return images
    return keras.layers.UpSampling2D(factor, dtype="float32")(images)
