"""The picture of a memorization report: nearest pairs beside histograms."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

from keras_gan.config import atomic_file
from keras_gan.images import grid

PAIRS = 8
"""Pairs that are shown in each space."""

FAKE, REAL, LIMIT = "#E69F00", "#009E73", "#D55E00"
"""Colours of samples, held-out images and the limit (Okabe and Ito's palette)."""

QUIET = "#444444"
"""Colour of what explains."""

SPACES = {"features": "Nearest in the features of {}", "pixels": "Nearest in pixels"}
"""Titles of the spaces."""

TITLE = {"fontsize": 11, "loc": "left", "fontweight": "bold"}
"""How a panel's title is written."""

GRAY = {"cmap": "gray", "vmin": 0, "vmax": 255}
"""How gray images are drawn."""

NOTE = (
    "Relative distance: that to the nearest training image, by that to the second "
    "nearest; 0 for a copy. Samples left of the red limit are as near as the nearest "
    "{} of the\nheld-out images, which cannot be copies. z: rank statistic of the "
    "distances, below 0 where samples are nearer than held-out images. The last bar "
    "of the distances is open."
)
"""What the reader needs to know."""


def save_picture(report, path):
    """Draws a `Memorization` into a PNG file.

    A row for each space: the samples that are relatively nearest to the training set,
    each above its nearest training image; the distances; the relative distances.
    """
    figure = Figure((15, 7.8), dpi=110, facecolor="white")
    figure.text(0.02, 0.948, report.verdict, fontsize=17, fontweight="bold")
    figure.text(0.02, 0.915, report.counts, fontsize=9.5, color=QUIET)
    note = NOTE.format(percent(report.features.quantile))
    figure.text(0.02, 0.02, note, fontsize=9, color=QUIET, linespacing=1.5)
    for (name, title), bottom in zip(SPACES.items(), (0.51, 0.1), strict=True):
        space = getattr(report, name)
        box = (0.06, bottom + 0.045, 0.47, 0.28)
        draw_pairs(figure.add_axes(box), *report.pairs(space, PAIRS))
        title = title.format(report.network)
        figure.text(0.02, bottom + 0.355, title, fontsize=12, fontweight="bold")
        draw_distances(figure.add_axes((0.56, bottom + 0.065, 0.19, 0.27)), space)
        draw_relative(figure.add_axes((0.79, bottom + 0.065, 0.19, 0.27)), space)
    with atomic_file(path) as part:
        figure.savefig(part, format="png")


def draw_pairs(axes, samples, nearest, relative):
    """Draws samples, their nearest training images below, then relative distances."""
    height, width = samples.shape[1:3]
    gap = max(1, width // 14)
    shown = grid(visible(np.concatenate([samples, nearest])), len(samples), gap)
    axes.imshow(shown.squeeze(axis=-1) if shown.shape[-1] == 1 else shown, **GRAY)
    axes.set_anchor("NW")
    axes.set_axis_off()
    for row, name in enumerate(("sample", "training")):
        place = (row + 0.5) * height + row * gap
        axes.text(-gap, place, name, rotation=90, ha="right", va="center", color=QUIET)
    below = 2 * height + 2 * gap
    axes.text(-gap, below, "relative", ha="right", va="top", color=QUIET)
    for column, value in enumerate(relative):
        place = (column + 0.5) * width + column * gap
        axes.text(place, below, f"{value:.2f}", ha="center", va="top")


def visible(images):
    """Returns images with channels that can be drawn: of 2 or 5 and more the first."""
    return images if images.shape[-1] in (1, 3, 4) else images[..., :1]


def draw_distances(axes, space):
    """Draws how far samples and held-out images are from the training set."""
    sides = space.samples.distances, space.held_out.distances
    longest = np.quantile(np.concatenate(sides), 0.995) or 1.0
    draw_histograms(axes, *sides, np.linspace(0.0, longest, 61))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylim(bottom=0.0)
    axes.set_title("Distance", **TITLE)
    axes.set_xlabel(f"to the nearest training image; z = {space.z_score:+.1f}")
    axes.legend(fontsize=9, frameon=False)


def draw_relative(axes, space):
    """Draws the distances by those to the second nearest image, and the limit."""
    sides = space.samples.relative, space.held_out.relative
    draw_histograms(axes, *sides, np.linspace(0.0, 1.0, 41))
    axes.axvspan(0.0, space.limit, color=LIMIT, alpha=0.12, linewidth=0)
    axes.axvline(space.limit, color=LIMIT, linewidth=1.2)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100.0 * y:g}%"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(0.5 / max(map(len, sides)), 1.0)
    axes.set_title("Relative distance", **TITLE)
    axes.set_xlabel(
        f"left of the limit {space.limit:.2f}: {percent(space.share)} of samples"
    )


def percent(share):
    """Returns a share as text.

    Example:
    >>> percent(0.01), percent(0.1234), percent(1.0)
    ('1 %', '12.3 %', '100 %')
    """
    return f"{100.0 * share:.3g} %"


def draw_histograms(axes, samples, held_out, edges):
    """Draws two histograms of shares over the same bars, the last of them open."""
    for values, color, name in (
        (held_out, REAL, "held-out"),
        (samples, FAKE, "samples"),
    ):
        counts, _ = np.histogram(np.minimum(values, edges[-1]), edges)
        for look in ({"fill": True, "alpha": 0.35}, {"label": name}):
            axes.stairs(counts / len(values), edges, color=color, **look)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.2)
    axes.set_axisbelow(True)
    axes.set_xlim(0.0, edges[-1])
