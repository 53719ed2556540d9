"""What the tests of the commands share: a toy recipe, pictures, and short words."""

import json
import pathlib

import keras
import numpy as np
from click.testing import CliRunner
from PIL import Image

import keras_gan as kg
from keras_gan import cli

NAME = "dcgan-pictures"
"""What the command calls a run by itself."""


def toy(image_shape, seed=None, discriminator_steps=1):
    """Stands for a recipe: networks that train in milliseconds."""
    gan = kg.GAN(
        kg.networks.mlp_generator(image_shape, latent_dim=4, width=8, depth=1),
        kg.networks.mlp_discriminator(image_shape, width=8, depth=1),
        ema_momentum=0.5,
        seed=seed,
    )
    gan.compile(run_eagerly=True, discriminator_steps=discriminator_steps)
    return gan


def paint(folder, count=64, size=(8, 8)):
    """Writes gray pictures of noise; folder 0 has others than folder 1."""
    random = np.random.default_rng(len(folder.name))
    folder.mkdir()
    for number in range(count):
        levels = random.integers(0, 256, size, np.uint8)
        Image.fromarray(levels).save(folder / f"{number:02d}.png")


def keras_gan(*arguments):
    """Runs a command as a terminal would."""
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def train(*arguments):
    """Trains on the pictures, 2 steps an epoch."""
    return keras_gan("train", "--data", "pictures", "--batch-size", 32, *arguments)


def refused(result, *facts):
    """Asserts an error of four facts, without a traceback."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    for fact in ("Error: ", "Expected: ", "Received: ", "What to do: ", *facts):
        assert fact in result.stderr
    return True


def tree(folder="."):
    """All folders and files, with when the files were changed."""
    found = pathlib.Path(folder).rglob("*")
    return {path: path.is_file() and path.stat().st_mtime_ns for path in found}


def read(*parts):
    """The content of a JSON file."""
    return json.loads(pathlib.Path(*parts).read_text())


def cheap_metric():
    """Stands for the metric of the commands, over two pixels of an image."""
    features = kg.metrics.features.FunctionFeatures(
        lambda images: images.reshape(len(images), -1)[:, :2], "fashion_mnist", "abc"
    )
    return kg.metrics.FrechetDistance(features)


def variables(path):
    gan = keras.saving.load_model(path)
    kept = [*gan.variables, *gan.optimizer.variables]
    return [np.array(variable.numpy()) for variable in kept]


def same(one, other):
    one, other = variables(one), variables(other)
    return len(one) == len(other) and all(map(np.array_equal, one, other))
