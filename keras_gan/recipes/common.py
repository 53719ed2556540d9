"""Arguments, networks and optimizers that the recipes share."""

import inspect
from collections.abc import Callable
from typing import Literal, ParamSpec, TypeAlias, TypedDict, TypeVar, Unpack

import keras

from keras_gan import networks
from keras_gan.augment import Augmentation
from keras_gan.gan import GAN
from keras_gan.losses import AdversarialLoss
from keras_gan.networks import layer_config
from keras_gan.networks.sizes import SampleShape
from keras_gan.penalties import Penalty
from keras_gan.typing import LearningRateSchedule, Model, Optimizer
from keras_gan.unrolling import Unrolling
from keras_gan.validation import validated

P = ParamSpec("P")
T = TypeVar("T")

NAMES: dict[str, Callable[..., GAN]] = {}
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


def recipe(function: Callable[P, GAN]) -> Callable[P, GAN]:
    """Registers a recipe in `NAMES`, validated and with a complete docstring."""
    parameters = inspect.signature(function).parameters
    arguments = ARGUMENTS + (NUM_CLASSES if "num_classes" in parameters else "")
    # Python 3.13 compiles docstrings without their indentation, older versions with it.
    documentation = inspect.cleandoc(function.__doc__ or "")
    description, reference, rest = documentation.partition("\n\nReference:")
    arguments = inspect.cleandoc(arguments)
    function.__doc__ = f"{description}\n\n{arguments}{reference}{rest}"
    checked = validated(function)
    NAMES[function.__name__] = checked
    return checked


IMAGE_SIZES = (100, 64)
POINT_SIZES = (2, 128)
"""Default `latent_dim` and `width`, for images and for points in the plane."""


def network_sizes(
    image_shape: SampleShape, latent_dim: int | None, width: int | None
) -> tuple[int, int]:
    """Returns `latent_dim` and `width`, or the defaults where they are None."""
    defaults = IMAGE_SIZES if len(image_shape) == 3 else POINT_SIZES
    return default_if_none(latent_dim, defaults[0]), default_if_none(width, defaults[1])


def default_if_none(value: T | None, default: T) -> T:
    """Returns `value`, or `default` if it is None."""
    # not `value or default`, which would hide an invalid 0
    return default if value is None else value


def generator(
    image_shape: SampleShape, latent_dim: int | None = None, width: int | None = None
) -> Model:
    """Returns DCGAN's generator for images, a dense generator for points."""
    latent_dim, width = network_sizes(image_shape, latent_dim, width)
    if len(image_shape) == 1:
        return networks.mlp_generator(image_shape, latent_dim, width)
    return networks.dcgan_generator(image_shape, latent_dim, width)


def discriminator(
    image_shape: SampleShape,
    width: int | None = None,
    normalization: Literal["batch", "layer", "spectral"] | None = "batch",
) -> Model:
    """Returns DCGAN's discriminator for images, a dense discriminator for points.

    Dense networks have neither batch nor layer normalization.
    """
    _, width = network_sizes(image_shape, None, width)
    if len(image_shape) == 3:
        return networks.dcgan_discriminator(image_shape, width, normalization)
    normalization = layer_config.get(normalization).kernel_normalization
    return networks.mlp_discriminator(image_shape, width, normalization=normalization)


LearningRate: TypeAlias = float | LearningRateSchedule


class Optimizers(TypedDict):
    """The arguments of `gan.compile` for both optimizers."""

    generator_optimizer: Optimizer
    discriminator_optimizer: Optimizer


def adam(
    generator_learning_rate: LearningRate = 2e-4,
    discriminator_learning_rate: LearningRate | None = None,
    beta_1: float = 0.5,
    beta_2: float = 0.999,
) -> Optimizers:
    """Returns Adam for both networks, as arguments of `gan.compile`.

    The discriminator's learning rate is by default the generator's.
    """
    return optimizers(
        # epsilon as in Adam's paper and in PyTorch; the default of Keras is 1e-7
        lambda rate: keras.optimizers.Adam(rate, beta_1, beta_2, epsilon=1e-8),
        generator_learning_rate,
        default_if_none(discriminator_learning_rate, generator_learning_rate),
    )


def rmsprop(learning_rate: LearningRate) -> Optimizers:
    """Returns RMSprop for both networks, as arguments of `gan.compile`."""
    return optimizers(keras.optimizers.RMSprop, learning_rate, learning_rate)


def optimizers(
    make_optimizer: Callable[[LearningRate], Optimizer],
    generator_learning_rate: LearningRate,
    discriminator_learning_rate: LearningRate,
) -> Optimizers:
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


class CompileArguments(Optimizers, total=False):
    """The arguments of `gan.compile` that recipes use."""

    loss: AdversarialLoss
    penalties: list[Penalty]
    generator_penalties: list[Penalty]
    discriminator_steps: int
    weight_clip: float
    unrolling: Unrolling


def compiled_gan(
    generator: Model,
    discriminator: Model,
    ema_momentum: float | None,
    seed: int | None,
    latents: Literal["normal", "uniform"] = "normal",
    augment: Augmentation | None = None,
    **compile_arguments: Unpack[CompileArguments],
) -> GAN:
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
