"""Who learns when: in every step both players, or only the one who is behind."""

import abc
import dataclasses

import tensorflow as tf

from keras_gan import config
from keras_gan.config import check, is_number, register
from keras_gan.game.terms import Term
from keras_gan.replicas import global_mean

MEMORY = 0.9
"""What a running mean keeps at each update."""


class Schedule(Term, abc.ABC):
    """Decides which of the players learns from an update that was computed.

    An update that its player does not learn from is undone: weights, moments and
    counters stay as they were, to the bit.
    """

    @abc.abstractmethod
    def discriminator_learns(self, **state):
        """Returns whether D's next update counts: True, or a tensor of shape `()`."""

    @abc.abstractmethod
    def generator_learns(self, **state):
        """Returns whether G's next update counts: True, or a tensor of shape `()`."""


@register
@dataclasses.dataclass(frozen=True)
class EveryStep(Schedule):
    """Both players learn in every step."""

    def discriminator_learns(self):
        """Returns True."""
        return True

    def generator_learns(self):
        """Returns True."""
        return True


@register
@dataclasses.dataclass(frozen=True)
class SkipDiscriminator(Schedule):
    """Lets D wait while it is too strong: while its running loss is below a bound.

    Its loss is computed all the same, so that the running loss (a mean over about ten
    updates) recovers as G catches up. `discriminator_skipped` is logged: the share of
    updates that were skipped.

    Args:
        below: Bound of the running loss.

    Example:
    >>> SkipDiscriminator(threshold=0.1).discriminator_learns(loss=0.05, seen=1.0)
    <tf.Tensor: shape=(), dtype=bool, numpy=False>
    """

    below: float = 0.1

    def __post_init__(self):
        check(
            is_number(self.below),
            "The bound of the discriminator's loss is a number.",
            expected="a number such as 0.1",
            received=f"below={self.below!r}",
            do="Pass skip_discriminator_below=0.1, or None to skip nothing.",
        )

    def initial_state(self):
        """Returns the sums of a running mean that has seen nothing."""
        return {"loss": 0.0, "seen": 0.0}

    def next_state(self, real_scores, fake_scores, losses, loss, seen):
        """Moves the running mean towards the loss of this update."""
        fresh = 1.0 - MEMORY
        return {
            "loss": MEMORY * loss + fresh * global_mean(losses),
            "seen": MEMORY * seen + fresh,
        }

    def watch(self, real_scores, fake_scores, losses, loss, seen):
        """Returns 1 if the update was skipped, else 0."""
        learns = self.discriminator_learns(loss, seen)
        return {"discriminator_skipped": 1.0 - tf.cast(learns, tf.float32)}

    def discriminator_learns(self, loss, seen):
        """Returns whether the running loss is at the bound or above."""
        return tf.logical_or(tf.equal(seen, 0.0), loss >= self.below * seen)

    def generator_learns(self, loss, seen):
        """Returns True."""
        return True


@register
@dataclasses.dataclass(frozen=True)
class AccuracyBalancedUpdates(Schedule):
    """Lets the loser learn: D while it is fooled, G while it is caught.

    A generated image is caught when D scores it below the real image beside it. D
    learns while the running share of caught images is below `caught`, G while it is
    not. `caught`, `discriminator_learns` and `generator_learns` are logged.

    Args:
        caught: Share of generated images, between 0.5 (chance) and 1, from which on D
            counts as the winner.

    Reference: the algorithm in words of the introduction to GANs among the lectures
    (document 001 in `docs/catalogue.md`).
    """

    caught: float = 0.75

    def __post_init__(self):
        check(
            is_number(self.caught) and 0.5 <= self.caught <= 1.0,
            "The share of caught images that decides who won is out of range.",
            expected="caught between 0.5, which is chance, and 1",
            received=f"caught={self.caught!r}",
            do="Pass caught=0.75.",
        )

    def initial_state(self):
        """Returns the share of a D that guesses."""
        return {"share": 0.5}

    def next_state(self, real_scores, fake_scores, losses, share):
        """Moves the running share towards that of this update."""
        caught = tf.cast(fake_scores < real_scores, tf.float32)
        return {"share": MEMORY * share + (1.0 - MEMORY) * global_mean(caught)}

    def watch(self, real_scores, fake_scores, losses, share):
        """Returns the share, and who learns."""
        after = self.next_state(real_scores, fake_scores, losses, share)
        return {
            "caught": share,
            "discriminator_learns": tf.cast(share < self.caught, tf.float32),
            "generator_learns": tf.cast(after["share"] >= self.caught, tf.float32),
        }

    def discriminator_learns(self, share):
        """Returns whether D is fooled."""
        return tf.convert_to_tensor(share < self.caught)

    def generator_learns(self, share):
        """Returns whether G is caught."""
        return tf.convert_to_tensor(share >= self.caught)


def get(schedule, skip_discriminator_below=None):
    """Returns the schedule of what `gan.compile` was given.

    Args:
        schedule: Object or class of `Schedule`, or None.
        skip_discriminator_below: Bound of `SkipDiscriminator`, or None.

    Raises:
        ValueError: If both were given.
        TypeError: If it is no schedule.
    """
    check(
        schedule is None or skip_discriminator_below is None,
        "Two schedules were given.",
        expected="schedule or skip_discriminator_below",
        received=f"{schedule!r} and {skip_discriminator_below!r}",
        do="Leave one of them out.",
    )
    if skip_discriminator_below is not None:
        return SkipDiscriminator(skip_discriminator_below)
    return config.get(EveryStep() if schedule is None else schedule, Schedule, {})
