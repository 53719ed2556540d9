"""Each penalty says which network it is for, and has a gradient for it."""

import functools

import catalogue
import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, points, set_seed

import keras_gan as kg

PLAYERS = {"discriminator": "penalties", "generator": "generator_penalties"}
"""Networks, and the argument of `compile` for the penalties of each."""


def gan_of_smooth_networks():
    """Returns a GAN of points whose networks have derivatives of all orders."""
    set_seed(0)
    dense = functools.partial(
        keras.layers.Dense, kernel_initializer=keras.initializers.RandomNormal(0.0, 1.0)
    )
    generator = [keras.Input((3,)), dense(6, "tanh"), dense(2)]
    discriminator = [keras.Input((2,)), dense(6, "tanh"), dense(5, "tanh"), dense(1)]
    return kg.GAN(keras.Sequential(generator), keras.Sequential(discriminator), seed=0)


@pytest.mark.parametrize("name", catalogue.PENALTIES)
def test_a_penalty_declares_its_networks(name):
    kind = getattr(kg.penalties, name)
    assert "players" in vars(kind)
    assert isinstance(kind.players, tuple)
    assert kind.players
    assert set(kind.players) <= set(PLAYERS)


CASES = [
    (name, player)
    for name in catalogue.PENALTIES
    for player in getattr(kg.penalties, name).players
]


@pytest.mark.parametrize(("name", "player"), CASES)
def test_a_penalty_has_a_gradient_for_its_network(name, player):
    gan, penalty = gan_of_smooth_networks(), catalogue.PENALTIES[name].make()
    gan.compile(**{PLAYERS[player]: [penalty]})
    network = getattr(gan, player)
    random = gan.step_random("train", 0)
    with tf.GradientTape() as tape:
        game = gan.make_game((tf.constant(points(8)),), random).with_fakes()
        value = tf.reduce_mean(penalty(game.replace(network=network)))
    gradients = tape.gradient(value, [w.value for w in network.trainable_variables])
    sizes = [np.abs(one).max() for one in gradients if one is not None]
    assert max(sizes) > 1e-4


@pytest.mark.parametrize(("name", "player"), CASES)
def test_a_penalty_trains_its_network(name, player):
    weights = {}
    for strength in (0.0, 1.0):
        gan = gan_of_smooth_networks()
        penalty = getattr(kg.penalties, name)(weight=strength)
        optimizers = keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1)
        gan.compile(*optimizers, run_eagerly=True, **{PLAYERS[player]: [penalty]})
        gan.train_on_batch(points(8))
        weights[strength] = getattr(gan, player).get_weights()
    moved = [np.abs(a - b).max() for a, b in zip(*weights.values(), strict=True)]
    assert max(moved) > 1e-5


REFUSED = [
    (name, player)
    for name in catalogue.PENALTIES
    for player in PLAYERS
    if (name, player) not in CASES
]


@pytest.mark.parametrize(("name", "player"), REFUSED)
def test_a_penalty_of_the_other_network_is_refused_with_its_argument(name, player):
    penalty = catalogue.PENALTIES[name].make()
    right = PLAYERS[penalty.players[0]]
    gan = gan_of_smooth_networks()
    with pytest.raises(ValueError, match=facts(f"`{PLAYERS[player]}`", player)) as no:
        gan.compile(**{PLAYERS[player]: [penalty]})
    facts_of = str(no.value).split("\n")
    assert f"{name} in `{right}`" in facts_of[1]
    assert f"{PLAYERS[player]}=[{penalty!r}]" in facts_of[2]
    assert f"gan.compile({right}=[kg.penalties.{name}()])" in facts_of[3]
    assert not gan.compiled


def test_penalties_of_both_networks_are_refused_and_taken():
    assert REFUSED
    assert ("OrthogonalRegularization", "discriminator") in CASES
    assert ("OrthogonalRegularization", "generator") in CASES
