"""The task of `keras-gan recipes`."""

import inspect
from collections.abc import Callable

import click

from keras_gan import recipes
from keras_gan.gan import GAN
from keras_gan_cli.options import FIELDS, RECIPE_ARGUMENTS
from keras_gan_cli.terminal import flag, table


def list_all() -> None:
    """Prints all recipes with their descriptions."""
    click.echo(table({name: recipes.about(name) for name in recipes.NAMES}))
    click.echo("\nDescribe one:\n  keras-gan recipes wgan_gp")
    click.echo("\nTrain one:\n  keras-gan train --recipe wgan_gp")


def describe(name: str) -> None:
    """Prints a recipe's signature, docstring and command line."""
    recipe = recipes.get(name)
    options = [
        f"[{flag(option)} {FIELDS[option].metadata['metavar']}]"
        for option in accepted_options(recipe)
    ]
    command = " ".join(["keras-gan train --recipe", name, *options])
    click.echo(f"{name}{without_types(recipe)}\n\n{inspect.getdoc(recipe)}")
    click.echo(f"\nAt the command line:\n  {command}")


def without_types(recipe: Callable[..., GAN]) -> inspect.Signature:
    """Returns the signature of a recipe: names and defaults."""
    parameters = inspect.signature(recipe).parameters.values()
    empty = inspect.Parameter.empty
    return inspect.Signature([one.replace(annotation=empty) for one in parameters])


def accepted_options(recipe: Callable[..., GAN]) -> list[str]:
    """Returns the names of the options that are arguments of a recipe."""
    parameters = inspect.signature(recipe).parameters
    return [name for name in RECIPE_ARGUMENTS if name in parameters]
