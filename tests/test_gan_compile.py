import keras
import numpy as np
import pytest
from toys import (
    RATE,
    Recorded,
    dataset,
    descend,
    linear,
    pictures,
    points,
    toy,
    toy_dcgan,
    twins,
)

import keras_gan as kg


def test_a_metric_given_to_compile_sees_real_and_generated_images():
    gan = descend(linear(latents=Recorded(2)), metrics=["mse"], run_eagerly=True)
    assert "mse" not in gan.train_on_batch(points(8), return_dict=True)
    matrix, shift = gan.generator.get_weights()
    gan.latents.drawn.clear()
    logs = gan.evaluate(points(8), verbose=0, return_dict=True)
    fake = gan.latents.drawn[0].numpy() @ matrix + shift
    assert logs["mse"] == pytest.approx(((fake - points(8)) ** 2).mean(), rel=1e-5)
    history = gan.fit(points(32), batch_size=8, verbose=0).history
    assert "mse" not in history


def test_to_compile_twice_leaves_nothing_behind():
    gan = toy_dcgan()
    gan.compile(metrics=["mse"], loss="minimax", run_eagerly=True)
    gan.fit(pictures(32), batch_size=16, verbose=0)
    weights = gan.get_weights()
    gan.compile(loss="hinge", run_eagerly=True)
    fresh = toy_dcgan()
    fresh.compile(loss="hinge")
    assert [m.name for m in gan.metrics] == [m.name for m in fresh.metrics]
    assert len(gan.variables) == len(fresh.variables)
    assert len(gan.optimizer.variables) == len(fresh.optimizer.variables)
    assert int(gan.generator_optimizer.iterations) == 0
    for one, other in zip(gan.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, other)
    history = gan.fit(pictures(32), batch_size=16, verbose=0).history
    assert "mse" not in history
    assert "real_probability" not in history


@pytest.mark.parametrize("kind", ["kernel_regularizer", "activity_regularizer"])
def test_regularizers_are_part_of_the_losses(kind):
    def make(strength):
        penalty = {kind: keras.regularizers.L2(strength)}
        dense = keras.layers.Dense(2, **penalty), keras.layers.Dense(1, **penalty)
        networks = [keras.Sequential([keras.Input((2,)), layer]) for layer in dense]
        return kg.GAN(*networks, seed=0, ema_momentum=0.5)

    plain, heavy = make(0.0), make(10.0)
    heavy.set_weights(plain.get_weights())
    logs = []
    for gan in (plain, heavy):
        descend(gan)
        logs.append(gan.train_on_batch(points(8), return_dict=True))
    assert logs[1]["discriminator_loss"] > logs[0]["discriminator_loss"]
    assert logs[1]["generator_loss"] > logs[0]["generator_loss"]
    for name in ("generator", "discriminator"):
        one, other = (getattr(gan, name).get_weights()[0] for gan in (plain, heavy))
        assert np.abs(one - other).max() > 1e-3
    evaluated = heavy.evaluate(points(8), verbose=0, return_dict=True)
    assert np.isfinite(evaluated["loss"])


def test_a_weight_regularizer_costs_its_formula():
    layer = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.3))
    discriminator = keras.Sequential([keras.Input((2,)), layer])
    gan = descend(toy(discriminator=discriminator), loss="hinge")
    layer.kernel.assign([[0.1], [-0.2]])
    kernel = layer.kernel.numpy()
    logs = gan.train_on_batch(points(8), return_dict=True)
    real, fake = logs["real_score"], logs["fake_score"]
    assert max(abs(real), abs(fake)) < 1  # inside the margin the hinge is linear
    expected = 2 - real + fake + 0.3 * (kernel**2).sum()
    assert logs["discriminator_loss"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_trains_in_single_precision_weights(policy):
    keras.config.set_dtype_policy(policy)
    try:
        gan = toy(ema_momentum=0.9)
    finally:
        keras.config.set_dtype_policy("float32")
    gan.compile()
    scaled = isinstance(gan.generator_optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (policy == "mixed_float16")
    before = gan.get_weights()
    history = gan.fit(points(32), batch_size=8, epochs=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert {w.dtype for w in gan.generator.weights} == {"float32"}
    assert any((a != b).any() for a, b in zip(gan.get_weights(), before, strict=True))


def test_the_scale_of_the_loss_changes_no_update():
    plain, scaled = twins(toy)
    descend(plain)
    scaled.compile(
        *[
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(RATE))
            for _ in range(2)
        ],
        run_eagerly=True,
    )
    for gan in (plain, scaled):
        gan.fit(dataset(), verbose=0)
    for one, other in zip(plain.get_weights(), scaled.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_steps_that_overflow_are_skipped_and_the_scale_halved():
    gan = toy()
    optimizers = [
        keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(RATE), initial_scale=2.0**126
        )
        for _ in range(2)
    ]
    gan.compile(*optimizers, run_eagerly=True)
    before = gan.discriminator.get_weights()
    gan.train_on_batch(1000 * points(8))
    for one, other in zip(gan.discriminator.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert float(optimizers[1].dynamic_scale) == 2.0**125
    assert int(gan.steps) == 1
