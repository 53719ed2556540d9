"""The command `keras-gan` and the list of its subcommands."""

import click

from keras_gan_cli import names
from keras_gan_cli.commands.check import check
from keras_gan_cli.commands.evaluate import evaluate
from keras_gan_cli.commands.export import export
from keras_gan_cli.commands.features import features
from keras_gan_cli.commands.generate import generate
from keras_gan_cli.commands.recipes import list_recipes
from keras_gan_cli.commands.stylize import stylize
from keras_gan_cli.commands.train import train
from keras_gan_cli.library import VERBOSE

EXAMPLES = f"""\b
Start here:
  keras-gan generate                 generates garments with the pretrained GAN
  keras-gan train                    trains on Fashion-MNIST, no download
  keras-gan check my_pictures        reports on a folder of images
  keras-gan recipes                  the settings of {len(names.RECIPES)} papers
  keras-gan train --data my_pictures --image-shape 64,64,3
  keras-gan stylize photo.jpg painting.jpg"""


class CommandGroup(click.Group):
    """Group of commands that lists them in the order in which they were added."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Returns the names of the commands."""
        return list(self.commands)


@click.group(
    cls=CommandGroup,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="keras_gan", prog_name="keras-gan")
@VERBOSE
def main() -> None:
    """Trains, samples, evaluates and exports generative adversarial networks."""


main.add_command(train)
main.add_command(list_recipes)
main.add_command(generate)
main.add_command(evaluate)
main.add_command(export)
main.add_command(check)
main.add_command(features)
main.add_command(stylize)
