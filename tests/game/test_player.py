import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RATE, Recorded, descend, linear, points, set_seed, toy

import keras_gan as kg
from keras_gan.game import Player


@kg.config.register
@dataclasses.dataclass(frozen=True)
class Pull(kg.penalties.Penalty):
    """A penalty that draws generated points to the origin, now and then."""

    weight: float = 1.0
    interval: int = 1

    def __call__(self, game):
        return self.weight * tf.reduce_sum(tf.square(game.fake), axis=1)


def compiled(gan, rate=RATE, **arguments):
    """Returns a GAN of two Wasserstein players who descend plainly, run eagerly."""
    rates = [keras.optimizers.SGD(rate) for _ in range(2)]
    gan.compile(*rates, loss="wasserstein", run_eagerly=True, **arguments)
    return gan


def test_a_lazy_penalty_is_due_every_interval_and_as_many_times_as_strong():
    gan = compiled(
        linear(latents=Recorded(2)), penalties=[kg.penalties.R1(0.3, interval=3)]
    )
    for step in range(7):
        real = points(8, seed=step)
        matrix, shift = gan.generator.get_weights()
        normal, bias = gan.discriminator.get_weights()
        logs = gan.train_on_batch(real, return_dict=True)
        fake = gan.latents.drawn[-1].numpy() @ matrix + shift
        slopes = (fake.mean(0) - real.mean(0))[:, None]
        due = step % 3 == 0
        if due:
            slopes = slopes + 3 * 0.3 * normal  # R1 is weight / 2 * |normal|^2
            value = 0.3 / 2 * (normal**2).sum()
            assert logs["r1"] == pytest.approx(value, rel=1e-5)
        made, same = gan.discriminator.get_weights()
        np.testing.assert_allclose(made, normal - RATE * slopes, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(same, bias, atol=1e-7)
        loss = fake @ normal - real @ normal
        assert logs["discriminator_loss"] == pytest.approx(loss.mean(), rel=1e-4)


@pytest.mark.parametrize("interval", [1, 2])
def test_the_generator_pays_lazily_too(interval):
    gan = compiled(
        linear(latents=Recorded(2)), generator_penalties=[Pull(0.2, interval)]
    )
    for step in range(4):
        matrix, shift = gan.generator.get_weights()
        logs = gan.train_on_batch(points(8, seed=step), return_dict=True)
        normal, _ = gan.discriminator.get_weights()  # G answers the D of this step
        drawn = gan.latents.drawn[-1].numpy()
        fake = drawn @ matrix + shift
        each = np.tile(-normal.T / 8, (8, 1))
        if step % interval == 0:
            each = each + interval * 0.2 * 2 * fake / 8
            value = 0.2 * (fake**2).sum(1).mean()
            assert logs["pull"] == pytest.approx(value, rel=1e-4)
        made = gan.generator.get_weights()
        new = matrix - RATE * drawn.T @ each, shift - RATE * each.sum(0)
        for one, other in zip(made, new, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_steps_that_are_not_due_are_not_in_the_mean():
    gan = linear()
    rates = keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0)
    gan.compile(*rates, penalties=[kg.penalties.R1(2.0, interval=3)], run_eagerly=True)
    value = (gan.discriminator.get_weights()[0] ** 2).sum()
    for _ in range(2):  # of the steps 0 to 4, then 5 to 9
        logs = gan.fit(points(40), batch_size=8, verbose=0).history
        assert logs["r1"] == [pytest.approx(value, rel=1e-5)]


def test_lazy_is_eager_on_the_mean():
    gan, penalty = toy(), kg.penalties.GradientPenalty
    gan.compile(run_eagerly=True)
    game = gan.make_game((tf.constant(points(8)),), gan.step_random("train", 0))
    game = game.replace(fake=game.generate(game.latents))
    weights = [weight.value for weight in gan.discriminator.trainable_variables]
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(penalty(5.0)(game))
    zero = tf.UnconnectedGradients.ZERO
    eager = tape.gradient(value, weights, unconnected_gradients=zero)
    player = Player(gan.discriminator, gan.discriminator_optimizer)
    lazy = [
        player.lazy_gradients(
            penalty(5.0, interval=4), keras.metrics.Mean(), game.replace(step=step)
        )
        for step in range(4, 8)
    ]
    assert max(float(tf.reduce_max(tf.abs(one))) for one in eager) > 1e-3
    for one, due in zip(eager, zip(*lazy, strict=True), strict=True):
        np.testing.assert_allclose(np.mean(due, axis=0), one, rtol=1e-5, atol=1e-7)
        assert (np.asarray(due[1:]) == 0.0).all()


def test_every_trainable_weight_of_the_discriminator_is_clipped():
    free, clipped = (linear() for _ in range(2))
    clipped.set_weights(free.get_weights())
    for gan, bound in ((free, None), (clipped, 0.25)):
        compiled(gan, weight_clip=bound)
        gan.train_on_batch(points(8))
    for one, other in zip(
        clipped.discriminator.get_weights(),
        free.discriminator.get_weights(),
        strict=True,
    ):
        np.testing.assert_allclose(one, np.clip(other, -0.25, 0.25), rtol=1e-6)
    assert np.abs(free.discriminator.get_weights()[0]).max() > 0.25


def test_weights_stay_clipped_and_the_rest_is_free():
    layers = keras.layers
    judge = [keras.Input((2,)), layers.Dense(6), layers.BatchNormalization()]
    gan = toy(discriminator=keras.Sequential([*judge, layers.Dense(1)]))
    descend(gan, "wasserstein", weight_clip=0.05, discriminator_steps=2)
    for step in range(3):
        gan.train_on_batch(points(16, seed=step))
        for weight in gan.discriminator.trainable_variables:
            assert np.abs(weight.numpy()).max() <= np.float32(0.05)
    statistics = gan.discriminator.non_trainable_variables
    assert max(np.abs(np.asarray(one)).max() for one in statistics) > 0.5
    assert max(np.abs(one).max() for one in gan.generator.get_weights()) > 0.3


@pytest.mark.parametrize("bound", [0.0, -0.1])
def test_a_bound_out_of_range_is_refused(bound):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        toy().compile(weight_clip=bound)


@pytest.mark.parametrize("learns", [True, False])
def test_an_update_is_reverted_unless_it_should_be_applied(learns):
    gan = toy()
    gan.compile()
    network, optimizer = gan.discriminator, gan.discriminator_optimizer
    player = Player(network, optimizer)
    variables = [*network.variables, *optimizer.variables]
    before = [np.asarray(variable) for variable in variables]
    weights = network.trainable_variables
    with player.conditional_update(tf.constant(learns)):
        optimizer.apply([tf.ones(weight.shape) for weight in weights], weights)
    for variable, value in zip(variables, before, strict=True):
        same = (np.asarray(variable) == value).all()
        assert same == (not learns or "learning_rate" in variable.path)


def test_no_loss_leaves_the_generator_to_its_penalties():
    gan = linear(latents=Recorded(2))
    rates = [keras.optimizers.SGD(RATE) for _ in range(2)]
    arguments = {"generator_penalties": [Pull(0.5)], "run_eagerly": True}
    gan.compile(*rates, loss=None, **arguments)
    matrix, shift = gan.generator.get_weights()
    logs = gan.train_on_batch(points(8), return_dict=True)
    fake = gan.latents.drawn[-1].numpy() @ matrix + shift
    np.testing.assert_allclose(
        gan.generator.get_weights()[1], shift - RATE * fake.mean(0), rtol=1e-5
    )
    assert logs["generator_loss"] == 0.0
    with pytest.raises(ValueError, match=r"`loss=None` requires(?s:.*)What to do: "):
        gan.compile(loss=None)


def much(**way):
    """Returns losses and weights of a training with much at once."""
    set_seed(0)
    dense = keras.layers.Dense
    judge = [keras.Input((2,)), dense(6, "tanh"), dense(1)]
    gan = toy(discriminator=keras.Sequential(judge))
    gan.compile(
        keras.optimizers.SGD(RATE),
        keras.optimizers.Adam(0.01, beta_1=0.5, epsilon=1e-3),
        loss="relativistic",
        penalties=[kg.penalties.R1(0.1, interval=2)],
        generator_penalties=[kg.penalties.FeatureMatching()],
        unrolling=kg.Unrolling(1),
        skip_discriminator_below=0.9,
        weight_clip=0.9,
        **way,
    )
    data = kg.data.from_arrays(points(64), batch_size=16, seed=0)
    history = gan.fit(data, verbose=0).history
    return history, gan.get_weights()


@pytest.mark.parametrize("xla", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_much_at_once_trains_alike_eagerly_as_a_graph_and_under_xla(xla):
    logs, weights = much(run_eagerly=True)
    assert 0.0 < np.mean(logs["discriminator_skipped"]) < 1.0
    others, others_weights = much(jit_compile=xla)
    assert set(others) == set(logs)
    for name, values in logs.items():
        np.testing.assert_allclose(others[name], values, rtol=1e-4, atol=1e-5)
    for one, other in zip(others_weights, weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
