"""The command that makes images: a grid, a file each, a mixing table, an animation."""

import itertools
import pathlib

import click
import numpy as np

from keras_gan import images
from keras_gan.callbacks.drawing import MOST_ROWS, Layout, draw, sample
from keras_gan.cli import runs
from keras_gan.cli.arguments import COUNT, PATH, SEED, TARGET, TRUNCATION, load
from keras_gan.cli.terminal import option
from keras_gan.config import check, suggest
from keras_gan.layers import sampling_context
from keras_gan.networks import mixing
from keras_gan.random import series

EXAMPLES = """\b
Examples:
  keras-gan generate
  keras-gan generate --labels Trouser,Bag --truncation 0.7
  keras-gan generate runs/faces --separate faces --count 1000
  keras-gan generate runs/stylegan-faces --mix mixing.png
  keras-gan generate --walk walk.gif"""

IMAGES = 64
"""Images of a grid, or files, where the user does not count them."""

ROWS, COLUMNS = 4, 8
"""Images that are mixed: as many coarse ones, and fine ones."""

STOPS, FRAMES = 8, 12
"""Images that an animation passes at least, and frames from one to the next."""

USED = {
    "count": ("out", "separate"),
    "labels": ("out", "separate", "walk"),
    "space": ("walk",),
}
"""Options that only some outputs have a use for, and those."""


@click.command(epilog=EXAMPLES)
@TARGET
@click.option(
    "--count",
    metavar="N",
    type=COUNT,
    help=f"Images of the grid, or files.  [default: {IMAGES}]",
)
@SEED
@click.option(
    "--labels",
    metavar="NAME,...",
    multiple=True,
    help="Classes to show, by name or number, a row each, of a GAN with labels; "
    "several by commas, or by --labels again, as a name with a comma.  [default: all, "
    "of more than 20 the first 20]",
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
    help="GIF file of an animation that walks from image to image, by class.",
)
@click.option(
    "--space",
    type=click.Choice(["z", "w"]),
    help="What the animation walks through: latents, or the styles of a GAN with them. "
    " [default: z]",
)
def generate(target, count, seed, labels, truncation, space, **places):
    """Makes images with a trained GAN.

    Without RUN or FILE: with the newest run in runs/, else with the small model that
    ships. The same seed makes the same images, and few are the first of many.
    """
    places = {name: path for name, path in places.items() if path}
    places = places or {"out": pathlib.Path("samples.png")}
    check_used(places, count=count, labels=", ".join(labels), space=space)
    for name, path in places.items():
        runs.prove_writable(path if name == "separate" else path.absolute().parent)
    _, gan = load(target)
    gan.sampler.check_truncation(truncation)
    if "separate" in places:
        ensure_pictures(gan, places["separate"])
    given = {"seed": seed, "truncation": truncation}
    wanted, count = classes(gan, labels), count or IMAGES
    if "mix" in places:
        write_mixed(gan, places["mix"], **given)
    if "walk" in places:
        write_walk(gan, places["walk"], labels=wanted, space=space or "z", **given)
    if "separate" in places:
        write_each(gan, places["separate"], count, labels=wanted, **given)
    if "out" in places:
        write_grid(gan, places["out"], count, labels=wanted, **given)


def check_used(places, **given):
    """Makes sure that something that is made has a use for each option.

    Args:
        places: What is made, with the file or the folder of each.
        **given: What the user said, by the names of the options in `USED`.

    Raises:
        ValueError: If an option would change nothing.
    """
    made = " and ".join(map(option, places))
    for name, users in USED.items():
        check(
            not given[name] or set(users) & set(places),
            f"Nothing that is made here has a use for {option(name)}.",
            expected=f"{option(name)} with {' or '.join(map(option, users))}",
            received=f"{option(name)} {given[name]} with {made}",
            do=f"Leave {option(name)} out, or ask for {option(users[-1])} too.",
        )


