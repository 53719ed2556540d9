"""BigGAN: residual networks conditioned on classes and on chunks of the latents.

Reference: [Large Scale GAN Training for High Fidelity Natural Image
Synthesis](https://arxiv.org/abs/1809.11096), appendix B.
"""

import itertools
import math

import keras

from keras_gan.errors import check
from keras_gan.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2D,
    Embedding,
    LabelProjection,
    SelfAttention2D,
)
from keras_gan.networks import blocks, layer_config
from keras_gan.networks.sizes import ImageShape, upsampling_sizes
from keras_gan.typing import Layer, Model, Tensor
from keras_gan.validation import PositiveInt, validated

CLASS_DIM = 128
"""Dimension of the class embedding, which all blocks share."""

CHUNK_DIM = 20
"""Latents per block in the paper."""

CONFIG = layer_config.LayerConfig(
    initializer=keras.initializers.Orthogonal, kernel_normalization="spectral"
)
"""Initializer and normalization of all layers with a kernel."""

GENERATOR_WIDTHS: dict[int, tuple[int, ...]] = {
    1: (4, 4),
    2: (4, 4, 4),
    3: (4, 4, 4, 4),
    4: (16, 16, 8, 4, 2),
    5: (16, 16, 8, 4, 2, 1),
    6: (16, 16, 8, 8, 4, 2, 1),
    7: (16, 16, 8, 8, 4, 2, 1, 1),
}
"""Channels of the generator's levels in units of `width`, the base first.

The keys are the generator's doublings: 5 is 128x128, table 4 of the paper.
"""

DISCRIMINATOR_WIDTHS: dict[int, tuple[int, ...]] = {
    1: (4, 4, 4, 4),
    2: (4, 4, 4, 4),
    3: (4, 4, 4, 4),
    4: (1, 2, 4, 8, 16),
    5: (1, 2, 4, 8, 16, 16),
    6: (1, 2, 4, 8, 8, 16, 16),
    7: (1, 1, 2, 4, 8, 8, 16, 16),
}
"""Channels of the discriminator's blocks in units of `width`, by the same keys."""

MAX_SMALL_DOUBLINGS = 3
"""Largest number of doublings of the networks for 32x32: two blocks of D pool."""

ATTENTION_DOUBLINGS = 4
"""Doublings from the base to the input of self-attention: 64x64 from a 4x4 base."""


