"""One painting: its pictures at each size, where it begins, and who watches it."""

import dataclasses
from math import inf

import keras
import numpy as np

from keras_gan.config import check, user_error
from keras_gan.random import Random
from keras_gan.style_transfer import pictures
from keras_gan.style_transfer.objective import TERMS
from keras_gan.style_transfer.stylized import Stylized

NOISE = 0.3
"""Standard deviation of the noise that a picture starts from."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """The pictures at one size, floats `(1, height, width, channels)` in [-1, 1].

    Args:
        content: What the picture is to show; `(1, height, width, 1)` if luminance
            alone is painted.
        styles: How, with as many channels.
        colors: The content in its own colors if they are to stay, else None.
    """

    content: np.ndarray
    styles: list
    colors: np.ndarray | None = None

    def finish(self, pixels):
        """Returns pixels `(height, width, 3 or 1)` as they are shown."""
        if self.colors is None:
            return pixels
        return pictures.with_colors_of(pixels, self.colors[0])

    def gray(self):
        """Returns the stage in which luminance alone is painted."""
        content = pictures.luminance(self.content)
        styles = [
            pictures.with_brightness_of(pictures.luminance(style), content)
            for style in self.styles
        ]
        return Stage(content, styles, self.content)


def stages(content, styles, size, style_size, smallest=1):
    """Returns the pictures at all sizes, from coarse to fine.

    Args:
        content: Path or array.
        styles: List of paths or arrays.
        size: Pixels of the longer side of the content at last; None: its own, alone.
        style_size: Pixels of the longer side of the styles at last, at most; None:
            their own. They grow with the content, from no fewer pixels than it has at
            first.
        smallest: Pixels a side that the network needs.
    """
    coarsest = max(pictures.COARSEST, smallest)
    content = pictures.read(content, "content")
    styles = [pictures.read(style, "style") for style in styles]
    largest = [min(1.0, (style_size or inf) / max(style.size)) for style in styles]
    factors = pictures.factors(content, size, coarsest) if size else [1.0]

    def styles_at(share):
        for style, full in zip(styles, largest, strict=True):
            factor = pictures.coarsened(style, full, share, coarsest)
            yield pictures.scaled(style, factor)

    return [
        Stage(pictures.scaled(content, factor), list(styles_at(factor / factors[-1])))
        for factor in factors
    ]


def noise(content, seed):
    """Returns normal noise around gray, of the shape of a content; gray if it is."""
    drawn = Random(seed).fork("start").normal(content.shape)
    return np.clip(NOISE * drawn.numpy(), -1.0, 1.0)


STARTS = {"noise": noise, "content": lambda content, seed: content}


def begin(start, content, seed):
    """Returns the first image.

    Args:
        start: `"noise"` or `"content"`.
        content: The content at the smallest size.
        seed: Whole number.
    """
    check(
        isinstance(start, str) and start in STARTS,
        "There is no such start.",
        expected=" or ".join(f'"{name}"' for name in STARTS),
        received=repr(start),
        do='Pass start="noise" or start="content".',
    )
    return STARTS[start](content, seed)


class Watch:
    """Keeps the history, shows the progress, calls back.

    Args:
        steps: Steps of all sizes together.
        weights: Weights of the three terms.
        callback: Called with the number of the step and a `Stylized`, or None.
        verbose: Whether there is a progress bar.
    """

    def __init__(self, steps, weights, callback, verbose):
        check(
            callback is None or callable(callback),
            "The callback of a transfer is called after each step.",
            expected="a function of the step's number and a Stylized, or None",
            received=repr(callback),
            do="Pass e.g. callback=lambda step, made: made.save(f'{step}.png').",
        )
        self.weights, self.callback = weights, callback
        self.history = {name: [] for name in ("loss", *TERMS, "size")}
        self.step, self.started = 0, False
        self.progress = keras.utils.Progbar(
            steps, verbose=verbose, stateful_metrics=["size", *TERMS]
        )

    def enter(self, stage):
        """Goes on to a stage, whose first report is of its start."""
        self.stage, self.started = stage, False

    def __call__(self, image, terms):
        """Takes what a step led to."""
        loss = float(np.dot(self.weights, terms))
        if not np.isfinite(loss):
            raise user_error(
                f"The weighted sum is not finite after step {self.step}.",
                expected="finite terms",
                received=", ".join(map("{} {}".format, TERMS, terms)),
                do="Take a smaller learning rate, smaller weights, or other features.",
                kind=RuntimeError,
            )
        size = max(image.shape[1:3])
        for name, value in zip(self.history, (loss, *terms, size), strict=True):
            self.history[name].append(value if name == "size" else float(value))
        if not self.started:
            self.started = True
            return
        self.step += 1
        values = [("size", size), *zip(TERMS, map(float, terms), strict=True)]
        self.progress.update(self.step, values, finalize=False)
        if self.callback:
            self.callback(self.step, self.result(image))

    def result(self, image):
        """Returns the picture so far."""
        history = {name: list(values) for name, values in self.history.items()}
        return Stylized(np.array(image[0]), history, self.stage.finish)

    def close(self):
        """Ends the progress bar, also where nothing fell any more before the end."""
        self.progress.target = max(1, self.step)
        self.progress.update(self.step, finalize=True)
