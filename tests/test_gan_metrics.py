"""Metrics of `compile`: of samples and of Keras, in evaluations and not in training."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import Recorded, facts, pictures, set_seed

import keras_gan as kg

SHAPE = (28, 28, 1)
COUNT = 136  # above the number of features, below which a distance warns
BATCH = 34
NAMES = {"fd_fashion_mnist", "kd_fashion_mnist", "kd_fashion_mnist_std", "mse"}
MODES = {
    "eager": {"run_eagerly": True},
    "graph": {"jit_compile": False},
    "two batches at once": {"jit_compile": False, "steps_per_execution": 2},
    "xla": {"jit_compile": True},
}


def metrics():
    """Returns metrics of samples, by object and by name, and one of Keras."""
    return [
        kg.metrics.FrechetDistance("fashion_mnist"),
        "kd_fashion_mnist",
        keras.metrics.MeanSquaredError("mse"),
    ]


def compiled(latents="normal", **arguments):
    """Returns a GAN of 28x28 images with metrics."""
    set_seed(0)
    gan = kg.GAN(
        kg.networks.mlp_generator(SHAPE, width=4, depth=1),
        kg.networks.mlp_discriminator(SHAPE, width=4, depth=1),
        latents=latents,
        seed=0,
    )
    gan.compile(**{"metrics": metrics(), **arguments})
    return gan


def by_hand(real, fake):
    """Returns the results of the metrics, fed with all images at once."""
    distance, kernel, error = metrics()
    results = {}
    for metric in (distance, kg.metrics.get(kernel)):
        metric.update_state(real, fake)
        results |= metric.results()
    error.update_state(real, fake)
    return results | {"mse": float(error.result())}


@pytest.fixture(scope="module")
def expected():
    """The metrics fed by hand with all images of an evaluation."""
    gan = compiled(Recorded(2), run_eagerly=True)
    gan.latents.drawn.clear()
    real = pictures(COUNT, SHAPE)
    gan.evaluate(real, batch_size=BATCH, verbose=0)
    assert len(gan.latents.drawn) == COUNT // BATCH
    fake = gan.generator(np.concatenate(gan.latents.drawn))
    return by_hand(real, fake)


@pytest.mark.parametrize(
    "mode", [*[*MODES][:-1], pytest.param("xla", marks=pytest.mark.slow)]
)
def test_an_evaluation_is_the_metric_fed_by_hand(mode, expected):
    gan = compiled(**MODES[mode])
    for _ in range(2):  # the second one starts from nothing
        arguments = {"batch_size": BATCH, "verbose": 0}
        logs = gan.evaluate(pictures(COUNT, SHAPE), return_dict=True, **arguments)
        found = {name: logs[name] for name in NAMES}
        assert found == pytest.approx(expected, rel=1e-3)
        values = gan.evaluate(pictures(COUNT, SHAPE), **arguments)
        assert sorted(values) == pytest.approx(sorted(logs.values()), rel=1e-5)
    assert_logged_for_validation_data_alone(gan)  # here, as it shares the graphs


def assert_logged_for_validation_data_alone(gan):
    """Trains, and asserts which logs have the metrics of samples."""
    assert not NAMES & set(gan.train_on_batch(pictures(8, SHAPE), return_dict=True))
    held_out = pictures(COUNT, SHAPE, seed=1)
    history = gan.fit(
        pictures(16, SHAPE),
        batch_size=8,
        epochs=2,
        validation_data=held_out,
        validation_batch_size=BATCH,
        verbose=0,
    ).history
    assert not NAMES & set(history)
    assert {f"val_{name}" for name in NAMES} <= set(history)
    assert all(len(values) == 2 for values in history.values())
    logs = gan.evaluate(held_out, batch_size=BATCH, verbose=0, return_dict=True)
    for name in NAMES:
        assert history[f"val_{name}"][-1] == pytest.approx(logs[name], rel=1e-3)
        if not name.endswith("std"):  # one subset of all images has no deviation
            assert history[f"val_{name}"][0] != history[f"val_{name}"][1]
    history = gan.fit(pictures(16, SHAPE), batch_size=8, verbose=0).history
    assert not NAMES & set(history)  # nor after an evaluation


def test_a_flat_list_is_in_the_order_of_the_metrics():
    gan = compiled(run_eagerly=True)
    arguments = {"batch_size": BATCH, "verbose": 0}
    logs = gan.evaluate(pictures(COUNT, SHAPE), return_dict=True, **arguments)
    scores = [
        f"{k}_{name}" for name in gan.loss.score_metrics for k in ("real", "fake")
    ]
    order = ["generator_loss", "discriminator_loss", *scores, "mse"]
    order += ["fd_fashion_mnist", "kd_fashion_mnist", "kd_fashion_mnist_std", "loss"]
    assert set(logs) == set(order)
    values = gan.evaluate(pictures(COUNT, SHAPE), **arguments)
    assert values == pytest.approx([logs[name] for name in order], rel=1e-6)


def compiled_by_xla(make, monkeypatch):
    """Returns whether a function of Keras compiles anything by XLA."""
    function, compiles = tf.function, []

    def record(*args, jit_compile=None, **kwargs):
        compiles.append(bool(jit_compile))
        return function(*args, jit_compile=jit_compile, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(tf, "function", record)
        make(force=True)
    assert compiles
    return any(compiles)


@pytest.mark.parametrize("xla", [False, True])
def test_only_an_evaluation_with_them_is_not_compiled_by_xla(xla, monkeypatch):
    gan, plain = compiled(jit_compile=xla), compiled(jit_compile=xla, metrics=["mse"])
    for one in (gan, plain):
        assert compiled_by_xla(one.make_train_function, monkeypatch) is xla
    assert compiled_by_xla(plain.make_test_function, monkeypatch) is xla
    assert compiled_by_xla(gan.make_test_function, monkeypatch) is False
    assert gan.jit_compile is xla


@pytest.mark.parametrize("mode", ["eager", "graph"])
def test_they_are_saved_with_the_gan(mode, tmp_path, expected):
    compiled(**MODES[mode]).save(tmp_path / "gan.keras")
    gan = keras.saving.load_model(tmp_path / "gan.keras")
    assert set(gan.sample_metrics) == {"fd_fashion_mnist", "kd_fashion_mnist"}
    arguments = {"batch_size": BATCH, "verbose": 0}
    logs = gan.evaluate(pictures(COUNT, SHAPE), return_dict=True, **arguments)
    assert {name: logs[name] for name in NAMES} == pytest.approx(expected, rel=1e-3)


def test_two_metrics_of_one_name_are_refused():
    distance = kg.metrics.FrechetDistance
    with pytest.raises(ValueError, match=facts("`metrics`", "same log key")) as refused:
        compiled(metrics=["fd_fashion_mnist", distance("fashion_mnist")])
    assert "Received: fd_fashion_mnist" in str(refused.value)
    both = [distance("fashion_mnist"), distance("fashion_mnist", name="other")]
    assert [*compiled(metrics=both).sample_metrics] == ["fd_fashion_mnist", "other"]


@pytest.mark.parametrize(
    "metric", [kg.metrics.FrechetDistance, kg.metrics.FrechetDistance("fashion_mnist")]
)
def test_one_metric_needs_no_list(metric):
    assert [*compiled(metrics=metric).sample_metrics] == ["fd_fashion_mnist"]


@pytest.mark.parametrize("steps", [1, 2])
def test_an_evaluation_holds_the_images_of_one_execution(steps):
    gan, held = compiled(jit_compile=False, steps_per_execution=steps), []

    def count(batch, logs):
        held.append(sum(len(one.pending) for one in gan.sample_metrics.values()))

    callbacks = [keras.callbacks.LambdaCallback()]
    callbacks[0].on_test_batch_end = count
    images = pictures(COUNT, SHAPE)
    gan.evaluate(images, batch_size=BATCH, verbose=0, callbacks=callbacks)
    assert held == [0] * (COUNT // BATCH // steps)
