"""Functions of several commands: loading a GAN and data, and writing JSON files."""

import json
import pathlib
from collections.abc import Mapping
from typing import Any

import click

from keras_gan import data
from keras_gan.callbacks import Evaluation
from keras_gan.files import atomic_file
from keras_gan.gan import GAN
from keras_gan.typing import ImageDataset
from keras_gan_cli.saved import SavedGAN


def load_gan(saved: SavedGAN) -> GAN:
    """Returns a saved GAN, and prints which it is.

    Raises:
        ValueError: If the file is not a GAN.
    """
    gan = GAN.from_preset(saved.path)
    click.echo(f"{saved}: images of {'x'.join(map(str, gan.image_shape))}", err=True)
    return gan


def load_data(name: str, split: str = "train", **arguments: Any) -> ImageDataset:
    """Returns the dataset of a name or a path.

    Args:
        name: Name of a dataset, or path of a folder or file.
        split: Split of a named dataset, or of a file with several.
        **arguments: Arguments of `kg.data.load`.
    """
    return data.load(name, split, **arguments)


def trained_steps(gan: GAN) -> int:
    """Returns the number of training steps that a GAN has made."""
    return int(gan.steps.numpy())


def write_json(path: pathlib.Path, content: Mapping[str, object]) -> None:
    """Writes a JSON file atomically."""
    with atomic_file(path) as part:
        part.write_text(json.dumps(content, indent=2) + "\n")


def metrics_as_json(
    evaluation: Evaluation, values: Mapping[str, float], name: str, gan: GAN
) -> dict[str, object]:
    """Returns values of metrics with their protocols, data and steps, for JSON.

    Args:
        evaluation: `kg.callbacks.Evaluation` that has measured the values.
        values: Dictionary from log keys to values.
        name: Name or folder of the data.
        gan: The `kg.GAN`.
    """
    measurements = evaluation.with_protocol(values)
    return {
        "data": name,
        "steps": trained_steps(gan),
        **{key: measurement.as_json() for key, measurement in measurements.items()},
    }
