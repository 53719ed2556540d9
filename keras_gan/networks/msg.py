"""MSG-GAN: multi-scale generator and discriminator, connected at every resolution.

Reference: [MSG-GAN: Multi-Scale Gradients for Generative Adversarial
Networks](https://arxiv.org/abs/1903.06048).
"""

import itertools

import keras

from keras_gan import layers
from keras_gan.networks import equalized
from keras_gan.networks.equalized import apply_layers
from keras_gan.networks.sizes import ImageShape, upsampling_sizes
from keras_gan.typing import Model
from keras_gan.validation import PositiveInt, validated

NETWORK_NAME = "MSG-GAN"
"""Name of these networks in error messages."""


@validated
def msg_generator(
    image_shape: ImageShape, latent_dim: PositiveInt = 512, width: PositiveInt = 16
) -> Model:
    """Returns the generator of MSG-GAN, from latents to images of every resolution.

    The layers of `progressive_generator` without growth (MSG-ProGAN in the paper): a
    1x1 convolution outputs an image at every level, and the discriminator takes them
    all, so that gradients reach every depth from the first step. The images have no
    activation; `gan.generate` clips them to [-1, 1].

    Args:
        image_shape: `(height, width, channels)` of the highest resolution, sides of 8
            pixels or more: a base with a short side of 4 to 7, doubled.
        latent_dim: Dimension of a latent vector.
        width: Channels of the highest resolution; they double towards the base, up to
            512. The paper has 16 at 1024x1024, which is 256 at 64x64.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to a list of images, the lowest
        resolution first. A GAN generates, saves and evaluates the highest.

    Raises:
        ValueError: If the sides are not a base doubled, or a count is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.msg_generator((28, 28, 1), 64, width=16).output_shape
    [(None, 7, 7, 1), (None, 14, 14, 1), (None, 28, 28, 1)]
    """
    widths = equalized.level_channels(image_shape, width, NETWORK_NAME)
    sizes = upsampling_sizes(image_shape)
    latents = keras.Input((latent_dim,), name="latents")
    x, images = equalized.base_features(latents, sizes[0], widths[0]), []
    for level, (size, filters) in enumerate(zip(sizes, widths, strict=True)):
        if level > 0:
            x = equalized.upsample(x, filters)
        name = image_name(size, is_last=size == sizes[-1])
        images.append(equalized.to_image(x, image_shape[-1], name))
    return keras.Model(latents, images, name="msg_generator")


@validated
def msg_discriminator(image_shape: ImageShape, width: PositiveInt = 16) -> Model:
    """Returns the discriminator of MSG-GAN, from images of every resolution to scores.

    The generator in reverse: a 1x1 convolution of the highest resolution, then at every
    level the standard deviation over groups of four images, two 3x3 convolutions with
    leaky ReLU (0.2), and average pooling over 2x2 pixels. The images of a level are
    concatenated to the features as channels (the paper's phi_simple). The base ends
    with a convolution of its size and a dense layer. All layers have equalized learning
    rates; there is no normalization. Scores are unbounded, high for real.

    Args:
        image_shape: `(height, width, channels)` of the highest resolution, sides of 8
            pixels or more: a base with a short side of 4 to 7, doubled.
        width: Channels of the highest resolution; they double towards the base, up to
            512.

    Returns:
        A `keras.Model` from a list of images, the lowest resolution first, to
        `(batch,)`.

    Raises:
        ValueError: If the sides are not a base doubled, or `width` is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.msg_discriminator((28, 28, 1), width=16).input_shape
    [(None, 7, 7, 1), (None, 14, 14, 1), (None, 28, 28, 1)]
    """
    widths = equalized.level_channels(image_shape, width, NETWORK_NAME)
    sizes = upsampling_sizes(image_shape)
    names = [image_name(size, is_last=size == sizes[-1]) for size in sizes]
    images = [
        keras.Input((*size, image_shape[-1]), name=name)
        for size, name in zip(sizes, names, strict=True)
    ]
    x = equalized.convolution(widths[-1], 1)(images[-1])
    width_pairs = itertools.pairwise(reversed(widths))
    smaller_images = images[-2::-1]
    for (filters, output_filters), smaller in zip(
        width_pairs, smaller_images, strict=True
    ):
        x = layers.MinibatchStddev()(x)
        x = apply_layers(equalized.downsampling_layers(filters, output_filters), x)
        x = keras.layers.Concatenate()([smaller, x])
    scores = apply_layers(equalized.score_layers(sizes[0], widths[0]), x)
    return keras.Model(images, scores, name="msg_discriminator")


def image_name(size: tuple[int, int], is_last: bool) -> str:
    """Returns the name of the images of a resolution, `"images"` for the highest."""
    height, width = size
    return "images" if is_last else f"images_{height}x{width}"
