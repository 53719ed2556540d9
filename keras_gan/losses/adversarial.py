"""The base of all adversarial losses."""

import abc
from typing import ClassVar

import tensorflow as tf

from keras_gan.game import Term


class AdversarialLoss(Term, abc.ABC):
    """The losses of both players, as functions of the discriminator's scores.

    To make a new one, subclass it, write the two methods, and put `@register` and
    `@dataclasses.dataclass(frozen=True)` above the class.

    Attributes:
        score_metrics: What is logged of scores, by name: the score itself, and what the loss
            makes of it.
        resample_latents: Whether D is shown images of other latents than G learns from.
        is_energy: Whether scores are minus an energy: never above 0.
        trains_generator: Whether the generator learns from it.
    """

    score_metrics: ClassVar = {"score": tf.identity}
    resample_latents: ClassVar = False
    is_energy: ClassVar = False
    trains_generator: ClassVar = True

    @abc.abstractmethod
    def discriminator(self, real_scores, fake_scores):
        """Returns the discriminator's loss per pair of images, shape `(batch,)`.

        What the loss carries (see `initial_state`) comes as further keyword arguments.

        Args:
            real_scores: Scores of real images, shape `(batch,)`.
            fake_scores: Scores of generated images, shape `(batch,)`.
        """

    @abc.abstractmethod
    def generator(self, fake_scores, real_scores):
        """Returns the generator's loss per image, shape `(batch,)`.

        Args:
            fake_scores: Scores of generated images, shape `(batch,)`.
            real_scores: Scores of real images, for losses that compare; shape
                `(batch,)`.
        """
