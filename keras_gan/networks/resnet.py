"""Residual networks: those of SNGAN, of its projection discriminator, and of SAGAN.

References: [Spectral Normalization for Generative Adversarial
Networks](https://arxiv.org/abs/1802.05957), tables 3 to 5; [cGANs with Projection
Discriminator](https://arxiv.org/abs/1802.05637); [Self-Attention Generative Adversarial
Networks](https://arxiv.org/abs/1805.08318).
"""

import dataclasses
import math
from collections.abc import Callable

import keras

from keras_gan.config import check
from keras_gan.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2D,
    LabelProjection,
    SelfAttention2D,
    kernels,
)
from keras_gan.networks import blocks, layer_config
from keras_gan.networks.inputs import joined, labels_of
from keras_gan.networks.sizes import check_counts, check_image_shape, levels

SMALL = 32
"""Short side up to which images have the networks of CIFAR-10."""

LARGEST = 16
"""How many times `width` the channels next to the base are at most."""


def resnet_generator(
    image_shape,
    latent_dim=128,
    width=64,
    num_classes=None,
    attention=None,
    normalization=None,
):
    """Returns the residual generator of SNGAN, from latents to images in [-1, 1].

    A dense layer makes the base of the latents: the image, halved until its short side
    is 4 to 7. Each residual block doubles the sides: batch normalization, ReLU,
    nearest-neighbour upsampling, 3x3 convolution, batch normalization, ReLU, 3x3
    convolution, beside a 1x1 convolution of the upsampled input. Batch normalization,
    ReLU, a 3x3 convolution and tanh end it. All layers have biases.

    Channels are those of the paper's tables at `width=64`. Images with a short side of
    at most 32 pixels have `4 * width` everywhere (table 3, CIFAR-10; `width=32` gives
    WGAN-GP's). Larger ones have `width` next to the image, twice as many with each
    block towards the base and in the base itself, `16 * width` at most (table 4,
    STL-10; table 5, ImageNet, which are SAGAN's).

    Weights are drawn as in the authors' program: Glorot's uniform distribution, by
    `sqrt(2)` wider in the 3x3 convolutions of the blocks.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more, multiples
            of as many doublings as there are.
        latent_dim: Numbers in a latent vector.
        width: Unit of the channels, as above.
        num_classes: Number of classes: the network takes labels too, and each class has
            its own gains and biases in the blocks' batch normalization; or None.
        attention: Height of the features behind which `kg.layers.SelfAttention2D`
            stands, such as 32 for SAGAN at 64x64 or 128x128; None: nowhere.
        normalization: `"spectral"`: all kernels are those of a
            `kg.layers.SpectralNormalization`, as in SAGAN; or None.

    Returns:
        A `keras.Model` from `(batch, latent_dim)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch, *image_shape)`.

    Raises:
        ValueError: If the sides cannot be doubled so often, a count is below 1, or
            there is no level of the height of `attention` or no normalization of this
            name.

    Example:
    >>> import keras_gan as kg
    >>> network = kg.networks.resnet_generator((28, 28, 1), width=4, num_classes=10)
    >>> [tuple(one.shape) for one in network.inputs]
    [(None, 128), (None,)]
    """
    check_counts(latent_dim=latent_dim, width=width)
    sizes = levels(image_shape, "A residual generator")
    widths = widths_upward(sizes, width)
    latents = keras.Input((latent_dim,), name="latents")
    labels = labels_of(num_classes)
    wrap = kernels.get(normalization)
    make = LayerFactory(wrap, lambda x: conditional(num_classes)(x, *labels))
    attended = place(attention, [height for height, _ in sizes])
    x = make.dense(math.prod(sizes[0]) * widths[0])(latents)
    x = keras.layers.Reshape((*sizes[0], widths[0]))(x)
    for number, channels in enumerate(widths):
        x = upward(make, x, channels) if number > 0 else x
        if number == attended:
            x = SelfAttention2D(normalization=normalization)(x)
    x = keras.layers.ReLU()(batch_normalization()(x))
    x = make.convolution(image_shape[-1], 3)(x)
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(joined(latents, labels), images, name="resnet_generator")


def resnet_discriminator(
    image_shape, width=64, normalization="spectral", num_classes=None, attention=None
):
    """Returns the residual discriminator of SNGAN, from images to unbounded scores.

    Residual blocks halve the sides: ReLU, 3x3 convolution, ReLU, 3x3 convolution,
    average of 2x2, beside a 1x1 convolution of the halved input; the first has no ReLU
    before it. The last blocks do not halve. ReLU, a sum over all places and a dense
    layer make the score `s(x)`. With classes it is `s(x) + <embedding(y), x>`: the
    projection discriminator. All layers have biases.

    Channels are those of the paper's tables at `width=64`. Images with a short side of
    at most 32 pixels have `2 * width` everywhere, two blocks that halve and two that do
    not (table 3, CIFAR-10). Larger ones have `width` behind the first block and twice
    as many with each block, `16 * width` at most; all blocks halve, down to a short
    side of 3 to 5, but the last (table 4, STL-10; table 5, ImageNet, which are
    SAGAN's). A block's inner channels are those of its input, as in the authors'
    program, and in the first block those of its output.

    With `normalization` `"layer"` or None this is the critic of WGAN-GP, but for its
    last step: here the places are summed, as in SNGAN, there they are averaged. Weights
    are drawn as in `resnet_generator`.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more; halves of
            odd ones are rounded up.
        width: Unit of the channels, as above.
        normalization: `"spectral"`; `"batch"` or `"layer"`, before each ReLU in the
            blocks but the first; or None.
        num_classes: Number of classes: the network takes labels too; or None.
        attention: Height of the features behind which `kg.layers.SelfAttention2D`
            stands, such as 32 for SAGAN at 64x64 or 128x128; None: nowhere.

    Returns:
        A `keras.Model` from `(batch, *image_shape)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch,)`.

    Raises:
        ValueError: If this is not the shape of an image, a count is below 1, or there
            is no level of the height of `attention` or no normalization of this name.
    """
    check_counts(width=width)
    style = layer_config.get(normalization)
    plan = blocks_downward(image_shape, width)
    images = keras.Input(image_shape, name="images")
    labels = labels_of(num_classes)
    make = LayerFactory(style.wrap, style.normalize)
    attended = place(attention, [height for _, _, height in plan])
    x = images
    for number, (channels, halve, _) in enumerate(plan):
        x = downward(make, x, channels, halve, first=number == 0)
        if number == attended:
            x = SelfAttention2D(normalization=style.kernels)(x)
    x = keras.layers.Activation("relu", dtype="float32")(x)
    features = keras.ops.sum(x, axis=(1, 2))
    scores = style.wrap(keras.layers.Dense(1, dtype="float32"))(features)
    scores = keras.layers.Reshape((), dtype="float32")(scores)
    if labels:
        projection = LabelProjection(num_classes, style.kernels, dtype="float32")
        scores = scores + projection(features, *labels)
    scores = keras.layers.Activation("linear", dtype="float32", name="scores")(scores)
    return keras.Model(joined(images, labels), scores, name="resnet_discriminator")


