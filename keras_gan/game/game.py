"""Game: the inputs of a loss or a penalty in one update."""

import dataclasses
from collections.abc import Callable
from typing import Any, Self, cast

import tensorflow as tf

from keras_gan.game.score import Score
from keras_gan.random import Random
from keras_gan.typing import Model, Tensor, TensorLike

ABSENT = cast("Any", None)
"""Value of what a game does not have; to a checker each field has its type alone."""


@dataclasses.dataclass(frozen=True)
class Game:
    """One part of a batch, with both networks as functions of images and latents.

    Labels, augmentation, training mode and random numbers are bound once, when the game
    is made, so that losses and penalties are written for an unconditional GAN without
    augmentation.

    Args:
        score: From images to scores, shape `(batch,)`, high for real: a `Score`, which
            also gives input gradients and inner features.
        generate: From latents to images.
        real: Real images, shape `(batch, height, width, channels)`, in [-1, 1]; for
            networks of several scales a list of them, the finest last.
        fake: Generated images, of the same shapes.
        latents: Latents of the generated images, shape `(batch, latent_dim)`.
        labels: Labels of the rows, shape `(batch,)`, the same for real and generated
            images; None without labels.
        random: `kg.random.Random` of this part of the step.
        network: The network that is updated.
        step: Number of training steps before this one, a tensor of shape `()`.
    """

    score: Score = ABSENT
    generate: Callable[[Tensor], Tensor] = ABSENT
    real: Tensor = ABSENT
    fake: Tensor = ABSENT
    latents: Tensor = ABSENT
    labels: Tensor | None = None
    random: Random = ABSENT
    network: Model = ABSENT
    step: TensorLike = 0

    def replace(self, **changes: object) -> Self:
        """Returns a copy with some fields replaced."""
        fields: dict[str, Any] = {**changes}
        return dataclasses.replace(self, **fields)

    def with_fakes(self) -> Self:
        """Returns a copy with `fake = generate(latents)`."""
        return self.replace(fake=self.generate(self.latents))

    def with_constant_fakes(self) -> Self:
        """Returns a copy whose generated images have no gradient."""
        return self.replace(fake=tf.nest.map_structure(tf.stop_gradient, self.fake))

    def without_cache(self) -> Self:
        """Returns a copy whose score runs the discriminator at every call."""
        return self.replace(score=self.score.uncached())
