"""The result of a transfer: the image and the history of the loss terms."""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from keras_gan.config import identity
from keras_gan.files import atomic_file
from keras_gan.images import SOFTWARE, save_image, to_uint8
from keras_gan.typing import FloatArray, StrPath, UInt8Array

COLORS = {
    "loss": "#444444",
    "content": "#0072B2",
    "style": "#D55E00",
    "variation": "#009E73",
}
"""Color of each curve (Okabe and Ito's palette)."""


@dataclasses.dataclass(frozen=True)
class Stylized:
    """Result of a style transfer, final or intermediate.

    Args:
        pixels: Float array `(height, width, 3)` in [-1, 1], or `(height, width, 1)`,
            the luminance, if the content's colors are kept.
        history: Dictionary of lists, with one value for each step and one for the
            start of each size: `loss` (the weighted sum), `content`, `style` and
            `variation` (unweighted), and `size`, the longer side in pixels.
        to_rgb: Function from `pixels` to RGB, which adds the content's colors if they
            are kept.

    Example:
    >>> pixels = np.zeros((2, 3, 3))
    >>> Stylized(pixels, {"loss": [1.0]}).image.shape
    (2, 3, 3)
    """

    pixels: FloatArray
    history: Mapping[str, Sequence[float]]
    to_rgb: Callable[[FloatArray], FloatArray] = identity

    @functools.cached_property
    def image(self) -> UInt8Array:
        """The image in RGB, a `uint8` array `(height, width, 3)`."""
        return to_uint8(self.to_rgb(self.pixels))

    def save(self, path: StrPath) -> None:
        """Writes the image to a PNG or JPEG file, by the ending, atomically."""
        save_image(path, self.image)

    def save_curve(self, path: StrPath) -> None:
        """Plots the loss and its three terms against the step, as a PNG file."""
        figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
        axes = figure.subplots()
        for name, color in COLORS.items():
            width = 2.2 if name == "loss" else 1.4
            label = "weighted sum" if name == "loss" else name
            axes.plot(self.history[name], color=color, label=label, linewidth=width)
        sizes = self.history["size"]
        for step in np.flatnonzero(np.diff(sizes)):
            axes.axvline(float(step + 1), color="#bbbbbb", linewidth=0.8, zorder=0)
        # A logarithmic axis fails if every value is 0; single zeros are masked.
        if any(value > 0 for name in COLORS for value in self.history[name]):
            axes.set_yscale("log", nonpositive="mask")
        axes.set(xlabel="step (vertical lines: the size doubles)", ylabel="term")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        axes.legend(fontsize=8)
        with atomic_file(path) as part:
            figure.savefig(part, format="png", metadata={"Software": SOFTWARE})
