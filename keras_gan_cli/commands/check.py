"""The command `keras-gan check`."""

import pathlib

import click

from keras_gan_cli.files import check_writable
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.terminal import PATH, parse_data, parse_image_shape


@click.command()
@click.argument("source", metavar="DATA", type=parse_data)
@click.option(
    "--image-shape", metavar="H,W,C", type=parse_image_shape, help="As in train."
)
@click.option(
    "--out", metavar="FILE", type=PATH, default="check.png", show_default=True
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

    DATA is the name of a dataset, or a folder. Decodes every image, and draws a sample
    as the networks receive it. The exit code is 1 if a file is broken.
    """
    check_writable(out.absolute().parent)
    with library():
        from keras_gan_cli.tasks import check as task

        is_valid = task.check(source, image_shape, out)
    context.exit(0 if is_valid else 1)
