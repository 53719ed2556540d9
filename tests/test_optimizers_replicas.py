"""Optimizers on two replicas: updates of one device, or an error by `compile`."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import points, set_seed, stated, toy, two_replicas

SGD = keras.optimizers.SGD


def trained(scope, optimizer, batch=None, **arguments):
    """Returns the changes of D's weights in one step, and the GAN.

    Args:
        scope: Scope of a strategy, or a null context.
        optimizer: Function that returns D's optimizer.
        batch: Images of the step.
        **arguments: Arguments of `compile`.
    """
    set_seed(1)
    with scope:
        gan = toy()
        gan.compile(SGD(0.1), optimizer(), run_eagerly=True, **arguments)
    before = gan.discriminator.get_weights()
    data = tf.data.Dataset.from_tensor_slices(points(16) if batch is None else batch)
    gan.fit(data.batch(16), verbose=0)
    after = gan.discriminator.get_weights()
    return [b - a for a, b in zip(after, before, strict=True)], gan


def length(changes):
    return np.linalg.norm(np.concatenate([one.ravel() for one in changes]))


def scaled(**options):
    return lambda: keras.optimizers.LossScaleOptimizer(SGD(1.0, **options))


def plain(**options):
    return lambda: SGD(1.0, **options)


CLIPPED = {
    "global norm": (plain(global_clipnorm=1e-3), lambda w: (length(w), 1e-3)),
    "norm": (
        plain(clipnorm=1e-3, loss_scale_factor=64.0),
        lambda w: (max(map(np.linalg.norm, w)), 1e-3),
    ),
    "value": (plain(clipvalue=1e-4), lambda w: (max(abs(o).max() for o in w), 1e-4)),
    "scaled": (scaled(global_clipnorm=1e-3), lambda w: (length(w), 1e-3)),
}


@pytest.mark.parametrize(
    "case",
    [
        "scaled",
        "value",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("norm", "global norm")),
    ],
)
def test_the_sum_over_replicas_is_clipped(case):
    optimizer, bound = CLIPPED[case]
    one, _ = trained(contextlib.nullcontext(), optimizer)
    two, _ = trained(two_replicas().scope(), optimizer)
    for changes in (one, two):
        measured, expected = bound(changes)
        assert measured == pytest.approx(expected, rel=1e-3)
    for first, second in zip(one, two, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("options", [{}, {"clipvalue": 1e-4}], ids=["plain", "clipped"])
@pytest.mark.parametrize(
    "half",
    [pytest.param(slice(8), marks=pytest.mark.slow), slice(8, 16)],
    ids=["first", "last"],
)
def test_an_overflow_in_one_replica_skips_the_update_of_all(half, options):
    batch = points(16)
    batch[half] = 1e36  # times the scale of the loss it is infinite
    changes, gan = trained(
        two_replicas().scope(), scaled(**options), batch, loss="wasserstein"
    )
    assert length(changes) == 0.0
    scale = keras.ops.convert_to_numpy(gan.discriminator_optimizer.dynamic_scale)
    assert scale == 2.0**14


def test_averages_are_those_of_one_device_and_finalized():
    average = plain(use_ema=True, ema_momentum=0.9)
    one, _ = trained(contextlib.nullcontext(), average)
    two, gan = trained(two_replicas().scope(), average)
    for first, second in zip(one, two, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)
    pairs = zip(
        gan.discriminator.trainable_weights,
        gan.discriminator_optimizer._model_variables_moving_average,
        strict=True,
    )
    for weight, mean in pairs:
        np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (weight, mean)))


def test_compile_may_be_called_outside_the_strategy():
    """Optimizers by name are then of the strategy, too."""

    def train(scope, compile_scope):
        set_seed(1)
        with scope:
            gan = toy()
        with compile_scope:
            gan.compile("sgd", "sgd", run_eagerly=True, skip_discriminator_below=0.0)
        data = tf.data.Dataset.from_tensor_slices(points(32)).batch(16)
        gan.fit(data, verbose=0)
        return gan.get_weights()

    nothing = contextlib.nullcontext()
    inside = train(two_replicas().scope(), nothing)
    for one, other in zip(train(nothing, nothing), inside, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


REFUSED = {
    "gradient_accumulation_steps": ({"gradient_accumulation_steps": 2}, "larger"),
    "ema_overwrite_frequency": (
        {"use_ema": True, "ema_overwrite_frequency": 2},
        "ema_momentum=0.999",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("wrap", [False, True], ids=["plain", "scaled"])
def test_what_replicas_cannot_do_is_refused(name, wrap):
    options, advice = REFUSED[name]
    with two_replicas().scope():
        gan, optimizer = toy(), SGD(0.1, **options)
        if wrap:
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        words = f"`{name}`", "`discriminator_optimizer`", "2 replicas", advice
        with pytest.raises(ValueError, match=stated(*words)):
            gan.compile(None, optimizer)
    toy().compile(None, SGD(0.1, **options))


def test_variables_of_another_strategy_are_refused():
    optimizer, outside = SGD(0.1), toy()
    with two_replicas().scope():
        gan = toy()
        with pytest.raises(ValueError, match=stated("outside the strategy", "scope")):
            gan.compile(optimizer)
        with pytest.raises(ValueError, match=stated("another tf.distribute", "scope")):
            outside.compile()
