"""The task of `keras-gan check`."""

import pathlib

import click

from keras_gan import data


def check(
    source: str, image_shape: tuple[int, int, int] | None, out: pathlib.Path
) -> bool:
    """Prints a report on a dataset, and draws a sample of it.

    Args:
        source: Name of the dataset, or a folder.
        image_shape: Shape to which the images are resized, or None.
        out: PNG file of the sample.

    Returns:
        Whether all files can be read.
    """
    report = data.check(source, image_shape)
    click.echo(str(report))
    if report.picture is not None:
        report.save_picture(out)
        click.echo(f"\nA sample of the images: {out}")
    return report.ok
