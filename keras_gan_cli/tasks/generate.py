"""The task of `keras-gan generate`: a grid, files, style mixing, an animation."""

import itertools
import pathlib
from collections.abc import Mapping, Sequence

import click
import numpy as np
import tensorflow as tf

from keras_gan import images
from keras_gan.callbacks.drawing import MAX_ROWS, Layout, draw, sample
from keras_gan.errors import check, suggest
from keras_gan.gan import GAN
from keras_gan.layers import sampling_context
from keras_gan.networks import mixing
from keras_gan.random import sample_stream
from keras_gan.typing import FloatArray
from keras_gan_cli.saved import SavedGAN
from keras_gan_cli.tasks.common import load_gan

MIXING_ROWS, MIXING_COLUMNS = 4, 8
"""Images with the coarse styles, and images with the fine styles, of `--mix`."""

WALK_STOPS, WALK_FRAMES = 8, 12
"""Minimum number of images that `--walk` interpolates, and frames from one to the
next."""

Labels = list[str] | None


def generate(
    saved: SavedGAN,
    paths: Mapping[str, pathlib.Path],
    count: int,
    seed: int,
    label_texts: Sequence[str],
    truncation: float | None,
    space: mixing.Space,
) -> None:
    """Writes generated images.

    Args:
        saved: The GAN.
        paths: Paths of the outputs: `"out"`, `"separate"`, `"mix"`, `"walk"`.
        count: Number of images of the grid, or of files.
        seed: Random seed.
        label_texts: Values of `--labels`.
        truncation: Truncation, or None.
        space: Space of the interpolation, `"z"` or `"w"`.

    Raises:
        ValueError: If the GAN cannot generate what was asked for.
    """
    gan = load_gan(saved)
    gan.sampler.check_truncation(truncation)
    if "separate" in paths:
        check_images(gan)
    labels = parse_labels(gan, label_texts)
    if "mix" in paths:
        write_mixing(gan, paths["mix"], seed, truncation)
    if "walk" in paths:
        write_walk(gan, paths["walk"], seed, truncation, labels, space)
    if "separate" in paths:
        write_files(gan, paths["separate"], seed, truncation, labels, count)
    if "out" in paths:
        write_grid(gan, paths["out"], seed, truncation, labels, count)


def parse_labels(gan: GAN, texts: Sequence[str]) -> Labels:
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


def write_grid(
    gan: GAN,
    path: pathlib.Path,
    seed: int,
    truncation: float | None,
    labels: Labels,
    count: int,
) -> None:
    """Writes a grid as an image file, and prints which classes it omits."""
    samples, layout = sample(gan, count, seed, truncation=truncation, labels=labels)
    images.save_image(path, draw(samples, layout))
    click.echo(f"Grid of {len(samples)} images: {path}")
    rows, num_classes = len(layout.names), gan.labels.num_classes
    if labels is None and rows < num_classes:
        click.echo(
            f"Rows: the first {rows} of {num_classes} classes, without --labels."
        )


def write_files(
    gan: GAN,
    folder: pathlib.Path,
    seed: int,
    truncation: float | None,
    labels: Labels,
    count: int,
) -> None:
    """Writes one PNG file per image; several classes alternate."""
    if labels:
        labels = list(itertools.islice(itertools.cycle(labels), count))
    batches = gan.generate_batches(count, seed, labels, truncation)
    for index, image in enumerate(itertools.chain.from_iterable(batches)):
        path = folder / f"image_{index:05d}.png"
        images.save_png(path, draw(image[None], side=1))
    click.echo(f"{count} images: {folder}")


def write_mixing(
    gan: GAN, path: pathlib.Path, seed: int, truncation: float | None
) -> None:
    """Writes a table of images with mixed styles as an image file."""
    latents = gan.latents.draw(sample_stream(seed), MIXING_ROWS + MIXING_COLUMNS, 0)
    coarse, fine = latents[:MIXING_ROWS], latents[MIXING_ROWS:]
    crossover = mixing.num_layers(gan.ema_generator) // 2
    with sampling_context(truncation=truncation):
        table = mixing.mixing_table(gan.ema_generator, coarse, fine, crossover)
    samples = table.reshape(-1, *table.shape[2:])
    images.save_image(path, draw(samples, Layout(MIXING_COLUMNS + 1), side=1024))
    click.echo(
        f"Coarse styles of {MIXING_ROWS} images with fine styles of {MIXING_COLUMNS}: "
        f"{path}"
    )


def write_walk(
    gan: GAN,
    path: pathlib.Path,
    seed: int,
    truncation: float | None,
    labels: Labels,
    space: mixing.Space,
) -> None:
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


def interpolate_latents(
    gan: GAN, seed: int, truncation: float | None, labels: Labels
) -> FloatArray:
    """Returns images along the arcs between latents; the classes alternate by stop."""
    all_classes = range(min(gan.labels.num_classes, MAX_ROWS))
    classes: Sequence[int | str] = labels or all_classes
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
        truncated = gan.latents.truncate(tf.constant(rows), truncation)
        rows = np.clip(truncated.numpy(), -truncation, truncation)
    return mixing.generate_in_batches(gan.ema_generator, rows, *frame_labels)


def check_images(gan: GAN) -> None:
    """Validates that the samples of a GAN are images.

    Raises:
        ValueError: If they are points.
    """
    check(
        len(gan.image_shape) == 3,
        "`--separate` requires a GAN of images, not of points.",
        expected="a GAN of images",
        received=f"samples of shape {gan.image_shape}",
        do="Leave --separate out, to draw all points in one plot.",
    )
