"""The numbers of a run as one picture, a panel for each kind."""

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

KINDS = {"_loss": "Losses", "_score": "Scores", "_probability": "Probabilities"}
"""Titles of the panels of what every GAN logs, by a part of their keys."""

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
    lines = math.ceil(len(found) / columns)
    figure = Figure((1 + 5 * columns, 0.4 + 3.2 * lines), dpi=120, layout="constrained")
    for place, (title, keys) in enumerate(found.items(), start=1):
        axes = figure.add_subplot(lines, columns, place, title=title, xlabel="epoch")
        for key in keys:
            draw_curve(axes, rows, key)
        finish(axes, title, rows, keys)
    figure.savefig(path, format="png")


def panels(rows):
    """Returns the keys of each panel by its title, metrics last.

    Example:

    >>> panels([{"epoch": 1, "generator_loss": 0.7, "loss": 0.7, "fd_fashion_mnist": 9}])
    {'Losses': ['generator_loss'], 'fd_fashion_mnist': ['fd_fashion_mnist']}
    """
    keys = [key for key in dict.fromkeys(k for row in rows for k in row)]
    found = {title: [] for title in KINDS.values()}
    for key in keys:
        if key not in HIDDEN:
            found.setdefault(title_of(key), []).append(key)
    return {title: keys for title, keys in found.items() if keys}


def title_of(key):
    """Returns the title of the panel of a key."""
    for part, title in KINDS.items():
        if part in key:
            return title
    return key.removeprefix("val_")


def draw_curve(axes, rows, key):
    """Draws one key: validation dashed; a metric, which may be carried on, in steps."""
    epochs = [row["epoch"] for row in rows if key in row]
    values = [row[key] for row in rows if key in row]
    values = [value if math.isfinite(value) else math.nan for value in values]
    role = key.removeprefix("val_")
    metric = title_of(key) not in KINDS.values()
    axes.plot(
        epochs,
        values,
        label=key,
        color=AFTER if role.endswith("_after") else COLORS.get(role.split("_")[0], "#444"),
        linestyle="--" if key.startswith("val_") else "-",
        drawstyle="steps-post" if metric else "default",
        marker="o",
        markersize=3 if len(rows) <= 40 else 0,
        linewidth=1.6,
    )


def finish(axes, title, rows, keys):
    """Gives a panel its axes, lines and legend."""
    axes.set_title(title, fontsize=11, loc="left", fontweight="bold")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    values = [row[key] for row in rows for key in keys if key in row]
    if title == "Probabilities":
        axes.set_ylim(-0.03, 1.03)
    elif title not in KINDS.values() and min(values) > 0 and max(values) > 20 * min(values):
        axes.set_yscale("log")
    axes.set_ylabel({"Probabilities": "probability that it is real"}.get(title, "value"))
    axes.legend(fontsize=8, framealpha=0.9)
