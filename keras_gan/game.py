"""The game as its terms see it: what is bound once, at the top of a training step.

Labels, augmentation and training mode are closed over here; below this line every GAN
is unconditional and unaugmented.
"""

import dataclasses
from collections.abc import Callable

import keras
import tensorflow as tf

from keras_gan.random import Random


@dataclasses.dataclass(frozen=True)
class Score:
    """The discriminator as a function of images alone: high for real.

    Args:
        network: The discriminator, which returns `(batch,)` or `(batch, 1)`.
        training: Whether it is called in training mode.
    """

    network: Callable
    training: bool = True

    def __call__(self, images):
        """Returns `float32` scores of shape `(batch,)` for a batch of images."""
        scores = tf.cast(self.network(images, training=self.training), tf.float32)
        return tf.squeeze(scores, axis=-1) if scores.shape.rank == 2 else scores


@dataclasses.dataclass(frozen=True)
class Game:
    """One part of a batch, with everything that a term of the game may look at.

    Args:
        score: From images to scores, shape `(batch,)`, high for real.
        generate: From latents to images.
        real: Real images, shape `(batch, height, width, channels)`, in [-1, 1].
        fake: Generated images, of the same shape.
        latents: What the generated images were made of, shape `(batch, latent_dim)`.
        random: The source of the random numbers of this part.
    """

    score: Callable | None = None
    generate: Callable | None = None
    real: object = None
    fake: object = None
    latents: object = None
    random: Random | None = None

    def replace(self, **changes):
        """Returns the game with some fields changed."""
        return dataclasses.replace(self, **changes)


@dataclasses.dataclass(frozen=True)
class Player:
    """A network, the optimizer that moves its weights, the running mean of its loss."""

    network: keras.Model
    optimizer: keras.optimizers.Optimizer
    mean: keras.metrics.Mean

    def objective(self, values):
        """Averages a loss, weighs replicas, scales for half precision: only here.

        Args:
            values: The loss of each image, of any shape.

        Returns:
            Tensor of shape `()`, to be taken the gradient of.
        """
        loss = tf.reduce_mean(values) + sum(self.network.losses)
        self.mean.update_state(loss)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return self.optimizer.scale_loss(loss / replicas)

    def descend(self, loss, tape):
        """Moves the weights down the slope of `objective`, which `tape` watched."""
        weights = self.network.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
