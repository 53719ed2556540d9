"""StyleGAN: a mapping network from latents to styles, and a synthesis network.

Reference: [A Style-Based Generator Architecture for Generative Adversarial
Networks](https://arxiv.org/abs/1812.04948).
"""

import itertools

import keras

from keras_gan import layers
from keras_gan.layers.styles import MixingProbability
from keras_gan.networks import equalized
from keras_gan.networks.equalized import apply_layers, convolution, leaky_relu
from keras_gan.networks.sizes import ImageShape, upsampling_sizes
from keras_gan.typing import Layer, Model, Tensor
from keras_gan.validation import PositiveInt, validated

NETWORK_NAME = "StyleGAN"
"""Name of these networks in error messages."""

MAPPING_MULTIPLIER = 0.01
"""Learning rate of the mapping network relative to the other layers."""


@validated
def stylegan_generator(
    image_shape: ImageShape,
    latent_dim: PositiveInt = 512,
    style_dim: PositiveInt = 512,
    width: PositiveInt = 16,
    mapping_depth: PositiveInt = 8,
    mixing: MixingProbability = 0.9,
    truncation_layers: PositiveInt | None = 8,
) -> Model:
    """Returns the generator of StyleGAN, from latents to images.

    It consists of two networks, `generator.get_layer("mapping")` and
    `generator.get_layer("synthesis")`. The mapping network computes styles w from
    latents: pixel normalization and dense layers with a learning rate multiplier of
    0.01. The synthesis network starts with a learned constant of the size of the base,
    and has two layers at every level: a 3x3 convolution (replaced by the constant in
    the first layer), noise with learned strengths, leaky ReLU (0.2), and adaptive
    instance normalization by the style. The first layer of each further level upsamples
    by 2 and blurs. All layers have equalized learning rates.

    Styles are mixed in training (mixing regularization), and truncated by
    `gan.generate(truncation=0.7)`. The images have no activation; `gan.generate` clips
    them to [-1, 1]. Unlike the paper's networks these do not grow progressively. At
    (1024, 1024, 3) the generator has 26.2 million trainable parameters.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more: a base with
            a short side of 4 to 7, doubled.
        latent_dim: Dimension of a latent vector, normal or on a sphere. The second
            latents for mixing are normal, which are equivalent after the normalization;
            for uniform latents, pass `mixing=0`.
        style_dim: Dimension of a style.
        width: Channels of the last level; they double towards the base, up to 512. The
            paper has 16 at 1024x1024, which is 256 at 64x64.
        mapping_depth: Number of layers of the mapping network.
        mixing: Probability, in training, that an image has two styles, 0 to 1.
        truncation_layers: Number of truncated layers, the coarse layers first (8 is up
            to 32x32, from a base of 4x4); None: all.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If the sides are not a base doubled, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> generator = kg.networks.stylegan_generator((28, 28, 1), 32, 32, width=8)
    >>> generator.get_layer("mapping").output_shape
    (None, 32)
    >>> generator.get_layer("synthesis").input_shape  # six layers with a style
    (None, 6, 32)
    """
    latents = keras.Input((latent_dim,), name="latents")
    synthesis = synthesis_network(image_shape, style_dim, width)
    mapping = mapping_network(latent_dim, style_dim, mapping_depth)
    other_latents = layers.OtherLatents(dtype="float32", name="other_latents")(latents)
    num_layers = synthesis.input_shape[1]
    mix = layers.MixStyles(num_layers, mixing, dtype="float32", name="mixing")
    truncate = layers.Truncation(truncation_layers, dtype="float32", name="truncation")
    styles = truncate(mix(mapping(latents), mapping(other_latents)))
    return keras.Model(latents, synthesis(styles), name="stylegan_generator")


