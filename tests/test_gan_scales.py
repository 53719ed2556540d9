"""A game at several scales: lists of images through the same step."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, set_seed

import keras_gan as kg
from keras_gan.networks import pair

SCALES = [(4, 4, 1), (8, 8, 1)]


def networks():
    """Returns a pair of two scales: 4x4 and 8x8."""
    set_seed(0)
    latents = keras.Input((3,))
    small = keras.layers.Reshape((4, 4, 1))(keras.layers.Dense(16, "tanh")(latents))
    large = keras.layers.UpSampling2D()(small)
    large = keras.layers.Conv2D(1, 3, padding="same", activation="tanh")(large)
    generator = keras.Model(latents, [small, large])
    images = [keras.Input((4, 4, 1)), keras.Input((8, 8, 1))]
    x = keras.layers.Conv2D(3, 3, 2, "same", activation="relu")(images[1])
    x = keras.layers.Concatenate()([x, images[0]])
    scores = keras.layers.Dense(1)(keras.layers.Flatten()(x))
    return generator, keras.Model(images, scores)


def images(count=16):
    return np.random.default_rng(0).uniform(-1, 1, (count, 8, 8, 1)).astype("float32")


def test_real_images_are_averaged_to_every_scale():
    generator, _ = networks()
    real = images(2)
    small, large = pair.match_resolution(generator, tf.constant(real), SCALES)
    np.testing.assert_array_equal(large, real)
    means = real.reshape(2, 4, 2, 4, 2, 1).mean(axis=(2, 4))
    np.testing.assert_allclose(small, means, atol=1e-6)


def test_images_of_one_scale_stay_as_they_are():
    real = images(2)
    generator = kg.networks.dcgan_generator((8, 8, 1), width=4)
    assert pair.match_resolution(generator, real, [(8, 8, 1)]) is real


def test_users_see_the_finest_scale():
    gan = kg.GAN(*networks(), ema_momentum=0.9, seed=0)
    assert gan.image_shape == (8, 8, 1)
    made = gan.generate(3, seed=0)
    assert made.shape == (3, 8, 8, 1)
    latents = gan.latents.draw(kg.random.sample_stream(0), 3, 0)
    np.testing.assert_allclose(gan.generator(latents)[1], made, atol=1e-6)
    assert gan.predict(np.asarray(latents), verbose=0).shape == made.shape


@pytest.mark.parametrize(
    ("jit_compile", "penalties"),
    [
        (False, [kg.penalties.R1(), kg.penalties.DRAGAN()]),
        pytest.param(True, [kg.penalties.GradientPenalty()], marks=pytest.mark.slow),
    ],
)
def test_several_scales_go_through_penalties_and_augmentation(jit_compile, penalties):
    logs = []
    for eager in (True, False):
        gan = kg.GAN(*networks(), augment=kg.augment.DiffAugment(), seed=0)
        gan.compile(
            loss="wasserstein",
            penalties=penalties,
            generator_penalties=[
                kg.penalties.ModeSeeking(),
                kg.penalties.FeatureMatching(),
            ],
            run_eagerly=eager,
            jit_compile=jit_compile and not eager,
        )
        logs.append(gan.train_on_batch(images(), return_dict=True))
    assert logs[0] == pytest.approx(logs[1], rel=1e-3)
    assert np.isfinite(list(logs[0].values())).all()


def test_the_penalty_of_slopes_counts_every_scale():
    generator, discriminator = networks()
    weights = [np.zeros_like(w) for w in discriminator.get_weights()]
    weights[2][3::4] = 2.0  # the places of the small image: the slope there is 2
    discriminator.set_weights(weights)
    score = kg.game.Score(discriminator)
    real = pair.match_resolution(generator, tf.constant(images(5)), SCALES)
    game = kg.Game(score=score, real=real, fake=real, random=kg.random.Random(0))
    np.testing.assert_allclose(kg.penalties.R1(2.0)(game), 16 * 2.0**2, rtol=1e-6)
    norm = np.sqrt(16 * 2.0**2)
    found = kg.penalties.GradientPenalty(3.0)(game)
    np.testing.assert_allclose(found, 3.0 * (norm - 1.0) ** 2, rtol=1e-6)


def test_several_scales_are_saved_and_resumed(tmp_path):
    data = kg.data.from_arrays(images(32), batch_size=8)
    twins = [kg.GAN(*networks(), ema_momentum=0.9, seed=0) for _ in range(2)]
    for gan in twins:
        gan.compile(run_eagerly=True)
    twins[0].fit(data, epochs=2, verbose=0, validation_data=data)
    twins[1].fit(data, epochs=1, verbose=0)
    twins[1].save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    loaded.fit(data, epochs=2, initial_epoch=1, verbose=0)
    for one, other in zip(twins[0].variables, loaded.variables, strict=True):
        np.testing.assert_array_equal(one, other)
    assert loaded.export(tmp_path / "model").is_dir()


def test_a_batch_is_split_into_steps():
    """Steps of 8 of a batch of 16 are those of two batches of 8."""
    ends = []
    for batch, parts in ((8, 1), (16, 2)):
        gan = kg.GAN(*networks(), seed=0)
        gan.compile(run_eagerly=True)
        gan.steps_per_batch = parts
        for start in range(0, 16, batch):
            gan.train_on_batch(images()[start : start + batch])
        assert int(gan.steps.numpy()) == 2
        ends.append(gan.generate(4, seed=0))
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-6)


def test_a_discriminator_of_other_scales_is_refused():
    generator, _ = networks()
    plain = kg.networks.dcgan_discriminator((8, 8, 1), width=4)
    with pytest.raises(ValueError, match=facts("cannot take the generator's images")):
        kg.GAN(generator, plain)


@pytest.mark.parametrize("sides", [(4, 10), (8, 4)])
def test_scales_that_are_no_averages_are_refused(sides):
    latents = keras.Input((3,))
    made = [
        keras.layers.Reshape((side, side, 1))(keras.layers.Dense(side * side)(latents))
        for side in sides
    ]
    inputs = [keras.Input((side, side, 1)) for side in sides]
    flat = keras.layers.Concatenate()([keras.layers.Flatten()(one) for one in inputs])
    networks = (
        keras.Model(latents, made),
        keras.Model(inputs, keras.layers.Dense(1)(flat)),
    )
    with pytest.raises(ValueError, match=facts("sizes divide that of the last")):
        kg.GAN(*networks)
