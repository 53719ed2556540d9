"""The command that makes images: a grid, a file each, a mixing table, an animation."""

import itertools
import pathlib

import click
import numpy as np

from keras_gan import images
from keras_gan.callbacks.drawing import Layout, draw, sample
from keras_gan.cli import runs
from keras_gan.cli.arguments import COUNT, PATH, SEED, TARGET, TRUNCATION, load
from keras_gan.config import check
from keras_gan.layers import drawing
from keras_gan.networks import mixing
from keras_gan.random import series

EXAMPLES = """\b
Examples:
  keras-gan generate
  keras-gan generate --labels Trouser,Bag --truncation 0.7
  keras-gan generate runs/faces --separate faces --count 1000
  keras-gan generate runs/stylegan-faces --mix mixing.png
  keras-gan generate --walk walk.gif"""

ROWS, COLUMNS = 4, 8
"""Images that are mixed: as many coarse ones, and fine ones."""

STOPS, FRAMES = 8, 12
"""Images that an animation passes, and frames from one to the next."""


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
@click.option(
    "--mix",
    metavar="FILE",
    type=PATH,
    help="PNG file of a table, of a GAN with styles: the images of the first column, "
    "with the details of those of the first row.",
)
@click.option(
    "--walk",
    metavar="FILE",
    type=PATH,
    help="GIF file of an animation that walks from image to image.",
)
@click.option(
    "--space",
    type=click.Choice(["z", "w"]),
    default="z",
    show_default=True,
    help="What the animation walks through: latents, or the styles of a GAN with them.",
)
def generate(target, count, seed, labels, truncation, out, separate, mix, walk, space):
    """Makes images with a trained GAN.

    Without RUN or FILE: with the newest run in runs/, else with the small model that
    ships. The same seed makes the same images, and few are the first of many.
    """
    if not (out or separate or mix or walk):
        out = pathlib.Path("samples.png")
    for path in (
        separate,
        *(file.absolute().parent for file in (out, mix, walk) if file),
    ):
        if path:
            runs.prove_writable(path)
    _, gan = load(target)
    gan.sampler.check_truncation(truncation)
    wanted = classes(gan, labels)
    check(
        not (mix and labels),
        "A table of styles knows no classes.",
        expected="--mix without --labels",
        received=f"--labels {labels}",
        do="Leave one of them out.",
    )
    if mix:
        write_mixed(gan, mix, seed, truncation)
    if walk:
        write_walk(gan, walk, seed, wanted, truncation, space)
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


def classes(gan, labels):
    """Returns the classes that a text asks for, or None: one, or several by commas."""
    if labels is None:
        return None
    whole = labels in (gan.labels.names or ())  # a name may have a comma
    return [labels] if whole else [label.strip() for label in labels.split(",")]


def write_mixed(gan, path, seed, truncation):
    """Writes the table of coarse and fine styles as a PNG file."""
    latents = gan.latents.draw(series(seed), ROWS + COLUMNS, 0)
    coarse, fine = latents[:ROWS], latents[ROWS:]
    num_layers = mixing.num_layers(gan.ema_generator)
    with drawing(truncation=truncation):
        table = mixing.mixing_table(gan.ema_generator, coarse, fine, num_layers // 2)
    made = table.reshape(-1, *table.shape[2:])
    images.save_png(path, draw(made, Layout(COLUMNS + 1), side=1024))
    click.echo(f"Styles of {ROWS} images with the details of {COLUMNS}: {path}")


def write_walk(gan, path, seed, labels, truncation, space):
    """Writes an animation as a GIF file; several classes take turns."""
    latents = gan.latents.draw(series(seed), STOPS, 0)
    styles = gan.sampler.truncates_styles
    if truncation is not None and not styles:
        latents = gan.latents.truncate(latents, truncation)
    classes = labels or list(range(gan.labels.num_classes)) or None
    if classes:
        turns = list(itertools.islice(itertools.cycle(classes), STOPS))
        (classes,) = gan.labels.numbers(turns, STOPS) or (None,)
    with drawing(truncation=truncation if styles else None):
        frames = mixing.interpolate(
            gan.ema_generator, latents, FRAMES, space, labels=classes
        )
    drawn = [draw(frame[None], side=256) for frame in np.asarray(frames)]
    images.save_animation(path, drawn, 1 / 12, 1 / 12)
    click.echo(f"Animation of {len(drawn)} images: {path}")


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
