"""The command `keras-gan generate`: a grid, image files, style mixing, an animation."""

import itertools
import pathlib

import click
import numpy as np

from keras_gan import images
from keras_gan.callbacks.drawing import MAX_ROWS, Layout, draw, sample
from keras_gan.cli import runs
from keras_gan.cli.arguments import SEED, TARGET, TRUNCATION, load_target
from keras_gan.cli.terminal import COUNT, PATH, flag
from keras_gan.config import check, suggest
from keras_gan.layers import sampling_context
from keras_gan.networks import mixing
from keras_gan.random import sample_stream

EXAMPLES = """\b
Examples:
  keras-gan generate
  keras-gan generate --labels Trouser,Bag --truncation 0.7
  keras-gan generate runs/faces --separate faces --count 1000
  keras-gan generate runs/stylegan-faces --mix mixing.png
  keras-gan generate --walk walk.gif"""

NUM_IMAGES = 64
"""Default number of images of a grid, or of files."""

MIXING_ROWS, MIXING_COLUMNS = 4, 8
"""Images with the coarse styles, and images with the fine styles, of `--mix`."""

WALK_STOPS, WALK_FRAMES = 8, 12
"""Minimum number of images that `--walk` interpolates, and frames from one to the
next."""

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
    type=PATH,
    help="PNG file of a grid.  [default: samples.png]",
)
@click.option(
    "--separate",
    metavar="FOLDER",
    type=PATH,
    help="New folder for one PNG file per image.",
)
@click.option(
    "--mix",
    metavar="FILE",
    type=PATH,
    help="PNG file of StyleGAN's style mixing: the coarse styles of the images in the "
    "first column with the fine styles of those in the first row.",
)
@click.option(
    "--walk",
    metavar="FILE",
    type=PATH,
    help="GIF file of an animation that interpolates between images, through all "
    "classes.",
)
@click.option(
    "--space",
    type=click.Choice(["z", "w"]),
    help="Space of the interpolation of --walk: latents z, or StyleGAN's styles w.  "
    "[default: z]",
)
def generate(target, count, seed, labels, truncation, space, **outputs):
    """Generates images with a trained GAN.

    Without RUN or FILE: with the newest run in runs/, else with the pretrained model
    that ships with the package. The same seed gives the same images; the first ones do
    not depend on --count.
    """
    outputs = {name: path for name, path in outputs.items() if path}
    outputs = outputs or {"out": pathlib.Path("samples.png")}
    check_outputs(outputs, count=count, labels=", ".join(labels), space=space)
    for name, path in outputs.items():
        runs.check_writable(path if name == "separate" else path.absolute().parent)
    _, gan = load_target(target)
    gan.sampler.check_truncation(truncation)
    if "separate" in outputs:
        check_separate(gan, outputs["separate"])
    labels, count = parse_labels(gan, labels), count or NUM_IMAGES
    if "mix" in outputs:
        write_mixing(gan, outputs["mix"], seed, truncation)
    if "walk" in outputs:
        write_walk(gan, outputs["walk"], seed, truncation, labels, space or "z")
    if "separate" in outputs:
        write_files(gan, outputs["separate"], seed, truncation, labels, count)
    if "out" in outputs:
        write_grid(gan, outputs["out"], seed, truncation, labels, count)


def check_outputs(outputs, **options):
    """Validates that every option that was passed has an effect.

    Args:
        outputs: Dictionary from the output options that were passed to their paths.
        **options: Values of the options in `REQUIRED_OUTPUTS`.

    Raises:
        ValueError: If an option requires an output that was not passed.
    """
    written = " and ".join(map(flag, outputs))
    for name, required in REQUIRED_OUTPUTS.items():
        choices = " or ".join(map(flag, required))
        check(
            not options[name] or set(required) & set(outputs),
            f"`{flag(name)}` requires {choices}.",
            expected=f"{flag(name)} with {choices}",
            received=f"{flag(name)} {options[name]} with {written}",
            do=f"Leave {flag(name)} out, or add {flag(required[-1])}.",
        )


def parse_labels(gan, texts):
    """Returns the classes in the values of `--labels`, or None.

    Args:
        gan: The `kg.GAN`.
        texts: Names or numbers, or several of them separated by commas; a name that
            contains a comma must be alone.

    Raises:
        ValueError: If there is no such class, or the GAN has no labels.
    """
    names = gan.labels.names or ()
    parts = [
        [text] if text in names else [part.strip() for part in text.split(",")]
        for text in texts
    ]
    labels = list(itertools.chain.from_iterable(parts)) or None
    if labels and any("," in name for name in names):
        quoted = [f'"{name}"' if "," in name else name for name in names]
        for label in labels:
            check(
                label in names or label.isdecimal(),
                "`--labels` contains an unknown class.",
                expected="numbers or names; one alone if it contains a comma",
                received=f'"{label}"',
                # suggest quotes again what it suggests
                do=suggest(label, quoted).replace('""', '"'),
            )
    gan.labels.to_indices(labels, len(labels or ()))  # raises for unknown classes
    return labels


