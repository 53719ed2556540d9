"""The command that makes images: a grid, a file each, a mixing table, an animation."""

import itertools
import pathlib

import click

from keras_gan import images
from keras_gan.callbacks.drawing import draw, sample
from keras_gan.cli import runs
from keras_gan.cli.arguments import COUNT, PATH, SEED, TARGET, TRUNCATION, load
from keras_gan.config import check

EXAMPLES = """\b
Examples:
  keras-gan generate
  keras-gan generate --labels Trouser,Bag --truncation 0.7
  keras-gan generate runs/faces --separate faces --count 1000"""


@click.command(epilog=EXAMPLES)
@TARGET
@click.option("--count", metavar="N", type=COUNT, default=64, show_default=True)
@SEED
@click.option(
    "--labels",
    metavar="NAME,...",
    help="Classes to show, by name or number, a row each, of a GAN with labels.  "
    "[default: all]",
)
@TRUNCATION
@click.option(
    "--out",
    metavar="FILE",
    type=PATH,
    help="PNG file of a grid.  [default: samples.png]",
)
@click.option(
    "--separate",
    metavar="FOLDER",
    type=PATH,
    help="New folder for a PNG file per image.",
)
def generate(target, count, seed, labels, truncation, out, separate):
    """Makes images with a trained GAN.

    Without RUN or FILE: with the newest run in runs/, else with the small model that
    ships. The same seed makes the same images, and few are the first of many.
    """
    out = out or (None if separate else pathlib.Path("samples.png"))
    for folder in [out and out.absolute().parent, separate]:
        if folder:
            runs.prove_writable(folder)
    _, gan = load(target)
    wanted = labels.split(",") if labels else None
    if separate:
        write_each(gan, separate, count, seed, wanted, truncation)
    if out:
        drawn = sample(gan, count, seed, truncation=truncation, labels=wanted)
        images.save_png(out, draw(*drawn))
        click.echo(f"Grid of {len(drawn[0])} images: {out}")


def write_each(gan, folder, count, seed, labels, truncation):
    """Writes a PNG file per image; several classes take turns."""
    ensure_pictures(gan, folder)
    if labels:
        labels = list(itertools.islice(itertools.cycle(labels), count))
    batches = gan.generate_batches(count, seed, labels, truncation)
    for number, image in enumerate(itertools.chain.from_iterable(batches)):
        path = folder / f"image_{number:05d}.png"
        images.save_png(path, draw(image[None], side=1))
    click.echo(f"{count} images: {folder}")


def ensure_pictures(gan, folder):
    """Makes sure that separate pictures can go to a folder."""
    check(
        len(gan.image_shape) == 3,
        "This GAN makes points and not images.",
        expected="a GAN of images",
        received=f"samples of shape {gan.image_shape}",
        do="Leave --separate out, to have all points in one picture.",
    )
    check(
        not runs.is_taken(folder),
        "The folder for the images holds something.",
        expected="a new or empty folder",
        received=str(folder),
        do="Name another folder by --separate.",
    )
