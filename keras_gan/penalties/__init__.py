"""Regularizers for either network.

A penalty is a value whose `__call__(game)` returns one number, or one per image, with
its `weight` included. `gan.compile(penalties=[...])` adds it to the discriminator's
loss, `generator_penalties=[...]` to the generator's; `players` of its class has the
networks that it is for. It is logged under its class name in snake case.
"""

from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

from keras_gan import config
from keras_gan.errors import user_error
from keras_gan.penalties import drift, features, gradients, orthogonal
from keras_gan.penalties.drift import *
from keras_gan.penalties.features import *
from keras_gan.penalties.gradients import *
from keras_gan.penalties.orthogonal import *
from keras_gan.penalties.penalty import ARGUMENTS, Penalty, PlayerName, by_log_key
from keras_gan.typing import Config, Model
from keras_gan.validation import validate_fields

__all__ = ["Penalty", "get"]
__all__ += drift.__all__
__all__ += features.__all__
__all__ += gradients.__all__
__all__ += orthogonal.__all__

PenaltyName = Literal[
    drift.DriftName,
    features.FeatureName,
    gradients.GradientName,
    orthogonal.OrthogonalName,
]

PenaltyLike: TypeAlias = PenaltyName | Penalty | type[Penalty] | Config
"""What `get` takes."""

NAMES: dict[str, type[Penalty]] = {
    **drift.NAMES,
    **features.NAMES,
    **gradients.NAMES,
    **orthogonal.NAMES,
}
"""Penalties by the name that a string and the log use."""


def get(identifier: PenaltyLike) -> Penalty:
    """Returns a penalty.

    Args:
        identifier: Name, class, object of `Penalty`, or its serialized dictionary.

    Raises:
        ValueError: If the name is unknown, with the nearest names.
        TypeError: If it is something else.

    Example:
    >>> get("r1")
    R1(weight=10.0, interval=1)
    """
    return config.get(identifier, Penalty, NAMES)


def resolve(
    identifiers: Sequence[PenaltyLike],
    player: PlayerName,
    discriminator: Model,
    taken: Collection[str] = (),
) -> dict[str, Penalty]:
    """Returns the penalties of one network by log key, validated.

    Args:
        identifiers: List or tuple of what `get` takes.
        player: `"discriminator"` or `"generator"`: the network that they are added to.
        discriminator: The discriminator, which `Penalty.check` validates.
        taken: Log keys of the other network's penalties.

    Raises:
        ValueError: If a penalty is not one of this network, cannot be computed with
            this discriminator, or has an attribute out of range.
        TypeError: If one is not a penalty, or `identifiers` is not a list.
    """
    name = ARGUMENTS[player]
    if not isinstance(identifiers, list | tuple):
        raise user_error(
            f"`{name}` must be a list.",
            expected="a list of objects of kg.penalties, which may be empty",
            received=f"{name}={identifiers!r}",
            do=f"Put it in brackets, e.g. {name}=[...].",
            kind=TypeError,
        )
    penalties = by_log_key(list(map(get, identifiers)), player, taken)
    for penalty in penalties.values():
        validate_fields(penalty)  # a subclass may be no dataclass
        penalty.check(discriminator)
    return penalties
