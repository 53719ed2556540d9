"""The task of `keras-gan stylize`."""

import pathlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click

from keras_gan import StyleTransfer
from keras_gan.style_transfer import Stylized
from keras_gan_cli.library import warnings_as_lines
from keras_gan_cli.terminal import table

CONSTRUCTOR_OPTIONS = (
    *("features", "content_layers", "style_layers"),
    *("content_weight", "style_weight", "variation_weight"),
)
"""Options that are arguments of `kg.StyleTransfer`; the others are of `stylize`."""


def stylize(
    content: pathlib.Path,
    styles: Sequence[pathlib.Path],
    out: pathlib.Path,
    every: int | None,
    options: dict[str, Any],
) -> bool:
    """Writes the stylized image, and prints the losses.

    Args:
        content: File of the content image.
        styles: Files of the style images.
        out: PNG file to write.
        every: Steps from one image file to the next, in a folder of the name of `out`
            without its extension; None writes none.
        options: Arguments of `kg.StyleTransfer` and of its `stylize`; None for the
            default of an argument of the constructor.

    Returns:
        Whether it was completed, and not interrupted.
    """
    folder = out.with_suffix("")
    constructor_options = {name: options.pop(name) for name in CONSTRUCTOR_OPTIONS}
    passed = {
        name: value for name, value in constructor_options.items() if value is not None
    }
    writer = ImageWriter(folder, every)
    start = time.monotonic()
    # "always": the same warning for each of several images
    with warnings_as_lines("always"):
        transfer = StyleTransfer(**passed)
        completed, stylized = writer.stylize(transfer, content, styles, options)
    stylized.save(out)
    if every:
        stylized.save_curve(folder / "curve.png")
    seconds = time.monotonic() - start
    click.echo(transfer_summary(stylized, out, folder if every else None, seconds))
    return completed


class ImageWriter:
    """Callback of a style transfer: keeps the latest image and writes some to files.

    Args:
        folder: Folder of the files.
        every: Steps from one file to the next; None writes none.

    Attributes:
        latest: The latest `Stylized`, or None.
    """

    def __init__(self, folder: pathlib.Path, every: int | None) -> None:
        self.folder: pathlib.Path = folder
        self.every: int | None = every
        self.latest: Stylized | None = None

    def __call__(self, step: int, stylized: Stylized) -> None:
        """Receives the image after a step."""
        self.latest = stylized
        if self.every and step % self.every == 0:
            stylized.save(self.folder / f"step_{step:05d}.png")

    def stylize(
        self,
        transfer: StyleTransfer,
        content: pathlib.Path,
        styles: Sequence[pathlib.Path],
        options: Mapping[str, Any],
    ) -> tuple[bool, Stylized]:
        """Runs a style transfer.

        Returns:
            Whether it was completed, and the latest image.

        Raises:
            KeyboardInterrupt: If it is interrupted before there is an image.
        """
        try:
            self.latest = transfer.stylize(
                content, list(styles), callback=self, **options
            )
        except KeyboardInterrupt:
            if self.latest is None:
                raise
            return False, self.latest
        return True, self.latest


def transfer_summary(
    stylized: Stylized,
    out: pathlib.Path,
    folder: pathlib.Path | None,
    seconds: float,
) -> str:
    """Returns the paths of the results and the losses, as text."""
    history = stylized.history
    height, width, _ = stylized.image.shape
    rows = {
        "Image": f"{out} ({width}x{height})",
        "Steps": folder and f"{folder}, {folder / 'curve.png'}",
        "Content loss": loss_summary(history, "content"),
        "Style loss": loss_summary(history, "style"),
        "Time": f"{seconds:.0f} s",
    }
    return f"\n{table(rows)}"


def loss_summary(history: Mapping[str, Sequence[float]], name: str) -> str:
    """Returns the first and the last value of a loss, with the sizes, as text."""
    first, last = (
        f"{history[name][index]:.4g} at the {when} ({history['size'][index]} pixels)"
        for index, when in ((0, "start"), (-1, "end"))
    )
    return f"{first}, {last}"
