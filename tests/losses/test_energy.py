import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import points, toy

import keras_gan as kg
from keras_gan import losses


def energy_gan(error="absolute", **changes):
    """Returns a GAN of points whose discriminator is an autoencoder."""
    autoencoder = kg.networks.mlp_autoencoder(code_dim=2, width=8, depth=1, error=error)
    return toy(discriminator=autoencoder, **changes)


@pytest.mark.parametrize(("rate", "start"), [(0.001, 0.0), (0.05, 0.4), (3.0, 0.5)])
def test_k_follows_the_recursion_of_the_paper(rate, start):
    random = np.random.default_rng(0)
    loss = losses.BEGAN(gamma=0.9, k_learning_rate=rate)
    k, updated = start, tf.constant(start)
    history = []
    for _ in range(30):
        real, fake = random.gamma(2.0, 1.0, (2, 8))  # errors of the autoencoder
        scores = [tf.constant(-error, tf.float32) for error in (real, fake)]
        logs = loss.metrics(*scores, None, k=updated)
        balance = 0.9 * real.mean() - fake.mean()
        assert float(logs["k"]) == pytest.approx(k, rel=1e-4, abs=1e-6)
        assert float(logs["convergence"]) == pytest.approx(
            real.mean() + abs(balance), rel=1e-5
        )
        updated = loss.next_state(*scores, None, k=updated)["k"]
        k = min(max(k + rate * balance, 0.0), 1.0)
        history.append(k)
        assert 0.0 <= float(updated) <= 1.0
        assert float(updated) == pytest.approx(k, rel=1e-4, abs=1e-6)
    if rate == 3.0:
        assert {0.0, 1.0} <= set(history)  # both bounds are reached


def test_k_is_updated_in_every_update_of_the_discriminator():
    gan = energy_gan()
    gan.compile(
        loss=losses.BEGAN(k_learning_rate=0.1), discriminator_steps=2, run_eagerly=True
    )
    term_state, k = gan.term_states["loss"], 0.0
    for step in range(3):
        before = k
        real = points(16, seed=step) + 2.0  # of a higher error than generated points
        logs = gan.train_on_batch(real, return_dict=True)
        balance = 0.5 * -logs["real_score"] + logs["fake_score"]  # means of 2 updates
        k += 0.1 * 2 * balance
        assert 0.0 < k < 1.0  # within its bounds
        assert float(term_state.values["k"]) == pytest.approx(k, rel=1e-4)
        assert before <= logs["k"] <= k


def test_k_weights_generated_images_in_the_loss_of_the_discriminator():
    gan = energy_gan()
    gan.compile(
        keras.optimizers.SGD(0.0),
        keras.optimizers.SGD(0.0),
        loss="began",
        run_eagerly=True,
    )
    gan.term_states["loss"].variables["k"].assign(0.25)
    logs = gan.train_on_batch(points(16), return_dict=True)
    expected = -logs["real_score"] + 0.25 * logs["fake_score"]
    assert logs["discriminator_loss"] == pytest.approx(expected, rel=1e-5)
    assert logs["generator_loss"] == pytest.approx(-logs["fake_score_after"], rel=1e-5)


def test_the_updates_of_began_use_different_latents():
    scores_of = {}
    for name in ("began", "energy_margin"):
        gan = energy_gan()
        gan.compile(
            keras.optimizers.SGD(0.0),
            keras.optimizers.SGD(0.0),
            loss=name,
            run_eagerly=True,
        )
        logs = gan.train_on_batch(points(16), return_dict=True)
        scores_of[name] = logs["fake_score"], logs["fake_score_after"]
    assert abs(scores_of["began"][0] - scores_of["began"][1]) > 1e-4
    assert scores_of["energy_margin"][0] == scores_of["energy_margin"][1]


def test_k_is_saved_restored_and_reset_by_compile(tmp_path):
    gan = energy_gan()
    gan.compile(loss=losses.BEGAN(k_learning_rate=0.1))
    gan.fit(points(32) + 2.0, batch_size=16, verbose=0)
    k = float(gan.term_states["loss"].values["k"])
    assert 0.0 < k < 1.0
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert float(loaded.term_states["loss"].values["k"]) == k
    loaded.compile(loss=losses.BEGAN(k_learning_rate=0.1))
    assert float(loaded.term_states["loss"].values["k"]) == 0.0


def test_energies_above_the_margin_give_the_discriminator_no_gradient():
    fake = tf.constant([-0.5, -2.0, -0.9])
    with tf.GradientTape() as tape:
        tape.watch(fake)
        values = losses.EnergyMargin(1.0).discriminator(tf.zeros((3,)), fake)
    assert tape.gradient(values, fake).numpy().tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize("loss", ["began", "energy_margin"])
def test_scores_above_zero_raise_an_error(loss):
    gan = toy()
    gan.discriminator.layers[-2].bias.assign([50.0])
    with pytest.raises(ValueError, match=r"(?s)energy.*Received: .*autoencoder"):
        gan.compile(loss=loss)
