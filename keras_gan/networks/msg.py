"""MSG-GAN: images of every size at once, from every depth of G to the same depth of D.

Reference: [MSG-GAN: Multi-Scale Gradients for Generative Adversarial
Networks](https://arxiv.org/abs/1903.06048).
"""

import itertools

import keras

from keras_gan import layers
from keras_gan.networks import equalized
from keras_gan.networks.equalized import through
from keras_gan.networks.sizes import check_counts, levels

NETWORK_NAME = "MSG-GAN"
"""What messages call these networks."""


def msg_generator(image_shape, latent_dim=512, width=16):
    """Returns the generator of MSG-GAN, from latents to images of every size.

    That of `progressive_generator` (in the paper: MSG-ProGAN), without growth: a 1x1
    convolution makes an image at every level, and the discriminator sees them all. The
    gradient so reaches every depth from the first step on. Images have no bound but
    that of the data, and are clipped to [-1, 1] where they become pictures.

    Args:
        image_shape: `(height, width, channels)` of the finest images, sides of 8 pixels
            or more, which are doubled from a base whose short side is 4 to 7.
        latent_dim: Numbers in a latent vector.
        width: Channels next to the finest image; they double towards the base, up to
            512. The paper has 16 at 1024x1024, which is 256 at 64x64.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to a list of images, the smallest
        first. A GAN generates, saves and measures the finest.

    Raises:
        ValueError: If a side cannot be doubled so, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.msg_generator((28, 28, 1), 64, width=16).output_shape
    [(None, 7, 7, 1), (None, 14, 14, 1), (None, 28, 28, 1)]
    """
    features = equalized.channels(image_shape, width, NETWORK_NAME)
    check_counts(latent_dim=latent_dim)
    sizes = levels(image_shape)
    latents = keras.Input((latent_dim,), name="latents")
    x, images = equalized.based(latents, sizes[0], features[0]), []
    for level, (size, filters) in enumerate(zip(sizes, features, strict=True)):
        if level > 0:
            x = equalized.upward(x, filters)
        name = named(size, last=size == sizes[-1])
        images.append(equalized.pictured(x, image_shape[-1], name))
    return keras.Model(latents, images, name="msg_generator")


def msg_discriminator(image_shape, width=16):
    """Returns the discriminator of MSG-GAN, from images of every size to scores.

    The generator's way back: a 1x1 convolution of the finest images, then at every
    level the deviation over groups of four images, two 3x3 convolutions with leaky ReLU
    (0.2), and an average over 2x2 pixels. The images of a level are joined to the
    features as they are, as more channels (the paper's phi_simple). The base ends in a
    convolution of its size and a dense layer. All layers have equalized learning rates;
    nothing is normalized. Scores are high for real, and unbounded.

    Args:
        image_shape: `(height, width, channels)` of the finest images, sides of 8 pixels
            or more, which are doubled from a base whose short side is 4 to 7.
        width: Channels next to the finest image; they double towards the base, up to
            512.

    Returns:
        A `keras.Model` from a list of images, the smallest first, to `(batch,)`.

    Raises:
        ValueError: If a side cannot be doubled so, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.msg_discriminator((28, 28, 1), width=16).input_shape
    [(None, 7, 7, 1), (None, 14, 14, 1), (None, 28, 28, 1)]
    """
    features = equalized.channels(image_shape, width, NETWORK_NAME)
    sizes = levels(image_shape)
    images = [
        keras.Input((*size, image_shape[-1]), name=named(size, last=size == sizes[-1]))
        for size in sizes
    ]
    x = equalized.convolution(features[-1], 1)(images[-1])
    widths = itertools.pairwise(reversed(features))
    for (filters, wider), smaller in zip(widths, images[-2::-1], strict=True):
        x = layers.MinibatchStddev()(x)
        x = through(equalized.downward(filters, wider), x)
        x = keras.layers.Concatenate()([smaller, x])
    scores = through(equalized.scored(sizes[0], features[0]), x)
    return keras.Model(images, scores, name="msg_discriminator")


def named(size, last):
    """Returns the name of the images of a size."""
    height, width = size
    return "images" if last else f"images_{height}x{width}"
