"""A picture of generated samples: a grid of images, or points in the plane."""

import dataclasses

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from keras_gan import images

BLUE = "#0072B2"
"""The colour of generated points (Okabe and Ito's, told apart by colour-blind eyes)."""


MOST_ROWS = 20
"""Classes that have a row in a grid where none are named; of more, the first."""


@dataclasses.dataclass(frozen=True)
class Layout:
    """How a grid is laid out.

    Args:
        columns: Images in a row; None: as square as it can be.
        names: What stands before each row, or nothing.
    """

    columns: int | None = None
    names: tuple = ()


def sample(gan, num_images, seed, columns=None, truncation=None, labels=None):
    """Makes the images of a grid, of networks with labels a row for each class.

    The images of a column have the same latents.

    Args:
        gan: The `kg.GAN`.
        num_images: Images in the grid; with labels the rows are filled, and there are
            as many columns as make about this number.
        seed: Whole number that decides the latents.
        columns: Images in a row; None: as many as suit.
        truncation: As in `gan.generate`.
        labels: Names or numbers of the classes that have a row, or one; None: all, of
            more than 20 the first 20.

    Returns:
        Float array `(count, *image_shape)`, and the `Layout` for `draw`.
    """
    classes = gan.labels.num_classes
    if not classes:
        made = gan.generate(num_images, seed, labels, truncation)
        return made, Layout(columns)
    labels = range(min(classes, MOST_ROWS)) if labels is None else listed(labels)
    columns = columns or max(1, round(num_images / len(labels)))
    made = [gan.generate(columns, seed, label, truncation) for label in labels]
    known = gan.labels.names or [str(number) for number in range(classes)]
    names = tuple(known[gan.labels.number(label)] for label in labels)
    return np.concatenate(made), Layout(columns, names)


def listed(labels):
    """Returns classes as a list, where one may stand alone."""
    return [labels] if isinstance(labels, str) or np.isscalar(labels) else list(labels)


def draw(samples, layout=Layout(), side=512):
    """Draws what a generator made.

    Args:
        samples: Float array `(num_images, height, width, channels)` in [-1, 1], or
            `(num_points, features)`. NaN is drawn as gray or 0.
        layout: A `Layout` of the grid.
        side: Pixels that a grid has at least on its longer side; they are repeated.

    Returns:
        `uint8` array `(height, width, channels)` with 1, 3 or 4 channels: of images
        with another number of them the first.
    """
    samples = np.nan_to_num(samples)
    if samples.ndim == 2:
        return scatter(samples)
    if samples.shape[-1] not in (1, 3, 4):
        samples = samples[..., :1]
    levels = images.grid(images.to_uint8(samples), layout.columns)
    drawn = images.enlarge(levels, side)
    return with_names(drawn, layout.names) if layout.names else drawn


def with_names(drawn, names):
    """Returns a grid with a name before each of its rows, black on white."""
    height, _, channels = drawn.shape
    font = ImageFont.load_default(size=max(10.0, min(18.0, 0.5 * height / len(names))))
    margin = round(max(font.getlength(name) for name in names)) + 16
    canvas = Image.new("L", (margin, height), 255)
    for number, name in enumerate(names):
        middle = (number + 0.5) * height / len(names)
        place = margin - 8, middle
        ImageDraw.Draw(canvas).text(place, name, fill=0, font=font, anchor="rm")
    beside = np.repeat(np.asarray(canvas)[..., None], channels, axis=-1)
    if channels == 4:
        beside[..., 3] = 255
    return np.concatenate([beside, drawn], axis=1)


def scatter(points):
    """Draws points by their first and last coordinates, on 500x500 pixels.

    The axes reach to a power of two on all sides, so that they seldom change from one
    epoch to the next.
    """
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
