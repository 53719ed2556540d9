import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import (
    dataset,
    points,
    toy,
)

import keras_gan as kg


def test_a_third_network_is_one_half_overridden():
    class Inverted(kg.GAN):
        """Learns beside the game to read the latents off the images."""

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.encoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
            self.encoder_optimizer = keras.optimizers.Adam(0.01)
            self.encoder_optimizer.build(self.encoder.trainable_variables)

        def generator_step(self, game, tape, real_scores):
            super().generator_step(game, tape, real_scores)
            weights = self.encoder.trainable_variables
            with tf.GradientTape() as own:
                distances = tf.square(self.encoder(game.fake) - game.latents)
                loss = tf.reduce_mean(distances)
            self.encoder_optimizer.apply(own.gradient(loss, weights), weights)

    networks = (
        kg.networks.mlp_generator(width=8),
        kg.networks.mlp_discriminator(width=8),
    )
    gan = Inverted(*networks, seed=0)
    gan.compile(run_eagerly=True)
    before = gan.encoder.get_weights()
    gan.fit(dataset(), epochs=2, verbose=0)
    assert int(gan.encoder_optimizer.iterations) == 8
    assert np.abs(gan.encoder.get_weights()[0] - before[0]).max() > 1e-3


def identity_gan():
    """Returns a GAN whose generator makes normal points, as they are."""
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Activation("linear")])
    return toy(generator=generator)


@pytest.mark.filterwarnings("ignore:.* no trainable weights:UserWarning")
def test_equal_distributions_leave_the_discriminator_at_two_log_two():
    gan = identity_gan()
    gan.compile(
        discriminator_optimizer=keras.optimizers.Adam(1e-3), steps_per_execution=25
    )
    real = np.random.default_rng(0).normal(size=(12_800, 2)).astype("float32")
    logs = gan.fit(real, batch_size=256, epochs=4, verbose=0).history
    assert logs["discriminator_loss"][-1] == pytest.approx(2 * np.log(2), abs=0.02)
    assert logs["real_probability"][-1] == pytest.approx(0.5, abs=0.03)
    assert logs["fake_probability"][-1] == pytest.approx(0.5, abs=0.03)


@pytest.mark.filterwarnings("ignore:.* no trainable weights:UserWarning")
def test_a_sure_discriminator_stops_minimax_and_not_the_other():
    gan = identity_gan()
    gan.compile(
        discriminator_optimizer=keras.optimizers.Adam(0.02), steps_per_execution=25
    )
    far = 8.0 + 0.1 * np.random.default_rng(0).normal(size=(6400, 2)).astype("float32")
    gan.fit(far, batch_size=64, epochs=2, verbose=0)
    fake = tf.constant(gan.generate(64, seed=0))
    slopes = {}
    for name in ("minimax", "non_saturating"):
        with tf.GradientTape() as tape:
            tape.watch(fake)
            scores = gan.discriminator(fake)
            values = kg.losses.get(name).generator(scores, scores)
        slopes[name] = np.abs(tape.gradient(values, fake)).mean()
    assert slopes["minimax"] < 0.05 * slopes["non_saturating"]


def test_the_game_moves_the_generator_to_the_data():
    gan = toy()
    rates = [keras.optimizers.Adam(5e-3, beta_1=0.5) for _ in range(2)]
    gan.compile(*rates, steps_per_execution=25)
    real = points(6400) + 2.0
    gan.fit(real, batch_size=128, epochs=6, verbose=0)
    away = np.linalg.norm(gan.generate(1000, seed=0).mean(0) - real.mean(0))
    assert away < 0.7  # it began 3.5 away
