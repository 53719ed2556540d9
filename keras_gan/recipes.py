"""A paper's whole setting by name: functions that return a compiled GAN."""

import keras

from keras_gan import config, losses, networks
from keras_gan.gan import GAN


def dcgan(image_shape, latent_dim=100, width=64, ema_momentum=0.99, seed=None):
    """Returns a DCGAN as its paper trains it, compiled.

    Adam(2e-4, beta_1=0.5, epsilon=1e-8) for both networks, the non-saturating loss,
    N(0, 0.02) weights. Beyond the paper, images are made by an averaged generator.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        latent_dim: Numbers in a latent vector.
        width: Channels next to the image.
        ema_momentum: Momentum of the averaged generator, for runs of some thousand
            steps; 0.999 for longer ones, None switches it off.
        seed: Whole number that decides all latents of the training.

    Reference: [Unsupervised Representation Learning with Deep Convolutional Generative
    Adversarial Networks](https://arxiv.org/abs/1511.06434).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.dcgan((28, 28, 1), width=8)
    >>> gan.loss
    NonSaturating(real_target=1.0, fake_target=0.0)
    """
    gan = GAN(
        generator=networks.dcgan_generator(image_shape, latent_dim, width),
        discriminator=networks.dcgan_discriminator(image_shape, width),
        ema_momentum=ema_momentum,
        seed=seed,
    )
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-8),
        discriminator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-8),
        loss=losses.NonSaturating(),
    )
    return gan


NAMES = {"dcgan": dcgan}
"""The recipes by name, as `keras-gan train --recipe` takes them."""


def get(name):
    """Returns the recipe of a name.

    Raises:
        ValueError: If there is none, with the near ones.
    """
    if name not in NAMES:
        raise config.fault(
            "There is no recipe of this name.",
            expected="a recipe of keras_gan.recipes",
            received=f'"{name}"',
            do=config.near(name, NAMES),
        )
    return NAMES[name]
