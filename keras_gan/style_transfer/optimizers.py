"""Optimizers of the pixels: L-BFGS of SciPy, or any optimizer of Keras."""

import dataclasses
from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import keras
import numpy as np
from scipy import optimize

from keras_gan.config import Configurable, register
from keras_gan.typing import FloatArray, Optimizer
from keras_gan.validation import PositiveInt

ADAM_LEARNING_RATE = 0.03
"""Learning rate of `"adam"`, for pixels in [-1, 1]."""

BOUNDARY_MARGIN = 1 / 512
"""Initial distance from -1 and 1 under L-BFGS: a quarter of a `uint8` level."""

LossFunction: TypeAlias = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]
"""Function from an image to the loss, the terms and the gradient."""

Reporter: TypeAlias = Callable[[FloatArray, FloatArray], object]
"""Function that is called with the image and its terms after each step."""


class PixelOptimizer(Protocol):
    """An optimizer of the pixels."""

    def minimize(
        self, objective: LossFunction, image: FloatArray, steps: int, report: Reporter
    ) -> FloatArray:
        """Minimizes an objective from an initial image: see `LBFGS.minimize`."""
        ...


@register
@dataclasses.dataclass(frozen=True)
class LBFGS(Configurable):
    """Limited-memory BFGS on the pixels: SciPy's `L-BFGS-B` without bounds.

    The pixels are reparameterized as `x = sin(u)` with `u` unbounded, which keeps them
    in [-1, 1] without clipping. A step is one iteration, which usually evaluates the
    loss and its gradient once. The arithmetic of the optimizer is in float64.

    Args:
        memory: Number of past steps and gradients from which the Hessian is estimated;
            each takes 16 bytes a value of the image, so that ten of an image of 2,048
            by 2,048 pixels take 2 GB.

    Reference:
        [A limited memory algorithm for bound constrained optimization](
        https://doi.org/10.1137/0916069).

    Example:
    >>> LBFGS()
    LBFGS(memory=10)
    """

    memory: PositiveInt = 10

    def minimize(
        self, objective: LossFunction, image: FloatArray, steps: int, report: Reporter
    ) -> FloatArray:
        """Minimizes an objective from an initial image.

        Args:
            objective: Function from an image to the loss, the terms and the gradient.
            image: Floats of shape `(1, height, width, channels)` in [-1, 1].
            steps: Maximum number of steps; fewer if the loss stops falling.
            report: Called with the image and its terms, at the start and after each
                step.

        Returns:
            The final image.
        """
        latest: dict[str, FloatArray] = {}

        def to_pixels(angles: FloatArray) -> FloatArray:
            return np.sin(angles).reshape(image.shape)

        def evaluate(angles: FloatArray) -> tuple[float, FloatArray]:
            loss, terms, gradient = objective(to_pixels(angles))
            is_first = not latest
            latest["terms"] = terms
            if is_first:
                report(to_pixels(angles), terms)
            # Chain rule: dx/du = cos(u).
            return loss, gradient.astype(np.float64).ravel() * np.cos(angles)

        def after_step(angles: FloatArray) -> None:
            # SciPy's last evaluation before the callback is that of the new iterate.
            report(to_pixels(angles), latest["terms"])

        # At -1 and 1 the derivative of the sine is 0: such pixels would never change.
        limit = 1.0 - BOUNDARY_MARGIN
        initial = np.clip(image.astype(np.float64), -limit, limit)
        limits = {"maxiter": steps, "maxfun": 2 * steps + 20, "maxcor": self.memory}
        tolerances = {"ftol": 0.0, "gtol": 0.0}  # only the number of steps ends it
        optimum = optimize.minimize(
            evaluate,
            np.arcsin(initial).ravel(),
            jac=True,
            method="L-BFGS-B",
            callback=after_step,
            options=limits | tolerances,
        )
        return to_pixels(optimum.x).astype(np.float32)


@dataclasses.dataclass(frozen=True)
class KerasOptimizer:
    """A Keras optimizer on the pixels, which are clipped to [-1, 1] after each step.

    Args:
        optimizer: A Keras optimizer; each size starts with a copy without state.
    """

    optimizer: Optimizer

    def minimize(
        self, objective: LossFunction, image: FloatArray, steps: int, report: Reporter
    ) -> FloatArray:
        """Minimizes an objective from an initial image, as `LBFGS.minimize` does."""
        optimizer = type(self.optimizer).from_config(self.optimizer.get_config())
        pixels = keras.Variable(image, dtype="float32")
        for _ in range(steps):
            _, terms, gradient = objective(pixels.numpy())
            report(pixels.numpy(), terms)
            optimizer.apply([gradient.astype(np.float32)], [pixels])
            pixels.assign(keras.ops.clip(pixels, -1.0, 1.0))
        _, terms, _ = objective(pixels.numpy())
        report(pixels.numpy(), terms)
        return pixels.numpy()


Name: TypeAlias = Literal["lbfgs", "adam"]
"""Names of optimizers of the pixels."""

NAMES: dict[Name, Callable[[], PixelOptimizer]] = {
    "lbfgs": LBFGS,
    "adam": lambda: KerasOptimizer(keras.optimizers.Adam(ADAM_LEARNING_RATE)),
}
"""Functions that return an optimizer, by its name."""


def get(optimizer: Name | LBFGS | Optimizer) -> PixelOptimizer:
    """Resolves an optimizer of the pixels.

    Args:
        optimizer: `"lbfgs"`, `"adam"`, an `LBFGS`, or a Keras optimizer.
    """
    if isinstance(optimizer, str):
        return NAMES[optimizer]()
    return optimizer if isinstance(optimizer, LBFGS) else KerasOptimizer(optimizer)
