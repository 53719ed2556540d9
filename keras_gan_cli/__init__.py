"""The command `keras-gan`: train, generate, evaluate, export, check, stylize, ...

This package is outside of `keras_gan`, whose import loads TensorFlow: several seconds.
The modules here and in `commands` declare the commands and validate their options
without Keras, TensorFlow and NumPy. A module of `tasks` imports `keras_gan`, and its
command imports it when all options are valid.
"""

from keras_gan_cli.group import main

__all__ = ["main"]
