"""Residual networks of SNGAN, the projection discriminator and SAGAN.

References: [Spectral Normalization for Generative Adversarial
Networks](https://arxiv.org/abs/1802.05957), tables 3 to 5; [cGANs with Projection
Discriminator](https://arxiv.org/abs/1802.05637); [Self-Attention Generative Adversarial
Networks](https://arxiv.org/abs/1805.08318).
"""

import dataclasses
import itertools
import math
from collections.abc import Callable

import keras

from keras_gan.errors import check
from keras_gan.game import pack_inputs
from keras_gan.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2D,
    LabelProjection,
    SelfAttention2D,
    kernels,
)
from keras_gan.networks import blocks, layer_config
from keras_gan.networks.inputs import label_inputs
from keras_gan.networks.layer_config import Normalization
from keras_gan.networks.sizes import ImageShape, upsampling_sizes
from keras_gan.typing import Initializer, Layer, Model, Tensor
from keras_gan.validation import PositiveInt, validated

MAX_SMALL_SIDE = 32
"""Largest short side of images that use the networks for CIFAR-10."""

MAX_WIDTH_FACTOR = 16
"""Largest number of channels, relative to `width`."""


@validated
def resnet_generator(
    image_shape: ImageShape,
    latent_dim: PositiveInt = 128,
    width: PositiveInt = 64,
    num_classes: PositiveInt | None = None,
    attention: PositiveInt | None = None,
    normalization: kernels.KernelNormalization | None = None,
) -> Model:
    """Returns the residual generator of SNGAN, from latents to images in [-1, 1].

    A dense layer maps the latents to the base: the image, halved until its short side
    is 4 to 7. Each residual block doubles the sides: batch normalization, ReLU,
    nearest-neighbour upsampling, 3x3 convolution, batch normalization, ReLU, 3x3
    convolution, plus a 1x1 convolution of the upsampled input. Batch normalization,
    ReLU, a 3x3 convolution and tanh follow. All layers have biases.

    Channels are those of the paper's tables at `width=64`. Images with a short side of
    at most 32 pixels have `4 * width` everywhere (table 3, CIFAR-10; `width=32` gives
    WGAN-GP's). Larger ones have `width` in the last block, twice as many with each
    block towards the base and in the base itself, `16 * width` at most (table 4,
    STL-10; table 5, ImageNet, which are SAGAN's).

    Kernels are initialized as in the authors' code: Glorot's uniform distribution, with
    twice its variance in the 3x3 convolutions of the blocks.

    Args:
        image_shape: `(height, width, channels)`: a base with a short side of 4 to 7,
            doubled.
        latent_dim: Dimension of a latent vector.
        width: Unit of the channels, as above.
        num_classes: Number of classes, for a network with labels, whose blocks have
            conditional batch normalization; or None.
        attention: Height of the features that are the input of
            `kg.layers.SelfAttention2D`, such as 32 for SAGAN at 64x64 or 128x128; None:
            no attention.
        normalization: `"spectral"`: spectral normalization of all kernels, as in SAGAN;
            or None.

    Returns:
        A `keras.Model` from `(batch, latent_dim)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch, *image_shape)`.

    Raises:
        ValueError: If the sides are not a base doubled, a count is not a positive
            integer, no level has the height `attention`, or the normalization is
            unknown.

    Example:
    >>> import keras_gan as kg
    >>> network = kg.networks.resnet_generator((28, 28, 1), width=4, num_classes=10)
    >>> network.input_shape
    [(None, 128), (None,)]
    """
    sizes = upsampling_sizes(image_shape, "a residual generator")
    widths = generator_widths(sizes, width)
    latents = keras.Input((latent_dim,), name="latents")
    labels = label_inputs(num_classes)
    wrap = kernels.get(normalization)
    factory = LayerFactory(wrap, lambda x: block_normalization(num_classes)(x, *labels))
    attention_level = find_attention_level(attention, [height for height, _ in sizes])
    x = factory.dense(math.prod(sizes[0]) * widths[0])(latents)
    x = keras.layers.Reshape((*sizes[0], widths[0]))(x)
    for level, channels in enumerate(widths):
        x = upsampling_block(factory, x, channels) if level > 0 else x
        if level == attention_level:
            x = SelfAttention2D(normalization=normalization)(x)
    x = keras.layers.ReLU()(batch_normalization()(x))
    x = factory.convolution(image_shape[-1], 3)(x)
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(pack_inputs(latents, labels), images, name="resnet_generator")


