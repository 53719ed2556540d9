"""What the two players minimize: adversarial losses, one value per image.

Scores are the discriminator's raw outputs, high for real. A loss is a value: its fields
are its configuration. The training step averages; nothing here does.
"""

from keras_gan import config
from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.losses.cross_entropy import (
    CrossEntropy,
    Minimax,
    NoGeneratorLoss,
    NonSaturating,
    cross_entropy,
)
from keras_gan.losses.energy import BEGAN, EnergyMargin
from keras_gan.losses.scores import Hinge, LeastSquares, Relativistic, Wasserstein

__all__ = [
    "BEGAN",
    "AdversarialLoss",
    "CrossEntropy",
    "EnergyMargin",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "NoGeneratorLoss",
    "NonSaturating",
    "Relativistic",
    "Wasserstein",
    "cross_entropy",
    "get",
]

NAMES = {
    "began": BEGAN,
    "energy_margin": EnergyMargin,
    "hinge": Hinge,
    "least_squares": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "relativistic": Relativistic,
    "wasserstein": Wasserstein,
}
"""The losses that a string names in `gan.compile(loss=...)`."""


def get(identifier):
    """Returns the adversarial loss of a name, a class, a config, an object or None.

    Example:
    >>> get("non_saturating")
    NonSaturating(real_target=1.0, fake_target=0.0)
    """
    if identifier is None:
        return NoGeneratorLoss()
    return config.get(identifier, AdversarialLoss, NAMES)
