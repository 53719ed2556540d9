"""Drawing of generated samples: a grid of images, or a scatter plot of points."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from keras_gan.gan import GAN
from keras_gan.images import enlarge, grid, to_uint8
from keras_gan.networks.labels import Unlabeled
from keras_gan.typing import ClassLabels, FloatArray, UInt8Array

BLUE = "#0072B2"
"""Color of generated points (Okabe and Ito's colorblind-safe palette)."""

MAX_ROWS = 20
"""Largest number of classes in a grid by default."""


@dataclasses.dataclass(frozen=True)
class Layout:
    """Layout of a grid of images.

    Args:
        columns: Images per row; None: as square as possible.
        names: Tuple of row labels, or an empty tuple.
    """

    columns: int | None = None
    names: tuple[str, ...] = ()


def sample(
    gan: GAN,
    num_images: int,
    seed: int | None,
    columns: int | None = None,
    truncation: float | None = None,
    labels: ClassLabels | None = None,
) -> tuple[FloatArray, Layout]:
    """Generates the images of a grid, with one row per class for networks with labels.

    The images of a column have the same latents.

    Args:
        gan: The `kg.GAN`.
        num_images: Number of images; with labels it is rounded to full rows.
        seed: Random seed of the latents.
        columns: Images per row; None: chosen from `num_images`.
        truncation: As in `gan.generate`.
        labels: Names or indices of the classes of the rows, a list or one; None: all
            classes, at most 20.

    Returns:
        Float array `(count, *image_shape)`, and the `Layout` for `draw`.
    """
    if isinstance(gan.labels, Unlabeled):
        images = gan.generate(num_images, seed, labels, truncation)
        return images, Layout(columns)
    classes = gan.labels.num_classes
    row_labels = [*range(min(classes, MAX_ROWS))] if labels is None else to_list(labels)
    columns = columns or max(1, round(num_images / len(row_labels)))
    rows = [gan.generate(columns, seed, label, truncation) for label in row_labels]
    class_names = gan.labels.names or [str(number) for number in range(classes)]
    names = tuple(class_names[gan.labels.to_index(label)] for label in row_labels)
    return np.concatenate(rows), Layout(columns, names)


def to_list(labels: ClassLabels) -> list[int | str]:
    """Returns a list of classes, from a list or one class."""
    return np.asarray(labels, object).ravel().tolist()


def draw(samples: FloatArray, layout: Layout = Layout(), side: int = 512) -> UInt8Array:
    """Draws generated images as a grid, or points as a scatter plot.

    Args:
        samples: Float array `(num_images, height, width, channels)` in [-1, 1], or
            `(num_points, features)`. NaN is drawn as gray or 0.
        layout: `Layout` of the grid.
        side: Minimum of the longer side of a grid in pixels, reached by repeating
            pixels.

    Returns:
        `uint8` array `(height, width, channels)` with 1, 3 or 4 channels; of images
        with another number of channels the first one is drawn.
    """
    samples = np.nan_to_num(samples)
    if samples.ndim == 2:
        return scatter(samples)
    if samples.shape[-1] not in (1, 3, 4):
        samples = samples[..., :1]
    image = enlarge(grid(to_uint8(samples), layout.columns), side)
    return add_names(image, layout.names) if layout.names else image


def add_names(image: UInt8Array, names: Sequence[str]) -> UInt8Array:
    """Returns a grid with a margin of row labels, black on white.

    Args:
        image: `uint8` array `(height, width, channels)`, a grid.
        names: Label of each row of the grid.
    """
    height, _, channels = image.shape
    font = ImageFont.load_default(size=max(10.0, min(18.0, 0.5 * height / len(names))))
    margin = round(max(font.getlength(name) for name in names)) + 16
    canvas = Image.new("L", (margin, height), 255)
    for row, name in enumerate(names):
        position = margin - 8, (row + 0.5) * height / len(names)
        ImageDraw.Draw(canvas).text(position, name, fill=0, font=font, anchor="rm")
    text = np.repeat(np.asarray(canvas)[..., None], channels, axis=-1)
    if channels == 4:
        text[..., 3] = 255  # opaque
    return np.concatenate([text, image], axis=1)


def scatter(points: FloatArray) -> UInt8Array:
    """Draws a scatter plot of the first and last coordinates, 500x500 pixels.

    Args:
        points: Float array `(num_points, features)`.

    Returns:
        `uint8` array `(500, 500, 3)`.
    """
    # A power of two, so that the axes seldom change between epochs.
    limit = 2.0 ** np.ceil(np.log2(np.clip(np.abs(points).max(), 1.0, 2.0**30)))
    figure = Figure(figsize=(5, 5), dpi=100, layout="constrained")
    axes = figure.add_subplot(
        xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal"
    )
    axes.scatter(points[:, 0], points[:, -1], s=12, color=BLUE, alpha=0.6, linewidths=0)
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]
