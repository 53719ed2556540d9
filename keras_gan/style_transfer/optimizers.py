"""How the pixels move: L-BFGS of SciPy, or any optimizer of Keras."""

import dataclasses

import keras
import numpy as np
from scipy import optimize

from keras_gan.config import Configurable, check_count, register, user_error

RATE = 0.03
"""Learning rate of Adam, by name, for pixels in [-1, 1]."""

EDGE = 1 / 512
"""How far from -1 and 1 L-BFGS begins: a quarter of a level, which is not seen."""


@register
@dataclasses.dataclass(frozen=True)
class LBFGS(Configurable):
    """Limited-memory BFGS, by SciPy's `L-BFGS-B` without bounds.

    Pixels are `x = sin(u)`, and `u` moves freely: so they stay in [-1, 1], and what is
    measured on the way is what is seen. A step is an iteration, which evaluates the sum
    and its slope once, seldom more often. The arithmetic between two evaluations is in
    double precision.

    Args:
        memory: Steps whose slopes are remembered; each takes 16 bytes for a number of
            the picture, so ten of a picture of 2,048 by 2,048 pixels take 2 GB.

    Reference:
        [A limited memory algorithm for bound constrained optimization](
        https://doi.org/10.1137/0916069).

    Example:
    >>> LBFGS()
    LBFGS(memory=10)
    """

    memory: int = 10

    def __post_init__(self):
        check_count(self.memory, "memory")

    def minimize(self, objective, image, steps, report):
        """Moves an image downhill.

        Args:
            objective: From an image to the sum, the terms and the gradient.
            image: Floats of shape `(1, height, width, channels)` in [-1, 1].
            steps: Steps at most; fewer if nothing falls any more.
            report: Called with the image and its terms, at the start and after each
                step.

        Returns:
            The image at the end.
        """
        latest = {}

        def pixels(angles):
            return np.sin(angles).reshape(image.shape)

        def evaluate(angles):
            loss, terms, gradient = objective(pixels(angles))
            first = not latest
            latest["terms"] = terms
            if first:
                report(pixels(angles), terms)
            return loss, gradient.astype(np.float64).ravel() * np.cos(angles)

        def after_step(angles):
            report(pixels(angles), latest["terms"])

        # At -1 and 1 the sine is flat: what begins there would stay there.
        begin = np.clip(image.astype(np.float64), EDGE - 1.0, 1.0 - EDGE)
        found = optimize.minimize(
            evaluate,
            np.arcsin(begin).ravel(),
            jac=True,
            method="L-BFGS-B",
            callback=after_step,
            options={
                "maxiter": steps,
                "maxfun": 2 * steps + 20,
                "maxcor": self.memory,
                "ftol": 0.0,
                "gtol": 0.0,
            },
        )
        return pixels(found.x).astype(np.float32)


@dataclasses.dataclass(frozen=True)
class KerasOptimizer:
    """Steps of a Keras optimizer; after each the pixels are clipped to [-1, 1].

    Args:
        optimizer: A Keras optimizer; each size begins with a fresh one like it.
    """

    optimizer: keras.optimizers.Optimizer

    def minimize(self, objective, image, steps, report):
        """Moves an image downhill, as `LBFGS.minimize` does."""
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


NAMES = {
    "lbfgs": LBFGS,
    "adam": lambda: KerasOptimizer(keras.optimizers.Adam(RATE)),
}


def get(optimizer):
    """Returns what moves the pixels.

    Args:
        optimizer: `"lbfgs"`, `"adam"`, an object of `LBFGS`, or a Keras optimizer.
    """
    if isinstance(optimizer, str) and optimizer in NAMES:
        return NAMES[optimizer]()
    if isinstance(optimizer, keras.optimizers.Optimizer):
        return KerasOptimizer(optimizer)
    if isinstance(optimizer, LBFGS):
        return optimizer
    raise user_error(
        "This is no optimizer of pixels.",
        expected='"lbfgs", "adam", or a Keras optimizer',
        received=repr(optimizer),
        do='Pass e.g. optimizer="lbfgs".',
    )