def classes(gan, texts):
    """Returns the classes that texts ask for, or None.

    Args:
        gan: The `kg.GAN`.
        texts: A name or number each, or several with commas between them; a name that
            has a comma stands alone.

    Raises:
        ValueError: If there is no such class, or the GAN has no labels.
    """
    names = gan.labels.names or ()
    parts = [
        [text] if text in names else [part.strip() for part in text.split(",")]
        for text in texts
    ]
    wanted = list(itertools.chain.from_iterable(parts)) or None
    typed = [f'"{name}"' if "," in name else name for name in names]
    commas = any("," in name for name in names)
    for label in wanted if wanted and commas else ():
        check(
            label in names or label.isdecimal(),
            "There is no class of this name.",
            expected="a number or a name; in a --labels of its own if it has a comma",
            received=f'"{label}"',
            do=suggest(label, typed).replace('""', '"'),
        )
    gan.labels.numbers(wanted, len(wanted or ()))
    return wanted


def write_grid(gan, path, count, seed, labels, truncation):
    """Writes a grid as a PNG file, and says which classes it leaves out."""
    made, layout = sample(gan, count, seed, truncation=truncation, labels=labels)
    images.save_png(path, draw(made, layout))
    click.echo(f"Grid of {len(made)} images: {path}")
    rows, known = len(layout.names), gan.labels.num_classes
    if labels is None and rows < known:
        click.echo(f"Its rows: the first {rows} of {known} classes, without --labels.")


def write_each(gan, folder, count, seed, labels, truncation):
    """Writes a PNG file per image; several classes take turns."""
    if labels:
        labels = list(itertools.islice(itertools.cycle(labels), count))
    batches = gan.generate_batches(count, seed, labels, truncation)
    for number, image in enumerate(itertools.chain.from_iterable(batches)):
        path = folder / f"image_{number:05d}.png"
        images.save_png(path, draw(image[None], side=1))
    click.echo(f"{count} images: {folder}")


def write_mixed(gan, path, seed, truncation):
    """Writes the table of coarse and fine styles as a PNG file."""
    latents = gan.latents.draw(series(seed), ROWS + COLUMNS, 0)
    coarse, fine = latents[:ROWS], latents[ROWS:]
    num_layers = mixing.num_layers(gan.ema_generator)
    with sampling_context(truncation=truncation):
        table = mixing.mixing_table(gan.ema_generator, coarse, fine, num_layers // 2)
    made = table.reshape(-1, *table.shape[2:])
    images.save_png(path, draw(made, Layout(COLUMNS + 1), side=1024))
    click.echo(f"Styles of {ROWS} images with the details of {COLUMNS}: {path}")


def write_walk(gan, path, seed, labels, truncation, space):
    """Writes an animation as a GIF file; it passes the classes wanted, or the first."""
    styles = gan.sampler.truncates_styles
    with sampling_context(truncation=truncation if styles else None):
        if space == "w":
            latents = gan.latents.draw(series(seed), STOPS, 0)
            frames = mixing.interpolate(
                gan.ema_generator, latents, FRAMES, space, labels
            )
        else:
            frames = through_latents(gan, seed, labels, None if styles else truncation)
    drawn = [draw(frame[None], side=256) for frame in np.asarray(frames)]
    images.save_animation(path, drawn, 1 / 12, 1 / 12)
    click.echo(f"Animation of {len(drawn)} images: {path}")
    known = gan.labels.num_classes
    if labels is None and known > MOST_ROWS:
        click.echo(f"Its classes: the first {MOST_ROWS} of {known}, without --labels.")


def through_latents(gan, seed, labels, truncation):
    """Returns the images along arcs between latents; classes take turns at the stops.

    Each frame has its own truncation: arcs between truncated latents would leave it.
    """
    classes = labels or range(min(gan.labels.num_classes, MOST_ROWS))
    stops = max(STOPS, len(classes))
    turns = list(itertools.islice(itertools.cycle(classes), stops)) or None
    held = [np.repeat(one, FRAMES) for one in gan.labels.numbers(turns, stops)]
    latents = np.asarray(gan.latents.draw(series(seed), stops, 0))
    rows = mixing.arcs(latents, np.roll(latents, -1, axis=0), FRAMES)
    if truncation is not None:  # arcs between uniform latents leave their cube
        rows = np.clip(gan.latents.truncate(rows, truncation), -truncation, truncation)
    return mixing.in_parts(gan.ema_generator, rows, *held)


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
