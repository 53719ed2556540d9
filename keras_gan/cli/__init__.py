"""The command `keras-gan`: train, generate, evaluate, export, check, stylize, ..."""

from keras_gan.cli.commands import main

__all__ = ["main"]