@validated
def resnet_discriminator(
    image_shape: ImageShape,
    width: PositiveInt = 64,
    normalization: Normalization | None = "spectral",
    num_classes: PositiveInt | None = None,
    attention: PositiveInt | None = None,
) -> Model:
    """Returns the residual discriminator of SNGAN, from images to unbounded scores.

    Residual blocks halve the sides: ReLU, 3x3 convolution, ReLU, 3x3 convolution, 2x2
    average pooling, plus a 1x1 convolution of the pooled input; the first block has no
    ReLU before its convolutions. The last blocks do not pool. ReLU, a sum over all
    pixels and a dense layer compute the score `s(x)`. With classes it is
    `s(x) + <embedding(y), x>`: the projection discriminator. All layers have biases.

    Channels are those of the paper's tables at `width=64`. Images with a short side of
    at most 32 pixels have `2 * width` everywhere, two blocks with pooling and two
    without (table 3, CIFAR-10). Larger ones have `width` after the first block and
    twice as many with each block, `16 * width` at most; all blocks but the last pool,
    down to a short side of 3 to 5 (table 4, STL-10; table 5, ImageNet, which are
    SAGAN's). A block's inner channels are those of its input, as in the authors' code,
    and in the first block those of its output.

    With `normalization` `"layer"` or None this is the critic of WGAN-GP, except for the
    sum over pixels, which is a mean there. Kernels are initialized as in
    `resnet_generator`.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more; halves of
            odd sides are rounded up.
        width: Unit of the channels, as above.
        normalization: `"spectral"`; `"batch"` or `"layer"`, before each ReLU of all
            blocks but the first; or None.
        num_classes: Number of classes, for a network with labels; or None.
        attention: Height of the features that are the input of
            `kg.layers.SelfAttention2D`, such as 32 for SAGAN at 64x64 or 128x128; None:
            no attention.

    Returns:
        A `keras.Model` from `(batch, *image_shape)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch,)`.

    Raises:
        ValueError: If `image_shape` is not the shape of an image, a count is not a
            positive integer, no block has the height `attention`, or the normalization
            is unknown.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.resnet_discriminator((28, 28, 1), width=4).output_shape
    (None,)
    """
    config = layer_config.get(normalization)
    plan = discriminator_blocks(image_shape, width)
    images = keras.Input(image_shape, name="images")
    labels = label_inputs(num_classes)
    factory = LayerFactory(config.wrap, config.normalize)
    heights = [height for _, _, height in plan]
    attention_block = find_attention_level(attention, heights)
    x = images
    for number, (channels, downsample, _) in enumerate(plan):
        x = downsampling_block(factory, x, channels, downsample, is_first=number == 0)
        if number == attention_block:
            x = SelfAttention2D(normalization=config.kernel_normalization)(x)
    # float32 from here: a sum over all pixels may overflow float16.
    x = keras.layers.Activation("relu", dtype="float32")(x)
    features = keras.ops.sum(x, axis=(1, 2))
    scores = config.wrap(keras.layers.Dense(1, dtype="float32"))(features)
    scores = keras.layers.Reshape((), dtype="float32")(scores)
    if num_classes is not None:
        projection = LabelProjection(
            num_classes, config.kernel_normalization, dtype="float32"
        )
        scores = scores + projection(features, *labels)
    scores = keras.layers.Activation("linear", dtype="float32", name="scores")(scores)
    return keras.Model(pack_inputs(images, labels), scores, name="resnet_discriminator")


def generator_widths(sizes: list[tuple[int, int]], width: int) -> list[int]:
    """Returns the channels of the generator's levels, the base first.

    Args:
        sizes: Resolutions of the levels, as `upsampling_sizes` returns them.
        width: Unit of the channels.

    Example:
    >>> generator_widths(upsampling_sizes((128, 128, 3)), 64)
    [1024, 1024, 512, 256, 128, 64]
    """
    doublings = range(len(sizes) - 1, -1, -1)
    if min(sizes[-1]) <= MAX_SMALL_SIDE:
        return [4 * width for _ in doublings]
    return [doubled_width(width, times) for times in doublings]


