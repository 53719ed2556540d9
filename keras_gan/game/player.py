"""One of the two who play: a network, and how it learns."""

import contextlib
import dataclasses
from collections.abc import Callable

import keras
import tensorflow as tf

from keras_gan.config import check


def same(game):
    """Returns the game as it is."""
    return game


@dataclasses.dataclass(frozen=True)
class Player:
    """A network, the optimizer that moves its weights, and what it is to minimize.

    Args:
        network: The generator or the discriminator.
        optimizer: Its own optimizer.
        mean: Running mean of its loss, without penalties.
        penalties: Pairs of a penalty and the running mean of its values.
        step: Training steps before this one: a penalty of interval k is due where k
            divides it.
        learns: Whether its turn counts: True, which costs nothing, or a tensor of shape
            `()`.
        clip: Bound of the size of every trainable weight, or None.
        replay: From the game to one whose images a new tape can see being made.
    """

    network: keras.Model
    optimizer: keras.optimizers.Optimizer
    mean: keras.metrics.Mean
    penalties: tuple = ()
    step: object = 0
    learns: object = True
    clip: float | None = None
    replay: Callable = same

    @contextlib.contextmanager
    def turn(self):
        """Undoes what happens to network and optimizer, unless the player learns."""
        if self.learns is True:
            yield
            return
        variables = [*self.network.variables, *self.optimizer.variables]
        before = [tf.convert_to_tensor(variable) for variable in variables]
        yield
        for variable, value in zip(variables, before, strict=True):
            variable.assign(tf.where(self.learns, variable.value, value))

    def objective(self, values, game):
        """Averages a loss and what is penalized at every step, weighed for replicas.

        Args:
            values: The loss of each image, of any shape.
            game: What the penalties look at.

        Returns:
            Tensor of shape `()`, to be taken the gradient of.
        """
        loss = tf.reduce_mean(values) + sum(self.network.losses)
        self.mean.update_state(loss)
        for penalty, mean in self.penalties:
            if penalty.interval == 1:
                value = tf.reduce_mean(penalty(game))
                mean.update_state(value)
                loss += value
        return self.share(loss)

    def share(self, loss):
        """Weighs a loss for the replicas and for half precision: only here."""
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return self.optimizer.scale_loss(loss / replicas)

    def descend(self, loss, tape, game):
        """Moves the weights down the slope of `objective`, which `tape` watched."""
        weights = self.network.trainable_variables
        gradients = tape.gradient(loss, weights)
        for penalty, mean in self.penalties:
            if penalty.interval > 1:
                due = self.lazy_gradients(penalty, mean, game)
                gradients = [total(*pair) for pair in zip(gradients, due, strict=True)]
        self.optimizer.apply(gradients, weights)
        if self.clip is not None:
            for weight, value in zip(weights, self.clipped(weights), strict=True):
                weight.assign(value)

    def clipped(self, values):
        """Returns values of the weights, within the bound."""
        if self.clip is None:
            return values
        return [tf.clip_by_value(value, -self.clip, self.clip) for value in values]

    def lazy_gradients(self, penalty, mean, game):
        """Returns the gradients of a penalty in the steps that it is due in, else 0.

        The tape is inside the branch, so that a step that is not due costs nothing. But
        no branch can wait for other replicas: a penalty that asks them is computed at
        every step.
        """
        weights = [weight.value for weight in self.network.trainable_variables]

        def now():
            with tf.GradientTape() as tape:
                value = tf.reduce_mean(penalty(self.replay(game)))
                loss = self.share(penalty.interval * value)
            gradients = tape.gradient(loss, weights, unconnected_gradients="zero")
            return value, [tf.convert_to_tensor(gradient) for gradient in gradients]

        def later():
            return tf.zeros(()), [tf.zeros_like(weight) for weight in weights]

        due = tf.equal(self.step % penalty.interval, 0)
        if self.needs_cross_replica(penalty):
            value, gradients = now()
            gradients = [tf.where(due, one, 0.0) for one in gradients]
        else:
            value, gradients = tf.cond(due, now, later)
        mean.update_state(value, sample_weight=tf.cast(due, tf.float32))
        return gradients

    def needs_cross_replica(self, penalty):
        """Tells whether a penalty waits for other replicas, as batch norm does too."""
        known = self.network._flatten_layers()
        synchronized = any(getattr(one, "synchronized", False) for one in known)
        several = tf.distribute.get_strategy().num_replicas_in_sync > 1
        return several and (penalty.needs_cross_replica or synchronized)


def total(gradient, more):
    """Returns the sum of two gradients, of which the first may be missing."""
    return more if gradient is None else tf.convert_to_tensor(gradient) + more


class Optimizers:
    """Both optimizers, behind the one `optimizer` that Keras's callbacks look for.

    Args:
        generator: The network.
        discriminator: The network.
        generator_optimizer: Keras optimizer, its name, or None: Adam(2e-4, beta_1=0.5,
            epsilon=1e-8).
        discriminator_optimizer: The same; another object.
        scale_loss: Whether losses are to be scaled for half precision.

    Raises:
        ValueError: If both are the same object.
    """

    built = True

    def __init__(
        self,
        generator,
        discriminator,
        generator_optimizer,
        discriminator_optimizer,
        scale_loss,
    ):
        check(
            generator_optimizer is None
            or isinstance(generator_optimizer, str)
            or generator_optimizer is not discriminator_optimizer,
            "Both networks were given the same optimizer object.",
            expected="an optimizer for each, which keeps moments of its own weights",
            received=f"one {type(generator_optimizer).__name__} for both",
            do="Make two, e.g. keras.optimizers.Adam(2e-4, beta_1=0.5) for each.",
        )
        self.optimizers = [
            build_optimizer(generator_optimizer, generator, scale_loss),
            build_optimizer(discriminator_optimizer, discriminator, scale_loss),
        ]

    @property
    def iterations(self):
        """Updates of the generator so far."""
        return self.optimizers[0].iterations

    @property
    def variables(self):
        """Everything that both keep."""
        return [v for optimizer in self.optimizers for v in optimizer.variables]


def build_optimizer(identifier, network, scale_loss):
    """Returns an optimizer with its slots made, without which Keras restores none."""
    if identifier is None:
        identifier = keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-8)
    optimizer = keras.optimizers.get(identifier)
    scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if scale_loss and not scaled:
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(network.trainable_weights)  # a growing network has more of them
    return optimizer
