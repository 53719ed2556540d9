"""Layers that networks are made of."""

from keras_gan.layers.normalization import BatchNormalization

__all__ = ["BatchNormalization"]