def widths_upward(sizes, width):
    """Returns the channels of the generator's levels, the base first.

    Example:
    >>> widths_upward(levels((128, 128, 3)), 64)
    [1024, 1024, 512, 256, 128, 64]
    """
    numbers = range(len(sizes) - 1, -1, -1)
    if min(sizes[-1]) <= SMALL:
        return [4 * width for _ in numbers]
    return [doubled(width, number) for number in numbers]


def blocks_downward(image_shape, width):
    """Returns channels, whether it halves, and height behind, of each block of D.

    Example:
    >>> blocks_downward((32, 32, 3), 64)
    [(128, True, 16), (128, True, 8), (128, False, 8), (128, False, 8)]
    """
    check_image_shape(image_shape, "A residual discriminator")
    height, across, _ = map(int, image_shape)
    if min(height, across) <= SMALL:
        halves = [True, True, False, False]
        widths = [2 * width] * 4
    else:
        halvings = next(n for n in range(99) if -(-min(height, across) // 2**n) <= 5)
        halves = [True] * halvings + [False]
        widths = [doubled(width, number) for number in range(len(halves))]
    heights = [-(-height // 2 ** sum(halves[: n + 1])) for n in range(len(halves))]
    return list(zip(widths, halves, heights, strict=True))


def doubled(width, times):
    """Returns so many channels, doubled some times."""
    return width * min(2**times, LARGEST)


def batch_normalization():
    """Returns batch normalization over all replicas."""
    return BatchNormalization(momentum=0.9, epsilon=1e-5)


def conditional(num_classes):
    """Returns batch normalization, with gains and biases by class where there are."""
    if num_classes is None:
        return batch_normalization()
    return ConditionalBatchNormalization(num_classes)


def place(attention, heights):
    """Returns which of the heights is the first that attention asks for, or None.

    Raises:
        ValueError: If there is no such height, with those that there are.
    """
    known = ", ".join(map(str, dict.fromkeys(heights)))
    check(
        attention is None or attention in heights,
        "This network has no level of this height for attention.",
        expected=f"attention of {known} or None",
        received=f"attention={attention!r}",
        do="Name one of them: high ones see more places and cost more memory.",
    )
    return None if attention is None else heights.index(attention)


@dataclasses.dataclass(frozen=True)
class LayerFactory:
    """What the blocks of a network have in common.

    Args:
        wrap: From a layer with a kernel to the layer that takes its place.
        normalize: From features to what an activation is given.
    """

    wrap: Callable
    normalize: Callable

    def activation(self, x):
        """Normalizes features, and leaves what is above zero."""
        return keras.layers.ReLU()(self.normalize(x))

    def convolution(self, channels, size, gain=1.0):
        """Returns a convolution; `gain` is that of its weights' variance."""
        weights = glorot(gain)
        layer = Conv2D(channels, size, padding="same", kernel_initializer=weights)
        return self.wrap(layer)

    def dense(self, units):
        """Returns a dense layer."""
        return self.wrap(keras.layers.Dense(units, kernel_initializer=glorot()))


def glorot(gain=1.0):
    """Returns Glorot's uniform distribution, with so many times its variance."""
    return keras.initializers.VarianceScaling(gain, "fan_avg", "uniform")


def upward(make, x, channels):
    """Doubles the sides of features by a residual block."""
    y = keras.layers.UpSampling2D()(make.activation(x))
    y = make.convolution(channels, 3, gain=2.0)(y)
    y = make.activation(y)
    y = make.convolution(channels, 3, gain=2.0)(y)
    return blocks.doubled(x, y, make.convolution)


def downward(make, x, channels, halve, first):
    """Halves the sides of features, odd ones too, by a residual block, or leaves them.

    The first block is given images: its inner channels are those of its output, no ReLU
    stands before its convolutions, and nothing is normalized.
    """
    if first:
        y = make.convolution(channels, 3, gain=2.0)(x)
        y = keras.layers.ReLU()(y)
    else:
        y = make.activation(x)
        y = make.convolution(x.shape[-1], 3, gain=2.0)(y)
        y = make.activation(y)
    y = make.convolution(channels, 3, gain=2.0)(y)
    return blocks.halved(x, y, halve, make.convolution, padding="same")
