"""The command `keras-gan export`."""

import pathlib

import click

from keras_gan_cli.arguments import TARGET, TRUNCATION
from keras_gan_cli.files import check_writable
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.runs import MODELS
from keras_gan_cli.saved import find_gan
from keras_gan_cli.terminal import PATH


@click.command()
@TARGET
@click.option(
    "--out",
    metavar="FOLDER",
    type=PATH,
    help="Folder; each export is a new version in it.  [default: saved_models/NAME]",
)
@TRUNCATION
@VERBOSE
def export(
    target: str | None, out: pathlib.Path | None, truncation: float | None
) -> None:
    """Writes the generator as a SavedModel, for TensorFlow Serving and others.

    The SavedModel is loaded again and its images are compared with the generator's.
    """
    saved = find_gan(target)
    out = out or MODELS / saved.name
    check_writable(out)
    with library():
        from keras_gan_cli.tasks import export as task

        task.export(saved, out, truncation)
