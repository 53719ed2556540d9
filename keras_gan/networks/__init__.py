"""Networks of the papers, as functions that return a `keras.Model`."""

from keras_gan.networks.autoencoder import autoencoder_discriminator, mlp_autoencoder
from keras_gan.networks.dcgan import dcgan_discriminator, dcgan_generator
from keras_gan.networks.first import pooling_discriminator, upsampling_generator
from keras_gan.networks.mlp import mlp_discriminator, mlp_generator

__all__ = [
    "autoencoder_discriminator",
    "dcgan_discriminator",
    "dcgan_generator",
    "mlp_autoencoder",
    "mlp_discriminator",
    "mlp_generator",
    "pooling_discriminator",
    "upsampling_generator",
]
