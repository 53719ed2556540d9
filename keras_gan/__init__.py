"""Generative adversarial networks for Keras 3 on TensorFlow.

The public names, in the order of a user's script.
"""

from keras_gan.config import check_engine  # first: the rest needs what it looks for

check_engine()

from keras_gan import (  # noqa: E402
    data,
    networks,
    latents,
    losses,
    metrics,
    images,
    random,
)
from keras_gan.game import Game  # noqa: E402
from keras_gan.gan import GAN  # noqa: E402
from keras_gan.version import __version__  # noqa: E402
