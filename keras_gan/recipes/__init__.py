"""Recipes: settings of published GANs, as functions that return a compiled GAN."""

from collections.abc import Callable

from keras_gan import errors
from keras_gan.gan import GAN
from keras_gan.recipes.classics import (
    conditional,
    dcgan,
    gan,
    improved_gan,
    lsgan,
    unrolled,
)
from keras_gan.recipes.common import NAMES
from keras_gan.recipes.energy import began, ebgan
from keras_gan.recipes.growing import msg_gan, progressive
from keras_gan.recipes.large import biggan
from keras_gan.recipes.regularized import (
    ada,
    diffaugment,
    dragan,
    r1,
    relativistic,
    sngan,
)
from keras_gan.recipes.residual import projection, sagan
from keras_gan.recipes.styles import stylegan
from keras_gan.recipes.wasserstein import ttur, wgan, wgan_gp

__all__ = [
    "NAMES",
    "about",
    "ada",
    "began",
    "biggan",
    "conditional",
    "dcgan",
    "diffaugment",
    "dragan",
    "ebgan",
    "gan",
    "get",
    "improved_gan",
    "lsgan",
    "msg_gan",
    "progressive",
    "projection",
    "r1",
    "relativistic",
    "sagan",
    "sngan",
    "stylegan",
    "ttur",
    "unrolled",
    "wgan",
    "wgan_gp",
]


def get(name: str) -> Callable[..., GAN]:
    """Returns the recipe function with the given name.

    Raises:
        ValueError: If the name is unknown; the message suggests similar names.
    """
    if name not in NAMES:
        raise errors.user_error(
            "Unknown recipe.",
            expected="a recipe of keras_gan.recipes",
            received=f'"{name}"',
            do=errors.suggest(name, NAMES),
        )
    return NAMES[name]


def about(name: str) -> str:
    """Returns a recipe's description, the first line of its docstring.

    Example:
    >>> about("wgan_gp")
    'WGAN-GP: Wasserstein loss with gradient penalty.'
    """
    return (get(name).__doc__ or "").partition("\n")[0]
