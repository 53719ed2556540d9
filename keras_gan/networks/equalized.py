"""Building blocks of networks with equalized learning rates (Progressive GAN)."""

import functools
from collections.abc import Iterable

import keras

from keras_gan import layers
from keras_gan.errors import check
from keras_gan.networks.sizes import ImageShape, upsampling_sizes
from keras_gan.typing import Layer, Tensor

KERNEL_SIZE = 3
"""Height and width of the inner kernels."""

MAX_CHANNELS = 512
"""Largest number of channels of any layer."""


def level_channels(image_shape: ImageShape, width: int, network_name: str) -> list[int]:
    """Returns the channels of every level, from the base to the image.

    Args:
        image_shape: `(height, width, channels)`.
        width: Channels of the last level; they double towards the base, up to 512.
        network_name: Name of the network in error messages.

    Raises:
        ValueError: If a side is not divisible by the doublings, or the base is the only
            level.

    Example:
    >>> level_channels((64, 64, 3), width=128, network_name="StyleGAN")
    [512, 512, 512, 256, 128]
    """
    num_levels = len(upsampling_sizes(image_shape, network_name))
    check(
        num_levels > 1,
        f"`image_shape` must have at least two levels for {network_name}.",
        expected="sides of 8 pixels or more",
        received=f"image_shape={image_shape!r}",
        do="Use larger images, or kg.networks.dcgan_generator.",
    )
    return [
        min(MAX_CHANNELS, width * 2**level) for level in reversed(range(num_levels))
    ]


def convolution(
    filters: int,
    size: int | tuple[int, int] = KERNEL_SIZE,
    gain: float = 2**0.5,
    padding: str = "same",
) -> Layer:
    """Returns a convolution with an equalized learning rate."""
    layer = layers.Conv2D(filters, size, padding=padding)
    return layers.EqualizedLearningRate(layer, gain)


def dense(units: int, gain: float = 2**0.5) -> Layer:
    """Returns a dense layer with an equalized learning rate."""
    return layers.EqualizedLearningRate(keras.layers.Dense(units), gain)


def leaky_relu() -> Layer:
    """Returns a leaky ReLU with a slope of 0.2."""
    return keras.layers.LeakyReLU(0.2)


def apply_layers(sequence: Iterable[Layer], x: Tensor) -> Tensor:
    """Returns the output of a sequence of layers."""
    return functools.reduce(lambda features, layer: layer(features), sequence, x)


def base_features(latents: Tensor, size: tuple[int, int], filters: int) -> Tensor:
    """Returns the features of the base from pixel-normalized latents.

    A transposed convolution on a 1x1 input is the paper's 4x4 convolution of latents
    that are padded by zeros.
    """
    kernel = layers.Conv2DTranspose(filters, size, use_bias=False)
    sequence = [
        layers.PixelNormalization(),
        keras.layers.Reshape((1, 1, latents.shape[-1])),
        layers.EqualizedLearningRate(kernel),
        layers.Bias(),
        leaky_relu(),
        layers.PixelNormalization(),
    ]
    return normalized_convolution(apply_layers(sequence, latents), filters)


def upsample(x: Tensor, filters: int) -> Tensor:
    """Returns features of twice the sides: nearest neighbour, then two convolutions."""
    x = keras.layers.UpSampling2D(2)(x)
    return normalized_convolution(normalized_convolution(x, filters), filters)


def normalized_convolution(x: Tensor, filters: int) -> Tensor:
    """Returns convolution, leaky ReLU and pixelwise normalization of features."""
    sequence = [convolution(filters), leaky_relu(), layers.PixelNormalization()]
    return apply_layers(sequence, x)


def to_image(x: Tensor, channels: int, name: str | None = None) -> Tensor:
    """Returns `float32` images of features: a 1x1 convolution, no activation."""
    image = convolution(channels, 1, gain=1.0)(x)
    return keras.layers.Activation("linear", dtype="float32", name=name)(image)


def downsampling_layers(filters: int, output_filters: int) -> list[Layer]:
    """Returns the layers of one level of a discriminator, which halve the sides."""
    pooling = keras.layers.AveragePooling2D(2)
    return [
        convolution(filters),
        leaky_relu(),
        convolution(output_filters),
        leaky_relu(),
        pooling,
    ]


def score_layers(size: tuple[int, int], filters: int) -> list[Layer]:
    """Returns the layers from the features of the base to the score.

    Args:
        size: `(height, width)` of the base.
        filters: Channels of the convolutions.
    """
    return [
        layers.MinibatchStddev(),
        convolution(filters),
        leaky_relu(),
        convolution(filters, size, padding="valid"),
        leaky_relu(),
        keras.layers.Flatten(),
        dense(1, gain=1.0),
        keras.layers.Reshape((), dtype="float32"),
    ]
