"""The discriminator a few imagined steps ahead: what the generator should fear."""

import contextlib
import dataclasses

import keras
import tensorflow as tf

from keras_gan.config import Configurable, check, is_number, register, user_error
from keras_gan.replicas import global_mean

EXTRAS = (
    "momentum",
    "amsgrad",
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "clipvalue",
    "gradient_accumulation_steps",
)
"""Options of Keras's optimizers that the rules below leave out."""

TINY = 1e-30
"""Where the root of a second moment stops to have a slope, which at 0 is infinite."""


@register
@dataclasses.dataclass(frozen=True)
class Unrolling(Configurable):
    """Lets G play against D as it will be after some more of its own steps.

    From D's weights w, `steps` updates on the same batch are imagined, the first by the
    gradient of D's loss (and of its penalties of interval 1) at w. G's loss is that of
    the last imagined weights, and its gradient passes through all of the updates: G
    sees how D would answer. D's real weights stay as they are.

    Args:
        steps: Imagined updates; with 0 the game is the plain one, to the bit.
        learning_rate: Rate of imagined gradient descent. None: the updates are those of
            D's own optimizer, which is SGD without momentum or Adam; Adam goes on from
            its present moments.

    Raises:
        ValueError: If an argument is out of range; in `compile`, if D's optimizer is
            another one.

    Reference: [Unrolled Generative Adversarial
    Networks](https://arxiv.org/abs/1611.02163).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(unrolling=kg.Unrolling(steps=5))
    """

    steps: int = 5
    learning_rate: float | None = None

    def __post_init__(self):
        check(
            isinstance(self.steps, int) and self.steps >= 0,
            "The number of imagined steps is out of range.",
            expected="steps of 0 or more, an int",
            received=f"steps={self.steps!r}",
            do="Use 5 to 10, as the paper; every one costs a step of D.",
        )
        check(
            self.learning_rate is None
            or (is_number(self.learning_rate) and self.learning_rate > 0.0),
            "The rate of the imagined steps is out of range.",
            expected="learning_rate above 0, or None for the optimizer's own steps",
            received=f"learning_rate={self.learning_rate!r}",
            do="For example, kg.Unrolling(steps=5, learning_rate=0.1).",
        )

    def check(self, optimizer):
        """Refuses an optimizer of D whose steps cannot be imagined."""
        if self.steps and self.learning_rate is None:
            rule_of(optimizer)

    def __call__(self, game, real_scores, player, loss):
        """Returns the game and the real scores as of the imagined weights.

        Args:
            game: The game of this part, with the generated images.
            real_scores: Scores of its real images, shape `(batch,)`.
            player: The discriminator, a `keras_gan.game.Player`.
            loss: From real and fake scores to D's loss per pair.
        """
        if self.steps == 0:
            return game, real_scores
        variables = player.network.trainable_variables
        weights = [tf.convert_to_tensor(variable) for variable in variables]
        rule = GradientDescent(self.learning_rate)
        if self.learning_rate is None:
            rule = rule_of(player.optimizer)
        state = rule.start(player.optimizer, variables)
        for number in range(1, self.steps + 1):
            gradients = imagined_gradients(game, player, loss, weights)
            weights, state = rule.step(weights, gradients, state, number)
            weights = player.clipped(weights)
        score = game.score.with_weights(weights)
        return game.replace(score=score), score(game.real)


def imagined_gradients(game, player, loss, weights):
    """Returns the gradients of D's objective at imagined weights, over all replicas."""
    with tf.GradientTape() as tape:
        tape.watch(weights)
        seen = game.replace(score=game.score.with_weights(weights).cached())
        value = tf.reduce_mean(loss(seen.score(game.real), seen.score(game.fake)))
        for penalty, _ in player.penalties:
            if penalty.interval == 1:
                value += tf.reduce_mean(penalty(seen))
    gradients = tape.gradient(value, weights, unconnected_gradients="zero")
    return [global_mean(tf.convert_to_tensor(one)[None]) for one in gradients]


