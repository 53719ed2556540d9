"""Generators and discriminators: functions that return a `keras.Model`."""

from keras_gan.networks import mixing
from keras_gan.networks.autoencoder import autoencoder_discriminator, mlp_autoencoder
from keras_gan.networks.biggan import biggan_discriminator, biggan_generator
from keras_gan.networks.dcgan import dcgan_discriminator, dcgan_generator
from keras_gan.networks.mlp import mlp_discriminator, mlp_generator
from keras_gan.networks.msg import msg_discriminator, msg_generator
from keras_gan.networks.progressive import (
    progressive_discriminator,
    progressive_generator,
)
from keras_gan.networks.resnet import resnet_discriminator, resnet_generator
from keras_gan.networks.stylegan import stylegan_discriminator, stylegan_generator
from keras_gan.networks.upsampling import pooling_discriminator, upsampling_generator

__all__ = [
    "autoencoder_discriminator",
    "biggan_discriminator",
    "biggan_generator",
    "dcgan_discriminator",
    "dcgan_generator",
    "mixing",
    "mlp_autoencoder",
    "mlp_discriminator",
    "mlp_generator",
    "msg_discriminator",
    "msg_generator",
    "pooling_discriminator",
    "progressive_discriminator",
    "progressive_generator",
    "resnet_discriminator",
    "resnet_generator",
    "stylegan_discriminator",
    "stylegan_generator",
    "upsampling_generator",
]
