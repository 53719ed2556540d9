"""BigGAN: wide residual networks, whose every block is told the class and some latents.

Reference: [Large Scale GAN Training for High Fidelity Natural Image
Synthesis](https://arxiv.org/abs/1809.11096), appendix B.
"""

import itertools
import math

import keras

from keras_gan.config import check
from keras_gan.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2D,
    Embedding,
    LabelProjection,
    SelfAttention2D,
)
from keras_gan.networks import blocks, layer_config
from keras_gan.networks.sizes import check_counts, levels

CLASS_DIM = 128
"""Numbers in the vector of a class, which all blocks share."""

CHUNK = 20
"""Latents of each block in the paper."""

STYLE = layer_config.LayerConfig(
    weights=keras.initializers.Orthogonal, kernels="spectral"
)
"""What all layers with a kernel have in common."""

UPWARD = {
    1: (4, 4),
    2: (4, 4, 4),
    3: (4, 4, 4, 4),
    4: (16, 16, 8, 4, 2),
    5: (16, 16, 8, 4, 2, 1),
    6: (16, 16, 8, 8, 4, 2, 1),
    7: (16, 16, 8, 8, 4, 2, 1, 1),
}
"""Channels of the generator's levels in widths, the base first, by its doublings."""

DOWNWARD = {
    1: (4, 4, 4, 4),
    2: (4, 4, 4, 4),
    3: (4, 4, 4, 4),
    4: (1, 2, 4, 8, 16),
    5: (1, 2, 4, 8, 16, 16),
    6: (1, 2, 4, 8, 8, 16, 16),
    7: (1, 1, 2, 4, 8, 8, 16, 16),
}
"""Channels of the discriminator's blocks in widths, by the generator's doublings."""

SMALL = 3
"""Doublings up to which images have the networks of 32x32: two blocks of D halve."""

ATTENTION = 4
"""Doublings from the base to the features that attention looks at."""


