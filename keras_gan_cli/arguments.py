"""Arguments that several commands share: a trained GAN, seed, truncation, features."""

import click

from keras_gan_cli.options import click_option
from keras_gan_cli.terminal import parse_seed

TARGET = click.argument("target", metavar="[RUN|FILE|PRESET]", required=False)
"""A trained GAN: a run's folder, a file, a preset, or the default of `find_gan`."""

SEED = click.option(
    "--seed",
    type=parse_seed,
    metavar="N",
    default=0,
    show_default=True,
    help="Random seed.",
)

TRUNCATION = click.option(
    "--truncation",
    metavar="X",
    type=click.FloatRange(0.0),
    help="Truncation: trades diversity for fidelity. X is the largest absolute value "
    "of a latent component; for StyleGAN it is psi, such as 0.7, the factor of the "
    "styles' distance from their mean.",
)

FEATURES = click_option("features", default_text="the run's, else fashion_mnist")
