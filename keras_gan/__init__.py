"""Generative adversarial networks for Keras 3 on TensorFlow.

The public names, in the order of a user's script.
"""

from keras_gan.version import __version__, check_backend

check_backend()

from keras_gan import data, networks, layers, latents  # noqa: E402, I001
from keras_gan.gan import GAN  # noqa: E402
from keras_gan.preset_files import presets  # noqa: E402
from keras_gan.game import Game, schedules  # noqa: E402
from keras_gan import losses, penalties, augment  # noqa: E402
from keras_gan.unrolling import Unrolling  # noqa: E402
from keras_gan.style_transfer import StyleTransfer  # noqa: E402
from keras_gan import callbacks, metrics, recipes  # noqa: E402
from keras_gan import config, errors, images, random, typing  # noqa: E402

__all__ = [
    "GAN",
    "Game",
    "StyleTransfer",
    "Unrolling",
    "__version__",
    "augment",
    "callbacks",
    "config",
    "data",
    "errors",
    "images",
    "latents",
    "layers",
    "losses",
    "metrics",
    "networks",
    "penalties",
    "presets",
    "random",
    "recipes",
    "schedules",
    "typing",
]
