"""Layers that networks are made of."""

from keras_gan.layers.convolution import Conv2D, Conv2DTranspose
from keras_gan.layers.normalization import BatchNormalization

__all__ = ["BatchNormalization", "Conv2D", "Conv2DTranspose"]
