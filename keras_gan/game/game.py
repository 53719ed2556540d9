"""The game as its terms see it: what is bound once, at the top of a training step.

Labels, augmentation and training mode are closed over here; below this line every GAN
is unconditional and unaugmented.
"""

import dataclasses
from collections.abc import Callable

from keras_gan.random import Random


@dataclasses.dataclass(frozen=True)
class Game:
    """One part of a batch, with everything that a term of the game may look at.

    Args:
        score: From images to scores, shape `(batch,)`, high for real: a `Score`,
            which gives slopes and inner features too.
        generate: From latents to images.
        real: Real images, shape `(batch, height, width, channels)`, in [-1, 1]; of a
            game at several scales a list of them, the finest last.
        fake: Generated images, of the same shapes.
        latents: What the generated images were made of, shape `(batch, latent_dim)`.
        random: The source of the random numbers of this part.
        network: The network that is updated, for penalties on its weights.
    """

    score: Callable | None = None
    generate: Callable | None = None
    real: object = None
    fake: object = None
    latents: object = None
    random: Random | None = None
    network: object = None

    def replace(self, **changes):
        """Returns the game with some fields changed."""
        return dataclasses.replace(self, **changes)
