"""TrainingConfig: the validated arguments of `GAN.compile`."""

import dataclasses
import itertools
import types
from collections.abc import Mapping, Sequence
from typing import Self

from keras_gan import config, losses, penalties
from keras_gan.errors import check
from keras_gan.game import schedules
from keras_gan.gan import optimizer_checks
from keras_gan.typing import Config, Model, Optimizer
from keras_gan.unrolling import Unrolling


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """The resolved arguments of `GAN.compile`, but for optimizers and Keras's own.

    Args:
        loss: Object of `kg.losses`.
        discriminator_penalties: Penalties of the discriminator by log key.
        generator_penalties: Penalties of the generator by log key.
        discriminator_steps: Updates of the discriminator per update of the generator.
        weight_clip: Bound of the discriminator's weights, or None.
        unrolling: A `kg.Unrolling`; of 0 steps for none.
        schedule: Object of `kg.schedules`.
    """

    loss: losses.AdversarialLoss
    discriminator_penalties: Mapping[str, penalties.Penalty]
    generator_penalties: Mapping[str, penalties.Penalty]
    discriminator_steps: int
    weight_clip: float | None
    unrolling: Unrolling
    schedule: schedules.Schedule

    @classmethod
    def from_arguments(
        cls,
        discriminator: Model,
        loss: losses.LossLike | None,
        discriminator_penalties: Sequence[penalties.PenaltyLike],
        generator_penalties: Sequence[penalties.PenaltyLike],
        discriminator_steps: int,
        weight_clip: float | None,
        unrolling: Unrolling | type[Unrolling] | None,
        skip_discriminator_below: float | None,
        schedule: schedules.ScheduleLike | None,
    ) -> Self:
        """Returns the config that arguments of `GAN.compile` stand for.

        Raises:
            ValueError: If one is unknown, or two exclude each other.
            TypeError: If one is of another type.
        """
        # D's first: the log keys of G's penalties must differ from them.
        discriminator_by_key = penalties.resolve(
            discriminator_penalties, "discriminator", discriminator
        )
        generator_by_key = penalties.resolve(
            generator_penalties, "generator", discriminator, discriminator_by_key
        )
        return cls(
            loss=losses.get(loss),
            # Keras does not track a mapping proxy, which becomes an attribute of GAN.
            discriminator_penalties=types.MappingProxyType(discriminator_by_key),
            generator_penalties=types.MappingProxyType(generator_by_key),
            discriminator_steps=discriminator_steps,
            weight_clip=weight_clip,
            unrolling=get_unrolling(unrolling),
            schedule=get_schedule(schedule, skip_discriminator_below),
        )

    def __post_init__(self) -> None:
        check(
            self.loss.trains_generator or self.generator_penalties,
            "`loss=None` requires `generator_penalties`: nothing else trains the "
            "generator.",
            expected="at least one generator penalty where loss=None",
            received=f"loss={self.loss}, generator_penalties=[]",
            do="Add e.g. generator_penalties=[kg.penalties.FeatureMatching()].",
        )
        terms = self.discriminator_penalties.values(), self.generator_penalties.values()
        for term in (self.loss, self.schedule, *itertools.chain(*terms)):
            term.get_config()  # raises an error here, not when an epoch is saved

    def check_optimizer(self, optimizer: Optimizer) -> None:
        """Raises an error if the discriminator's optimizer does not suit the config.

        Args:
            optimizer: D's Keras optimizer.

        Raises:
            ValueError: If its updates cannot be simulated for `unrolling`, or it
                averages weights that are clipped afterwards.
        """
        self.unrolling.check(optimizer)
        optimizer_checks.check_average(optimizer, self.weight_clip)

    def to_arguments(self) -> Config:
        """Returns the arguments of `GAN.compile` that give this config."""
        return {
            "loss": self.loss,
            "penalties": [*self.discriminator_penalties.values()],
            "generator_penalties": [*self.generator_penalties.values()],
            "discriminator_steps": self.discriminator_steps,
            "weight_clip": self.weight_clip,
            "unrolling": self.unrolling,
            "schedule": self.schedule,  # includes skip_discriminator_below
        }


def get_unrolling(unrolling: Unrolling | type[Unrolling] | None) -> Unrolling:
    """Returns the `Unrolling` of an object or class; None is that of 0 steps."""
    unrolling = Unrolling(0) if unrolling is None else unrolling
    return config.get(unrolling, Unrolling, {})


def get_schedule(
    schedule: schedules.ScheduleLike | None, skip_discriminator_below: float | None
) -> schedules.Schedule:
    """Returns the schedule of two arguments of `GAN.compile` that exclude each other.

    Raises:
        ValueError: If both are given.
    """
    check(
        schedule is None or skip_discriminator_below is None,
        "`schedule` and `skip_discriminator_below` exclude each other.",
        expected="one of them",
        received=f"{schedule!r} and {skip_discriminator_below!r}",
        do="Leave one of them out.",
    )
    if skip_discriminator_below is not None:
        return schedules.SkipDiscriminator(skip_discriminator_below)
    return schedules.get(schedule)
