"""Upsampling generator and pooling discriminator, without strided convolutions.

Reference: [Deconvolution and Checkerboard Artifacts](
https://distill.pub/2016/deconv-checkerboard/), on upsampling before a convolution.
"""

import math

import keras

from keras_gan.layers import Conv2D
from keras_gan.networks import layer_config
from keras_gan.networks.dcgan import convolution, level_width
from keras_gan.networks.sizes import ImageShape, downsampling_sizes
from keras_gan.typing import Model, Tensor
from keras_gan.validation import PositiveInt, validated

KERNEL_SIZE = 3
"""Height and width of every kernel."""


@validated
def upsampling_generator(
    image_shape: ImageShape, latent_dim: PositiveInt = 100, width: PositiveInt = 64
) -> Model:
    """Returns a generator of upsampling and convolution, from latents to images.

    A dense layer maps the latents to the base, of the size and the channels of
    `dcgan_generator`. Each further level is nearest-neighbour upsampling by 2 and a 3x3
    convolution: every output pixel is computed from the same number of kernel weights,
    so that checkerboard artifacts are not built in. Batch normalization and ReLU follow
    all but the last, which is followed by tanh: images are in [-1, 1]. There are no
    biases.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        latent_dim: Dimension of a latent vector.
        width: Channels before the image; they double towards the base, up to 8 times.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, or a count is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.upsampling_generator((28, 28, 1)).output_shape
    (None, 28, 28, 1)
    """
    *sizes, base = downsampling_sizes(image_shape)
    channels = [
        image_shape[-1],
        *(level_width(level, width) for level in range(len(sizes))),
    ]
    latents = keras.Input((latent_dim,), name="latents")
    units = math.prod(base) * channels[-1]
    x = keras.layers.Dense(units, use_bias=False)(latents)
    x = keras.layers.Reshape((*base, channels[-1]))(x)
    for level in reversed(range(len(sizes))):
        x = layer_config.BATCH.normalize(x)
        x = keras.layers.ReLU()(x)
        x = upsample_convolution(x, sizes[level], channels[level])
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name="upsampling_generator")


@validated
def pooling_discriminator(image_shape: ImageShape, width: PositiveInt = 64) -> Model:
    """Returns a discriminator of convolution and pooling, from images to scores.

    Each level is a 3x3 convolution, leaky ReLU (0.2) and average pooling over 2x2
    pixels, from `width` channels to `8 * width`, down to the base of `dcgan_generator`.
    A dense layer maps the flat features to the score. The layers have biases; there is
    no normalization and no sigmoid: the score is unbounded, high for real.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        width: Channels after the first convolution.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, or `width` is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.pooling_discriminator((28, 28, 1)).output_shape
    (None,)
    """
    num_levels = len(downsampling_sizes(image_shape)) - 1
    images = x = keras.Input(image_shape, name="images")
    for level in range(num_levels):
        x = Conv2D(level_width(level, width), KERNEL_SIZE, padding="same")(x)
        x = keras.layers.LeakyReLU(0.2)(x)
        x = keras.layers.AveragePooling2D(2)(x)
    x = keras.layers.Dense(1)(keras.layers.Flatten()(x))
    scores = keras.layers.Reshape((), dtype="float32", name="scores")(x)
    return keras.Model(images, scores, name="pooling_discriminator")


def upsample_convolution(x: Tensor, size: tuple[int, int], channels: int) -> Tensor:
    """Returns a 3x3 convolution of features, upsampled by 2, of an output size."""
    x = keras.layers.UpSampling2D(2)(x)
    if size[0] % 2 == size[1] % 2 == 0:
        return convolution(channels, KERNEL_SIZE, padding="same")(x)
    # 2 * (size // 2) is one short of an odd size: one more row or column of zeros.
    x = keras.layers.ZeroPadding2D([(1, 1 + side % 2) for side in size])(x)
    return convolution(channels, KERNEL_SIZE)(x)
