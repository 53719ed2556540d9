"""What a transfer returns: the picture, and how the terms fell."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from keras_gan.config import atomic_file
from keras_gan.images import save_png, to_uint8

COLORS = {
    "loss": "#444444",
    "content": "#0072B2",
    "style": "#D55E00",
    "variation": "#009E73",
}
"""The color of each curve (Okabe and Ito's palette)."""


@dataclasses.dataclass(frozen=True)
class Stylized:
    """A picture that was stylized, at the end or on the way there.

    Args:
        pixels: Float array `(height, width, 3)` in [-1, 1], or `(height, width, 1)`,
            the luminance, where the content's colors are kept: `image` has them.
        history: Dictionary of lists, one value for each step and one for the start at
            each size: `loss` (the weighted sum), `content`, `style` and `variation`
            (without their weights), and `size`, the longer side in pixels.
        finish: From such pixels to those that are shown.

    Example:
    >>> flat = np.zeros((2, 3, 3))
    >>> Stylized(flat, {"loss": [1.0]}).image.shape
    (2, 3, 3)
    """

    pixels: np.ndarray
    history: dict
    finish: Callable = lambda pixels: pixels

    @functools.cached_property
    def image(self):
        """The picture: a `uint8` array `(height, width, 3)`."""
        return to_uint8(self.finish(self.pixels))

    def save(self, path):
        """Writes the picture as a whole PNG file."""
        save_png(path, self.image)

    def save_curve(self, path):
        """Draws the weighted sum and its three terms, step by step, as a PNG file."""
        figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
        axes = figure.subplots()
        for name, color in COLORS.items():
            width = 2.2 if name == "loss" else 1.4
            label = "weighted sum" if name == "loss" else name
            axes.plot(self.history[name], color=color, label=label, linewidth=width)
        sizes = self.history["size"]
        for step in np.flatnonzero(np.diff(sizes)):
            axes.axvline(step + 1, color="#bbbbbb", linewidth=0.8, zorder=0)
        if any(value > 0 for name in COLORS for value in self.history[name]):
            axes.set_yscale("log", nonpositive="mask")  # a term may begin or stay at 0
        axes.set(xlabel="step (a line where the picture grows)", ylabel="term")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        axes.legend(fontsize=8)
        with atomic_file(path) as part:
            figure.savefig(part, format="png")
