"""The coarse-to-fine sizes of a transfer, its initial image, and its progress."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Annotated, Literal

import keras
import numpy as np

from keras_gan.config import identity
from keras_gan.errors import user_error
from keras_gan.random import Random
from keras_gan.style_transfer import preprocessing
from keras_gan.style_transfer.objective import TERMS
from keras_gan.style_transfer.preprocessing import ImageSource
from keras_gan.style_transfer.stylized import Stylized
from keras_gan.typing import FloatArray, Shape
from keras_gan.validation import Rule

NOISE_STD = 0.3
"""Standard deviation of the initial noise."""


def as_callable(value: object) -> Callable[..., object]:
    """Returns a callable."""
    if not callable(value):
        raise ValueError
    return value


StepCallback = Annotated[
    Callable[[int, Stylized], object],
    Rule(
        "a function of the step's number and a Stylized",
        as_callable,
        "Pass e.g. callback=lambda step, result: result.save(f'{step}.png').",
    ),
]
"""Function that is called after each step."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """The images at one size, floats `(1, height, width, channels)` in [-1, 1].

    Args:
        content: Content image; `(1, height, width, 1)` if only the luminance is
            optimized.
        styles: List of style images with as many channels.
        colors: The content in RGB if its colors are kept, else None.
    """

    content: FloatArray
    styles: Sequence[FloatArray]
    colors: FloatArray | None = None

    def to_rgb(self, pixels: FloatArray) -> FloatArray:
        """Returns optimized pixels `(height, width, 3 or 1)` as RGB."""
        if self.colors is None:
            return pixels
        return preprocessing.add_chrominance(pixels, self.colors[0])

    def to_luminance(self) -> "Stage":
        """Returns the stage in which only the luminance is optimized."""
        content = preprocessing.luminance(self.content)
        styles = [
            preprocessing.match_luminance_statistics(
                preprocessing.luminance(style), content
            )
            for style in self.styles
        ]
        return Stage(content, styles, self.content)


def build_stages(
    content: ImageSource,
    styles: Sequence[ImageSource],
    size: int | None,
    style_size: int | None,
    min_side: int = 1,
) -> list[Stage]:
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
    image = preprocessing.read(content, "content")
    # Not a list comprehension, whose frame would count for the stack level of warnings.
    style_images = list(map(preprocessing.read, styles, itertools.repeat("style")))
    largest_factors = [
        min(1.0, (style_size or inf) / max(style.size)) for style in style_images
    ]
    factors = preprocessing.scale_factors(image, size, coarse_side) if size else [1.0]

    def styles_at(relative_size: float) -> Iterator[FloatArray]:
        for style, largest in zip(style_images, largest_factors, strict=True):
            factor = preprocessing.style_scale_factor(
                style, largest, relative_size, coarse_side
            )
            yield preprocessing.rescale(style, factor)

    return [
        Stage(
            preprocessing.rescale(image, factor),
            list(styles_at(factor / factors[-1])),
        )
        for factor in factors
    ]


def noise(shape: Shape, seed: int) -> FloatArray:
    """Returns normal noise of mean 0 (gray) of a shape."""
    normal = Random(seed).fork("start").normal(shape)
    return np.clip(NOISE_STD * normal.numpy(), -1.0, 1.0)


def initial_image(
    start: Literal["noise", "content"], content: FloatArray, seed: int
) -> FloatArray:
    """Returns the initial image.

    Args:
        start: `"noise"` or `"content"`.
        content: The content at the coarsest size.
        seed: Integer.
    """
    return noise(content.shape, seed) if start == "noise" else content


class ProgressMonitor:
    """Records the history, updates the progress bar and calls the callback.

    Args:
        num_steps: Number of steps of all sizes together.
        term_weights: Weights of the three terms.
        callback: Called with the number of the step and a `Stylized`, or None.
        verbose: Whether to print a progress bar.
    """

    def __init__(
        self,
        num_steps: int,
        term_weights: Sequence[float],
        callback: StepCallback | None,
        verbose: int,
    ) -> None:
        self.term_weights = term_weights
        self.callback = callback
        self.history: dict[str, list[float]] = {
            name: [] for name in ("loss", *TERMS, "size")
        }
        self.step: int = 0
        self.stage_started: bool = False
        self.to_rgb: Callable[[FloatArray], FloatArray] = identity
        self._progress = keras.utils.Progbar(
            num_steps, verbose=verbose, stateful_metrics=["size", *TERMS]
        )

    def start_stage(self, stage: Stage) -> None:
        """Starts a stage: the next call is for its initial image, before any step."""
        self.to_rgb, self.stage_started = stage.to_rgb, False

    def __call__(self, image: FloatArray, terms: FloatArray) -> None:
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
        size, values = max(image.shape[1:3]), [float(term) for term in terms]
        for name, value in zip(self.history, (loss, *values, size), strict=True):
            self.history[name].append(value)
        # The initial image of a stage is in the history, but is no step.
        if not self.stage_started:
            self.stage_started = True
            return
        self.step += 1
        shown = [("size", size), *zip(TERMS, values, strict=True)]
        self._progress.update(self.step, shown, finalize=False)
        if self.callback:
            self.callback(self.step, self.result(image))

    def result(self, image: FloatArray) -> Stylized:
        """Returns a `Stylized` of the current image and history."""
        history = {name: list(values) for name, values in self.history.items()}
        return Stylized(np.array(image[0]), history, self.to_rgb)

    def close(self) -> None:
        """Ends the progress bar, also if the optimizer stopped early."""
        self._progress.target = max(1, self.step)
        self._progress.update(self.step, finalize=True)
