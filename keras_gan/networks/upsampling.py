"""The first networks of a lesson: a dense layer, then upsampling; pooling, then dense.

Reference: [Deconvolution and Checkerboard Artifacts](
https://distill.pub/2016/deconv-checkerboard/), on upsampling before a convolution.
"""

import math

import keras

from keras_gan.layers import Conv2D
from keras_gan.networks import layer_config
from keras_gan.networks.dcgan import convolution, depth
from keras_gan.networks.sizes import check_counts, pyramid

KERNEL = 3
"""Height and width of every kernel."""


def upsampling_generator(image_shape, latent_dim=100, width=64):
    """Returns a generator of upsampling and convolution, from latents to [-1, 1].

    A dense layer makes the base of the latents, of the size and the channels of
    `dcgan_generator`. Each further level repeats every pixel 2x2 (nearest neighbour),
    then a 3x3 convolution mixes them: every pixel of the result sees as many of the
    kernel's weights as its neighbours, so that no checkerboard is built in. Batch
    normalization and ReLU follow all but the last, which ends in tanh. No biases.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        latent_dim: Numbers in a latent vector.
        width: Channels next to the image; they double towards the base, up to 8 times.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, or a count is below 1.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.upsampling_generator((28, 28, 1)).output_shape
    (None, 28, 28, 1)
    """
    check_counts(latent_dim=latent_dim, width=width)
    *sizes, base = pyramid(image_shape)
    channels = [image_shape[-1], *(depth(level, width) for level in range(len(sizes)))]
    latents = keras.Input((latent_dim,), name="latents")
    units = math.prod(base) * channels[-1]
    x = keras.layers.Dense(units, use_bias=False)(latents)
    x = keras.layers.Reshape((*base, channels[-1]))(x)
    for level in reversed(range(len(sizes))):
        x = layer_config.BATCH.normalize(x)
        x = keras.layers.ReLU()(x)
        x = repeated(x, sizes[level], channels[level])
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name="upsampling_generator")


def pooling_discriminator(image_shape, width=64):
    """Returns a discriminator of convolution and pooling, from images to scores.

    Each level is a 3x3 convolution, leaky ReLU (0.2) and an average over 2x2 pixels,
    from `width` channels up to `8 * width`, down to the base of `dcgan_discriminator`.
    A dense layer makes the score of all that is left. The layers have biases; there is
    no normalization and no sigmoid: the score is unbounded, high for real.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        width: Channels next to the image.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, or a count is below 1.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.pooling_discriminator((28, 28, 1)).output_shape
    (None,)
    """
    check_counts(width=width)
    levels = len(pyramid(image_shape)) - 1
    images = x = keras.Input(image_shape, name="images")
    for level in range(levels):
        x = Conv2D(depth(level, width), KERNEL, padding="same")(x)
        x = keras.layers.LeakyReLU(0.2)(x)
        x = keras.layers.AveragePooling2D(2)(x)
    x = keras.layers.Dense(1)(keras.layers.Flatten()(x))
    scores = keras.layers.Reshape((), dtype="float32", name="scores")(x)
    return keras.Model(images, scores, name="pooling_discriminator")


def repeated(x, size, channels):
    """Doubles the sides of features by repetition and convolves them, to a size.

    Where a side is odd, the convolution is given one more row or column of zeros.
    """
    x = keras.layers.UpSampling2D(2)(x)
    if size[0] % 2 == size[1] % 2 == 0:
        return convolution(channels, KERNEL, padding="same")(x)
    x = keras.layers.ZeroPadding2D([(1, 1 + side % 2) for side in size])(x)
    return convolution(channels, KERNEL)(x)
