"""The command `keras-gan generate`: a grid, image files, style mixing, an animation."""

import pathlib
from typing import Literal

import click

from keras_gan_cli.arguments import SEED, TARGET, TRUNCATION
from keras_gan_cli.errors import check
from keras_gan_cli.files import is_occupied
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.paths import IMAGE_ENDINGS, check_different, new_file, new_folder
from keras_gan_cli.saved import find_gan
from keras_gan_cli.terminal import COUNT, flag

EXAMPLES = """\b
Examples:
  keras-gan generate
  keras-gan generate --labels Trouser,Bag --truncation 0.7
  keras-gan generate runs/faces --separate faces --count 1000
  keras-gan generate runs/stylegan-faces --mix mixing.png
  keras-gan generate fashion_mnist --walk walk.gif"""

NUM_IMAGES = 64
"""Default number of images of a grid, or of files."""

REQUIRED_OUTPUTS = {
    "count": ("out", "separate"),
    "labels": ("out", "separate", "walk"),
    "space": ("walk",),
}
"""Options that have no effect unless one of these outputs is written."""


@click.command(epilog=EXAMPLES)
@TARGET
@click.option(
    "--count",
    metavar="N",
    type=COUNT,
    help=f"Number of images of the grid, or of files.  [default: {NUM_IMAGES}]",
)
@SEED
@click.option(
    "--labels",
    metavar="NAME,...",
    multiple=True,
    help="Classes of a GAN with labels, by name or number, one row each; separated by "
    "commas, or in several --labels, for names that contain a comma.  [default: all, "
    "or the first 20]",
)
@TRUNCATION
@click.option(
    "--out",
    metavar="FILE",
    type=new_file(*IMAGE_ENDINGS),
    help="PNG or JPEG file of a grid.  [default: samples.png]",
)
@click.option(
    "--separate",
    metavar="FOLDER",
    type=new_folder,
    help="New folder for one PNG file per image.",
)
@click.option(
    "--mix",
    metavar="FILE",
    type=new_file(*IMAGE_ENDINGS),
    help="PNG or JPEG file of StyleGAN's style mixing: the coarse styles of the images "
    "in the first column with the fine styles of those in the first row.",
)
@click.option(
    "--walk",
    metavar="FILE",
    type=new_file(".gif"),
    help="GIF file of an animation that interpolates between images, through all "
    "classes.",
)
@click.option(
    "--space",
    type=click.Choice(["z", "w"]),
    help="Space of the interpolation of --walk: latents z, or StyleGAN's styles w.  "
    "[default: z]",
)
@VERBOSE
def generate(
    target: str | None,
    count: int | None,
    seed: int,
    labels: tuple[str, ...],
    truncation: float | None,
    space: Literal["z", "w"] | None,
    **outputs: pathlib.Path | None,
) -> None:
    """Generates images with a trained GAN.

    Without an argument: with the newest run in runs/, else with the pretrained GAN
    fashion_mnist that ships with the package. The same seed gives the same images; the
    first ones do not depend on --count.
    """
    paths = {name: path for name, path in outputs.items() if path}
    paths = paths or {"out": new_file(*IMAGE_ENDINGS)("samples.png")}
    check_effects(paths, count=count, labels=", ".join(labels), space=space)
    check_paths(paths)
    saved = find_gan(target)
    with library():
        from keras_gan_cli.tasks import generate as task

        task.generate(
            saved, paths, count or NUM_IMAGES, seed, labels, truncation, space or "z"
        )


def check_effects(paths: dict[str, pathlib.Path], **options: object) -> None:
    """Validates that every option that was passed has an effect.

    Args:
        paths: Dictionary from the output options that were passed to their paths.
        **options: Values of the options in `REQUIRED_OUTPUTS`.

    Raises:
        click.UsageError: If an option requires an output that was not passed.
    """
    written = " and ".join(map(flag, paths))
    for name, required in REQUIRED_OUTPUTS.items():
        choices = " or ".join(map(flag, required))
        check(
            not options[name] or set(required) & set(paths),
            f"`{flag(name)}` requires {choices}.",
            expected=f"{flag(name)} with {choices}",
            received=f"{flag(name)} {options[name]} with {written}",
            do=f"Leave {flag(name)} out, or add {flag(required[-1])}.",
        )


def check_paths(paths: dict[str, pathlib.Path]) -> None:
    """Validates that the folder of files is empty, and all outputs are different.

    Args:
        paths: Dictionary from output options to their paths.

    Raises:
        click.UsageError: If one of them does not hold.
    """
    check_different(**paths)
    folder = paths.get("separate")
    check(
        folder is None or not is_occupied(folder),
        "`--separate` must be a new or empty folder.",
        expected="a new or empty folder",
        received=f"{folder}, which is not empty",
        do="Pass another folder to --separate.",
    )