def discriminator_blocks(
    image_shape: ImageShape, width: int
) -> list[tuple[int, bool, int]]:
    """Returns `(channels, downsample, output_height)` of each discriminator block.

    Example:
    >>> discriminator_blocks((32, 32, 3), 64)
    [(128, True, 16), (128, True, 8), (128, False, 8), (128, False, 8)]
    """
    rows, columns, _ = image_shape
    short_side = min(rows, columns)
    if short_side <= MAX_SMALL_SIDE:
        downsample = [True, True, False, False]
        widths = [2 * width] * 4
    else:
        # -(-a // b) is the quotient rounded up, as pooling with "same" padding rounds.
        halvings = next(n for n in itertools.count() if -(-short_side // 2**n) <= 5)
        downsample = [True] * halvings + [False]
        widths = [doubled_width(width, times) for times in range(len(downsample))]
    heights = [
        -(-rows // 2 ** sum(downsample[: n + 1])) for n in range(len(downsample))
    ]
    return list(zip(widths, downsample, heights, strict=True))


def doubled_width(width: int, times: int) -> int:
    """Returns `width * 2^times`, at most `16 * width`."""
    return width * min(2**times, MAX_WIDTH_FACTOR)


def batch_normalization() -> Layer:
    """Returns batch normalization across replicas."""
    return BatchNormalization(momentum=0.9, epsilon=1e-5)


def block_normalization(num_classes: int | None) -> Layer:
    """Returns the generator blocks' batch normalization, conditional with classes."""
    if num_classes is None:
        return batch_normalization()
    return ConditionalBatchNormalization(num_classes)


def find_attention_level(attention: int | None, heights: list[int]) -> int | None:
    """Returns the index of the first level with the height of attention, or None.

    Args:
        attention: Height in pixels, or None.
        heights: Heights of the levels.

    Raises:
        ValueError: If no level has this height; the message lists the heights.
    """
    known = ", ".join(map(str, dict.fromkeys(heights)))
    check(
        attention is None or attention in heights,
        "`attention` must be the height of a level of the network.",
        expected=f"attention of {known} or None",
        received=f"attention={attention!r}",
        do="Pass one of them; memory grows with the fourth power of the height.",
    )
    return None if attention is None else heights.index(attention)


@dataclasses.dataclass(frozen=True)
class LayerFactory:
    """Factory of the layers of residual blocks.

    Args:
        wrap: Function from a layer with a kernel to the layer with its kernel
            normalized.
        normalize: Function from features to normalized features.
    """

    wrap: Callable[[Layer], Layer]
    normalize: Callable[[Tensor], Tensor]

    def normalized_relu(self, x: Tensor) -> Tensor:
        """Returns ReLU of normalized features."""
        return keras.layers.ReLU()(self.normalize(x))

    def convolution(self, channels: int, size: int, scale: float = 1.0) -> Layer:
        """Returns a convolution; `scale` multiplies the variance of its kernel."""
        initializer = glorot(scale)
        layer = Conv2D(channels, size, padding="same", kernel_initializer=initializer)
        return self.wrap(layer)

    def dense(self, units: int) -> Layer:
        """Returns a dense layer."""
        return self.wrap(keras.layers.Dense(units, kernel_initializer=glorot()))


def glorot(scale: float = 1.0) -> Initializer:
    """Returns Glorot's uniform initializer, with `scale` times its variance."""
    return keras.initializers.VarianceScaling(scale, "fan_avg", "uniform")


def upsampling_block(factory: LayerFactory, x: Tensor, channels: int) -> Tensor:
    """Returns the output of a residual block that doubles the sides."""
    y = keras.layers.UpSampling2D()(factory.normalized_relu(x))
    y = factory.convolution(channels, 3, scale=2.0)(y)
    y = factory.normalized_relu(y)
    y = factory.convolution(channels, 3, scale=2.0)(y)
    return blocks.add_upsampled_shortcut(x, y, factory.convolution)


def downsampling_block(
    factory: LayerFactory, x: Tensor, channels: int, downsample: bool, is_first: bool
) -> Tensor:
    """Returns the output of a discriminator's residual block.

    Args:
        factory: A `LayerFactory`.
        x: Features, or images for the first block.
        channels: Channels of the output.
        downsample: Whether the block halves the sides, odd sides rounded up.
        is_first: Whether `x` are images: the block has no activation and no
            normalization before its convolutions, and the inner channels of its output.
    """
    if is_first:
        y = factory.convolution(channels, 3, scale=2.0)(x)
        y = keras.layers.ReLU()(y)
    else:
        y = factory.normalized_relu(x)
        y = factory.convolution(x.shape[-1], 3, scale=2.0)(y)
        y = factory.normalized_relu(y)
    y = factory.convolution(channels, 3, scale=2.0)(y)
    return blocks.add_downsampled_shortcut(
        x, y, downsample, factory.convolution, padding="same"
    )
