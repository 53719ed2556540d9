"""Unrolled GAN: the generator's loss after some further discriminator updates."""

import contextlib
import dataclasses
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol, TypeAlias, TypeVar, cast

import keras
import tensorflow as tf

from keras_gan.config import Configurable, register
from keras_gan.errors import user_error
from keras_gan.game import Game, Player
from keras_gan.game.clipping import inner_optimizer
from keras_gan.replicas import global_mean
from keras_gan.typing import (
    AdamOptimizer,
    Operation,
    Optimizer,
    Tensor,
    TensorLike,
    Variable,
)
from keras_gan.validation import NonNegativeInt, Positive

DiscriminatorLoss: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""From real and fake scores to D's loss per pair."""

UNSUPPORTED = (
    "momentum",
    "amsgrad",
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "clipvalue",
    "gradient_accumulation_steps",
    "ema_overwrite_frequency",
)
"""Options of Keras's optimizers that the update rules below do not have."""

TINY = 1e-30
"""Smallest second moment: the derivative of its square root is infinite at 0."""


@register
@dataclasses.dataclass(frozen=True)
class Unrolling(Configurable):
    """Unrolled GAN: backpropagation through `steps` further discriminator updates.

    From D's weights, `steps` updates on the same batch are simulated by the gradients
    of D's loss (and of its penalties of interval 1). G's loss is that of the last
    simulated weights, and its gradient passes through all of the updates, so that G
    accounts for D's reaction. D's own weights do not change.

    Args:
        steps: Number of simulated updates, at least 0; 0 switches unrolling off.
        learning_rate: Learning rate of simulated gradient descent, above 0. None: the
            updates are those of D's own optimizer, SGD without momentum or Adam; Adam
            starts from its present moments.

    Raises:
        ValueError: If an argument is out of range; in `compile`, if D's optimizer is
            another one.

    Reference: [Unrolled Generative Adversarial
    Networks](https://arxiv.org/abs/1611.02163), equations 2 to 5.

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(unrolling=kg.Unrolling(steps=5))
    """

    steps: Annotated[
        NonNegativeInt,
        "Use 5 to 10, as in the paper; each costs a step of the discriminator.",
    ] = 5
    learning_rate: Annotated[
        Positive | None, "For example, kg.Unrolling(steps=5, learning_rate=0.1)."
    ] = None

    def check(self, optimizer: Optimizer) -> None:
        """Raises an error if the updates of D's optimizer cannot be simulated.

        Args:
            optimizer: D's Keras optimizer.

        Raises:
            ValueError: If it is not one that `update_rule` supports, and no
                `learning_rate` was passed.
        """
        if self.steps and self.learning_rate is None:
            update_rule(optimizer)

    def __call__(
        self, game: Game, real_scores: Tensor, player: Player, loss: DiscriminatorLoss
    ) -> tuple[Game, Tensor]:
        """Returns the game and the real scores of the last simulated weights.

        Args:
            game: The `Game` of this part of the batch, with generated images.
            real_scores: Scores of its real images, shape `(batch,)`.
            player: The discriminator, a `keras_gan.game.Player`.
            loss: From real and fake scores to D's loss per pair.
        """
        if self.steps == 0:
            return game, real_scores
        variables = player.network.trainable_variables
        weights: Sequence[Tensor] = list(map(tf.convert_to_tensor, variables))
        rule: UpdateRule[Any] = GradientDescent(self.learning_rate)
        if self.learning_rate is None:
            rule = update_rule(player.optimizer)
        state = rule.initial_state(player.optimizer, variables)
        for step in range(1, self.steps + 1):
            gradients = simulated_gradients(game, player, loss, weights)
            weights, state = rule.update(weights, gradients, state, step)
            weights = player.clip(weights)
        score = game.score.with_weights(weights)
        return game.replace(score=score), score(game.real)


def simulated_gradients(
    game: Game, player: Player, loss: DiscriminatorLoss, weights: Sequence[Tensor]
) -> list[Tensor]:
    """Returns the gradients of D's total loss at some weights, over all replicas.

    Args:
        game: The `Game` of this part of the batch.
        player: The discriminator, a `keras_gan.game.Player`.
        loss: From real and fake scores to D's loss per pair.
        weights: Tensors in the order of D's `trainable_variables`.
    """
    with tf.GradientTape() as tape:
        tape.watch(weights)
        game = game.replace(
            score=game.score.with_weights(weights).cached(), network=player.network
        )
        value = tf.reduce_mean(loss(game.score(game.real), game.score(game.fake)))
        # The scope is for penalties that read the weights themselves.
        pairs = [*zip(player.network.trainable_variables, weights, strict=True)]
        with keras.StatelessScope(pairs, initialize_variables=False):
            for penalty, _ in player.penalties:
                if penalty.interval == 1:
                    value += tf.reduce_mean(penalty(game))
    gradients = tape.gradient(value, weights, unconnected_gradients="zero")
    dense = map(tf.convert_to_tensor, gradients)  # those of embeddings are not
    # The new first axis has length 1: only the mean over the replicas is left.
    return [global_mean(gradient[None]) for gradient in dense]


State = TypeVar("State")


