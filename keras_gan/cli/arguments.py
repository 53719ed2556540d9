"""Arguments that several commands share: a trained GAN, seed, truncation, features."""

import click

from keras_gan.cli import runs, training
from keras_gan.cli.options import click_option
from keras_gan.cli.terminal import PATH, Seed

TARGET = click.argument("target", metavar="[RUN|FILE]", required=False, type=PATH)
"""A trained GAN: a run's folder, a file, or the default of `runs.find_gan_file`."""

SEED = click.option(
    "--seed", type=Seed(), default=0, show_default=True, help="Random seed."
)

TRUNCATION = click.option(
    "--truncation",
    metavar="X",
    type=float,
    help="Truncation: trades diversity for fidelity. X is the largest absolute value "
    "of a latent component; for StyleGAN it is psi, such as 0.7, the factor of the "
    "styles' distance from their mean.",
)

FEATURES = click_option("features", default_text="the run's, else fashion_mnist")


def load_target(target):
    """Returns the file of a trained GAN and the GAN itself, and prints which it is."""
    path = runs.find_gan_file(target)
    gan = training.load_gan(path)
    click.echo(f"{path}: images of {'x'.join(map(str, gan.image_shape))}", err=True)
    return path, gan
