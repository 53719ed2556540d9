"""Arguments, networks and optimizers that the recipes share."""

import inspect

import keras

from keras_gan import networks
from keras_gan.config import is_number
from keras_gan.errors import check
from keras_gan.gan import GAN
from keras_gan.networks import layer_config
from keras_gan.networks.sizes import check_sample_shape

NAMES = {}
"""All recipes by name."""

ARGUMENTS = """
    Args:
        image_shape: `(height, width, channels)`, with sides of at least 4 pixels for
            DCGAN's networks, for others as documented in `kg.networks`; or `(2,)` for
            points in the plane, unless the recipe augments images or its networks are
            made for images only.
        latent_dim: Dimension of the latent vectors; None: 100 for images and 2 for
            points, unless documented otherwise above.
        width: Channels of the layer nearest to the image, or units of the hidden layers
            of dense networks; None: 64 for images and 128 for points, unless documented
            otherwise above.
        ema_momentum: Momentum of the averaged generator: 0.99 for some thousand steps,
            0.999 for longer runs; None disables averaging.
        seed: Integer, random seed of the training's latents and augmentations."""
"""Docstring of the arguments that every recipe has."""

NUM_CLASSES = """
        num_classes: Number of classes of the labels in the data; None (where it is the
            default): unconditional networks."""
"""Docstring of the argument of class-conditional recipes."""


def recipe(function):
    """Registers a recipe in `NAMES` and completes its docstring with `ARGUMENTS`."""
    parameters = inspect.signature(function).parameters
    arguments = ARGUMENTS + (NUM_CLASSES if "num_classes" in parameters else "")
    # Python 3.13 compiles docstrings without their indentation, older versions with it.
    documentation = inspect.cleandoc(function.__doc__)
    description, reference, rest = documentation.partition("\n\nReference:")
    arguments = inspect.cleandoc(arguments)
    function.__doc__ = f"{description}\n\n{arguments}{reference}{rest}"
    NAMES[function.__name__] = function
    return function


IMAGE_SIZES = {"latent_dim": 100, "width": 64}
POINT_SIZES = {"latent_dim": 2, "width": 128}
"""Default sizes of the networks, for images and for points in the plane."""


def network_sizes(image_shape, latent_dim, width):
    """Returns `latent_dim` and `width`, replaced by the defaults where they are None.

    Raises:
        ValueError: If `image_shape` is invalid.
    """
    check_sample_shape(image_shape)
    defaults = IMAGE_SIZES if len(image_shape) == 3 else POINT_SIZES
    return (
        default_if_none(latent_dim, defaults["latent_dim"]),
        default_if_none(width, defaults["width"]),
    )


def default_if_none(value, default):
    """Returns `value`, or `default` if it is None."""
    # not `value or default`, which would hide an invalid 0
    return default if value is None else value


def generator(image_shape, latent_dim=None, width=None):
    """Returns DCGAN's generator for images, a dense generator for points."""
    latent_dim, width = network_sizes(image_shape, latent_dim, width)
    if len(image_shape) == 1:
        return networks.mlp_generator(image_shape, latent_dim, width)
    return networks.dcgan_generator(image_shape, latent_dim, width)


def discriminator(image_shape, width=None, normalization="batch"):
    """Returns DCGAN's discriminator for images, a dense discriminator for points.

    Dense networks have neither batch nor layer normalization.
    """
    _, width = network_sizes(image_shape, None, width)
    if len(image_shape) == 3:
        return networks.dcgan_discriminator(image_shape, width, normalization)
    normalization = layer_config.get(normalization).kernel_normalization
    return networks.mlp_discriminator(image_shape, width, normalization=normalization)


def check_learning_rate(learning_rate, paper_value):
    """Validates a learning rate.

    Args:
        learning_rate: The argument of a recipe.
        paper_value: The paper's learning rate as text, for the advice.

    Raises:
        ValueError: If it is not a positive number.
    """
    positive = is_number(learning_rate) and learning_rate > 0.0
    check(
        positive and not isinstance(learning_rate, bool),
        "`learning_rate` must be a positive number.",
        expected="a number above 0",
        received=f"learning_rate={learning_rate!r}",
        do=f"Use the paper's learning_rate={paper_value}, or a value near it.",
    )


def adam(
    generator_learning_rate=2e-4,
    discriminator_learning_rate=None,
    beta_1=0.5,
    beta_2=0.999,
):
    """Returns Adam for both networks, as arguments of `gan.compile`.

    The discriminator's learning rate is by default the generator's.
    """
    return optimizers(
        # epsilon as in Adam's paper and in PyTorch; the default of Keras is 1e-7
        lambda rate: keras.optimizers.Adam(rate, beta_1, beta_2, epsilon=1e-8),
        generator_learning_rate,
        default_if_none(discriminator_learning_rate, generator_learning_rate),
    )


def rmsprop(learning_rate):
    """Returns RMSprop for both networks, as arguments of `gan.compile`."""
    return optimizers(keras.optimizers.RMSprop, learning_rate, learning_rate)


def optimizers(make_optimizer, generator_learning_rate, discriminator_learning_rate):
    """Returns an optimizer for each network, as arguments of `gan.compile`.

    Args:
        make_optimizer: Function from a learning rate or schedule to an optimizer.
        generator_learning_rate: Learning rate or schedule of the generator.
        discriminator_learning_rate: Learning rate or schedule of the discriminator.
    """
    return {
        "generator_optimizer": make_optimizer(generator_learning_rate),
        "discriminator_optimizer": make_optimizer(discriminator_learning_rate),
    }


def compiled_gan(
    generator,
    discriminator,
    ema_momentum,
    seed,
    latents="normal",
    augment=None,
    **compile_arguments,
):
    """Returns a compiled GAN.

    Args:
        generator: Keras model.
        discriminator: Keras model.
        ema_momentum: As in `kg.GAN`.
        seed: As in `kg.GAN`.
        latents: As in `kg.GAN`.
        augment: As in `kg.GAN`.
        **compile_arguments: Arguments of `gan.compile`.
    """
    gan = GAN(generator, discriminator, latents, ema_momentum, augment, seed)
    gan.compile(**compile_arguments)
    return gan
