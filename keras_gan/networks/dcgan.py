"""DCGAN: strided convolutions all the way, for images of any size.

References: [Unsupervised Representation Learning with Deep Convolutional Generative
Adversarial Networks](https://arxiv.org/abs/1511.06434); with labels, [Conditional
Generative Adversarial Nets](https://arxiv.org/abs/1411.1784).
"""

import functools

import keras

from keras_gan.layers import Conv2D, Conv2DTranspose, Embedding
from keras_gan.networks import layer_config
from keras_gan.networks.inputs import joined, labels_of
from keras_gan.networks.sizes import check_counts, pyramid

KERNEL = 4
"""Height and width of every inner kernel."""

NETWORK_NAME = "DCGAN"
"""What messages call these networks."""

CLASS_DIM = 50
"""Numbers in the vector of a class."""


def dcgan_generator(image_shape, latent_dim=100, width=64, num_classes=None):
    """Returns the generator of DCGAN, from latents to images in [-1, 1].

    The image is halved until its short side is 4 to 7: that is the base, which a first
    transposed convolution makes of the latents at `width * 2^i` channels, `8 * width`
    at most. Each further one (4x4, stride 2) doubles the sides and halves the channels.
    Batch normalization and ReLU follow all but the last, which ends in tanh. No biases.
    At (64, 64, 3) it has 3,576,704 trainable parameters.

    With classes, the latents are joined by 50 learned numbers of the label's class,
    which are drawn from N(0, 1) at first, as the latents are.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        latent_dim: Numbers in a latent vector.
        width: Channels next to the image.
        num_classes: Number of classes: the network takes labels too; or None.

    Returns:
        A `keras.Model` from `(batch, latent_dim)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch, *image_shape)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, or a count is below 1.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.dcgan_generator((64, 48, 3)).output_shape
    (None, 64, 48, 3)
    """
    check_counts(latent_dim=latent_dim, width=width)
    latents = keras.Input((latent_dim,), name="latents")
    labels = labels_of(num_classes)
    x = latents
    if labels:
        x = keras.layers.Concatenate()([x, class_vectors(num_classes)(*labels)])
    x = upward_path(x, image_shape, width, layer_config.BATCH)
    images = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(joined(latents, labels), images, name="dcgan_generator")


def dcgan_discriminator(image_shape, width=64, normalization="batch", num_classes=None):
    """Returns the discriminator of DCGAN, from images to scores, high for real.

    The generator's way back: 4x4 convolutions of stride 2 with leaky ReLU (0.2), from
    `width` channels up to `8 * width`, then one convolution of the size of the base. No
    biases, no normalization next to the image, no sigmoid: the score is unbounded.
    At (64, 64, 3) it has 2,765,568 trainable parameters.

    With classes, the images are joined by one more channel: of 50 learned numbers of
    the label's class, a linear map makes a number for each pixel.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        width: Channels next to the image.
        normalization: `"batch"`; `"layer"`, over each image alone; `"spectral"`, which
            gives every convolution a kernel of spectral norm 1; or None. The gradient
            penalty of WGAN-GP forbids batch normalization.
        num_classes: Number of classes: the network takes labels too; or None.

    Returns:
        A `keras.Model` from `(batch, *image_shape)`, or from a list of it and labels of
        shape `(batch,)`, to `(batch,)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, there is no normalization of
            this name, or a count is below 1.
    """
    check_counts(width=width)
    style = layer_config.get(normalization)
    base = pyramid(image_shape, NETWORK_NAME)[-1]
    images = keras.Input(image_shape, name="images")
    labels = labels_of(num_classes)
    x = images
    if labels:
        vectors = class_vectors(num_classes)(*labels)
        x = keras.layers.Concatenate()([x, plane(vectors, image_shape, style)])
    x = downward_path(x, width, style)
    x = convolution(1, base, style=style)(x)
    scores = keras.layers.Reshape((), dtype="float32", name="scores")(x)
    return keras.Model(joined(images, labels), scores, name="dcgan_discriminator")


def class_vectors(num_classes):
    """Returns the layer that gives labels the vectors of their classes."""
    initializer = keras.initializers.RandomNormal(stddev=1.0)
    return Embedding(num_classes, CLASS_DIM, embeddings_initializer=initializer)


def plane(vectors, image_shape, style):
    """Makes vectors into one channel of the size of images."""
    height, width, _ = map(int, image_shape)
    dense = keras.layers.Dense(height * width, use_bias=False)
    return keras.layers.Reshape((height, width, 1))(style.wrap(dense)(vectors))


def depth(level, width):
    """Returns the channels of a level: they double up to `8 * width`."""
    return width * 2 ** min(level, 3)


def convolution(
    channels,
    size=KERNEL,
    strides=1,
    padding="valid",
    style=layer_config.PLAIN,
    kind=Conv2D,
):
    """Returns a convolution without bias, in a style."""
    layer = kind(
        channels,
        size,
        strides,
        padding,
        use_bias=False,
        kernel_initializer=style.weights(),
    )
    return style.wrap(layer)


transposed_convolution = functools.partial(convolution, kind=Conv2DTranspose)
"""Returns a transposed convolution without bias, in a style."""


def upward_path(latents, image_shape, width, style):
    """Makes the channels of an image, without bound, of latents."""
    sizes = pyramid(image_shape, NETWORK_NAME)
    x = keras.layers.Reshape((1, 1, latents.shape[-1]))(latents)
    for level in reversed(range(len(sizes))):
        channels = image_shape[-1] if level == 0 else depth(level - 1, width)
        first = level == len(sizes) - 1
        x = upward(x, sizes[level], channels, first, style)
        if level > 0:
            x = style.normalize(x)
            x = keras.layers.ReLU()(x)
    return x


def downward_path(images, width, style):
    """Makes features of the size of the base of images; they are not normalized."""
    sizes = pyramid(images.shape[1:], NETWORK_NAME)
    x = images
    for level in range(1, len(sizes)):
        x = downward(x, sizes[level - 1], depth(level - 1, width), style)
        if level > 1:
            x = style.normalize(x)
        x = keras.layers.LeakyReLU(0.2)(x)
    return x


def upward(x, size, channels, first, style):
    """Makes the base of latents, or doubles the sides of features, to a given size."""
    if first:
        return transposed_convolution(channels, size, style=style)(x)
    if size[0] % 2 == size[1] % 2 == 0:
        return transposed_convolution(channels, KERNEL, 2, "same", style)(x)
    # The result is 2 * side + 2, cut to size.
    x = transposed_convolution(channels, KERNEL, 2, style=style)(x)
    return keras.layers.Cropping2D([(1, 1 - side % 2) for side in size])(x)


def downward(x, size, channels, style):
    """Halves the sides of features, rounded down where they are odd."""
    if size[0] % 2 == size[1] % 2 == 0:
        return convolution(channels, KERNEL, 2, "same", style)(x)
    x = keras.layers.ZeroPadding2D(1)(x)
    return convolution(channels, KERNEL, 2, style=style)(x)