def write_grid(gan, path, seed, truncation, labels, count):
    """Writes a grid as a PNG file, and prints which classes it omits."""
    samples, layout = sample(gan, count, seed, truncation=truncation, labels=labels)
    images.save_png(path, draw(samples, layout))
    click.echo(f"Grid of {len(samples)} images: {path}")
    rows, num_classes = len(layout.names), gan.labels.num_classes
    if labels is None and rows < num_classes:
        click.echo(
            f"Rows: the first {rows} of {num_classes} classes, without --labels."
        )


def write_files(gan, folder, seed, truncation, labels, count):
    """Writes one PNG file per image; several classes alternate."""
    if labels:
        labels = list(itertools.islice(itertools.cycle(labels), count))
    batches = gan.generate_batches(count, seed, labels, truncation)
    for index, image in enumerate(itertools.chain.from_iterable(batches)):
        path = folder / f"image_{index:05d}.png"
        images.save_png(path, draw(image[None], side=1))
    click.echo(f"{count} images: {folder}")


def write_mixing(gan, path, seed, truncation):
    """Writes a table of images with mixed styles as a PNG file."""
    latents = gan.latents.draw(sample_stream(seed), MIXING_ROWS + MIXING_COLUMNS, 0)
    coarse, fine = latents[:MIXING_ROWS], latents[MIXING_ROWS:]
    crossover = mixing.num_layers(gan.ema_generator) // 2
    with sampling_context(truncation=truncation):
        table = mixing.mixing_table(gan.ema_generator, coarse, fine, crossover)
    samples = table.reshape(-1, *table.shape[2:])
    images.save_png(path, draw(samples, Layout(MIXING_COLUMNS + 1), side=1024))
    click.echo(
        f"Coarse styles of {MIXING_ROWS} images with fine styles of {MIXING_COLUMNS}: "
        f"{path}"
    )


def write_walk(gan, path, seed, truncation, labels, space):
    """Writes an interpolation as a GIF file, and prints which classes it omits."""
    in_styles = gan.sampler.truncates_styles
    with sampling_context(truncation=truncation if in_styles else None):
        if space == "w":
            latents = gan.latents.draw(sample_stream(seed), WALK_STOPS, 0)
            frames = mixing.interpolate(
                gan.ema_generator, latents, WALK_FRAMES, space, labels
            )
        else:
            frames = interpolate_latents(
                gan, seed, None if in_styles else truncation, labels
            )
    drawn = [draw(frame[None], side=256) for frame in np.asarray(frames)]
    images.save_animation(path, drawn, 1 / 12, 1 / 12)
    click.echo(f"Animation of {len(drawn)} images: {path}")
    num_classes = gan.labels.num_classes
    if labels is None and num_classes > MAX_ROWS:
        click.echo(f"Classes: the first {MAX_ROWS} of {num_classes}, without --labels.")


def interpolate_latents(gan, seed, truncation, labels):
    """Returns images along the arcs between latents; the classes alternate by stop."""
    classes = labels or range(min(gan.labels.num_classes, MAX_ROWS))
    stops = max(WALK_STOPS, len(classes))
    stop_labels = list(itertools.islice(itertools.cycle(classes), stops)) or None
    frame_labels = [
        np.repeat(indices, WALK_FRAMES)
        for indices in gan.labels.to_indices(stop_labels, stops)
    ]
    latents = np.asarray(gan.latents.draw(sample_stream(seed), stops, 0))
    rows = mixing.slerp(latents, np.roll(latents, -1, axis=0), WALK_FRAMES)
    if truncation is not None:
        # Per frame, not per stop: an arc between truncated latents exceeds the
        # threshold. Arcs between uniform latents leave their cube, hence the clipping.
        rows = np.clip(gan.latents.truncate(rows, truncation), -truncation, truncation)
    return mixing.generate_in_batches(gan.ema_generator, rows, *frame_labels)


def check_separate(gan, folder):
    """Validates that the samples are images, and the folder for them is empty.

    Raises:
        ValueError: If one of them does not hold.
    """
    check(
        len(gan.image_shape) == 3,
        "`--separate` requires a GAN of images, not of points.",
        expected="a GAN of images",
        received=f"samples of shape {gan.image_shape}",
        do="Leave --separate out, to draw all points in one plot.",
    )
    check(
        not runs.is_occupied(folder),
        "`--separate` must be a new or empty folder.",
        expected="a new or empty folder",
        received=f"{folder}, which is not empty",
        do="Pass another folder to --separate.",
    )
