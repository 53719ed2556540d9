"""A penalty on the scores themselves."""

import dataclasses

import tensorflow as tf

from keras_gan.config import register
from keras_gan.penalties.penalty import Penalty, wide


@register
@dataclasses.dataclass(frozen=True)
class Drift(Penalty):
    """Keeps the scores of real images near 0.

    The penalty of one image is `weight * score^2`. A loss of differences, such as
    Wasserstein's, leaves both kinds of scores free to drift together.

    Args:
        weight: Strength, epsilon of drift in the paper.
        interval: Apply every this many steps, `interval` times as strongly.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196), appendix A.1.

    Example:
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> game = kg.Game(score=lambda images: images[:, 0], real=tf.constant([[3.0]]))
    >>> kg.penalties.Drift(weight=0.1)(game).numpy()
    array([0.90000004], dtype=float32)
    """

    weight: float = 0.001
    interval: int = 1

    def __call__(self, game):
        """Returns the penalty of each real image, shape `(batch,)`."""
        return self.weight * tf.square(wide(game.score(game.real)))
