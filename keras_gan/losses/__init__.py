"""Adversarial losses: per-sample losses of the discriminator and the generator.

Scores are the discriminator's unbounded outputs, high for real images. A loss is a
frozen dataclass, whose fields are its config. It returns one value per sample; the
training step averages them.
"""

from typing import Literal, TypeAlias

from keras_gan import config
from keras_gan.losses import energy, log_odds, scores
from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.losses.energy import *
from keras_gan.losses.log_odds import *
from keras_gan.losses.scores import *
from keras_gan.typing import Config

__all__ = ["AdversarialLoss", "get"]
__all__ += energy.__all__
__all__ += log_odds.__all__
__all__ += scores.__all__

LossName = Literal[energy.EnergyName, log_odds.LogOddsName, scores.ScoreName]

LossLike: TypeAlias = LossName | AdversarialLoss | type[AdversarialLoss] | Config
"""What `get` takes."""

NAMES: dict[str, type[AdversarialLoss]] = {
    **energy.NAMES,
    **log_odds.NAMES,
    **scores.NAMES,
}
"""Names of losses, as in `gan.compile(loss="hinge")`."""


def get(identifier: LossLike | None) -> AdversarialLoss:
    """Returns the adversarial loss of an identifier.

    Args:
        identifier: Name such as `"hinge"`, `AdversarialLoss` object or class, or the
            dictionary that `keras.saving.serialize_keras_object` returns. None:
            `NoGeneratorLoss()`.

    Returns:
        An `AdversarialLoss`.

    Raises:
        ValueError: If a name is unknown, with the nearest names.
        TypeError: If it is none of these.

    Example:
    >>> get("non_saturating")
    NonSaturating(real_target=1.0, fake_target=0.0)
    """
    if identifier is None:
        return NoGeneratorLoss()
    return config.get(identifier, AdversarialLoss, NAMES)
