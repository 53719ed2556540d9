"""The command `keras-gan recipes`."""

import click

from keras_gan_cli import names
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.terminal import one_of


@click.command("recipes")
@click.argument("name", required=False, type=one_of("recipe", names.RECIPES))
@VERBOSE
def list_recipes(name: str | None) -> None:
    """Lists the recipes, or describes the recipe NAME and its options.

    A recipe is a paper's configuration: networks, latents, loss, optimizers, schedule.
    """
    with library():
        from keras_gan_cli.tasks import recipes as task

        task.describe(name) if name else task.list_all()
