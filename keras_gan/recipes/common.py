"""What recipes share: arguments, networks for a shape, optimizers by their rates."""

import inspect

import keras

from keras_gan import networks
from keras_gan.gan import GAN
from keras_gan.layers.arguments import above_zero
from keras_gan.networks import layer_config
from keras_gan.networks.sizes import check_sample_shape

NAMES = {}
"""All recipes by name."""

ARGUMENTS = """
    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more for DCGAN's
            networks, for others as their functions in `kg.networks` say; or `(2,)` for
            points in the plane, unless images are augmented or the networks are made
            for images alone.
        latent_dim: Numbers in a latent vector; None: 100 for images and 2 for points,
            unless the recipe says otherwise.
        width: Channels next to the image, or units of a hidden layer of dense networks;
            None: 64 for images and 128 for points, unless the recipe says otherwise.
        ema_momentum: Momentum of the averaged generator: 0.99 for runs of some thousand
            steps, 0.999 for longer ones; None switches it off.
        seed: Whole number that decides all latents of the training."""
"""What the docstring of every recipe says of what all of them take."""

CLASSES = """
        num_classes: Number of classes of the labels that the data has beside its
            images; where None may stand, it means that no labels are used."""
"""What it says where networks may take labels."""


def recipe(function):
    """Makes a function known as a recipe, and its docstring whole."""
    takes = inspect.signature(function).parameters
    arguments = ARGUMENTS + (CLASSES if "num_classes" in takes else "")
    about, reference, rest = function.__doc__.partition("\n\n    Reference:")
    function.__doc__ = f"{about}\n{arguments}{reference}{rest}"
    NAMES[function.__name__] = function
    return function


IMAGES = {"latent_dim": 100, "width": 64}
POINTS = {"latent_dim": 2, "width": 128}
"""Sizes of the networks, for images and for points in the plane."""


def sizes(image_shape, latent_dim, width):
    """Returns `latent_dim` and `width`, by the kind of samples where None was given.

    Raises:
        ValueError: If this is not the shape of a sample.
    """
    check_sample_shape(image_shape)
    usual = IMAGES if len(image_shape) == 3 else POINTS
    return given(latent_dim, usual["latent_dim"]), given(width, usual["width"])


def given(value, usual):
    """Returns a value, or the usual one where it is None."""
    return usual if value is None else value


def generator(image_shape, latent_dim=None, width=None):
    """Returns DCGAN's generator for images, a dense one for points."""
    latent_dim, width = sizes(image_shape, latent_dim, width)
    make = networks.dcgan_generator
    if len(image_shape) == 1:
        make = networks.mlp_generator
    return make(image_shape, latent_dim, width)


def discriminator(image_shape, width=None, normalization="batch"):
    """Returns DCGAN's discriminator for images, a dense one for points.

    Dense networks go without batch and layer normalization.
    """
    _, width = sizes(image_shape, None, width)
    if len(image_shape) == 3:
        return networks.dcgan_discriminator(image_shape, width, normalization)
    normalization = layer_config.get(normalization).kernels
    return networks.mlp_discriminator(image_shape, width, normalization=normalization)


def check_rate(rate, usual):
    """Makes sure that a learning rate is above 0.

    Args:
        rate: What the user gave.
        usual: The paper's, as text.

    Raises:
        ValueError: If it is not.
    """
    what = "The learning rate of this recipe is out of range."
    do = f"Use {usual}, as the paper does, or another one nearby."
    above_zero("rate", rate, what, do)


def adam(generator_rate=2e-4, discriminator_rate=None, beta_1=0.5, beta_2=0.999):
    """Returns Adam for both players, as arguments of `gan.compile`."""
    return optimizers(
        lambda rate: keras.optimizers.Adam(rate, beta_1, beta_2, epsilon=1e-8),
        generator_rate,
        given(discriminator_rate, generator_rate),
    )


def rmsprop(rate):
    """Returns RMSprop for both players, as arguments of `gan.compile`."""
    return optimizers(keras.optimizers.RMSprop, rate, rate)


def optimizers(make, generator_rate, discriminator_rate):
    """Returns the optimizers of two rates, as arguments of `gan.compile`."""
    return {
        "generator_optimizer": make(generator_rate),
        "discriminator_optimizer": make(discriminator_rate),
    }


def compiled(
    generator,
    discriminator,
    ema_momentum,
    seed,
    latents="normal",
    augment=None,
    **setting,
):
    """Returns a GAN of two networks, compiled.

    Args:
        generator: Keras network.
        discriminator: Keras network.
        ema_momentum: As in `kg.GAN`.
        seed: As in `kg.GAN`.
        latents: As in `kg.GAN`.
        augment: As in `kg.GAN`.
        **setting: What `gan.compile` takes: the optimizers, the loss and all else.
    """
    gan = GAN(generator, discriminator, latents, ema_momentum, augment, seed)
    gan.compile(**setting)
    return gan
