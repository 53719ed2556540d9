"""Ends of residual blocks: the shortcut's 1x1 convolution, resampling and the sum.

The 1x1 convolution runs at the smaller resolution: it commutes with nearest-neighbour
upsampling and with average pooling, and costs a quarter there.
"""

from typing import Protocol

import keras

from keras_gan.typing import Layer, Tensor


class Convolution(Protocol):
    """Function from channels and a kernel size to a layer."""

    def __call__(self, channels: int, size: int, /) -> Layer:
        """Returns a convolution."""


def add_upsampled_shortcut(
    x: Tensor, y: Tensor, convolution: Convolution, name: str | None = None
) -> Tensor:
    """Returns `upsample(conv1x1(x)) + y`, the end of an upsampling residual block.

    Args:
        x: Input of the block.
        y: Output of the block's convolutions, with twice the sides of `x`.
        convolution: Function from channels and a kernel size to a layer.
        name: Name of the sum; None: Keras's default name.
    """
    shortcut = keras.layers.UpSampling2D()(convolution(y.shape[-1], 1)(x))
    return keras.layers.Add(name=name)([shortcut, y])


def add_downsampled_shortcut(
    x: Tensor,
    y: Tensor,
    downsample: bool,
    convolution: Convolution,
    padding: str = "valid",
    name: str | None = None,
) -> Tensor:
    """Returns `shortcut(x) + pool(y)`, the end of a discriminator's residual block.

    Args:
        x: Input of the block.
        y: Output of the block's convolutions, with the sides of `x`.
        downsample: Whether both are pooled over 2x2 pixels. Without pooling and with
            equal channels the shortcut is the identity.
        convolution: As in `add_upsampled_shortcut`.
        padding: Padding of the pooling. `"same"` rounds odd sides up.
        name: As in `add_upsampled_shortcut`.
    """
    shortcut, channels = x, y.shape[-1]
    if downsample:
        y = keras.layers.AveragePooling2D(2, padding=padding)(y)
        shortcut = keras.layers.AveragePooling2D(2, padding=padding)(x)
    if downsample or channels != x.shape[-1]:
        shortcut = convolution(channels, 1)(shortcut)
    return keras.layers.Add(name=name)([shortcut, y])