def rule_of(optimizer):
    """Returns how an optimizer moves weights, as a function that has a gradient.

    Raises:
        ValueError: If it is neither SGD without momentum nor Adam, or does more.
    """
    inner = unscaled(optimizer)
    extras = [name for name in EXTRAS if getattr(inner, name, None)]
    if type(inner) is keras.optimizers.Adam and not extras:
        return Adam()
    if type(inner) is keras.optimizers.SGD and not extras:
        return GradientDescent(None)
    raise user_error(
        "The steps of this optimizer cannot be imagined.",
        expected="keras.optimizers.Adam, or SGD without momentum, for D",
        received=" with ".join([type(inner).__name__, *extras]),
        do="Change discriminator_optimizer, or name the rate of plain imagined steps: "
        "kg.Unrolling(steps=5, learning_rate=0.1).",
    )


def unscaled(optimizer):
    """Returns the optimizer inside that of half precision, if there is one."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer.inner_optimizer
    return optimizer


def gradient_of_update(operation, slopes):
    """Returns the gradient of what XLA makes of the gradient of a slice.

    Imagined steps that pay for slopes are differentiated three times, and `tf.pad` and
    `tf.concat` come to this operation there, which TensorFlow has no gradient of.
    """
    _, update, start = operation.inputs
    size = tf.shape(update, out_type=start.dtype)
    after = tf.shape(slopes, out_type=start.dtype) - size - start
    part = tf.slice(slopes, start, size)
    placed = tf.pad(part, tf.stack([start, after], axis=1))
    return slopes - placed, part, None


with contextlib.suppress(KeyError):  # it is known already
    tf.RegisterGradient("XlaDynamicUpdateSlice")(gradient_of_update)


@dataclasses.dataclass(frozen=True)
class GradientDescent:
    """The rule `w - rate * gradient`."""

    rate: float | None

    def start(self, optimizer, variables):
        """Returns the rate, of the optimizer if there is no other."""
        if self.rate is not None:
            return self.rate
        return tf.convert_to_tensor(unscaled(optimizer).learning_rate)

    def step(self, weights, gradients, rate, number):
        """Returns the weights after a step, and the rate."""
        pairs = zip(weights, gradients, strict=True)
        return [weight - rate * gradient for weight, gradient in pairs], rate


@dataclasses.dataclass(frozen=True)
class Adam:
    """The rule of Adam, from the present moments of an optimizer on.

    Reference: [Adam](https://arxiv.org/abs/1412.6980), algorithm 1, in the order of
    section 2 that Keras takes: epsilon is added to the root before its correction.
    """

    def start(self, optimizer, variables):
        """Returns the optimizer, and the first and second moments of all weights."""
        inner = unscaled(optimizer)
        places = [inner._get_variable_index(variable) for variable in variables]
        first, second = (
            [tf.convert_to_tensor(slots[place]) for place in places]
            for slots in (inner._momentums, inner._velocities)
        )
        return inner, (first, second)

    def step(self, weights, gradients, state, number):
        """Returns the weights after a step, and the state with new moments."""
        inner, (first, second) = state
        beta_1, beta_2 = inner.beta_1, inner.beta_2
        squares = [tf.square(gradient) for gradient in gradients]
        first = moved(first, gradients, 1 - beta_1)
        second = moved(second, squares, 1 - beta_2)
        count = tf.cast(inner.iterations.value, tf.float32) + number
        rate = tf.convert_to_tensor(inner.learning_rate)
        rate *= tf.sqrt(1 - beta_2**count) / (1 - beta_1**count)
        weights = [
            w - rate * m / (tf.sqrt(tf.maximum(v, TINY)) + inner.epsilon)
            for w, m, v in zip(weights, first, second, strict=True)
        ]
        return weights, (inner, (first, second))


def moved(means, values, share):
    """Returns running means after a share of the way to new values."""
    pairs = zip(means, values, strict=True)
    return [mean + (value - mean) * share for mean, value in pairs]
