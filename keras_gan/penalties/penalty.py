"""The base class of penalties."""

import abc
import itertools
import re
from collections.abc import Collection, Iterable
from typing import ClassVar, Literal, TypeAlias

from keras_gan.config import Configurable
from keras_gan.errors import check, user_error
from keras_gan.game import Game
from keras_gan.typing import Model, Tensor
from keras_gan.validation import NonNegative, PositiveInt

PlayerName = Literal["discriminator", "generator"]
Players: TypeAlias = tuple[PlayerName, ...]


class Penalty(Configurable, abc.ABC):
    """A regularizer that is added to the loss of one network.

    To write one, subclass it, set `players`, and write `__call__`. Make it a frozen
    dataclass to give it arguments: `weight` first, then its own, and
    `interval: int = dataclasses.field(default=1, kw_only=True)` to apply it lazily.

    Attributes:
        players: Networks whose loss it may be added to: `"discriminator"`,
            `"generator"`, or both.
        weight: Strength, at least 0. The value that `__call__` returns includes it.
        interval: Number of training steps between applications (lazy regularization);
            the penalty is multiplied by `interval`.
        min_batch_size: Smallest number of images in one update: 2 for penalties that
            compare images with each other.
        needs_cross_replica: Whether `__call__` uses `global_mean`, which
            `tf.distribute` forbids inside a `tf.cond`.

    Example:
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> class ScoreSize(kg.penalties.Penalty):
    ...     players = ("discriminator",)
    ...     weight = 0.01
    ...     def __call__(self, game):
    ...         return self.weight * tf.square(game.score(game.real))
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(penalties=[ScoreSize()])
    """

    players: ClassVar[Players] = ("discriminator", "generator")
    weight: NonNegative = 1.0
    interval: PositiveInt = 1
    min_batch_size: ClassVar[int] = 1
    needs_cross_replica: ClassVar[bool] = False

    @abc.abstractmethod
    def __call__(self, game: Game) -> Tensor:
        """Returns the penalty, of shape `()`, or `(batch,)` for one value per image.

        Args:
            game: A `kg.Game`: `game.score`, `game.real`, `game.fake`, `game.latents`,
                `game.random`, and `game.network`, the network that is updated.
        """

    def check(self, discriminator: Model) -> None:
        """Raises an error if the penalty cannot be computed with `discriminator`.

        By default it accepts any. `gan.compile` calls it, for penalties of either
        network.
        """


def by_log_key(
    penalties: Iterable[Penalty], player: PlayerName, taken: Collection[str] = ()
) -> dict[str, Penalty]:
    """Returns a dictionary from log keys to penalties.

    The log key is the class name in snake case; a second penalty of the same class gets
    the suffix `_2`.

    Args:
        penalties: List of `Penalty` objects.
        player: `"discriminator"` or `"generator"`: the network that they are added to.
        taken: Log keys that are in use.

    Raises:
        ValueError: If a penalty is not one of this network.

    Example:
    >>> import keras_gan as kg
    >>> R1 = kg.penalties.R1
    >>> list(by_log_key([R1(), R1(1.0)], "discriminator"))
    ['r1', 'r1_2']
    """
    known: dict[str, Penalty] = {}
    for penalty in penalties:
        check_player(penalty, player)
        name = snake_case(type(penalty).__name__)
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        keys = itertools.chain([name], numbered)
        known[next(key for key in keys if key not in (*known, *taken))] = penalty
    return known


ARGUMENTS: dict[PlayerName, str] = {
    "discriminator": "penalties",
    "generator": "generator_penalties",
}
"""The argument of `gan.compile` for the penalties of each network."""


def check_player(penalty: Penalty, player: PlayerName) -> None:
    """Raises an error if a penalty is not for a network: see `Penalty.players`.

    R1 on the generator's loss costs a backward pass and changes no weight; feature
    matching on the discriminator's loss trains it against its own objective.

    Args:
        penalty: A `Penalty`.
        player: `"discriminator"` or `"generator"`.

    Raises:
        ValueError: If `player` is not one of `penalty.players`.
    """
    if player not in penalty.players:
        name, right = type(penalty).__name__, ARGUMENTS[penalty.players[0]]
        raise user_error(
            f"`{ARGUMENTS[player]}` has a penalty that is not for the {player}.",
            expected=f"{name} in `{right}`: it regularizes the {penalty.players[0]}",
            received=f"{ARGUMENTS[player]}=[{penalty!r}]",
            do=f"Call gan.compile({right}=[kg.penalties.{name}()]).",
        )


def check_batch_size(penalties: Iterable[Penalty], batch_size: int) -> None:
    """Raises an error if an update has fewer images than a penalty compares.

    Args:
        penalties: Iterable of `Penalty` objects.
        batch_size: Number of images of one update.

    Raises:
        ValueError: If it is below `min_batch_size` of one of them.
    """
    for penalty in penalties:
        check(
            batch_size >= penalty.min_batch_size,
            f"{type(penalty).__name__} compares the images of one update.",
            expected=f"updates of at least {penalty.min_batch_size} images",
            received=f"{batch_size} per update",
            do="Use larger batches; `discriminator_steps` splits each batch.",
        )


def snake_case(name: str) -> str:
    """Returns a class name in snake case.

    Example:
    >>> snake_case("GradientPenalty"), snake_case("R1"), snake_case("DRAGAN")
    ('gradient_penalty', 'r1', 'dragan')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
