"""Progressive growing: networks trained at 4x4 first, then at doubled resolutions.

Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
Variation](https://arxiv.org/abs/1710.10196), appendix A.1.
"""

import itertools

import keras

from keras_gan.networks import equalized
from keras_gan.networks.equalized import apply_layers
from keras_gan.networks.growing import Growing, blend
from keras_gan.networks.scaling import average_pool, repeat_pixels
from keras_gan.networks.sizes import ImageShape, upsampling_sizes
from keras_gan.validation import PositiveInt, validated

NETWORK_NAME = "progressive growing"
"""Name of these networks in error messages."""


@validated
def progressive_generator(
    image_shape: ImageShape, latent_dim: PositiveInt = 512, width: PositiveInt = 16
) -> Growing:
    """Returns the generator of progressive growing, from latents to images.

    The latents are pixel-normalized. A transposed convolution of the size of the base
    (4x4 for most images, 7x7 for 28x28) maps them to features, followed by a 3x3
    convolution; every further level is nearest-neighbour upsampling by 2 and two 3x3
    convolutions. Leaky ReLU (0.2) and pixelwise normalization follow each. A 1x1
    convolution outputs the image without activation; `gan.generate` clips it to
    [-1, 1]. All layers have equalized learning rates.

    The network is fully grown, and trains as any other. With
    `kg.callbacks.ProgressiveGrowing` it starts at the base, and the levels fade in one
    after the other: see `keras_gan.networks.growing.Growing`. Images have the full size
    at every stage: in earlier stages each pixel is repeated to a square.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more: a base with
            a short side of 4 to 7, doubled.
        latent_dim: Dimension of a latent vector.
        width: Channels of the last level; they double towards the base, up to 512. The
            paper has 16 at 1024x1024 (23.1 million parameters), which is 256 at 64x64
            and 512 at 32x32.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If the sides are not a base doubled, or a count is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> generator = kg.networks.progressive_generator((28, 28, 1), 64, width=16)
    >>> generator.output_shape, generator.num_stages  # 7x7, 14x14, 28x28
    ((None, 28, 28, 1), 3)
    """
    widths = equalized.level_channels(image_shape, width, NETWORK_NAME)
    latents = keras.Input((latent_dim,), name="latents")
    fade = keras.Input(batch_shape=(), name="fade")
    x = equalized.base_features(latents, upsampling_sizes(image_shape)[0], widths[0])
    images = [equalized.to_image(x, image_shape[-1])]
    for filters in widths[1:]:
        x = equalized.upsample(x, filters)
        images.append(equalized.to_image(x, image_shape[-1]))
    stages = images[:1] + [
        blend(repeat_pixels(older, 2), newer, fade)
        for older, newer in itertools.pairwise(images)
    ]
    factors = [2**level for level in reversed(range(len(stages)))]
    outputs = [
        repeat_pixels(image, factor)
        for image, factor in zip(stages, factors, strict=True)
    ]
    network = keras.Model([latents, fade], outputs)
    return Growing(network, name="progressive_generator")


@validated
def progressive_discriminator(
    image_shape: ImageShape, width: PositiveInt = 16
) -> Growing:
    """Returns the discriminator of progressive growing, from images to scores.

    The generator in reverse: a 1x1 convolution, then at every level two 3x3
    convolutions and average pooling over 2x2 pixels; at the base the standard deviation
    over groups of four images, a 3x3 convolution, one of the size of the base, and a
    dense layer. Leaky ReLU (0.2) follows all but the last; there is no normalization.
    All layers have equalized learning rates. Scores are unbounded, high for real.

    It grows as `progressive_generator` does. At every stage it takes images of the full
    size; earlier stages reduce them by average pooling.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more: a base with
            a short side of 4 to 7, doubled.
        width: Channels of the first level; they double towards the base, up to 512. The
            paper has 16 at 1024x1024 (23.1 million parameters).

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If the sides are not a base doubled, or `width` is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.progressive_discriminator((28, 28, 1), width=16).output_shape
    (None,)
    """
    widths = equalized.level_channels(image_shape, width, NETWORK_NAME)
    images = keras.Input(image_shape, name="images")
    fade = keras.Input(batch_shape=(), name="fade")
    pooled_images = [images]
    for _ in widths[1:]:
        pooled_images.append(average_pool(pooled_images[-1], 2))
    # The paper's fromRGB layers, of which each resolution has one.
    from_image = [
        [equalized.convolution(filters, 1), equalized.leaky_relu()]
        for filters in widths
    ]
    features = [
        apply_layers(sequence, image)
        for sequence, image in zip(from_image, reversed(pooled_images), strict=True)
    ]
    level_layers = [
        equalized.downsampling_layers(filters, output_filters)
        for output_filters, filters in itertools.pairwise(widths)
    ]
    end = equalized.score_layers(upsampling_sizes(image_shape)[0], widths[0])
    scores = [apply_layers(end, features[0])]
    for stage in range(1, len(widths)):
        x = apply_layers(level_layers[stage - 1], features[stage])
        # Figure 2: the fromRGB of the last stage, on the pooled image, fades out.
        x = blend(features[stage - 1], x, fade)
        rest = itertools.chain(*reversed(level_layers[: stage - 1]), end)
        scores.append(apply_layers(rest, x))
    network = keras.Model([images, fade], scores)
    return Growing(network, name="progressive_discriminator")
