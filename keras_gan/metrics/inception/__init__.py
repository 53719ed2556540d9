"""The 2015 Inception, the network of the FID: architecture, weights, preprocessing."""

from keras_gan.metrics.inception.names import unit_names
from keras_gan.metrics.inception.network import fill, inception
from keras_gan.metrics.inception.sources import fetch, load, locate
from keras_gan.metrics.inception.weights import Weights, convert, read

__all__ = [
    "Weights",
    "convert",
    "fetch",
    "fill",
    "inception",
    "load",
    "locate",
    "read",
    "unit_names",
]