class UpdateRule(Protocol[State]):
    """Update of an optimizer as a differentiable function."""

    def initial_state(
        self, optimizer: Optimizer, variables: Sequence[Variable]
    ) -> State:
        """Returns the state before the first simulated update."""

    def update(
        self,
        weights: Sequence[Tensor],
        gradients: Sequence[Tensor],
        state: State,
        step: int,
    ) -> tuple[list[Tensor], State]:
        """Returns the weights and the state after simulated update number `step`."""


def update_rule(optimizer: Optimizer) -> UpdateRule[Any]:
    """Returns the update of an optimizer as a differentiable function.

    Raises:
        ValueError: If it is neither SGD without momentum nor Adam, or has options that
            the rules do not have.
    """
    inner = inner_optimizer(optimizer)
    options = [name for name in UNSUPPORTED if getattr(inner, name, None)]
    if type(inner) is keras.optimizers.Adam and not options:
        return Adam()
    if type(inner) is keras.optimizers.SGD and not options:
        return GradientDescent(None)
    raise user_error(
        "`unrolling` cannot simulate the updates of this `discriminator_optimizer`.",
        expected="keras.optimizers.Adam, or SGD without momentum",
        received=" with ".join([type(inner).__name__, *options]),
        do="Change discriminator_optimizer, or simulate plain gradient descent: "
        "kg.Unrolling(steps=5, learning_rate=0.1).",
    )


def gradient_of_dynamic_update_slice(
    operation: Operation, gradient: Tensor
) -> tuple[Tensor, Tensor, None]:
    """Returns the gradients of `XlaDynamicUpdateSlice`, which TensorFlow lacks.

    Simulated updates with a gradient penalty are differentiated three times; there the
    gradients of `tf.pad` and `tf.concat` become this operation under XLA.
    """
    _, update, start = operation.inputs
    size = tf.shape(update, out_type=start.dtype)
    after = tf.shape(gradient, out_type=start.dtype) - size - start
    part = tf.slice(gradient, start, size)
    padded = tf.pad(part, tf.stack([start, after], axis=1))
    return gradient - padded, part, None


with contextlib.suppress(KeyError):  # registered before, by an earlier import
    tf.RegisterGradient("XlaDynamicUpdateSlice")(gradient_of_dynamic_update_slice)


@dataclasses.dataclass(frozen=True)
class GradientDescent:
    """Update rule of gradient descent: `w - learning_rate * gradient`.

    Args:
        learning_rate: Learning rate, or None for that of the optimizer.
    """

    learning_rate: float | None

    def initial_state(
        self, optimizer: Optimizer, variables: Sequence[Variable]
    ) -> TensorLike:
        """Returns the learning rate."""
        if self.learning_rate is not None:
            return self.learning_rate
        learning_rate = inner_optimizer(optimizer).learning_rate
        return tf.cast(learning_rate, variables[0].dtype)

    def update(
        self,
        weights: Sequence[Tensor],
        gradients: Sequence[Tensor],
        state: TensorLike,
        step: int,
    ) -> tuple[list[Tensor], TensorLike]:
        """Returns the updated weights, and the learning rate."""
        learning_rate, pairs = state, zip(weights, gradients, strict=True)
        return [w - learning_rate * gradient for w, gradient in pairs], learning_rate


AdamState: TypeAlias = tuple[AdamOptimizer, tuple[list[Tensor], list[Tensor]]]
"""Keras's optimizer, and the first and second moments of all weights."""


@dataclasses.dataclass(frozen=True)
class Adam:
    """Update rule of Adam, from the present moments of an optimizer.

    Reference: [Adam](https://arxiv.org/abs/1412.6980), algorithm 1 in the order of
    section 2, as in Keras: epsilon is added to the root before the bias correction.
    """

    def initial_state(
        self, optimizer: Optimizer, variables: Sequence[Variable]
    ) -> AdamState:
        """Returns the optimizer, and the first and second moments of all weights."""
        inner = cast("AdamOptimizer", inner_optimizer(optimizer))
        indices = [inner._get_variable_index(variable) for variable in variables]
        first, second = (
            [tf.convert_to_tensor(slots[index]) for index in indices]
            for slots in (inner._momentums, inner._velocities)
        )
        return inner, (first, second)

    def update(
        self,
        weights: Sequence[Tensor],
        gradients: Sequence[Tensor],
        state: AdamState,
        step: int,
    ) -> tuple[list[Tensor], AdamState]:
        """Returns the updated weights, and the state with updated moments."""
        inner, (first, second) = state
        beta_1, beta_2 = inner.beta_1, inner.beta_2
        squares = [tf.square(gradient) for gradient in gradients]
        first = moving_averages(first, gradients, 1 - beta_1)
        second = moving_averages(second, squares, 1 - beta_2)
        # Keras's `floatx` may be wider than the networks.
        learning_rate = tf.cast(inner.learning_rate, weights[0].dtype)
        count = tf.cast(inner.iterations.value, learning_rate.dtype) + step
        learning_rate *= tf.sqrt(1 - beta_2**count) / (1 - beta_1**count)
        weights = [
            w - learning_rate * m / (tf.sqrt(tf.maximum(v, TINY)) + inner.epsilon)
            for w, m, v in zip(weights, first, second, strict=True)
        ]
        return weights, (inner, (first, second))


def moving_averages(
    averages: Sequence[Tensor], values: Sequence[Tensor], share: float
) -> list[Tensor]:
    """Returns `average + share * (value - average)` for each average and value."""
    pairs = zip(averages, values, strict=True)
    return [average + (value - average) * share for average, value in pairs]
