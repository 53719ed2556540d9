"""DCGAN: strided and transposed convolutions, for images of any size.

References: [Unsupervised Representation Learning with Deep Convolutional Generative
Adversarial Networks](https://arxiv.org/abs/1511.06434); with labels, [Conditional
Generative Adversarial Nets](https://arxiv.org/abs/1411.1784).
"""

import functools
from collections.abc import Callable

import keras

from keras_gan.game import pack_inputs
from keras_gan.layers import Conv2D, Conv2DTranspose, Embedding
from keras_gan.networks import layer_config
from keras_gan.networks.inputs import label_inputs
from keras_gan.networks.layer_config import LayerConfig, Normalization
from keras_gan.networks.sizes import ImageShape, downsampling_sizes
from keras_gan.typing import Layer, Model, Tensor
from keras_gan.validation import PositiveInt, validated

KERNEL_SIZE = 4
"""Height and width of the inner kernels."""

CLASS_DIM = 50
"""Dimension of a class embedding."""


@validated
def dcgan_generator(
    image_shape: ImageShape,
    latent_dim: PositiveInt = 100,
    width: PositiveInt = 64,
    num_classes: PositiveInt | None = None,
) -> Model:
    """Returns the generator of DCGAN, from latents to images in [-1, 1].

    The base is the image, halved until its short side is 4 to 7. A first transposed
    convolution maps the latents to the base, at `width * 2^i` channels, `8 * width` at
    most. Each further transposed convolution (4x4, stride 2) doubles the sides and
    halves the channels. Batch normalization and ReLU follow all but the last, which is
    followed by tanh. There are no biases. At (64, 64, 3) the generator has 3,576,704
    trainable parameters.

    With classes, an embedding of the label, of dimension 50, is concatenated to the
    latents. It is initialized from N(0, 1), the distribution of the latents.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        latent_dim: Dimension of a latent vector.
        width: Channels before the image.
        num_classes: Number of classes, for a network with labels; or None.

    Returns:
        A `keras.Model` from `(batch, latent_dim)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch, *image_shape)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, or a count is not a positive
            integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.dcgan_generator((64, 48, 3)).output_shape
    (None, 64, 48, 3)
    """
    latents = keras.Input((latent_dim,), name="latents")
    labels = label_inputs(num_classes)
    x = latents
    if num_classes is not None:
        x = keras.layers.Concatenate()([x, class_embedding(num_classes)(*labels)])
    x = decode(x, image_shape, width, layer_config.BATCH)
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(pack_inputs(latents, labels), images, name="dcgan_generator")


@validated
def dcgan_discriminator(
    image_shape: ImageShape,
    width: PositiveInt = 64,
    normalization: Normalization | None = "batch",
    num_classes: PositiveInt | None = None,
) -> Model:
    """Returns the discriminator of DCGAN, from images to scores, high for real.

    The generator in reverse: 4x4 convolutions of stride 2 with leaky ReLU (0.2), from
    `width` channels to `8 * width`, then one convolution of the size of the base. There
    are no biases, no normalization after the first convolution and no sigmoid: the
    score is unbounded. At (64, 64, 3) it has 2,765,568 trainable parameters.

    With classes, an embedding of the label, of dimension 50, is mapped linearly to one
    number per pixel and concatenated to the image as one more channel.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        width: Channels after the first convolution.
        normalization: `"batch"`; `"layer"`, over each image; `"spectral"`, which sets
            the spectral norm of every kernel to 1; or None. The gradient penalty of
            WGAN-GP forbids batch normalization.
        num_classes: Number of classes, for a network with labels; or None.

    Returns:
        A `keras.Model` from `(batch, *image_shape)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch,)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, the normalization is unknown, or
            a count is not a positive integer.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.dcgan_discriminator((64, 48, 3), normalization="layer").output_shape
    (None,)
    """
    config = layer_config.get(normalization)
    base = downsampling_sizes(image_shape)[-1]
    images = keras.Input(image_shape, name="images")
    labels = label_inputs(num_classes)
    x = images
    if num_classes is not None:
        embeddings = class_embedding(num_classes)(*labels)
        channel = embedding_channel(embeddings, image_shape, config)
        x = keras.layers.Concatenate()([x, channel])
    x = encode(x, width, config)
    x = convolution(1, base, config=config)(x)
    scores = keras.layers.Reshape((), dtype="float32", name="scores")(x)
    return keras.Model(pack_inputs(images, labels), scores, name="dcgan_discriminator")


