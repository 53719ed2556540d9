"""Drift penalty: a penalty on the scores themselves."""

import dataclasses
from typing import ClassVar, Literal

import tensorflow as tf

from keras_gan.config import register
from keras_gan.game import Game
from keras_gan.penalties.penalty import Penalty, Players
from keras_gan.precision import at_least_float32
from keras_gan.typing import Tensor
from keras_gan.validation import NonNegative, PositiveInt

__all__ = ["Drift"]

DriftName = Literal["drift"]


@register
@dataclasses.dataclass(frozen=True)
class Drift(Penalty):
    """Drift penalty: squared score of real images.

    Computes `weight * score^2` for each real image. A loss of score differences, such
    as Wasserstein's, does not change when all scores are shifted; this term keeps them
    near 0.

    Args:
        weight: Strength (epsilon_drift in the paper), at least 0.
        interval: Number of steps between applications; the penalty is multiplied by
            `interval`.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196), appendix A.1.

    Example:
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> game = kg.Game(score=lambda images: images[:, 0], real=tf.constant([[3.0]]))
    >>> kg.penalties.Drift(weight=0.1)(game).numpy()
    array([0.90000004], dtype=float32)
    """

    players: ClassVar[Players] = ("discriminator",)

    weight: NonNegative = 0.001
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the penalty of each real image, shape `(batch,)`."""
        return self.weight * tf.square(at_least_float32(game.score(game.real)))


NAMES: dict[str, type[Penalty]] = {
    "drift": Drift,
}
"""The classes by the names that strings use."""
