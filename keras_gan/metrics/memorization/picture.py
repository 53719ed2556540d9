"""Figure of a memorization report: nearest pairs and histograms of distances."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

from keras_gan.files import atomic_file
from keras_gan.images import SOFTWARE, check_image_ending, grid
from keras_gan.typing import FloatArray, StrPath, UInt8Array

if TYPE_CHECKING:  # it imports this module
    from keras_gan.metrics.memorization.report import Memorization, Space

NUM_PAIRS = 8
"""Pairs in the figure for each space."""

FAKE, REAL, LIMIT = "#E69F00", "#009E73", "#D55E00"
"""Colors of samples, held-out images and the limit (Okabe and Ito's palette)."""

NOTE_COLOR = "#444444"
"""Color of explanations."""

SPACES: dict[str, str] = {
    "features": "Nearest in the features of {}",
    "pixels": "Nearest in pixels",
}
"""Titles of the spaces."""

TITLE: dict[str, Any] = {"fontsize": 11, "loc": "left", "fontweight": "bold"}
"""Text style of a panel's title."""

GRAY: dict[str, Any] = {"cmap": "gray", "vmin": 0, "vmax": 255}
"""Arguments of `imshow` for gray images."""

NOTE = (
    "Relative distance: distance to the nearest training image divided by that to the "
    "second nearest; 0 for a copy. Samples left of the red limit are as near as the "
    "nearest {} of the\nheld-out images, which cannot be copies. z: rank statistic of "
    "the distances, negative if samples are nearer than held-out images. The last bin "
    "of the distances is open."
)
"""Explanation below the panels."""


def save_picture(report: "Memorization", path: StrPath) -> None:
    """Draws the figure of a `Memorization` to a PNG or JPEG file.

    One row per space: the samples with the smallest relative distances, each above its
    nearest training image; the distances; the relative distances.
    """
    check_image_ending(path)
    figure = Figure((15, 7.8), dpi=110, facecolor="white")
    figure.text(0.02, 0.948, report.verdict, fontsize=17, fontweight="bold")
    figure.text(0.02, 0.915, report.counts, fontsize=9.5, color=NOTE_COLOR)
    note = NOTE.format(percent(report.features.quantile))
    figure.text(0.02, 0.02, note, fontsize=9, color=NOTE_COLOR, linespacing=1.5)
    for (name, title), bottom in zip(SPACES.items(), (0.51, 0.1), strict=True):
        space = getattr(report, name)
        box = (0.06, bottom + 0.045, 0.47, 0.28)
        draw_pairs(figure.add_axes(box), *report.pairs(space, NUM_PAIRS))
        title = title.format(report.network)
        figure.text(0.02, bottom + 0.355, title, fontsize=12, fontweight="bold")
        draw_distances(figure.add_axes((0.56, bottom + 0.065, 0.19, 0.27)), space)
        draw_relative(figure.add_axes((0.79, bottom + 0.065, 0.19, 0.27)), space)
    with atomic_file(path) as part:
        if part.suffix.lower() == ".png":
            figure.savefig(part, format="png", metadata={"Software": SOFTWARE})
        else:
            options = {"comment": SOFTWARE, "quality": 95}
            figure.savefig(part, format="jpg", pil_kwargs=options)


def draw_pairs(
    axes: Axes, samples: UInt8Array, nearest: UInt8Array, relative: FloatArray
) -> None:
    """Draws samples, their nearest training images, and their relative distances."""
    height, width = samples.shape[1:3]
    gap = max(1, width // 14)
    images = drawable(np.concatenate([samples, nearest]))
    picture = grid(images, len(samples), gap)
    axes.imshow(picture.squeeze(axis=-1) if picture.shape[-1] == 1 else picture, **GRAY)
    axes.set_anchor("NW")
    axes.set_axis_off()
    for row, name in enumerate(("sample", "training")):
        y = (row + 0.5) * height + row * gap
        axes.text(-gap, y, name, rotation=90, ha="right", va="center", color=NOTE_COLOR)
    below = 2 * height + 2 * gap
    axes.text(-gap, below, "relative", ha="right", va="top", color=NOTE_COLOR)
    for column, value in enumerate(relative):
        x = (column + 0.5) * width + column * gap
        axes.text(x, below, f"{value:.2f}", ha="center", va="top")


def drawable(images: UInt8Array) -> UInt8Array:
    """Returns images of 1, 3 or 4 channels: the first of any other number."""
    return images if images.shape[-1] in (1, 3, 4) else images[..., :1]


def draw_distances(axes: Axes, space: "Space") -> None:
    """Draws the histograms of the distances to the training set."""
    distances = space.samples.distances, space.held_out.distances
    longest = np.quantile(np.concatenate(distances), 0.995) or 1.0
    draw_histograms(axes, *distances, np.linspace(0.0, longest, 61))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylim(bottom=0.0)
    axes.set_title("Distance", **TITLE)
    axes.set_xlabel(f"to the nearest training image; z = {space.z_score:+.1f}")
    axes.legend(fontsize=9, frameon=False)


def draw_relative(axes: Axes, space: "Space") -> None:
    """Draws the histograms of the relative distances, and the limit."""
    ratios = space.samples.relative, space.held_out.relative
    draw_histograms(axes, *ratios, np.linspace(0.0, 1.0, 41))
    axes.axvspan(0.0, space.limit, color=LIMIT, alpha=0.12, linewidth=0)
    axes.axvline(space.limit, color=LIMIT, linewidth=1.2)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100.0 * y:g}%"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(0.5 / max(map(len, ratios)), 1.0)
    axes.set_title("Relative distance", **TITLE)
    axes.set_xlabel(
        f"left of the limit {space.limit:.2f}: {percent(space.share)} of samples"
    )


def percent(fraction: float) -> str:
    """Formats a fraction as a percentage.

    Example:
    >>> percent(0.01), percent(0.1234), percent(1.0)
    ('1 %', '12.3 %', '100 %')
    """
    return f"{100.0 * fraction:.3g} %"


def draw_histograms(
    axes: Axes, samples: FloatArray, held_out: FloatArray, edges: FloatArray
) -> None:
    """Draws two normalized histograms over the same bins, the last one open."""
    for values, color, name in (
        (held_out, REAL, "held-out"),
        (samples, FAKE, "samples"),
    ):
        counts, _ = np.histogram(np.minimum(values, edges[-1]), edges)
        for style in ({"fill": True, "alpha": 0.35}, {"label": name}):
            axes.stairs(counts / len(values), edges, color=color, **style)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.2)
    axes.set_axisbelow(True)
    axes.set_xlim(0.0, edges[-1])
