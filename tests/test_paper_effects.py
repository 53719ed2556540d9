"""What the papers claim, seen on data small enough for two cores."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import points, set_seed, toy

import keras_gan as kg


def adam(rate):
    return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9)


def still_generator(shift):
    """Returns a generator that turns latents into points around (shift, 0)."""
    latents = keras.Input((2,))
    moved = keras.layers.Rescaling(0.3, offset=[shift, 0.0])(latents)
    scaled = keras.layers.Dense(
        2, use_bias=False, kernel_initializer="identity", name="one_weight"
    )(moved)
    return keras.Model(latents, scaled)


def around(shift, count=4096):
    noise = np.random.default_rng(0).normal(0.0, 0.3, (count, 2))
    return (noise + np.array([shift, 0.0])).astype("float32")


def critic_estimates(shift, steps=200, rate=1e-2, **arguments):
    """Returns a critic's estimate of the distance, and its GAN, G standing still."""
    set_seed(0)
    critic = kg.networks.mlp_discriminator(width=32)
    gan = kg.GAN(still_generator(0.0), critic, seed=0)
    gan.compile(keras.optimizers.SGD(0.0), adam(rate), loss="wasserstein", **arguments)
    dataset = kg.data.from_arrays(around(shift), batch_size=128, seed=0)
    gan.fit(dataset, epochs=-(-steps // 32), verbose=0)
    return -gan.evaluate(dataset, return_dict=True, verbose=0)[
        "discriminator_loss"
    ], gan


@pytest.mark.slow
def test_a_clipped_critic_follows_the_distance_of_shifted_gaussians():
    near, middle, far = (
        critic_estimates(shift, weight_clip=0.1)[0] for shift in (0.5, 1.0, 2.0)
    )
    assert near > 0
    assert middle / near == pytest.approx(2.0, rel=0.35)
    assert far / near == pytest.approx(4.0, rel=0.35)


@pytest.mark.parametrize("weight", [pytest.param(1.0, marks=pytest.mark.slow), 10.0])
def test_the_gradient_penalty_sets_the_slope_between_the_distributions(weight):
    estimate, gan = critic_estimates(
        2.0, steps=600, rate=3e-3, penalties=[kg.penalties.GradientPenalty(weight)]
    )
    mix = tf.constant(around(1.0, 512))
    slopes = kg.game.Score(gan.discriminator, training=False).input_gradients(mix)
    norms = np.linalg.norm(slopes, axis=1)
    # Of a slope s the critic gains 2 s and pays weight (s - 1)^2.
    best = 1.0 + 2.0 / (2.0 * weight)
    assert norms.mean() == pytest.approx(best, rel=0.12)
    assert estimate == pytest.approx(2.0 * best, rel=0.12)


def test_an_energy_gives_data_less_than_the_margin_and_holds_fakes_near_it():
    margin = 0.2
    energy = kg.networks.mlp_autoencoder((2,), code_dim=1, width=32, depth=2)
    gan = kg.GAN(still_generator(2.0), energy, seed=0)
    gan.compile(
        keras.optimizers.SGD(0.0), adam(3e-3), loss=kg.losses.EnergyMargin(margin)
    )
    dataset = kg.data.from_arrays(around(-1.0), batch_size=128, seed=0)
    gan.fit(dataset, epochs=8, verbose=0)
    logs = gan.evaluate(dataset, return_dict=True, verbose=0)
    assert -logs["real_score"] < 0.5 * margin
    assert -logs["fake_score"] > 0.8 * margin


@pytest.mark.slow
def test_the_errors_of_began_come_into_balance():
    gamma = 0.5
    energy = kg.networks.mlp_autoencoder((2,), 2, width=32, error="absolute")
    gan = kg.GAN(kg.networks.mlp_generator(width=32), energy, seed=0)
    loss = kg.losses.BEGAN(gamma=gamma, k_learning_rate=0.02)
    gan.compile(adam(1e-3), adam(1e-3), loss=loss, steps_per_execution=16)
    dataset = kg.data.from_arrays(points(2048), batch_size=128, seed=0)
    logs = gan.fit(dataset, epochs=30, verbose=0).history
    ratio = np.mean(logs["fake_score"][-10:]) / np.mean(logs["real_score"][-10:])
    assert ratio == pytest.approx(gamma, abs=0.2)
    assert max(logs["k"]) > 0.0


def test_feature_matching_brings_the_means_of_features_together():
    gan = toy(discriminator=kg.networks.mlp_discriminator(width=16, depth=1))
    gan.compile(
        adam(3e-3),
        keras.optimizers.SGD(0.0),
        loss=None,
        generator_penalties=[kg.penalties.FeatureMatching()],
    )
    dataset = kg.data.from_arrays(points(1024), batch_size=64, seed=0)
    logs = gan.fit(dataset, epochs=15, verbose=0).history
    assert logs["feature_matching"][-1] < 0.1 * logs["feature_matching"][0]


class Gallery(keras.layers.Layer):
    """Turns latents into images of a table: a generator as good as the data."""

    def __init__(self, images):
        super().__init__()
        self.images = images

    def build(self, input_shape):
        self.table = self.add_weight(shape=self.images.shape, name="table")
        self.table.assign(self.images)

    def call(self, latents):
        share = 0.5 * (1.0 + tf.math.erf(latents[:, 0] / np.sqrt(2.0)))
        numbers = tf.cast(share * len(self.images), tf.int32)
        return tf.gather(self.table, tf.minimum(numbers, len(self.images) - 1))


@pytest.mark.slow
def test_augmentation_keeps_the_discriminator_from_learning_200_images_by_heart():
    whole = kg.data.load("fashion_mnist_10k", batch_size=500, seed=0)
    images = np.concatenate([batch for _, batch in zip(range(3), whole, strict=False)])
    seen, others, unseen = images[:200], images[200:400], images[400:]
    ranks = {}
    for augment in (None, kg.augment.DiffAugment(), kg.augment.ADA(0.0, horizon=500)):
        set_seed(0)
        latents = keras.Input((1,))
        gan = kg.GAN(
            keras.Model(latents, Gallery(others)(latents)),
            kg.networks.dcgan_discriminator((28, 28, 1), width=16, normalization=None),
            augment=augment,
            seed=0,
        )
        gan.compile(keras.optimizers.SGD(0.0), adam(1e-3))
        gan.fit(seen, batch_size=50, epochs=100, verbose=0)
        known, new = (np.asarray(gan.discriminator(one)) for one in (seen, unseen))
        ranks[type(augment)] = np.mean(known[:, None] > new)
    plain, differentiable, adaptive = ranks.values()
    assert plain > 0.65  # 0.5 for a discriminator that knows none of them
    assert abs(differentiable - 0.5) < 0.05
    assert abs(adaptive - 0.5) < 0.1
