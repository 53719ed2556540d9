"""Base class of adversarial losses."""

import abc
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeAlias

import tensorflow as tf

from keras_gan.game import StatefulTerm
from keras_gan.typing import Tensor

ScoreMetrics: TypeAlias = Mapping[str, Callable[[Tensor], Tensor]]
"""Functions of scores by name."""


class AdversarialLoss(StatefulTerm, abc.ABC):
    """Adversarial loss: the losses of D and G as functions of D's scores.

    Subclass it and implement `discriminator` and `generator`. Keep the arguments of
    `__init__` as attributes of the same names, e.g. by `@dataclasses.dataclass`, so
    that the loss can be saved and loaded. For state that training updates, see
    `keras_gan.game.StatefulTerm`.

    Attributes:
        score_metrics: Functions of scores whose means are logged, by name: the log keys
            of the name `"score"` are `"real_score"`, `"fake_score"` and, after D's
            update, `"fake_score_after"`.
        resample_latents: Whether D's and G's updates use images of different latents.
        is_energy: Whether scores are negative energies; an error is raised before
            training if one is above 0.
        trains_generator: Whether `generator` has a gradient; if not, `gan.compile`
            requires `generator_penalties`.

    Example:
    >>> import keras_gan as kg
    >>> class Wasserstein(kg.losses.AdversarialLoss):
    ...     def discriminator(self, real_scores, fake_scores):
    ...         return fake_scores - real_scores
    ...     def generator(self, fake_scores, real_scores):
    ...         return -fake_scores
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(loss=Wasserstein())
    """

    score_metrics: ClassVar[ScoreMetrics] = {"score": tf.identity}
    resample_latents: ClassVar[bool] = False
    is_energy: ClassVar[bool] = False
    trains_generator: ClassVar[bool] = True

    @abc.abstractmethod
    def discriminator(
        self, real_scores: Tensor, fake_scores: Tensor, *_: Any, **state: Any
    ) -> Tensor:
        """Returns the discriminator's loss per sample, shape `(batch,)`.

        Args:
            real_scores: Scores of real images, shape `(batch,)`.
            fake_scores: Scores of generated images, shape `(batch,)`.
            **state: State of the loss (see `initial_state`), tensors of shape `()`.
        """

    @abc.abstractmethod
    def generator(
        self, fake_scores: Tensor, real_scores: Tensor, *_: Any, **state: Any
    ) -> Tensor:
        """Returns the generator's loss per sample, shape `(batch,)`.

        Args:
            fake_scores: Scores of generated images, shape `(batch,)`.
            real_scores: Scores of real images, shape `(batch,)`, for relativistic
                losses. They are those of D's loss, before D's update; with unrolling,
                those at the unrolled weights.
            **state: State of the loss after D's update.
        """
