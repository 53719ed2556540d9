"""Plots of the logs of a run, a panel for each group of log keys."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from keras_gan.images import SOFTWARE
from keras_gan.typing import StrPath

Row: TypeAlias = Mapping[str, float]
"""Logs of an epoch, and its number under `epoch`."""

COLORS = {
    "generator": "#0072B2",
    "discriminator": "#D55E00",
    "real": "#009E73",
    "fake": "#E69F00",
}
"""Colors by network or set of images (Okabe and Ito's palette)."""

AFTER_COLOR = "#CC79A7"
"""Color of scores after the discriminator's update."""

OTHER_COLOR = "#444444"
"""Color of all other curves."""

GROUPS = {"_loss": "Losses", "_score": "Scores", "_probability": "Probabilities"}
"""Titles of the panels that every GAN has, by a part of their log keys."""

AXIS_LABELS = {
    "Losses": "loss",
    "Scores": "score, high for real",
    "Probabilities": "probability of being real",
}
"""Labels of the vertical axes by title."""

HIDDEN = ("epoch", "loss", "val_loss")
"""Log keys without a curve; the sum of both losses has no meaning."""


def plot(rows: Sequence[Row], path: StrPath) -> None:
    """Plots the logs of several epochs.

    Args:
        rows: Dictionaries of numbers; `epoch` is the horizontal axis.
        path: PNG file to write.
    """
    keys_by_title = panels(rows)
    num_columns = max(1, min(2, len(keys_by_title)))
    num_rows = max(1, math.ceil(len(keys_by_title) / num_columns))
    width, height = 6 * num_columns, 3.5 * num_rows
    figure = Figure((width, height), dpi=110)
    # Margins in inches: faster than an automatic layout.
    figure.subplots_adjust(
        left=0.75 / width,
        right=1 - 0.2 / width,
        bottom=0.55 / height,
        top=1 - 0.35 / height,
        wspace=0.18,
        hspace=0.35,
    )
    for number, (title, keys) in enumerate(keys_by_title.items(), start=1):
        axes = figure.add_subplot(num_rows, num_columns, number)
        for key in keys:
            draw_curve(axes, rows, key)
        finish(axes, title, rows, keys)
    figure.savefig(path, format="png", metadata={"Software": SOFTWARE})


def panels(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Returns the log keys of each panel by title, metrics last.

    Example:
    >>> panels([{"epoch": 1, "generator_loss": 0.7, "loss": 1.4, "fd_toy": 9.0}])
    {'Losses': ['generator_loss'], 'fd_toy': ['fd_toy']}
    """
    keys = dict.fromkeys(key for row in rows for key in row)
    keys_by_title: dict[str, list[str]] = {title: [] for title in GROUPS.values()}
    for key in keys:
        if key not in HIDDEN:
            keys_by_title.setdefault(title_of(key), []).append(key)
    return {
        title: sorted(keys, key=sort_key)
        for title, keys in keys_by_title.items()
        if keys
    }


def sort_key(key: str) -> tuple[int, str]:
    """Returns the sort key of a log key: networks, sets of images, then others."""
    return [*COLORS, role_of(key)].index(role_of(key)), key


def role_of(key: str) -> str:
    """Returns the network or the set of images of a log key."""
    return key.removeprefix("val_").split("_")[0]


def title_of(key: str) -> str:
    """Returns the title of the panel of a log key."""
    for part, title in GROUPS.items():
        if part in key:
            return title
    return key.removeprefix("val_")


def color_of(key: str) -> str:
    """Returns the color of a log key."""
    return (
        AFTER_COLOR if key.endswith("_after") else COLORS.get(role_of(key), OTHER_COLOR)
    )


def draw_curve(axes: Axes, rows: Sequence[Row], key: str) -> None:
    """Plots one log key; validation is dashed."""
    points = [(row["epoch"], row[key]) for row in rows if key in row]
    if title_of(key) not in GROUPS.values():
        # Between evaluations the logs repeat the last value of a metric.
        pairs = itertools.pairwise([(math.nan, math.nan), *points])
        points = [point for previous, point in pairs if point[1] != previous[1]]
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


def finish(axes: Axes, title: str, rows: Sequence[Row], keys: Sequence[str]) -> None:
    """Adds title, axes and legend to a panel."""
    axes.set_title(title, fontsize=11, loc="left", fontweight="bold")
    axes.set_xlabel("epoch")
    axes.set_ylabel(AXIS_LABELS.get(title, "value"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    first, last = rows[0]["epoch"], rows[-1]["epoch"]
    axes.set_xlim(first - 0.5, max(last, first + 1) + 0.5)
    values = [row[key] for row in rows for key in keys if key in row]
    if title == "Probabilities":
        axes.set_ylim(-0.03, 1.03)
    elif (
        title not in AXIS_LABELS and min(values) > 0 and max(values) > 20 * min(values)
    ):
        axes.set_yscale("log")
    if len(keys) > 1:
        axes.legend(fontsize=8, loc="best", framealpha=0.9)
