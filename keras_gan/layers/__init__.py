"""Layers that networks are made of."""

from keras_gan.layers.convolution import Conv2D, Conv2DTranspose
from keras_gan.layers.drawing import drawing, drawn
from keras_gan.layers.minibatch import MinibatchDiscrimination, MinibatchStddev
from keras_gan.layers.normalization import BatchNormalization
from keras_gan.layers.spectral import SpectralNormalization, advance, holding

__all__ = [
    "BatchNormalization",
    "Conv2D",
    "Conv2DTranspose",
    "MinibatchDiscrimination",
    "MinibatchStddev",
    "SpectralNormalization",
    "advance",
    "drawing",
    "drawn",
    "holding",
]
