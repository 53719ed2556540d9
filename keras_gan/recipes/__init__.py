"""A paper's whole setting by name: functions that return a compiled GAN."""

from keras_gan import config
from keras_gan.recipes.classics import dcgan, gan, improved_gan, lsgan, unrolled
from keras_gan.recipes.energy import began, ebgan
from keras_gan.recipes.players import NAMES
from keras_gan.recipes.regularized import ada, diffaugment, dragan, r1, r3gan, sngan
from keras_gan.recipes.wasserstein import ttur, wgan, wgan_gp

__all__ = [
    "NAMES",
    "about",
    "ada",
    "began",
    "dcgan",
    "diffaugment",
    "dragan",
    "ebgan",
    "gan",
    "get",
    "improved_gan",
    "lsgan",
    "r1",
    "r3gan",
    "sngan",
    "ttur",
    "unrolled",
    "wgan",
    "wgan_gp",
]


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


def about(name):
    """Returns what a recipe is, in one line.

    Example:
    >>> about("wgan_gp")
    "The earth mover's distance by a critic of slope 1: WGAN-GP."
    """
    return get(name).__doc__.partition("\n")[0]
