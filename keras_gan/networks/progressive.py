"""Progressive growing: images of 4x4 at first, each size twice the one before.

Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
Variation](https://arxiv.org/abs/1710.10196), appendix A.1.
"""

import itertools

import keras

from keras_gan.networks import equalized
from keras_gan.networks.equalized import through
from keras_gan.networks.growing import Growing, faded
from keras_gan.networks.scaling import averaged, repeated
from keras_gan.networks.sizes import check_counts, levels

NETWORK_NAME = "Progressive growing"
"""What messages call these networks."""


def progressive_generator(image_shape, latent_dim=512, width=16):
    """Returns the generator of progressive growing, from latents to images.

    The latents are brought to one length. A kernel of the size of the base makes
    features of them (4x4 for most images; 7x7 for 28x28), then comes a 3x3
    convolution; every further level repeats the pixels to twice the sides and has two
    3x3 convolutions. Leaky ReLU (0.2) and pixelwise normalization follow each. A 1x1
    convolution makes the image; it has no bound but that of the data, and is clipped to
    [-1, 1] where it becomes a picture. All layers have equalized learning rates.

    The network is fully grown, and trains as any other does. With
    `kg.callbacks.ProgressiveGrowing` it starts at the base, and the levels fade in one
    by one: see `keras_gan.networks.growing.Growing`. Images have the full size at every
    stage: those of a young network consist of large squares.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more, which are
            doubled from a base whose short side is 4 to 7.
        latent_dim: Numbers in a latent vector.
        width: Channels next to the image; they double towards the base, up to 512. The
            paper has 16 at 1024x1024, where there are 23.1 million parameters; that is
            256 at 64x64 and 512 at 32x32.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If a side cannot be doubled so, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> generator = kg.networks.progressive_generator((28, 28, 1), 64, width=16)
    >>> generator.output_shape, generator.num_stages  # 7x7, 14x14, 28x28
    ((None, 28, 28, 1), 3)
    """
    features = equalized.channels(image_shape, width, NETWORK_NAME)
    check_counts(latent_dim=latent_dim)
    latents = keras.Input((latent_dim,), name="latents")
    fade = keras.Input(batch_shape=(), name="fade")
    x = equalized.based(latents, levels(image_shape)[0], features[0])
    images = [equalized.pictured(x, image_shape[-1])]
    for filters in features[1:]:
        x = equalized.upward(x, filters)
        images.append(equalized.pictured(x, image_shape[-1]))
    stages = images[:1] + [
        faded(repeated(older, 2), newer, fade)
        for older, newer in itertools.pairwise(images)
    ]
    factors = [2**level for level in reversed(range(len(stages)))]
    outputs = [repeated(*pair) for pair in zip(stages, factors, strict=True)]
    network = keras.Model([latents, fade], outputs)
    return Growing(network, name="progressive_generator")


def progressive_discriminator(image_shape, width=16):
    """Returns the discriminator of progressive growing, from images to scores.

    The generator's way back: a 1x1 convolution, then at every level two 3x3
    convolutions and an average over 2x2 pixels; at the base the deviation over groups
    of four images, a 3x3 convolution, one of the size of the base, and a dense layer.
    Leaky ReLU (0.2) follows all but the last; nothing is normalized. All layers have
    equalized learning rates. Scores are high for real, and unbounded.

    It grows as `progressive_generator` does. At every stage it takes images of the full
    size; a young one averages them down to the size that it sees.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more, which are
            doubled from a base whose short side is 4 to 7.
        width: Channels next to the image; they double towards the base, up to 512. The
            paper has 16 at 1024x1024, where there are 23.1 million parameters.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If a side cannot be doubled so, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.progressive_discriminator((28, 28, 1), width=16).output_shape
    (None,)
    """
    features = equalized.channels(image_shape, width, NETWORK_NAME)
    images = keras.Input(image_shape, name="images")
    fade = keras.Input(batch_shape=(), name="fade")
    sizes = [images]
    for _ in features[1:]:
        sizes.append(averaged(sizes[-1], 2))
    seeing = [
        [equalized.convolution(filters, 1), equalized.active()] for filters in features
    ]
    seen = [through(*pair) for pair in zip(seeing, reversed(sizes), strict=True)]
    downward = [
        equalized.downward(filters, wider)
        for wider, filters in itertools.pairwise(features)
    ]
    end = equalized.scored(levels(image_shape)[0], features[0])
    scores = [through(end, seen[0])]
    for stage in range(1, len(features)):
        x = through(downward[stage - 1], seen[stage])
        x = faded(seen[stage - 1], x, fade)
        steps = itertools.chain(*reversed(downward[: stage - 1]), end)
        scores.append(through(steps, x))
    network = keras.Model([images, fade], scores)
    return Growing(network, name="progressive_discriminator")
