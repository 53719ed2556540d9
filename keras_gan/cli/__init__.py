"""The command line: keras-gan train, generate, evaluate, export, check, features."""

from keras_gan.cli.commands import main

__all__ = ["main"]
