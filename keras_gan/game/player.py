"""Player: one of the two networks, with its optimizer and its penalties."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import tensorflow as tf

from keras_gan.config import identity
from keras_gan.game.clipping import synchronize
from keras_gan.game.game import ABSENT, Game
from keras_gan.typing import Metric, Model, Optimizer, Tensor, TensorLike


class PlayerPenalty(Protocol):
    """What a player needs of a penalty: see `kg.penalties.Penalty`."""

    @property
    def interval(self) -> int:
        """Number of steps between applications."""

    @property
    def needs_cross_replica(self) -> bool:
        """Whether its value needs other replicas."""

    def __call__(self, game: Game) -> Tensor:
        """Returns the penalty."""


@dataclasses.dataclass(frozen=True)
class Player:
    """A network with its optimizer, its penalties, and the means that log them.

    Args:
        network: The generator or the discriminator.
        optimizer: Its optimizer.
        loss_mean: Running mean of its loss, without penalties.
        penalties: Tuple of pairs `(penalty, running mean of its values)`.
        should_update: Returns whether the next update is applied: True, or a boolean
            tensor of shape `()`.
        weight_clip: Bound of the absolute value of each trainable weight, or None.
        recompute: Function from the game to the same game without cached scores, and
            for the generator with images generated again, so that a new tape records
            every operation that depends on the weights.
    """

    network: Model
    optimizer: Optimizer
    loss_mean: Metric = ABSENT
    penalties: tuple[tuple[PlayerPenalty, Metric], ...] = ()
    should_update: Callable[[], Tensor | bool] = lambda: True
    weight_clip: float | None = None
    recompute: Callable[[Game], Game] = identity

    @contextlib.contextmanager
    def conditional_update(self, should_update: Tensor | bool) -> Iterator[None]:
        """Reverts the update of network and optimizer when `should_update` is false.

        The context is the update. All variables are reverted: weights, batch
        statistics, optimizer slots and counters.

        Args:
            should_update: True, which costs nothing, or a boolean tensor of shape `()`.
        """
        if should_update is True:
            yield
            return
        # No tf.cond: an optimizer cannot be applied inside one on several replicas.
        variables = [*self.network.variables, *self.optimizer.variables]
        before = [tf.convert_to_tensor(variable) for variable in variables]
        yield
        for variable, value in zip(variables, before, strict=True):
            variable.assign(tf.where(should_update, variable.value, value))

    def scale_loss(self, loss: Tensor) -> Tensor:
        """Returns a loss divided by the replicas, and scaled for half precision."""
        # Keras's optimizers sum gradients over replicas.
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return self.optimizer.scale_loss(loss / replicas)

    def penalty_sum(self, game: Game) -> TensorLike:
        """Returns the sum of the penalties of interval 1, and updates their means.

        Args:
            game: The `Game`, whose `network` is the network of this player.

        Returns:
            Tensor of shape `()`; 0.0 without penalties.
        """
        total = 0.0
        for penalty, mean in self.penalties:
            if penalty.interval == 1:
                value = tf.reduce_mean(penalty(game))
                mean.update_state(value)
                total += value
        return total

    def add_lazy_penalties(
        self, gradients: list[Tensor | None], game: Game
    ) -> list[Tensor | None]:
        """Returns gradients with those of the penalties of longer intervals added."""
        for penalty, mean in self.penalties:
            if penalty.interval > 1:
                lazy = self.lazy_gradients(penalty, mean, game)
                gradients = [add(*pair) for pair in zip(gradients, lazy, strict=True)]
        return gradients

    def lazy_gradients(
        self, penalty: PlayerPenalty, mean: Metric, game: Game
    ) -> list[Tensor]:
        """Returns `interval` times the gradients of a penalty where it is due, else 0.

        A penalty is due in the steps that its interval divides.

        Args:
            penalty: Penalty of an interval above 1.
            mean: Running mean of its values, over the steps in which it is due.
            game: The `Game` of the update.

        Returns:
            List of tensors, one for each trainable weight.
        """
        # Their values: `unconnected_gradients` does not support Keras variables.
        weights = [weight.value for weight in self.network.trainable_variables]

        def compute() -> tuple[Tensor, list[Tensor]]:
            # The tape is inside the branch, so that a step that is not due costs
            # nothing; a tape around `tf.cond` fails under XLA with augmentation.
            with tf.GradientTape() as tape:
                value = tf.reduce_mean(penalty(self.recompute(game)))
                loss = self.scale_loss(penalty.interval * value)
            gradients = tape.gradient(loss, weights, unconnected_gradients="zero")
            return value, [tf.convert_to_tensor(gradient) for gradient in gradients]

        def skip() -> tuple[Tensor, list[Tensor]]:
            return tf.zeros(()), [tf.zeros_like(weight) for weight in weights]

        due = tf.equal(game.step % penalty.interval, 0)
        if self.needs_synchronization(penalty):
            # `tf.distribute` forbids a reduction over replicas inside `tf.cond`: the
            # penalty is computed at every step, and masked.
            value, gradients = compute()
            gradients = [tf.where(due, gradient, 0.0) for gradient in gradients]
        else:
            value, gradients = tf.cond(due, compute, skip)
        mean.update_state(value, sample_weight=tf.cast(due, tf.float32))
        return gradients

    def needs_synchronization(self, penalty: PlayerPenalty) -> bool:
        """Returns whether computing a penalty needs values of other replicas."""
        layers = self.network._flatten_layers()
        # Synchronized batch normalization reduces over replicas in its call.
        synchronized = any(getattr(layer, "synchronized", False) for layer in layers)
        several = tf.distribute.get_strategy().num_replicas_in_sync > 1
        return several and (penalty.needs_cross_replica or synchronized)

    def apply_gradients(self, gradients: list[Tensor | None]) -> None:
        """Updates the trainable weights by their gradients, from all replicas."""
        weights = self.network.trainable_variables
        self.optimizer.apply(synchronize(gradients, self.optimizer), weights)

    def clip(self, values: Sequence[Tensor]) -> Sequence[Tensor]:
        """Returns values of the weights clipped to `[-weight_clip, weight_clip]`."""
        if self.weight_clip is None:
            return values
        bound = self.weight_clip
        return [tf.clip_by_value(value, -bound, bound) for value in values]

    def clip_weights(self) -> None:
        """Clips the trainable weights, if there is a bound."""
        if self.weight_clip is not None:
            weights = self.network.trainable_variables
            for weight, value in zip(weights, self.clip(weights), strict=True):
                weight.assign(value)


def add(gradient: Tensor | None, other: Tensor) -> Tensor:
    """Returns the sum of two gradients, a tensor.

    Args:
        gradient: Tensor, `IndexedSlices`, or None for a weight without a gradient.
        other: Tensor.
    """
    # The gradient of an embedding is IndexedSlices, which have no `+`.
    return other if gradient is None else tf.convert_to_tensor(gradient) + other
