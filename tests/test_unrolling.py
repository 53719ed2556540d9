import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RATE, Recorded, facts, linear, points, sigmoid, state, toy, twins

import keras_gan as kg

DECAY = 0.7
"""Weight of R1 in the simulated game: of a linear D it is weight decay."""


def compiled(gan, optimizer, **arguments):
    """Returns a GAN whose G descends plainly, and whose D has this optimizer."""
    gan.compile(keras.optimizers.SGD(RATE), optimizer, **arguments)
    return gan


def slopes_of_loss(weights, real, fake, decay):
    """Returns the gradients of D's objective, for a linear D, in NumPy."""
    normal, bias = weights
    real_slopes = -sigmoid(-(real @ normal + bias)) / len(real)
    fake_slopes = sigmoid(fake @ normal + bias) / len(fake)
    of_normal = real.T @ real_slopes + fake.T @ fake_slopes + decay * normal
    return [of_normal, real_slopes.sum(0) + fake_slopes.sum(0)]


class Descent:
    """Gradient descent in NumPy."""

    def __init__(self, rate):
        self.rate = rate

    def copy(self):
        return self

    def move(self, weights, slopes):
        return [w - self.rate * s for w, s in zip(weights, slopes, strict=True)]


class Moments:
    """Adam in NumPy, as algorithm 1 of the paper but for the place of epsilon."""

    def __init__(self, rate, first=(0.0, 0.0), second=(0.0, 0.0), count=0):
        self.rate, self.first, self.second, self.count = rate, first, second, count

    def copy(self):
        return Moments(self.rate, self.first, self.second, self.count)

    def move(self, weights, slopes):
        self.count += 1
        moved, first, second = [], [], []
        old = weights, slopes, self.first, self.second
        for w, s, m, v in zip(*old, strict=True):
            first.append(0.5 * m + 0.5 * s)
            second.append(0.99 * v + 0.01 * s * s)
            size = np.sqrt(second[-1] / (1 - 0.99**self.count)) + 1e-7
            moved.append(w - self.rate * first[-1] / (1 - 0.5**self.count) / size)
        self.first, self.second = first, second
        return moved


def unrolled_loss(shift, weights, rule, real, drawn, steps, decay):
    """Returns G's loss against D after its imagined steps, in NumPy."""
    rule, fake = rule.copy(), drawn @ shift[0] + shift[1]
    for _ in range(steps):
        weights = rule.move(weights, slopes_of_loss(weights, real, fake, decay))
    return np.logaddexp(0, -(fake @ weights[0] + weights[1])).mean()


