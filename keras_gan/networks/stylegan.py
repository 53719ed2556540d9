"""StyleGAN: latents become styles, and styles rule every layer of the image.

Reference: [A Style-Based Generator Architecture for Generative Adversarial
Networks](https://arxiv.org/abs/1812.04948).
"""

import itertools

import keras

from keras_gan import layers
from keras_gan.layers.arguments import as_fraction
from keras_gan.layers.styles import MIXING_ADVICE
from keras_gan.networks import equalized
from keras_gan.networks.equalized import active, convolution, through
from keras_gan.networks.sizes import check_counts, levels

NETWORK_NAME = "StyleGAN"
"""What messages call these networks."""

MAPPING_RATE = 0.01
"""Learning rate of the mapping network, as a share of that of all other layers."""


def stylegan_generator(
    image_shape,
    latent_dim=512,
    style_dim=512,
    width=16,
    mapping_depth=8,
    mixing=0.9,
    truncation_layers=8,
):
    """Returns the generator of StyleGAN, from latents to images.

    It is made of two networks, `generator.get_layer("mapping")` and
    `generator.get_layer("synthesis")`. The first turns latents into styles: dense
    layers behind a normalization of the latents, which learn at a hundredth of the
    rate. The second begins with a learned constant of the size of the base, and has two
    layers at every level: a 3x3 convolution (at the base, the constant stands for the
    first), noise of learned strength, leaky ReLU (0.2), and adaptive instance
    normalization, by which the style rules the layer. The first layer of each further
    level doubles the sides and blurs. All layers have equalized learning rates.

    Between the two networks, styles are mixed in training, and truncated where
    `gan.generate(truncation=0.7)` asks for it. Images have no bound but that of the
    data they learn from: they are clipped to [-1, 1] where they become pictures. Of the
    paper's networks only progressive growing is missing: the whole image is trained
    from the start. At (1024, 1024, 3) it has 26.2 million trainable parameters.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more, which are
            doubled from a base whose short side is 4 to 7.
        latent_dim: Numbers in a latent vector, normal or on a sphere: those that are
            mixed in come of a normal distribution, which is the same to a mapping that
            normalizes them. With uniform latents, pass `mixing=0`.
        style_dim: Numbers in a style.
        width: Channels next to the image; they double towards the base, up to 512. The
            paper has 16 at 1024x1024, which is 256 at 64x64.
        mapping_depth: Layers of the mapping network.
        mixing: Share of images that are made of two styles in training, 0 to 1.
        truncation_layers: How many layers truncation rules, the coarse ones first (8 is
            up to 32x32, from a base of 4x4); None: all.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If a side cannot be doubled so, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> generator = kg.networks.stylegan_generator((28, 28, 1), 32, 32, width=8)
    >>> generator.get_layer("mapping").output_shape
    (None, 32)
    >>> generator.get_layer("synthesis").input_shape  # six layers take a style
    (None, 6, 32)
    """
    check_counts(
        latent_dim=latent_dim, style_dim=style_dim, mapping_depth=mapping_depth
    )
    if truncation_layers is not None:
        check_counts(truncation_layers=truncation_layers)
    mixing = as_fraction(mixing, "mixing", MIXING_ADVICE)
    latents = keras.Input((latent_dim,), name="latents")
    synthesis = synthesis_network(image_shape, style_dim, width)
    mapping = mapping_network(latent_dim, style_dim, mapping_depth)
    others = layers.OtherLatents(dtype="float32", name="other_latents")(latents)
    count = synthesis.input_shape[1]
    mix = layers.MixStyles(count, mixing, dtype="float32", name="mixing")
    truncate = layers.Truncation(truncation_layers, dtype="float32", name="truncation")
    styles = truncate(mix(mapping(latents), mapping(others)))
    return keras.Model(latents, synthesis(styles), name="stylegan_generator")


def stylegan_discriminator(image_shape, width=16):
    """Returns the discriminator of StyleGAN, from images to scores, high for real.

    That of progressive growing, fully grown, with a blur before each halving: a 1x1
    convolution, then at every level a 3x3 convolution, the blur, a 3x3 convolution to
    twice the channels, and an average over 2x2 pixels; at the base the deviation over
    groups of four images, a 3x3 convolution, one of the size of the base, and a dense
    layer. Leaky ReLU (0.2) follows all but the last; nothing is normalized. All layers
    have equalized learning rates.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more, which are
            doubled from a base whose short side is 4 to 7.
        width: Channels next to the image; they double towards the base, up to 512.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If a side cannot be doubled so, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.stylegan_discriminator((28, 28, 1), width=8).output_shape
    (None,)
    """
    features = equalized.channels(image_shape, width, NETWORK_NAME)
    images = keras.Input(image_shape, name="images")
    x = through([convolution(features[-1], 1), active()], images)
    for narrow, wide in itertools.pairwise(reversed(features)):
        x = through([convolution(narrow), active(), layers.Blur()], x)
        halves = keras.layers.AveragePooling2D(2)
        x = through([convolution(wide), halves, active()], x)
    x = through(equalized.scored(levels(image_shape)[0], features[0]), x)
    scores = keras.layers.Activation("linear", dtype="float32", name="scores")(x)
    return keras.Model(images, scores, name="stylegan_discriminator")


def mapping_network(latent_dim, style_dim, depth):
    """Returns the network from latents to styles, `(batch, style_dim)`."""
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.PixelNormalization()(latents)
    for _ in range(depth):
        dense = keras.layers.Dense(style_dim)
        slow = layers.EqualizedLearningRate(dense, multiplier=MAPPING_RATE)
        x = through([slow, active()], x)
    styles = keras.layers.Activation("linear", dtype="float32", name="styles")(x)
    return keras.Model(latents, styles, name="mapping")


def synthesis_network(image_shape, style_dim, width):
    """Returns the network from styles, `(batch, layers, style_dim)`, to images."""
    features = equalized.channels(image_shape, width, NETWORK_NAME)
    styles = keras.Input((2 * len(features), style_dim), name="styles")
    each = enumerate(keras.ops.unstack(styles, axis=1))
    start = (*levels(image_shape)[0], features[0])
    x = layers.LearnedConstant(start, dtype="float32", name="constant")(styles)
    x = styled(x, *next(each), dtype="float32")  # its variance begins at 0
    for level, filters in enumerate(features):
        if level > 0:
            x = keras.layers.UpSampling2D(2)(x)
            x = styled(through([unbiased(filters), layers.Blur()], x), *next(each))
        x = styled(unbiased(filters)(x), *next(each))
    images = equalized.pictured(x, image_shape[-1], name="images")
    return keras.Model(styles, images, name="synthesis")


def unbiased(filters):
    """Returns a convolution without bias: that comes after the noise."""
    size = equalized.KERNEL
    layer = layers.Conv2D(filters, size, padding="same", use_bias=False)
    return layers.EqualizedLearningRate(layer)


def styled(x, number, style, dtype=None):
    """Ends a layer: noise, bias and leaky ReLU, then what the style asks for."""
    x = layers.NoiseInjection(dtype=dtype, name=f"noise_{number}")(x)
    x = layers.Bias(dtype=dtype, name=f"bias_{number}")(x)
    x = keras.layers.LeakyReLU(0.2, dtype=dtype)(x)
    rule = layers.AdaptiveInstanceNormalization(dtype=dtype, name=f"style_{number}")
    return rule(x, style)
