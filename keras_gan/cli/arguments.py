"""What several commands take: a trained GAN, paths, counts, a feature network."""

import pathlib

import click

from keras_gan.cli import runs, training
from keras_gan.cli.terminal import Seed

PATH = click.Path(path_type=pathlib.Path)
COUNT = click.IntRange(1)

TARGET = click.argument("target", metavar="[RUN|FILE]", required=False, type=PATH)
"""A trained GAN: a run's folder, a file, or what `runs.find` finds by itself."""

SEED = click.option("--seed", type=Seed(), default=0, show_default=True)

TRUNCATION = click.option(
    "--truncation",
    metavar="X",
    type=float,
    help="Less variety, for more fidelity: the size that no latent exceeds; of "
    "StyleGAN the share of their way from the mean that styles go, such as 0.7.",
)

FEATURES = click.option(
    "--features",
    metavar="NAME|FILE",
    help="Network in whose features images are compared: fashion_mnist (ships), "
    "inception, or a file of `keras-gan features train`.",
)


def load(target):
    """Loads the GAN that a user means, and says which one that is."""
    path = runs.find(target)
    gan = training.load(path)
    click.echo(f"{path}: images of {'x'.join(map(str, gan.image_shape))}", err=True)
    return path, gan