@validated
def stylegan_discriminator(image_shape: ImageShape, width: PositiveInt = 16) -> Model:
    """Returns the discriminator of StyleGAN, from images to scores, high for real.

    The discriminator of progressive growing, fully grown, with a blur before
    downsampling: a 1x1 convolution, then at every level a 3x3 convolution, the blur, a
    3x3 convolution to twice the channels, and average pooling over 2x2 pixels; at the
    base the standard deviation over groups of four images, a 3x3 convolution, one of
    the size of the base, and a dense layer. Leaky ReLU (0.2) follows all but the last;
    there is no normalization. All layers have equalized learning rates.

    Args:
        image_shape: `(height, width, channels)`, sides of 8 pixels or more: a base with
            a short side of 4 to 7, doubled.
        width: Channels of the first level; they double towards the base, up to 512.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If the sides are not a base doubled, or `width` is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.stylegan_discriminator((28, 28, 1), width=8).output_shape
    (None,)
    """
    widths = equalized.level_channels(image_shape, width, NETWORK_NAME)
    images = keras.Input(image_shape, name="images")
    x = apply_layers([convolution(widths[-1], 1), leaky_relu()], images)
    for filters, output_filters in itertools.pairwise(reversed(widths)):
        x = apply_layers([convolution(filters), leaky_relu(), layers.Blur()], x)
        pooling = keras.layers.AveragePooling2D(2)
        x = apply_layers([convolution(output_filters), pooling, leaky_relu()], x)
    base = upsampling_sizes(image_shape)[0]
    x = apply_layers(equalized.score_layers(base, widths[0]), x)
    scores = keras.layers.Activation("linear", dtype="float32", name="scores")(x)
    return keras.Model(images, scores, name="stylegan_discriminator")


def mapping_network(latent_dim: int, style_dim: int, depth: int) -> Model:
    """Returns the network from latents to styles, `(batch, style_dim)`."""
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.PixelNormalization()(latents)
    for _ in range(depth):
        dense = keras.layers.Dense(style_dim)
        layer = layers.EqualizedLearningRate(dense, multiplier=MAPPING_MULTIPLIER)
        x = apply_layers([layer, leaky_relu()], x)
    styles = keras.layers.Activation("linear", dtype="float32", name="styles")(x)
    return keras.Model(latents, styles, name="mapping")


def synthesis_network(image_shape: ImageShape, style_dim: int, width: int) -> Model:
    """Returns the network from styles, `(batch, num_layers, style_dim)`, to images."""
    widths = equalized.level_channels(image_shape, width, NETWORK_NAME)
    styles = keras.Input((2 * len(widths), style_dim), name="styles")
    layer_styles = enumerate(keras.ops.unstack(styles, axis=1))
    start = (*upsampling_sizes(image_shape)[0], widths[0])
    x = layers.LearnedConstant(start, dtype="float32", name="constant")(styles)
    # In float32: the constant is uniform before training, and the normalization divides
    # by its standard deviation, which is 0 then.
    x = style_layer(x, *next(layer_styles), dtype="float32")
    for level, filters in enumerate(widths):
        if level > 0:
            x = keras.layers.UpSampling2D(2)(x)
            x = apply_layers([convolution_without_bias(filters), layers.Blur()], x)
            x = style_layer(x, *next(layer_styles))
        x = style_layer(convolution_without_bias(filters)(x), *next(layer_styles))
    images = equalized.to_image(x, image_shape[-1], name="images")
    return keras.Model(styles, images, name="synthesis")


def convolution_without_bias(filters: int) -> Layer:
    """Returns a convolution without bias."""
    # The bias is a layer in `style_layer`, which is applied after the noise.
    size = equalized.KERNEL_SIZE
    layer = layers.Conv2D(filters, size, padding="same", use_bias=False)
    return layers.EqualizedLearningRate(layer)


def style_layer(
    x: Tensor, number: int, style: Tensor, dtype: str | None = None
) -> Tensor:
    """Returns features after noise, bias, leaky ReLU and AdaIN, the end of a layer.

    Args:
        x: Features.
        number: Number of the layer, 0 for the first.
        style: Style of the layer, shape `(batch, style_dim)`.
        dtype: Dtype or policy of the layers.
    """
    x = layers.NoiseInjection(dtype=dtype, name=f"noise_{number}")(x)
    x = layers.Bias(dtype=dtype, name=f"bias_{number}")(x)
    x = keras.layers.LeakyReLU(0.2, dtype=dtype)(x)
    adain = layers.AdaptiveInstanceNormalization(dtype=dtype, name=f"style_{number}")
    return adain(x, style)
