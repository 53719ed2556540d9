"""What networks with equalized learning rates are made of."""

import functools

import keras

from keras_gan import layers
from keras_gan.config import check
from keras_gan.networks.sizes import check_counts, levels

KERNEL = 3
"""Height and width of every inner kernel."""

MOST = 512
"""Channels that no layer exceeds."""


def channels(image_shape, width, what):
    """Returns the channels of every level, from the base up to the image.

    Args:
        image_shape: `(height, width, channels)`.
        width: Channels next to the image; they double towards the base, up to 512.
        what: What messages call the network.

    Raises:
        ValueError: If a side cannot be doubled, there is nothing to double, or the
            width is out of range.

    Example:
    >>> channels((64, 64, 3), width=128, what="This network")
    [512, 512, 512, 256, 128]
    """
    check_counts(width=width)
    count = len(levels(image_shape, what))
    check(
        count > 1,
        f"{what} has no level beside its base at this size of images.",
        expected="sides of 8 pixels or more",
        received=f"image_shape={image_shape!r}",
        do="Take larger images, or kg.networks.dcgan_generator.",
    )
    return [min(MOST, width * 2**level) for level in reversed(range(count))]


def convolution(filters, size=KERNEL, gain=2**0.5, padding="same"):
    """Returns a convolution."""
    layer = layers.Conv2D(filters, size, padding=padding)
    return layers.EqualizedLearningRate(layer, gain)


def dense(units, gain=2**0.5):
    """Returns a dense layer."""
    return layers.EqualizedLearningRate(keras.layers.Dense(units), gain)


def active():
    """Returns an activation."""
    return keras.layers.LeakyReLU(0.2)


def through(steps, x):
    """Passes features through layers, one after the other."""
    return functools.reduce(lambda features, step: step(features), steps, x)


def based(latents, size, filters):
    """Makes features of the size of the base of latents, which get one length first.

    Where the base is 4x4, it is a 4x4 convolution on latents amid zeros.
    """
    spread = layers.Conv2DTranspose(filters, size, use_bias=False)
    steps = [
        layers.PixelNormalization(),
        keras.layers.Reshape((1, 1, latents.shape[-1])),
        layers.EqualizedLearningRate(spread),
        layers.Bias(),
        active(),
        layers.PixelNormalization(),
    ]
    return normalized(through(steps, latents), filters)


def upward(x, filters):
    """Doubles the sides of features, by pixels repeated and two convolutions."""
    x = keras.layers.UpSampling2D(2)(x)
    return normalized(normalized(x, filters), filters)


def normalized(x, filters):
    """Makes features by a convolution, pixelwise normalized."""
    steps = [convolution(filters), active(), layers.PixelNormalization()]
    return through(steps, x)


def pictured(x, count, name=None):
    """Makes an image of features, `float32` and without bound."""
    picture = convolution(count, 1, gain=1.0)(x)
    return keras.layers.Activation("linear", dtype="float32", name=name)(picture)


def downward(filters, wider):
    """Returns the layers of a level on the way to the score; they halve the sides."""
    halves = keras.layers.AveragePooling2D(2)
    return [convolution(filters), active(), convolution(wider), active(), halves]


def scored(size, filters):
    """Returns the layers from features of the base to the score."""
    return [
        layers.MinibatchStddev(),
        convolution(filters),
        active(),
        convolution(filters, size, padding="valid"),
        active(),
        keras.layers.Flatten(),
        dense(1, gain=1.0),
        keras.layers.Reshape((), dtype="float32"),
    ]
