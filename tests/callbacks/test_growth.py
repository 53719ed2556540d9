"""Tests of progressive growing: schedule, training through all stages, resuming."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, has_keras, pictures, set_seed, state

import keras_gan as kg
from keras_gan.callbacks import ProgressiveGrowing

SHAPE = (16, 16, 1)
SMALL = (8, 8, 1)
"""Three stages, and two."""

BATCH = 4
LEVELS = [0, 0.5, 1, 1, 1.5, 2, 2]
"""Batch size of `fit`."""


def built(eager=True, ema_momentum=0.9, shape=SHAPE, **arguments):
    """Returns a small progressive GAN with fixed weights."""
    set_seed(0)
    gan = kg.GAN(
        kg.networks.progressive_generator(shape, latent_dim=3, width=1),
        kg.networks.progressive_discriminator(shape, width=1),
        ema_momentum=ema_momentum,
        seed=0,
    )
    rates = [keras.optimizers.Adam(0.01, beta_1=0.5) for _ in range(2)]
    gan.compile(*rates, **{"run_eagerly": eager, **arguments})
    return gan


class Levels(keras.callbacks.Callback):
    """Records steps, level and split of every batch."""

    def __init__(self):
        super().__init__()
        self.noted = []

    def on_train_batch_begin(self, batch, logs=None):
        gan = self.model
        players = gan.generator, gan.discriminator, gan.ema_generator
        level, *others = [float(player.level) for player in players]
        assert others == [level, level]
        self.noted.append((int(gan.steps), level, gan.steps_per_batch))


class Killed(keras.callbacks.Callback):
    """Saves the GAN after a batch, and interrupts the training."""

    def __init__(self, batch, path):
        super().__init__()
        self.batch, self.path = batch, path

    def on_train_batch_end(self, batch, logs=None):
        if batch == self.batch:
            self.model.save(self.path)
            raise KeyboardInterrupt


def data(batches, skip=0, shape=SHAPE):
    """Returns images in order, in batches, without the first ones."""
    images = pictures(batches * BATCH, shape)
    rest = tf.data.Dataset.from_tensor_slices(images[skip * BATCH :])
    return rest.batch(BATCH, drop_remainder=True)


def fit(gan, images, *callbacks, growing=None):
    """Trains by `LEVELS`, and returns the logs."""
    growing = growing or ProgressiveGrowing(2 * BATCH, BATCH, batch_size=BATCH)
    callbacks = [growing, *callbacks]
    return gan.fit(images, verbose=0, callbacks=callbacks).history


@pytest.fixture(scope="module")
def whole():
    """A GAN after all stages, its initial weights, its levels, and its logs."""
    gan, levels = built(), Levels()
    before = gan.get_weights()
    logs = fit(gan, data(7), levels)
    return gan, before, levels.noted, logs


def test_the_plan_is_that_of_the_paper():
    sides = [4, 8, 16, 32, 64, 128, 256, 512, 1024]
    sizes = {4: 16, 256: 8, 512: 4}
    phases = ProgressiveGrowing(800_000, 600_000, sizes).phases(sides)
    assert [phase.stage for phase in phases] == [0, *np.repeat(range(1, 9), 2)]
    assert [phase.fades for phase in phases] == [False] + [True, False] * 8
    start = images = 0
    for phase in phases:
        size = 16 if phase.stage < 6 else 8 if phase.stage == 6 else 4
        assert phase.split == 16 // size
        assert phase.start == start
        assert phase.steps * size == (800_000 if phase.fades else 600_000)
        start, images = start + phase.steps, images + phase.steps * size
    assert images == 8 * 800_000 + 9 * 600_000


def test_a_fade_ends_at_the_whole_and_a_run_is_shared_equally():
    phases = ProgressiveGrowing(batch_size=10, run_images=145).phases([7, 14])
    assert [phase.steps for phase in phases] == [5, 5, 5]  # whole batches
    shares = [phases[1].level(step) for step in range(5, 10)]
    np.testing.assert_allclose(shares, [0.2, 0.4, 0.6, 0.8, 1.0])
    assert [one.level(3) for one in (phases[0], phases[2])] == [0, 1]


def test_every_stage_is_passed_in_one_fit_and_the_level_is_logged(whole):
    gan, before, noted, logs = whole
    assert noted == [(step, level, 1) for step, level in enumerate(LEVELS)]
    assert logs["level"] == [2.0]
    assert np.isfinite(logs["generator_loss"]).all()
    moved = [
        not np.array_equal(*p) for p in zip(before, gan.get_weights(), strict=True)
    ]
    assert np.mean(moved) > 0.9  # all but the three levels
    images = gan.generate(2, seed=0)
    assert np.abs(images[:, ::2] - images[:, 1::2]).max() > 0  # no squares


def test_only_what_is_there_is_trained():
    gan = built(shape=SMALL)
    start = {id(one): np.array(one) for one in gan.generator.trainable_weights}
    fit(gan, data(1, shape=SMALL))
    now = {id(one) for one in gan.generator.trainable_variables}
    assert gan.generator.stage == 0
    for weight in gan.generator.trainable_weights:
        moved = np.abs(np.asarray(weight) - start[id(weight)]).max() > 0
        assert moved == (id(weight) in now)


@pytest.mark.parametrize(
    "batch", [4, *(pytest.param(batch, marks=pytest.mark.slow) for batch in (0, 1, 3))]
)
def test_killed_in_any_stage_and_resumed_is_as_if_never_killed(batch, whole, tmp_path):
    path = tmp_path / "gan.keras"
    gan = built()
    with pytest.raises(KeyboardInterrupt):
        fit(gan, data(7), Killed(batch, path))
    loaded, levels = keras.saving.load_model(path), Levels()
    assert float(loaded.generator.level) == LEVELS[batch]
    fit(loaded, data(7, skip=batch + 1), levels)
    assert [level for _, level, _ in levels.noted] == LEVELS[batch + 1 :]
    before, after = state(whole[0]), state(loaded)
    for (name, one), other in zip(before.items(), after.values(), strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)


@pytest.mark.slow  # traced at every stage, twice
@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_compiled_with_batch_sizes_killed_in_mid_fade_and_resumed(xla, tmp_path):
    path = tmp_path / "gan.keras"
    sizes = {4: 4, 8: 2}

    def growing():
        return ProgressiveGrowing(3 * BATCH, BATCH, sizes)

    arguments = {
        "jit_compile": xla,
        "loss": "wasserstein",
        "penalties": [kg.penalties.GradientPenalty(), kg.penalties.Drift()],
    }
    whole, levels = built(eager=False, shape=SMALL, **arguments), Levels()
    fit(whole, data(5, shape=SMALL), levels, growing=growing())
    steps, shares, splits = zip(*levels.noted, strict=True)
    np.testing.assert_allclose(shares, [0, 1 / 3, 2 / 3, 1, 1], atol=1e-6)
    assert splits == (1, 2, 2, 2, 2)
    assert steps == (0, 1, 3, 5, 7)
    assert (int(whole.steps), whole.steps_per_batch) == (9, 1)
    gan = built(eager=False, shape=SMALL, **arguments)
    with pytest.raises(KeyboardInterrupt):
        fit(gan, data(5, shape=SMALL), Killed(1, path), growing=growing())
    loaded = keras.saving.load_model(path)
    fit(loaded, data(5, skip=2, shape=SMALL), growing=growing())
    before, after = state(whole), state(loaded)
    for (name, one), other in zip(before.items(), after.values(), strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)
    np.testing.assert_array_equal(loaded.generate(2, 0), whole.generate(2, 0))


def test_an_interrupted_run_leaves_one_step_for_each_batch(tmp_path):
    gan = built(shape=SMALL)
    growing = ProgressiveGrowing(BATCH, BATCH, {4: 4, 8: 2})
    with pytest.raises(KeyboardInterrupt):
        fit(
            gan,
            data(5, shape=SMALL),
            Killed(1, tmp_path / "gan.keras"),
            growing=growing,
        )
    assert gan.steps_per_batch == 2
    before = int(gan.steps)
    gan.fit(data(1, shape=SMALL), verbose=0)
    assert int(gan.steps) == before + 1


def test_a_gan_without_an_average_that_made_images_before_it_grew():
    gan = built(eager=False, ema_momentum=None)
    for _ in range(2):  # so that it is traced at the full size, and cached
        grown = gan.generate(2, seed=0)
    fit(gan, data(1), growing=ProgressiveGrowing(100, batch_size={1: 4, 8: 2}))
    images = gan.generate(2, seed=0)
    assert np.abs(grown[:, ::4] - grown[:, 3::4]).max() > 0
    np.testing.assert_array_equal(images[:, ::4], images[:, 3::4])  # squares
    assert gan.generator is gan.ema_generator
    assert float(gan.generator.level) == 0


@pytest.mark.parametrize("anew", [True, False])
def test_optimizers_begin_anew_at_every_stage_if_they_are_to(anew):
    gan = built(shape=SMALL)
    growing = ProgressiveGrowing(BATCH, batch_size=BATCH, reset_optimizers=anew)
    images = data(3, shape=SMALL)
    fit(gan, images, growing=growing)  # one step at the base, two at the next size
    for optimizer in gan.optimizer.optimizers:
        assert int(optimizer.iterations) == (2 if anew else 3)
        assert float(optimizer.learning_rate) == pytest.approx(0.01)
        optimizer.learning_rate = 0.02
    gan.steps.assign(0)
    fit(gan, images, growing=growing)
    for optimizer in gan.optimizer.optimizers:
        assert int(optimizer.iterations) == (2 if anew else 6)
        assert float(optimizer.learning_rate) == pytest.approx(0.02)


def test_scaled_optimizers_of_half_precision_keep_their_scale():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = built(shape=SMALL)
    finally:
        keras.config.set_dtype_policy("float32")
    for optimizer in gan.optimizer.optimizers:
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        optimizer.dynamic_scale.assign(64.0)
    growing = ProgressiveGrowing(BATCH, batch_size=BATCH)
    logs = fit(gan, data(3, shape=SMALL), growing=growing)
    assert np.isfinite(logs["discriminator_loss"]).all()
    for optimizer in gan.optimizer.optimizers:
        assert float(optimizer.dynamic_scale) == 64
        assert int(optimizer.inner_optimizer.iterations) == 2
    assert float(gan.generator.level) == 1


def test_compiled_anew_in_the_middle_it_still_grows():
    gan = built(shape=SMALL)
    fit(gan, data(1, shape=SMALL))
    gan.compile(run_eagerly=True)
    logs = fit(gan, data(1, shape=SMALL))
    assert logs["level"] == [0.5]


def test_networks_that_cannot_grow_are_refused(make, images):
    with pytest.raises(ValueError, match=facts("same number of stages to grow")):
        make().fit(images, verbose=0, callbacks=[ProgressiveGrowing()])
    mixed = kg.GAN(
        kg.networks.progressive_generator((8, 8, 1), 3, 1),
        kg.networks.dcgan_discriminator((8, 8, 1), 4),
    )
    mixed.compile(run_eagerly=True)
    with pytest.raises(ValueError, match=facts("same number of stages to grow")):
        mixed.fit(images, verbose=0, callbacks=[ProgressiveGrowing()])
    with pytest.raises(ValueError, match=facts("`batch_size` has no value")):
        ProgressiveGrowing(batch_size={8: 4}).phases([4, 8])


def test_weights_of_another_stage_are_seen_where_images_were_made_before(tmp_path):
    gan, whole = built(eager=False), built(eager=False)
    latents = gan.latents.draw(kg.random.sample_stream(0), 4, 0)
    for level, network in ((0.0, gan.generator), (0.0, gan.ema_generator)):
        network.level.assign(level)
    gan.discriminator.level.assign(0.0)
    gan.save_weights(tmp_path / "young.weights.h5")
    images = pictures(8, SHAPE)
    for use in (
        lambda: whole.generate(4, seed=0),
        lambda: whole.predict(latents, verbose=0),
        lambda: whole.evaluate(images, verbose=0, return_dict=True)["real_score"],
    ):
        use()
    grown = whole.generate(4, seed=0)
    whole.load_weights(tmp_path / "young.weights.h5")
    young = whole.ema_generator(latents).numpy()
    np.testing.assert_allclose(whole.generate(4, seed=0), young.clip(-1, 1), atol=1e-6)
    generated = whole.predict(latents, verbose=0)
    np.testing.assert_allclose(generated, young.clip(-1, 1), atol=1e-6)
    assert np.abs(grown - young).max() > 1e-3
    score = whole.evaluate(images, verbose=0, return_dict=True)["real_score"]
    expected = whole.discriminator(images, training=False).numpy().mean()
    assert float(score) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("level", [0.0, 2.0])
def test_imagined_steps_have_the_moments_of_their_own_weights(level):
    gan = built(loss="wasserstein", unrolling=kg.Unrolling(1))
    for network in (gan.generator, gan.discriminator, gan.ema_generator):
        network.level.assign(level)
    for _ in range(2):
        logs = gan.train_on_batch(pictures(4, SHAPE), return_dict=True)
    assert np.isfinite(list(logs.values())).all()


def test_data_in_batches_of_another_size_than_the_plan_counts_are_refused():
    growing = ProgressiveGrowing(2 * BATCH, batch_size=2 * BATCH)
    with pytest.raises(ValueError, match=facts("batches of the data do not match")):
        fit(built(), data(3), growing=growing)


@pytest.mark.skipif(not has_keras(3, 13), reason="Keras 3.13 exports LiteRT")
def test_other_formats_have_the_images_that_users_see(tmp_path):
    gan = built(eager=False)
    gan.generator.trainable_weights[-2].assign_add(
        9.0 * tf.ones_like(gan.generator.trainable_weights[-2])
    )
    path = tmp_path / "generator.tflite"
    gan.export(path, format="litert", verbose=False)
    assert path.stat().st_size > 0
    latents = gan.latents.draw(kg.random.sample_stream(0), 2, 0)
    generated = gan.sampler.inference_model(latents).numpy()
    np.testing.assert_allclose(generated, gan(latents), atol=1e-6)
    assert np.abs(generated).max() <= 1.0
    with pytest.raises(ValueError, match=facts("requires a SavedModel")):
        gan.export(path, format="litert", truncation=0.5)
