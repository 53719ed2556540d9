"""The two players of a GAN: networks with optimizers, penalties and schedules."""

import functools

from keras_gan.game import Game, Player, TermState
from keras_gan.gan.logs import TrainingLogs
from keras_gan.gan.optimizers import OptimizerPair
from keras_gan.gan.training_config import TrainingConfig


def make_players(
    config: TrainingConfig,
    optimizers: OptimizerPair,
    logs: TrainingLogs,
    schedule_state: TermState,
) -> tuple[Player, Player]:
    """Returns the players, the generator's first.

    Args:
        config: Penalties, schedule and clipping of the weights.
        optimizers: Both networks and their optimizers.
        logs: Running means of losses and penalties.
        schedule_state: State of the schedule.
    """
    generator, discriminator = optimizers.networks
    generator_optimizer, discriminator_optimizer = optimizers.optimizers
    generator_player = Player(
        generator,
        generator_optimizer,
        logs.means["generator_loss"],
        logs.with_means(config.generator_penalties),
        functools.partial(schedule_state.call, config.schedule.generator_learns),
        recompute=lambda game: game.without_cache().with_fakes(),
    )
    discriminator_player = Player(
        discriminator,
        discriminator_optimizer,
        logs.means["discriminator_loss"],
        logs.with_means(config.discriminator_penalties),
        functools.partial(schedule_state.call, config.schedule.discriminator_learns),
        config.weight_clip,
        recompute=Game.without_cache,
    )
    return generator_player, discriminator_player
