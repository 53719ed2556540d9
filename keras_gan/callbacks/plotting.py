"""The numbers of a run as one picture, a panel for each kind."""

import itertools
import math

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

COLORS = {
    "generator": "#0072B2",
    "discriminator": "#D55E00",
    "real": "#009E73",
    "fake": "#E69F00",
}
"""The colour of a player or kind of image (Okabe and Ito's palette)."""

AFTER = "#CC79A7"
"""The colour of what is read after the discriminator's update."""

OTHER = "#444444"
"""The colour of everything else."""

KINDS = {"_loss": "Losses", "_score": "Scores", "_probability": "Probabilities"}
"""Titles of the panels of what every GAN logs, by a part of their keys."""

UNITS = {
    "Losses": "loss",
    "Scores": "score, high for real",
    "Probabilities": "probability of being real",
}
"""What is on the vertical axes."""

HIDDEN = ("epoch", "loss", "val_loss")
"""Keys without a curve: the sum of both losses says nothing."""


def plot(rows, path):
    """Draws the curves of some epochs.

    Args:
        rows: Dictionaries of numbers; `epoch` is where they stand.
        path: PNG file to write.
    """
    found = panels(rows)
    columns = max(1, min(2, len(found)))
    lines = max(1, math.ceil(len(found) / columns))
    width, height = 6 * columns, 3.5 * lines
    figure = Figure((width, height), dpi=110)
    figure.subplots_adjust(  # margins in inches: cheaper than a layout that measures
        left=0.75 / width,
        right=1 - 0.2 / width,
        bottom=0.55 / height,
        top=1 - 0.35 / height,
        wspace=0.18,
        hspace=0.35,
    )
    for number, (title, keys) in enumerate(found.items(), start=1):
        axes = figure.add_subplot(lines, columns, number)
        for key in keys:
            draw_curve(axes, rows, key)
        finish(axes, title, rows, keys)
    figure.savefig(path, format="png")


def panels(rows):
    """Returns the keys of each panel by its title, metrics last.

    Example:
    >>> panels([{"epoch": 1, "generator_loss": 0.7, "loss": 1.4, "fd_toy": 9.0}])
    {'Losses': ['generator_loss'], 'fd_toy': ['fd_toy']}
    """
    keys = dict.fromkeys(key for row in rows for key in row)
    found = {title: [] for title in KINDS.values()}
    for key in keys:
        if key not in HIDDEN:
            found.setdefault(title_of(key), []).append(key)
    return {title: sorted(keys, key=place) for title, keys in found.items() if keys}


def place(key):
    """Returns what sorts keys: generator, discriminator, real, fake; then others."""
    return [*COLORS, role_of(key)].index(role_of(key)), key


def role_of(key):
    """Returns the player or the kind of image that a key speaks of."""
    return key.removeprefix("val_").split("_")[0]


def title_of(key):
    """Returns the title of the panel of a key."""
    for part, title in KINDS.items():
        if part in key:
            return title
    return key.removeprefix("val_")


def color_of(key):
    """Returns the colour of a key: that of its player or kind of image."""
    return AFTER if key.endswith("_after") else COLORS.get(role_of(key), OTHER)


def draw_curve(axes, rows, key):
    """Draws one key: validation dashed, a metric only where it was measured anew."""
    points = [(row["epoch"], row[key]) for row in rows if key in row]
    if title_of(key) not in KINDS.values():
        pairs = itertools.pairwise([(None, None), *points])
        points = [new for old, new in pairs if new[1] != old[1]]
    values = [value if math.isfinite(value) else math.nan for _, value in points]
    axes.plot(
        [epoch for epoch, _ in points],
        values,
        label=key,
        color=color_of(key),
        linestyle="--" if key.startswith("val_") else "-",
        marker="o",
        markersize=3 if len(points) <= 50 else 0,
        linewidth=1.6,
    )


def finish(axes, title, rows, keys):
    """Gives a panel its title, axes and legend."""
    axes.set_title(title, fontsize=11, loc="left", fontweight="bold")
    axes.set_xlabel("epoch")
    axes.set_ylabel(UNITS.get(title, "value"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    first, last = rows[0]["epoch"], rows[-1]["epoch"]
    axes.set_xlim(first - 0.5, max(last, first + 1) + 0.5)
    values = [row[key] for row in rows for key in keys if key in row]
    if title == "Probabilities":
        axes.set_ylim(-0.03, 1.03)
    elif title not in UNITS and min(values) > 0 and max(values) > 20 * min(values):
        axes.set_yscale("log")
    if len(keys) > 1:
        axes.legend(fontsize=8, loc="best", framealpha=0.9)