@validated
def biggan_generator(
    image_shape: ImageShape,
    num_classes: PositiveInt,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt = 96,
) -> Model:
    """Returns the generator of BigGAN, from latents and labels to images in [-1, 1].

    The latents are split into one chunk for the base and one for each block. A dense
    layer maps the first chunk to the base, the image halved until its short side is 4
    to 7. Each residual block doubles the sides: conditional batch normalization, ReLU,
    nearest-neighbour upsampling, 3x3 convolution, conditional batch normalization,
    ReLU, 3x3 convolution, plus a 1x1 convolution of the upsampled input. The gains and
    biases of the normalization are linear in the block's chunk, concatenated with a
    class embedding of dimension 128, which all blocks share. Self-attention follows
    four doublings, which is 64x64 from a base of 4x4, and in smaller images the level
    of half of their sides. Batch normalization, ReLU, a 3x3 convolution and tanh
    follow.

    All kernels are initialized as orthogonal and have spectral norm 1, except for the
    class embedding; convolutions and the first dense layer have biases.

    The channels are those of the paper's tables 4 to 6 for a short side of 128, 256 and
    512 pixels, and up to the next; for smaller images those of the author's code: from
    64 on, `16 * width` in the base and `2 * width` in the last block, else `4 * width`
    everywhere. At (128, 128, 3) with 1000 classes it has 70.4 million trainable
    parameters.

    Args:
        image_shape: `(height, width, channels)`, a short side of 8 to 1023 pixels: a
            base with a short side of 4 to 7, doubled.
        num_classes: Number of classes.
        latent_dim: Dimension of a latent vector, at least one for each chunk; chunks
            differ by at most one, the first ones larger. None: 20 for each chunk, which
            is 120 at 128x128, 140 at 256x256 and 160 at 512x512.
        width: Channels of the last block at 128 pixels and more, the unit of the
            channels.

    Returns:
        A `keras.Model` from `[latents, labels]`, shapes `(batch, latent_dim)` and
        `(batch,)`, to `(batch, *image_shape)`.

    Raises:
        ValueError: If the sides are not a base doubled, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> network = kg.networks.biggan_generator((28, 28, 1), num_classes=10, width=4)
    >>> network.input_shape
    [(None, 60), (None,)]
    """
    sizes, widths = generator_plan(image_shape, width)
    latent_dim = CHUNK_DIM * len(sizes) if latent_dim is None else latent_dim
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    chunk, *conditions = split_conditions(latents, labels, num_classes, len(sizes))
    x = dense(math.prod(sizes[0]) * widths[0])(chunk)
    x = keras.layers.Reshape((*sizes[0], widths[0]), name="base")(x)
    for level, channels in enumerate(widths):
        if level > 0:
            x = upsampling_block(x, channels, conditions[level - 1], level)
        if level == attention_level(sizes):
            x = attention()(x)
    x = keras.layers.ReLU()(BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
    x = convolution(image_shape[-1])(x)
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model([latents, labels], images, name="biggan_generator")


@validated
def biggan_discriminator(
    image_shape: ImageShape, num_classes: PositiveInt, width: PositiveInt = 96
) -> Model:
    """Returns the discriminator of BigGAN, from images and labels to unbounded scores.

    Residual blocks halve the sides: ReLU, 3x3 convolution, ReLU, 3x3 convolution, 2x2
    average pooling, plus a 1x1 convolution of the pooled input; the first block has no
    ReLU before its convolutions, the last block has no pooling and the identity as
    shortcut. Below 64 pixels there are two blocks with pooling and two without.
    Self-attention is at the resolution of the generator's. ReLU and a sum over all
    pixels compute features `h`; the score is `linear(h) + <embedding(y), h>`.

    All kernels are initialized as orthogonal and have spectral norm 1, including the
    class embedding. At (128, 128, 3) with 1000 classes it has 88.0 million trainable
    parameters.

    Args:
        image_shape: As in `biggan_generator`.
        num_classes: Number of classes.
        width: Channels of the first block, the unit of the channels; below 64 pixels
            there are `4 * width` everywhere.

    Returns:
        A `keras.Model` from `[images, labels]`, shapes `(batch, *image_shape)` and
        `(batch,)`, to `(batch,)`.

    Raises:
        ValueError: If the sides are not a base doubled, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.biggan_discriminator((28, 28, 1), 10, width=4).output_shape
    (None,)
    """
    sizes, _ = generator_plan(image_shape, width)
    doublings = len(sizes) - 1
    halvings = doublings if doublings > MAX_SMALL_DOUBLINGS else min(2, doublings)
    images = keras.Input(image_shape, name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    x = images
    for number, factor in enumerate(DISCRIMINATOR_WIDTHS[doublings], start=1):
        x = downsampling_block(x, factor * width, number <= halvings, number)
        if number == doublings - attention_level(sizes):
            x = attention()(x)
    # float32 from here: a sum over all pixels may overflow float16.
    x = keras.layers.Activation("relu", dtype="float32")(x)
    features = keras.ops.sum(x, axis=(1, 2))
    linear = keras.layers.Reshape((), dtype="float32")(dense(1, "float32")(features))
    projected = projection(num_classes)(features, labels)
    scores = keras.layers.Add(dtype="float32", name="scores")([linear, projected])
    return keras.Model([images, labels], scores, name="biggan_discriminator")


def generator_plan(
    image_shape: ImageShape, width: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Returns the resolutions and the channels of the generator's levels.

    Example:
    >>> generator_plan((32, 48, 3), width=64)
    ([(4, 6), (8, 12), (16, 24), (32, 48)], [256, 256, 256, 256])
    """
    sizes = upsampling_sizes(image_shape, "BigGAN")
    check(
        len(sizes) - 1 in GENERATOR_WIDTHS,
        "`image_shape` must have a short side of 8 to 1023 pixels for BigGAN.",
        expected="a short side of 8 to 1023 pixels",
        received=f"image_shape={image_shape!r}",
        do="Resize the images, e.g. to (128, 128, 3).",
    )
    return sizes, [width * factor for factor in GENERATOR_WIDTHS[len(sizes) - 1]]


def attention_level(sizes: list[tuple[int, int]]) -> int:
    """Returns the index of the level that is the input of self-attention."""
    return min(ATTENTION_DOUBLINGS, len(sizes) - 2)


def split_conditions(
    latents: Tensor, labels: Tensor, num_classes: int, num_chunks: int
) -> list[Tensor]:
    """Returns the first chunk of the latents, and the conditions of all blocks.

    Args:
        latents: Latents, shape `(batch, latent_dim)`.
        labels: Labels, shape `(batch,)`.
        num_classes: Number of classes.
        num_chunks: Number of chunks.

    Returns:
        List of the first chunk, and of the other chunks, each concatenated with the
        class embedding.
    """
    latent_dim = latents.shape[-1]
    check(
        latent_dim >= num_chunks,
        "`latent_dim` must be at least the number of chunks of BigGAN's latents.",
        expected=f"latent_dim of {num_chunks} or more for images of this size",
        received=f"latent_dim={latent_dim}",
        do=f"Pass None for {CHUNK_DIM} per chunk, latent_dim={CHUNK_DIM * num_chunks}.",
    )
    chunk_dims = [
        latent_dim // num_chunks + (number < latent_dim % num_chunks)
        for number in range(num_chunks)
    ]
    ends = list(itertools.accumulate(chunk_dims))[:-1]
    base_chunk, *block_chunks = keras.ops.split(latents, ends, axis=1)
    embedding = Embedding(
        num_classes,
        CLASS_DIM,
        embeddings_initializer=CONFIG.initializer(),
        name="class_embedding",
    )
    embeddings = embedding(labels)
    conditions = [
        keras.layers.Concatenate()([embeddings, chunk]) for chunk in block_chunks
    ]
    return [base_chunk, *conditions]


def convolution(channels: int, size: int = 3) -> Layer:
    """Returns a convolution that keeps the sides."""
    layer = Conv2D(
        channels, size, padding="same", kernel_initializer=CONFIG.initializer()
    )
    return CONFIG.wrap(layer)


def dense(units: int, dtype: str | None = None) -> Layer:
    """Returns a dense layer."""
    layer = keras.layers.Dense(
        units, kernel_initializer=CONFIG.initializer(), dtype=dtype
    )
    return CONFIG.wrap(layer)


def attention() -> Layer:
    """Returns the self-attention layer of both networks."""
    return SelfAttention2D(
        normalization=CONFIG.kernel_normalization,
        kernel_initializer=CONFIG.initializer(),
        name="attention",
    )


def projection(num_classes: int) -> Layer:
    """Returns the projection layer: `<embedding(y), h>`."""
    return LabelProjection(
        num_classes,
        normalization=CONFIG.kernel_normalization,
        embeddings_initializer=CONFIG.initializer(),
        dtype="float32",
        name="projection",
    )


def conditional_activation(x: Tensor, condition: Tensor) -> Tensor:
    """Returns ReLU of conditional batch normalization of features."""
    normalize = ConditionalBatchNormalization(
        normalization=CONFIG.kernel_normalization,
        kernel_initializer=CONFIG.initializer(),
    )
    return keras.layers.ReLU()(normalize(x, condition))


def upsampling_block(
    x: Tensor, channels: int, condition: Tensor, number: int
) -> Tensor:
    """Returns the output of the generator's residual block, with twice the sides.

    Args:
        x: Features.
        channels: Channels of the output.
        condition: Class embedding and chunk of the latents, shape `(batch, dim)`.
        number: Number of the block, 1 for the first.
    """
    y = keras.layers.UpSampling2D()(conditional_activation(x, condition))
    y = convolution(channels)(y)
    y = convolution(channels)(conditional_activation(y, condition))
    return blocks.add_upsampled_shortcut(x, y, convolution, f"block_{number}")


def downsampling_block(
    x: Tensor, channels: int, downsample: bool, number: int
) -> Tensor:
    """Returns the output of the discriminator's residual block.

    Args:
        x: Features, or images for the first block, which has no ReLU before its
            convolutions.
        channels: Channels of the output.
        downsample: Whether the block halves the sides.
        number: Number of the block, 1 for the first.
    """
    y = keras.layers.ReLU()(x) if number > 1 else x
    y = keras.layers.ReLU()(convolution(channels)(y))
    y = convolution(channels)(y)
    return blocks.add_downsampled_shortcut(
        x, y, downsample, convolution, name=f"block_{number}"
    )