def differences(function, values, *rest, step=1e-6):
    """Returns the gradients of a function of some arrays, and of more arguments."""
    made = [np.zeros_like(value) for value in values]
    for number, value in enumerate(values):
        for place in np.ndindex(value.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = [one.copy() for one in values]
                moved[number][place] += sign * step
                ends.append(function(moved, *rest))
            made[number][place] = (ends[0] - ends[1]) / (2 * step)
    return made


CASES = {
    "sgd": (keras.optimizers.SGD, {}, Descent(RATE), 2, 0.0),
    "rate": (keras.optimizers.RMSprop, {"learning_rate": 0.4}, Descent(0.4), 3, 0.0),
    "penalized": (keras.optimizers.SGD, {}, Descent(RATE), 2, DECAY),
    "adam": (keras.optimizers.Adam, {}, Moments(RATE), 2, 0.0),
}


@pytest.mark.parametrize("case", CASES)
def test_the_generator_follows_the_gradient_through_imagined_steps(case):
    kind, fields, rule, steps, decay = CASES[case]
    more = {"beta_1": 0.5, "beta_2": 0.99} if case == "adam" else {}
    gan = compiled(
        linear(latents=Recorded(2)),
        kind(RATE, **more),
        unrolling=kg.Unrolling(steps, **fields),
        penalties=[kg.penalties.R1(decay)] if decay else [],
        run_eagerly=True,
    )
    rule = rule.copy()
    for number in range(3):  # Adam's moments are those of the steps before
        real = points(8, seed=number).astype("float64")
        before = [w.astype("float64") for w in gan.generator.get_weights()]
        weights = [w.astype("float64") for w in gan.discriminator.get_weights()]
        gan.latents.drawn.clear()
        logs = gan.train_on_batch(real.astype("float32"), return_dict=True)
        drawn = gan.latents.drawn[0].numpy().astype("float64")
        if case == "rate":
            weights = [w.astype("float64") for w in gan.discriminator.get_weights()]
        else:
            slopes = slopes_of_loss(weights, real, drawn @ before[0] + before[1], decay)
            weights = rule.move(weights, slopes)
            for made, one in zip(gan.discriminator.get_weights(), weights, strict=True):
                np.testing.assert_allclose(made, one, rtol=1e-4, atol=1e-6)
        rest = weights, rule, real, drawn, steps, decay
        assert logs["generator_loss"] == pytest.approx(
            unrolled_loss(before, *rest), rel=1e-4
        )
        slopes = differences(unrolled_loss, before, *rest)
        plain = differences(unrolled_loss, before, *rest[:4], 0, decay)
        assert (
            max(np.abs(a - b).max() for a, b in zip(slopes, plain, strict=True)) > 0.01
        )
        after = gan.generator.get_weights()
        for new, old, slope in zip(after, before, slopes, strict=True):
            np.testing.assert_allclose((old - new) / RATE, slope, rtol=2e-3, atol=2e-5)


def test_no_imagined_step_is_the_plain_game_to_the_bit():
    plain, unrolled = twins(lambda: toy(ema_momentum=0.9))
    for gan, unrolling in ((plain, None), (unrolled, kg.Unrolling(0))):
        gan.compile(
            keras.optimizers.Adam(0.01),
            keras.optimizers.Adam(0.01),
            unrolling=unrolling,
            penalties=[kg.penalties.R1()],
        )
        gan.fit(points(64), batch_size=16, epochs=2, verbose=0)
    for one, same in zip(state(plain).values(), state(unrolled).values(), strict=True):
        np.testing.assert_array_equal(one, same)


def judge(*layers):
    """Returns a discriminator of points that ends in one dense layer."""
    return keras.Sequential([keras.Input((2,)), *layers, keras.layers.Dense(1)])


def generator_turn(gan, real):
    """Plays a step by hand; returns D's state before and after G's half of it."""
    gan.train_on_batch(real)  # moments and statistics are no longer at their start
    game = gan.make_game((tf.constant(real),), gan.step_random("train", gan.steps))
    with tf.GradientTape() as tape:
        game = game.replace(fake=game.generate(game.latents))
    real_scores = gan.discriminator_step(gan.discriminator_inputs(game))
    variables = [*gan.discriminator.variables, *gan.discriminator_optimizer.variables]
    before = [np.asarray(variable) for variable in variables]
    learned = gan.generator.get_weights()
    gan.generator_step(game, tape, real_scores)
    pairs = zip(gan.generator.get_weights(), learned, strict=True)
    assert any((new != old).any() for new, old in pairs)
    return before, [np.asarray(variable) for variable in variables]


def test_imagined_steps_leave_no_trace_in_the_discriminator():
    layers = keras.layers
    discriminator = judge(
        kg.layers.SpectralNormalization(layers.Dense(6)),
        layers.BatchNormalization(),
        layers.LeakyReLU(0.2),
        layers.Dropout(0.3),
    )
    gan = toy(discriminator=discriminator)
    arguments = {
        "unrolling": kg.Unrolling(2),
        "weight_clip": 0.3,
        "run_eagerly": True,
    }
    gan.compile(**arguments)
    before, after = generator_turn(gan, points(8))
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("steps", [0, 2])
def test_statistics_of_the_discriminator_move_by_its_own_update_alone(steps):
    # Without imagined steps, the pass of G's update moves them too, as in the program
    # of the lecture; with them, D stands at imagined weights there, and nothing moves.
    statistics = keras.layers.BatchNormalization(momentum=0.9)
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    gan = compiled(
        kg.GAN(generator, judge(statistics), latents=Recorded(2), seed=0),
        keras.optimizers.SGD(RATE),
        unrolling=kg.Unrolling(steps),
        run_eagerly=True,
    )
    matrix, shift = gan.generator.get_weights()
    gan.latents.drawn.clear()
    gan.train_on_batch(points(8))
    fake = gan.latents.drawn[0].numpy() @ matrix + shift
    mean = np.zeros(2)
    for batch in [points(8), fake, *([fake] if steps == 0 else [])]:
        mean = 0.9 * mean + 0.1 * batch.mean(0)
    np.testing.assert_allclose(statistics.moving_mean, mean, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.RMSprop(),
        keras.optimizers.SGD(0.1, momentum=0.9),
        keras.optimizers.AdamW(),
        keras.optimizers.Adam(amsgrad=True),
        keras.optimizers.Adam(clipnorm=1.0),
        keras.optimizers.SGD(0.1, weight_decay=0.1),
    ],
    ids=lambda one: one.name,
)
def test_an_optimizer_that_cannot_be_imagined_is_refused_with_the_way_out(optimizer):
    name = type(optimizer).__name__
    facts = rf"(?s)Expected: .*Adam.*Received: {name}.*What to do: .*learning_rate=0.1"
    with pytest.raises(ValueError, match=facts):
        compiled(linear(), optimizer, unrolling=kg.Unrolling(2))
    compiled(linear(), optimizer, unrolling=kg.Unrolling(0))
    compiled(linear(), optimizer, unrolling=kg.Unrolling(2, learning_rate=0.1))


@pytest.mark.parametrize(
    "fields",
    [{"steps": -1}, {"steps": 2.0}, {"learning_rate": 0.0}, {"learning_rate": True}],
)
def test_arguments_out_of_range_are_refused(fields):
    with pytest.raises(ValueError, match=facts(f"`{next(iter(fields))}` of Unrolling")):
        kg.Unrolling(**fields)


def test_what_is_no_unrolling_is_refused():
    with pytest.raises(TypeError, match=r"(?s)Expected: .*Received: 5.*What to do: "):
        toy().compile(unrolling=5)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("way", ["pad", "concat", "slice"])
def test_what_slices_has_every_derivative_under_xla(way, order):
    ways = {
        "pad": lambda x: tf.pad(x, [(0, 0), (1, 2)]),
        "concat": lambda x: tf.concat([x, 2.0 * x], axis=1),
        "slice": lambda x: tf.slice(x, [1, 0], [1, 2]),
    }

    def derivative(function):
        def slopes(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                total = tf.reduce_sum(tf.sin(function(x)))
            return tape.gradient(total, x)

        return slopes

    function = ways[way]
    for _ in range(order):
        function = derivative(function)
    x = tf.constant(points(3, seed=1))
    compiled = tf.function(function, jit_compile=True)(x)
    np.testing.assert_allclose(compiled, function(x), rtol=1e-4, atol=1e-6)
    assert np.abs(compiled).max() > 1e-3
