"""How a GAN is trained: what `compile` was given, looked up and checked."""

import dataclasses

from keras_gan import config, losses, penalties
from keras_gan.config import check
from keras_gan.game import schedules
from keras_gan.penalties import penalty
from keras_gan.unrolling import Unrolling


@dataclasses.dataclass(frozen=True)
class Setting:
    """The rules of a game, as objects: see `GAN.compile`.

    Args:
        loss: Object of `kg.losses`.
        penalties: Penalties of the discriminator, by the name of their log.
        generator_penalties: Penalties of the generator, by the name of their log.
        discriminator_steps: Updates of the discriminator to one of the generator.
        weight_clip: Bound of the discriminator's weights, or None.
        unrolling: A `kg.Unrolling`, of no steps where there is none.
        schedule: Object of `kg.schedules`.
    """

    loss: losses.AdversarialLoss
    penalties: dict
    generator_penalties: dict
    discriminator_steps: int
    weight_clip: float | None
    unrolling: Unrolling
    schedule: schedules.Schedule

    @classmethod
    def of(cls, discriminator, arguments):
        """Returns the setting that the arguments of `compile`, a dictionary, mean.

        Raises:
            ValueError: If one is unknown or out of range, or two cannot work together.
        """
        below = arguments["skip_discriminator_below"]
        unrolling = arguments["unrolling"]
        unrolling = Unrolling(0) if unrolling is None else unrolling
        own = penalty.by_log_key(
            [penalties.get(one) for one in arguments["penalties"]], "discriminator"
        )
        given = arguments["generator_penalties"]
        return cls(
            loss=losses.get(arguments["loss"]),
            penalties=own,
            generator_penalties=penalty.by_log_key(
                [penalties.get(one) for one in given], "generator", own
            ),
            discriminator_steps=arguments["discriminator_steps"],
            weight_clip=arguments["weight_clip"],
            unrolling=config.get(unrolling, Unrolling, {}),
            schedule=schedules.get(arguments["schedule"], below),
        )

    def __post_init__(self):
        config.check_count(self.discriminator_steps, "discriminator_steps")
        clip = self.weight_clip
        check(
            clip is None or (config.is_number(clip) and clip > 0.0),
            "The bound of the discriminator's weights is out of range.",
            expected="weight_clip above 0, or None",
            received=f"weight_clip={clip!r}",
            do="Use the paper's 0.01.",
        )
        check(
            self.loss.trains_generator or self.generator_penalties,
            "Nothing would move the generator: there is no loss and no penalty.",
            expected="generator_penalties where loss=None",
            received=f"loss={self.loss}, generator_penalties=()",
            do="Add e.g. generator_penalties=[kg.penalties.FeatureMatching()].",
        )

    @property
    def arguments(self):
        """The arguments of `compile` that mean this setting."""
        fields = dataclasses.fields(self)
        return {field.name: getattr(self, field.name) for field in fields} | {
            "penalties": [*self.penalties.values()],
            "generator_penalties": [*self.generator_penalties.values()],
            "skip_discriminator_below": None,  # the schedule has it
        }
