"""Helpers of the tests of the commands: a toy recipe, images, and checks."""

import json
import pathlib

import keras
import numpy as np
from click.testing import CliRunner
from PIL import Image

import keras_gan as kg
from keras_gan_cli import main

NAME = "dcgan-pictures"
"""Default name of a run."""


def toy(image_shape, seed=None, discriminator_steps=1):
    """Recipe of networks that train in milliseconds."""
    gan = kg.GAN(
        kg.networks.mlp_generator(image_shape, latent_dim=4, width=8, depth=1),
        kg.networks.mlp_discriminator(image_shape, width=8, depth=1),
        ema_momentum=0.5,
        seed=seed,
    )
    gan.compile(run_eagerly=True, discriminator_steps=discriminator_steps)
    return gan


def paint(folder, count=64, size=(8, 8)):
    """Writes gray images of noise, different for names of different lengths."""
    random = np.random.default_rng(len(folder.name))
    folder.mkdir()
    for number in range(count):
        levels = random.integers(0, 256, size, np.uint8)
        Image.fromarray(levels).save(folder / f"{number:02d}.png")


def keras_gan(*arguments):
    """Runs a command line."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def train(*arguments):
    """Trains on the images, 2 steps per epoch."""
    return keras_gan("train", "--data", "pictures", "--batch-size", 32, *arguments)


def refused(result, *facts):
    """Asserts an error of four facts without a traceback.

    The exit code is 2 for an option, as click has it, and 1 for an error of the
    library.
    """
    assert result.exit_code == (2 if "Usage: " in result.stderr else 1)
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    for fact in ("Error: ", "Expected: ", "Received: ", "What to do: ", *facts):
        assert fact in result.stderr
    return True


def tree(folder="."):
    """All folders and files, with the files' modification times."""
    found = pathlib.Path(folder).rglob("*")
    return {path: path.is_file() and path.stat().st_mtime_ns for path in found}


def read(*parts):
    """Content of a JSON file."""
    return json.loads(pathlib.Path(*parts).read_text())


def cheap_metric():
    """Fréchet distance of two pixels of each image."""
    features = kg.metrics.features.FunctionFeatures(
        lambda images: images.reshape(len(images), -1)[:, :2], "fashion_mnist", "abc"
    )
    return kg.metrics.FrechetDistance(features)


def variables(path):
    """Values of all variables of a saved GAN and its optimizers."""
    gan = keras.saving.load_model(path)
    return [
        np.array(variable.numpy())
        for variable in (*gan.variables, *gan.optimizer.variables)
    ]


def same(path, other_path):
    """Whether two saved GANs have equal variables."""
    first, second = variables(path), variables(other_path)
    return len(first) == len(second) and all(map(np.array_equal, first, second))
