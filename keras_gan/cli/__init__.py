"""keras-gan train, generate, evaluate, export, check, features, stylize."""

from keras_gan.cli.commands import main

__all__ = ["main"]
