"""What a player pays beside the loss: penalties on the discriminator and the generator.

A penalty looks at the game and returns one value, or one for each image; its weight is
in the value. `gan.compile(penalties=[...])` gives it to the discriminator,
`generator_penalties=[...]` to the generator. It is logged under its own name.
"""

from keras_gan.penalties.drift import Drift
from keras_gan.penalties.features import (
    FeatureMatching,
    ModeSeeking,
    PullingAway,
    between_halves,
)
from keras_gan.penalties.gradients import (
    DRAGAN,
    R1,
    R2,
    GradientPenalty,
    doubt_batch_normalization,
    has_batch_normalization,
    norm,
    slopes,
    squared_norm,
)
from keras_gan.penalties.orthogonal import OrthogonalRegularization
from keras_gan.penalties.penalty import (
    Penalty,
    check_batch,
    named,
    snake_case,
    wide,
)

__all__ = [
    "DRAGAN",
    "R1",
    "R2",
    "Drift",
    "FeatureMatching",
    "GradientPenalty",
    "ModeSeeking",
    "OrthogonalRegularization",
    "Penalty",
    "PullingAway",
    "between_halves",
    "check_batch",
    "doubt_batch_normalization",
    "has_batch_normalization",
    "named",
    "norm",
    "slopes",
    "snake_case",
    "squared_norm",
    "wide",
]
