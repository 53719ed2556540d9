"""The coarse-to-fine sizes of a transfer, its initial image, and its progress."""

import dataclasses
from math import inf

import keras
import numpy as np

from keras_gan.errors import check, user_error
from keras_gan.random import Random
from keras_gan.style_transfer import preprocessing
from keras_gan.style_transfer.objective import TERMS
from keras_gan.style_transfer.stylized import Stylized

NOISE_STD = 0.3
"""Standard deviation of the initial noise."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """The images at one size, floats `(1, height, width, channels)` in [-1, 1].

    Args:
        content: Content image; `(1, height, width, 1)` if only the luminance is
            optimized.
        styles: List of style images with as many channels.
        colors: The content in RGB if its colors are kept, else None.
    """

    content: np.ndarray
    styles: list
    colors: np.ndarray | None = None

    def to_rgb(self, pixels):
        """Returns optimized pixels `(height, width, 3 or 1)` as RGB."""
        if self.colors is None:
            return pixels
        return preprocessing.add_chrominance(pixels, self.colors[0])

    def to_luminance(self):
        """Returns the stage in which only the luminance is optimized."""
        content = preprocessing.luminance(self.content)
        styles = [
            preprocessing.match_luminance_statistics(
                preprocessing.luminance(style), content
            )
            for style in self.styles
        ]
        return Stage(content, styles, self.content)


def build_stages(content, styles, size, style_size, min_side=1):
    """Returns the stages of all sizes, from coarse to fine.

    Args:
        content: Path or array.
        styles: List of paths or arrays.
        size: Longer side of the content at the last size, in pixels; None for a single
            stage at its original size.
        style_size: Maximum longer side of the styles at the last size, in pixels; None
            for their original sizes. The styles grow with the content, and have at
            least as many pixels as it has at first.
        min_side: Minimum pixels a side that the network requires.
    """
    coarse_side = max(preprocessing.MIN_COARSE_SIDE, min_side)
    content = preprocessing.read(content, "content")
    styles = [preprocessing.read(style, "style") for style in styles]
    largest_factors = [
        min(1.0, (style_size or inf) / max(style.size)) for style in styles
    ]
    factors = preprocessing.scale_factors(content, size, coarse_side) if size else [1.0]

    def styles_at(relative_size):
        for style, largest in zip(styles, largest_factors, strict=True):
            factor = preprocessing.style_scale_factor(
                style, largest, relative_size, coarse_side
            )
            yield preprocessing.rescale(style, factor)

    return [
        Stage(
            preprocessing.rescale(content, factor),
            list(styles_at(factor / factors[-1])),
        )
        for factor in factors
    ]


def noise(content, seed):
    """Returns normal noise of mean 0 (gray) and of the shape of the content."""
    normal = Random(seed).fork("start").normal(content.shape)
    return np.clip(NOISE_STD * normal.numpy(), -1.0, 1.0)


STARTS = {"noise": noise, "content": lambda content, seed: content}
"""Functions of the coarsest content and a seed by the value of the argument `start`."""


def initial_image(start, content, seed):
    """Returns the initial image.

    Args:
        start: `"noise"` or `"content"`.
        content: The content at the coarsest size.
        seed: Integer.
    """
    names = " or ".join(f'"{name}"' for name in STARTS)
    check(
        isinstance(start, str) and start in STARTS,
        f"`start` must be {names}.",
        expected=names,
        received=repr(start),
        do='Pass start="noise" or start="content".',
    )
    return STARTS[start](content, seed)


class ProgressMonitor:
    """Records the history, updates the progress bar and calls the callback.

    Args:
        num_steps: Number of steps of all sizes together.
        term_weights: Weights of the three terms.
        callback: Called with the number of the step and a `Stylized`, or None.
        verbose: Whether to print a progress bar.
    """

    def __init__(self, num_steps, term_weights, callback, verbose):
        check(
            callback is None or callable(callback),
            "`callback` must be callable or None.",
            expected="a function of the step's number and a Stylized, or None",
            received=repr(callback),
            do="Pass e.g. callback=lambda step, result: result.save(f'{step}.png').",
        )
        self.term_weights, self.callback = term_weights, callback
        self.history = {name: [] for name in ("loss", *TERMS, "size")}
        self.step, self.stage, self.stage_started = 0, None, False
        self.progress = keras.utils.Progbar(
            num_steps, verbose=verbose, stateful_metrics=["size", *TERMS]
        )

    def start_stage(self, stage):
        """Starts a stage: the next call is for its initial image, before any step."""
        self.stage, self.stage_started = stage, False

    def __call__(self, image, terms):
        """Records an image and its terms; raises an error if they are not finite.

        Args:
            image: Image of the current stage, shape `(1, height, width, channels)`.
            terms: Values of the three terms, in the order of `TERMS`.

        Raises:
            RuntimeError: If the loss is not finite.
        """
        loss = float(np.dot(self.term_weights, terms))
        if not np.isfinite(loss):
            raise user_error(
                f"The loss is not finite after step {self.step}.",
                expected="finite terms",
                received=", ".join(map("{} {}".format, TERMS, terms)),
                do="Use a smaller learning rate, smaller weights, or other features.",
                kind=RuntimeError,
            )
        size, terms = max(image.shape[1:3]), [float(term) for term in terms]
        for name, value in zip(self.history, (loss, *terms, size), strict=True):
            self.history[name].append(value)
        # The initial image of a stage is in the history, but is no step.
        if not self.stage_started:
            self.stage_started = True
            return
        self.step += 1
        values = [("size", size), *zip(TERMS, terms, strict=True)]
        self.progress.update(self.step, values, finalize=False)
        if self.callback:
            self.callback(self.step, self.result(image))

    def result(self, image):
        """Returns a `Stylized` of the current image and history."""
        history = {name: list(values) for name, values in self.history.items()}
        return Stylized(np.array(image[0]), history, self.stage.to_rgb)

    def close(self):
        """Ends the progress bar, also if the optimizer stopped early."""
        self.progress.target = max(1, self.step)
        self.progress.update(self.step, finalize=True)