def class_embedding(num_classes: int) -> Layer:
    """Returns the embedding layer of labels, initialized from N(0, 1)."""
    initializer = keras.initializers.RandomNormal(stddev=1.0)
    return Embedding(num_classes, CLASS_DIM, embeddings_initializer=initializer)


def embedding_channel(
    embeddings: Tensor, image_shape: ImageShape, config: LayerConfig
) -> Tensor:
    """Returns one image channel per embedding, by a linear map."""
    height, width, _ = image_shape
    dense = keras.layers.Dense(height * width, use_bias=False)
    return keras.layers.Reshape((height, width, 1))(config.wrap(dense)(embeddings))


def level_width(level: int, width: int) -> int:
    """Returns the channels of a level: they double from `width` to `8 * width`."""
    return width * 2 ** min(level, 3)


def convolution(
    channels: int,
    size: int | tuple[int, int] = KERNEL_SIZE,
    strides: int = 1,
    padding: str = "valid",
    config: LayerConfig = layer_config.PLAIN,
    layer_class: type[Layer] = Conv2D,
) -> Layer:
    """Returns a convolution without bias, with a `LayerConfig`."""
    layer = layer_class(
        channels,
        size,
        strides,
        padding,
        use_bias=False,
        kernel_initializer=config.initializer(),
    )
    return config.wrap(layer)


transposed_convolution: Callable[..., Layer] = functools.partial(
    convolution, layer_class=Conv2DTranspose
)
"""Returns a transposed convolution without bias, with a `LayerConfig`."""


def decode(
    latents: Tensor, image_shape: ImageShape, width: int, config: LayerConfig
) -> Tensor:
    """Returns the generator's output before its activation."""
    sizes = downsampling_sizes(image_shape)
    x = keras.layers.Reshape((1, 1, latents.shape[-1]))(latents)
    for level in reversed(range(len(sizes))):
        channels = image_shape[-1] if level == 0 else level_width(level - 1, width)
        is_base = level == len(sizes) - 1
        x = upsample(x, sizes[level], channels, is_base, config)
        if level > 0:
            x = config.normalize(x)
            x = keras.layers.ReLU()(x)
    return x


def encode(images: Tensor, width: int, config: LayerConfig) -> Tensor:
    """Returns the discriminator's features of the base, after the activation."""
    sizes = downsampling_sizes(images.shape[1:])
    x = images
    for level in range(1, len(sizes)):
        x = downsample(x, sizes[level - 1], level_width(level - 1, width), config)
        if level > 1:
            x = config.normalize(x)
        x = keras.layers.LeakyReLU(0.2)(x)
    return x


def upsample(
    x: Tensor, size: tuple[int, int], channels: int, is_base: bool, config: LayerConfig
) -> Tensor:
    """Returns features of a size, by a transposed convolution.

    Args:
        x: Latents of shape `(batch, 1, 1, latent_dim)` for the base, else features of
            half of `size`, rounded down.
        size: `(height, width)` of the result.
        channels: Channels of the result.
        is_base: Whether the result is the base.
        config: A `LayerConfig`.
    """
    if is_base:
        return transposed_convolution(channels, size, config=config)(x)
    if size[0] % 2 == size[1] % 2 == 0:
        return transposed_convolution(channels, KERNEL_SIZE, 2, "same", config)(x)
    # Without padding the result is 2 * side + 2; it is cropped to an odd size.
    x = transposed_convolution(channels, KERNEL_SIZE, 2, config=config)(x)
    return keras.layers.Cropping2D([(1, 1 - side % 2) for side in size])(x)


def downsample(
    x: Tensor, size: tuple[int, int], channels: int, config: LayerConfig
) -> Tensor:
    """Returns features of half the sides, rounded down, by a strided convolution."""
    if size[0] % 2 == size[1] % 2 == 0:
        return convolution(channels, KERNEL_SIZE, 2, "same", config)(x)
    # "same" would round odd sides up.
    x = keras.layers.ZeroPadding2D(1)(x)
    return convolution(channels, KERNEL_SIZE, 2, config=config)(x)
