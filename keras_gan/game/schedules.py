"""Update schedules: which of the two networks is updated in a step."""

import abc
import dataclasses
from typing import Annotated, Any, Literal, TypeAlias

import tensorflow as tf

from keras_gan import config
from keras_gan.config import register
from keras_gan.game.terms import StatefulTerm
from keras_gan.replicas import global_mean
from keras_gan.typing import Config, Tensor
from keras_gan.validation import within

MOMENTUM = 0.9
"""Momentum of the running means: over about the last ten updates of D."""


class Schedule(StatefulTerm, abc.ABC):
    """Decides whether a computed update of each network is applied.

    An update that is not applied leaves weights, optimizer slots and counters
    unchanged, to the bit.

    Example:
    >>> import keras_gan as kg
    >>> class DiscriminatorOnly(kg.schedules.Schedule):
    ...     def discriminator_learns(self):
    ...         return True
    ...     def generator_learns(self):
    ...         return tf.constant(False)
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(schedule=DiscriminatorOnly())
    """

    @abc.abstractmethod
    def discriminator_learns(self, *_: Any, **state: Any) -> Tensor | bool:
        """Returns whether D's next update is applied: True, or a boolean tensor.

        The Python value True means that every update is applied, at no cost; a tensor
        of shape `()` costs a copy of all weights and optimizer slots.

        Args:
            **state: State before the update (see `initial_state`).
        """

    @abc.abstractmethod
    def generator_learns(self, *_: Any, **state: Any) -> Tensor | bool:
        """Returns whether G's next update is applied: True, or a boolean tensor.

        Args:
            **state: State after D's update in the same step.
        """


@register
@dataclasses.dataclass(frozen=True)
class EveryStep(Schedule):
    """Updates both networks in every step."""

    def discriminator_learns(self) -> bool:
        """Returns True."""
        return True

    def generator_learns(self) -> bool:
        """Returns True."""
        return True


@register
@dataclasses.dataclass(frozen=True)
class SkipDiscriminator(Schedule):
    """Skips discriminator updates while its running loss is below `threshold`.

    The loss is still computed when an update is skipped, so that the running mean (of
    about ten updates) rises again as the generator improves. The share of skipped
    updates is logged as `discriminator_skipped`.

    Args:
        threshold: Running loss below which updates are skipped.

    Example:
    >>> SkipDiscriminator(threshold=0.1).discriminator_learns(loss=0.05, seen=1.0)
    <tf.Tensor: shape=(), dtype=bool, numpy=False>
    """

    threshold: Annotated[
        float, "Pass skip_discriminator_below=0.1, or None to skip no update."
    ] = 0.1

    def initial_state(self) -> dict[str, float]:
        """Returns an empty running mean: the sum of losses, and of their weights."""
        return {"loss": 0.0, "seen": 0.0}

    def next_state(
        self,
        real_scores: Tensor,
        fake_scores: Tensor,
        losses: Tensor,
        loss: Tensor,
        seen: Tensor,
    ) -> dict[str, Tensor]:
        """Updates the running mean with the loss of this update."""
        new = 1.0 - MOMENTUM
        return {
            "loss": MOMENTUM * loss + new * global_mean(losses),
            "seen": MOMENTUM * seen + new,
        }

    def metrics(
        self,
        real_scores: Tensor,
        fake_scores: Tensor,
        losses: Tensor,
        loss: Tensor,
        seen: Tensor,
    ) -> dict[str, Tensor]:
        """Returns 1 if the update was skipped, else 0."""
        applied = self.discriminator_learns(loss, seen)
        return {"discriminator_skipped": 1.0 - tf.cast(applied, tf.float32)}

    def discriminator_learns(self, loss: Tensor, seen: Tensor) -> Tensor:
        """Returns whether the running loss is at least `threshold`, or still empty."""
        # Both sums start at 0, as in Adam: loss / seen is the unbiased mean.
        return tf.logical_or(tf.equal(seen, 0.0), loss >= self.threshold * seen)

    def generator_learns(self, loss: Tensor, seen: Tensor) -> bool:
        """Returns True."""
        return True


@register
@dataclasses.dataclass(frozen=True)
class AccuracyBalancedUpdates(Schedule):
    """Updates D while its accuracy is below a threshold, else G.

    The accuracy is the running share of pairs in which the generated image has a lower
    score than the real one. Logged: `discriminator_accuracy`, `discriminator_learns`
    and `generator_learns` (shares of applied updates).

    Args:
        accuracy_threshold: Accuracy from which G is updated instead of D, from 0.5
            (chance) to 1.

    Reference: the introduction to GANs, lecture 001 of `docs/lectures.md`, which
    describes the algorithm in words.
    """

    accuracy_threshold: Annotated[float, within(0.5, 1)] = 0.75

    def initial_state(self) -> dict[str, float]:
        """Returns the accuracy of chance."""
        return {"share": 0.5}

    def next_state(
        self, real_scores: Tensor, fake_scores: Tensor, losses: Tensor, share: Tensor
    ) -> dict[str, Tensor]:
        """Updates the running accuracy with that of this update."""
        correct = tf.cast(fake_scores < real_scores, tf.float32)
        return {"share": MOMENTUM * share + (1.0 - MOMENTUM) * global_mean(correct)}

    def metrics(
        self, real_scores: Tensor, fake_scores: Tensor, losses: Tensor, share: Tensor
    ) -> dict[str, Tensor]:
        """Returns the accuracy, and which updates are applied."""
        # D's update was decided by the accuracy before it, G's by the one after it.
        after = self.next_state(real_scores, fake_scores, losses, share)
        return {
            "discriminator_accuracy": share,
            "discriminator_learns": tf.cast(
                share < self.accuracy_threshold, tf.float32
            ),
            "generator_learns": tf.cast(
                after["share"] >= self.accuracy_threshold, tf.float32
            ),
        }

    def discriminator_learns(self, share: Tensor) -> Tensor:
        """Returns whether the accuracy is below the threshold."""
        return tf.convert_to_tensor(share < self.accuracy_threshold)

    def generator_learns(self, share: Tensor) -> Tensor:
        """Returns whether the accuracy is at least the threshold."""
        return tf.convert_to_tensor(share >= self.accuracy_threshold)


ScheduleName = Literal["accuracy_balanced_updates", "every_step", "skip_discriminator"]

ScheduleLike: TypeAlias = ScheduleName | Schedule | type[Schedule] | Config
"""What `get` takes."""

NAMES: dict[str, type[Schedule]] = {
    "accuracy_balanced_updates": AccuracyBalancedUpdates,
    "every_step": EveryStep,
    "skip_discriminator": SkipDiscriminator,
}
"""Schedules by the name that a string uses."""


def get(identifier: ScheduleLike | None) -> Schedule:
    """Returns a schedule.

    Args:
        identifier: Name, class, object of `Schedule`, its serialized dictionary, or
            None: `EveryStep`.

    Raises:
        ValueError: If the name is unknown, with the nearest names.
        TypeError: If it is something else.

    Example:
    >>> get("skip_discriminator")
    SkipDiscriminator(threshold=0.1)
    """
    identifier = EveryStep if identifier is None else identifier
    return config.get(identifier, Schedule, NAMES)
