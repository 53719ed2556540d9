"""The command `keras-gan check`."""

import pathlib

import click

from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.paths import IMAGE_ENDINGS, new_file, parse_data
from keras_gan_cli.terminal import parse_image_shape


@click.command()
@click.argument("source", metavar="DATA", type=parse_data)
@click.option(
    "--image-shape", metavar="H,W,C", type=parse_image_shape, help="As in train."
)
@click.option(
    "--out",
    metavar="FILE",
    type=new_file(*IMAGE_ENDINGS),
    default="check.png",
    show_default=True,
)
@VERBOSE
@click.pass_context
def check(
    context: click.Context,
    source: str,
    image_shape: tuple[int, int, int] | None,
    out: pathlib.Path,
) -> None:
    """Checks a dataset: counts, sizes, color modes, duplicates, broken files, classes.

    DATA is a name or a path, as for keras-gan train --data. Decodes every image, and
    draws a sample as the networks receive it. The exit code is 1 if a file is broken.
    """
    with library():
        from keras_gan_cli.tasks import check as task

        is_valid = task.check(source, image_shape, out)
    context.exit(0 if is_valid else 1)