def biggan_generator(image_shape, num_classes, latent_dim=None, width=96):
    """Returns the generator of BigGAN, from latents and labels to images in [-1, 1].

    The latents are cut into one chunk for the base and one for each block. A dense
    layer makes the base of the first, the image halved until its short side is 4 to 7.
    Each residual block doubles the sides: conditional batch normalization, ReLU,
    nearest-neighbour upsampling, 3x3 convolution, twice but for the upsampling, beside
    a 1x1 convolution of the upsampled input. The gains and biases of its normalization
    are linear in the block's chunk joined to a vector of the class, of 128 numbers,
    which all blocks share. Self-attention stands behind four doublings, which is 64x64
    from a base of 4x4, and in smaller images at half of their sides. Batch
    normalization, ReLU, a 3x3 convolution and tanh end it.

    All weights begin orthogonal. All kernels have spectral norm 1, but for the vectors
    of the classes; convolutions and the first dense layer have biases.

    The channels are those of the paper's tables 4 to 6 for a short side of 128, 256 and
    512 pixels, and to the next; below, those of the author's program: from 64 on,
    `16 * width` at the base and `2 * width` next to the image, else `4 * width`
    everywhere. At (128, 128, 3) with 1000 classes it has 70.4 million trainable
    parameters.

    Args:
        image_shape: `(height, width, channels)`, a short side of 8 to 1023 pixels, both
            sides multiples of as many doublings as there are.
        num_classes: Number of classes.
        latent_dim: Numbers in a latent vector, one or more for each chunk; chunks are
            as equal as can be, the first ones larger. None: 20 for each chunk, which is
            120 at 128x128, 140 at 256x256 and 160 at 512x512.
        width: Channels next to a large image, the unit of all others.

    Returns:
        A `keras.Model` from `[latents, labels]`, shapes `(batch, latent_dim)` and
        `(batch,)`, to `(batch, *image_shape)`.

    Raises:
        ValueError: If the sides cannot be doubled so often, or an argument is out of
            range.

    Example:
    >>> import keras_gan as kg
    >>> network = kg.networks.biggan_generator((28, 28, 1), num_classes=10, width=4)
    >>> [tuple(one.shape) for one in network.inputs]
    [(None, 60), (None,)]
    """
    sizes, channels = upward_plan(image_shape, num_classes, width)
    latent_dim = CHUNK * len(sizes) if latent_dim is None else latent_dim
    check_counts(latent_dim=latent_dim)
    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    first, *conditions = conditioned(latents, labels, num_classes, len(sizes))
    x = dense(math.prod(sizes[0]) * channels[0])(first)
    x = keras.layers.Reshape((*sizes[0], channels[0]), name="base")(x)
    for level, count in enumerate(channels):
        if level > 0:
            x = upward(x, count, conditions[level - 1], level)
        if level == attention_level(sizes):
            x = attention()(x)
    x = keras.layers.ReLU()(BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
    x = convolution(image_shape[-1])(x)
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model([latents, labels], images, name="biggan_generator")


def biggan_discriminator(image_shape, num_classes, width=96):
    """Returns the discriminator of BigGAN, from images and labels to unbounded scores.

    Residual blocks halve the sides: ReLU, 3x3 convolution, ReLU, 3x3 convolution,
    average of 2x2, beside a 1x1 convolution of the halved input; the first has no ReLU
    before it, the last does not halve and has no convolution beside. Below 64 pixels
    there are two blocks that halve and two that do not. Self-attention stands where the
    generator has it. ReLU and a sum over all places make features `h`; the score is
    `linear(h) + <embedding(y), h>`.

    All weights begin orthogonal, and all kernels have spectral norm 1, the vectors of
    the classes too. At (128, 128, 3) with 1000 classes it has 88.0 million trainable
    parameters.

    Args:
        image_shape: As in `biggan_generator`.
        num_classes: Number of classes.
        width: Channels next to a large image, the unit of all others; below 64 pixels
            there are four times as many everywhere.

    Returns:
        A `keras.Model` from `[images, labels]`, shapes `(batch, *image_shape)` and
        `(batch,)`, to `(batch,)`.

    Raises:
        ValueError: If the sides cannot be halved so often, or an argument is out of
            range.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.biggan_discriminator((28, 28, 1), 10, width=4).output_shape
    (None,)
    """
    sizes, _ = upward_plan(image_shape, num_classes, width)
    doublings = len(sizes) - 1
    halvings = doublings if doublings > SMALL else min(2, doublings)
    images = keras.Input(image_shape, name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    x = images
    for number, widths in enumerate(DOWNWARD[doublings], start=1):
        x = downward(x, widths * width, number <= halvings, number)
        if number == doublings - attention_level(sizes):
            x = attention()(x)
    x = keras.layers.Activation("relu", dtype="float32")(x)
    features = keras.ops.sum(x, axis=(1, 2))
    score = keras.layers.Reshape((), dtype="float32")(dense(1, "float32")(features))
    fit = projection(num_classes)(features, labels)
    scores = keras.layers.Add(dtype="float32", name="scores")([score, fit])
    return keras.Model([images, labels], scores, name="biggan_discriminator")


def upward_plan(image_shape, num_classes, width):
    """Returns the sizes and the channels of the generator's levels, the base first.

    Example:
    >>> upward_plan((32, 48, 3), num_classes=10, width=64)
    ([(4, 6), (8, 12), (16, 24), (32, 48)], [256, 256, 256, 256])
    """
    check_counts(num_classes=num_classes, width=width)
    sizes = levels(image_shape, "BigGAN")
    check(
        len(sizes) - 1 in UPWARD,
        "BigGAN has no networks for images of this size.",
        expected="a short side of 8 to 1023 pixels",
        received=f"image_shape={image_shape!r}",
        do="Bring the images to another size, such as (128, 128, 3).",
    )
    return sizes, [width * widths for widths in UPWARD[len(sizes) - 1]]


def attention_level(sizes):
    """Returns the number of the level that attention looks at, 0 for the base."""
    return min(ATTENTION, len(sizes) - 2)


def conditioned(latents, labels, num_classes, count):
    """Returns the first chunk of latents, and the conditions of all blocks.

    Args:
        latents: Latents, shape `(batch, latent_dim)`.
        labels: Labels, shape `(batch,)`.
        num_classes: Number of classes.
        count: Number of chunks.

    Returns:
        List of the first chunk alone, and the others joined to a vector of the class.
    """
    latent_dim = latents.shape[-1]
    check(
        latent_dim >= count,
        "Every block of BigGAN has latents of its own, and so has the base.",
        expected=f"latent_dim of {count} or more for images of this size",
        received=f"latent_dim={latent_dim}",
        do=f"Pass None for {CHUNK} each, latent_dim={CHUNK * count}.",
    )
    chunks = [latent_dim // count + (n < latent_dim % count) for n in range(count)]
    ends = list(itertools.accumulate(chunks))[:-1]
    first, *others = keras.ops.split(latents, ends, axis=1)
    embedding = Embedding(
        num_classes,
        CLASS_DIM,
        embeddings_initializer=STYLE.weights(),
        name="class_embedding",
    )
    vectors = embedding(labels)
    return [first, *(keras.layers.Concatenate()([vectors, one]) for one in others)]


def convolution(channels, size=3):
    """Returns a convolution that keeps the sides."""
    layer = Conv2D(channels, size, padding="same", kernel_initializer=STYLE.weights())
    return STYLE.wrap(layer)


def dense(units, dtype=None):
    """Returns a dense layer."""
    layer = keras.layers.Dense(units, kernel_initializer=STYLE.weights(), dtype=dtype)
    return STYLE.wrap(layer)


def attention():
    """Returns the attention of both networks."""
    return SelfAttention2D(
        normalization=STYLE.kernels,
        kernel_initializer=STYLE.weights(),
        name="attention",
    )


def projection(num_classes):
    """Returns what says how well features fit a label."""
    return LabelProjection(
        num_classes,
        normalization=STYLE.kernels,
        embeddings_initializer=STYLE.weights(),
        dtype="float32",
        name="projection",
    )


def told(x, condition):
    """Normalizes features by a condition, and leaves what is above zero."""
    normalize = ConditionalBatchNormalization(
        normalization=STYLE.kernels, kernel_initializer=STYLE.weights()
    )
    return keras.layers.ReLU()(normalize(x, condition))


def upward(x, channels, condition, number):
    """Doubles the sides of features by the residual block of a number."""
    y = keras.layers.UpSampling2D()(told(x, condition))
    y = convolution(channels)(y)
    y = convolution(channels)(told(y, condition))
    return blocks.doubled(x, y, convolution, f"block_{number}")


def downward(x, channels, halve, number):
    """Halves the sides of features by the block of a number, or leaves them.

    The first block is given images: no ReLU stands before its convolutions.
    """
    y = keras.layers.ReLU()(x) if number > 1 else x
    y = keras.layers.ReLU()(convolution(channels)(y))
    y = convolution(channels)(y)
    return blocks.halved(x, y, halve, convolution, name=f"block_{number}")
