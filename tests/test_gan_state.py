"""What belongs to a GAN beside its weights: the average's start, states, and names."""

import copy
import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import descend, linear, pictures, points, toy

import keras_gan as kg

# The averaged generator starts at the generator.


def moved(network, by=1.0):
    """Returns weights of a network that were loaded from elsewhere."""
    return [np.array(weight) + by for weight in network.get_weights()]


def loads(path, gan):
    source = toy()
    source.generator.set_weights(moved(gan.generator))
    source.generator.save_weights(path)
    gan.generator.load_weights(path)


def assigns(path, gan):
    for weight in gan.generator.weights:
        weight.assign_add(tf.ones_like(weight))


def sets(path, gan):
    gan.generator.set_weights(moved(gan.generator))


@pytest.mark.parametrize("way", [loads, assigns, sets])
def test_weights_of_the_generator_reach_the_average(way, tmp_path):
    gan = toy(ema_momentum=0.75)
    random = gan.generator.get_weights()
    random_images = gan.generate(2, seed=0)
    way(tmp_path / "g.weights.h5", gan)
    loaded = gan.generator.get_weights()
    for one, other in zip(loaded, random, strict=True):
        np.testing.assert_allclose(one, other + 1.0, rtol=1e-6)
    assert np.abs(gan.generate(2, seed=0) - random_images).max() > 0.1
    descend(gan).train_on_batch(points(8))
    live = gan.generator.get_weights()
    for start, end, average in zip(
        loaded, live, gan.ema_generator.get_weights(), strict=True
    ):
        np.testing.assert_allclose(average, 0.75 * start + 0.25 * end, rtol=1e-5)


def test_weights_of_the_average_remain():
    gan = toy(ema_momentum=0.75)
    gan.generator.set_weights(moved(gan.generator))
    averaged = moved(gan.ema_generator, by=2.0)
    gan.ema_generator.set_weights(averaged)
    gan.generator.set_weights(moved(gan.generator))
    for one, other in zip(gan.ema_generator.get_weights(), averaged, strict=True):
        np.testing.assert_array_equal(one, other)


def test_after_the_first_step_the_average_is_left_alone():
    gan = descend(toy(ema_momentum=0.75))
    gan.train_on_batch(points(8))
    averaged = gan.ema_generator.get_weights()
    gan.generator.set_weights(moved(gan.generator))
    for one, other in zip(gan.ema_generator.get_weights(), averaged, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_is_saved_before_training_has_the_loaded_weights(tmp_path):
    gan = toy(ema_momentum=0.75)
    gan.generator.set_weights(moved(gan.generator))
    expected = gan.generator.get_weights()
    other = toy(ema_momentum=0.75)
    other.set_weights(gan.get_weights())
    gan.generator.set_weights(expected)
    gan.save(tmp_path / "gan.keras")
    for one in (keras.saving.load_model(tmp_path / "gan.keras"), other):
        for pair in zip(one.ema_generator.get_weights(), expected, strict=True):
            np.testing.assert_array_equal(*pair)


# States of losses, schedules and augmentations.


def adaptive():
    """Returns a GAN with a state of each kind, and random layers."""
    shape = (8, 8, 1)
    discriminator = keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(1),
        ]
    )
    gan = toy(
        generator=kg.networks.mlp_generator(shape, width=4, depth=1),
        discriminator=discriminator,
        augment=kg.augment.ADA(target=-0.9, horizon=30),
    )
    return descend(gan, skip_discriminator_below=0.1)


def states(gan):
    return {
        name: keras.ops.convert_to_numpy(variable)
        for name, variable in gan.extra_variables.items()
    }


class Score(keras.callbacks.Callback):
    """Logs the epoch as a score, and records the states after each epoch."""

    def __init__(self):
        super().__init__()
        self.after = []

    def on_epoch_end(self, epoch, logs=None):
        logs["score"] = float(epoch)
        self.after.append({**states(self.model), "steps": int(self.model.steps)})


def differ(one, other):
    return {name for name in one if not np.array_equal(one[name], other[name])}


def test_states_of_the_best_epoch_are_restored():
    gan, score = adaptive(), Score()
    stop = keras.callbacks.EarlyStopping(
        "score", mode="min", patience=2, restore_best_weights=True
    )
    data = {"batch_size": 8, "epochs": 5, "verbose": 0}
    gan.fit(pictures(8), **data, callbacks=[score, stop])
    best, last = score.after[0], score.after[-1]
    changed = differ(best, last)
    assert changed >= {"augment_augment_probability", "random_0", "steps"}
    assert differ(best, {**states(gan), "steps": int(gan.steps)}) == set()


def test_states_of_a_checkpoint_of_weights_are_restored(tmp_path):
    gan, score, path = adaptive(), Score(), tmp_path / "{epoch}.weights.h5"
    checkpoint = keras.callbacks.ModelCheckpoint(path, save_weights_only=True)
    data = {"batch_size": 8, "epochs": 2, "verbose": 0}
    gan.fit(pictures(8), **data, callbacks=[score, checkpoint])
    gan.load_weights(tmp_path / "1.weights.h5")
    assert differ(score.after[0], {**states(gan), "steps": int(gan.steps)}) == set()


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda w: pickle.loads(pickle.dumps(w))]
)
def test_a_list_of_weights_is_one_of_keras_with_states(copied):
    gan = adaptive()
    weights, before = copied(gan.get_weights()), states(gan)
    assert isinstance(weights, list)
    for value, variable in zip(weights, gan.weights, strict=True):
        np.testing.assert_array_equal(value, keras.ops.convert_to_numpy(variable))
    gan.fit(pictures(8), batch_size=8, verbose=0)
    after = states(gan)
    gan.set_weights(list(weights))  # a plain list has no states
    assert differ(states(gan), after) == set()
    gan.set_weights(weights)
    assert differ(states(gan), before) == set()


def test_weights_pass_between_gans_of_other_losses():
    gan, other = adaptive(), adaptive()
    other.compile(loss="hinge")
    other.set_weights(gan.get_weights())
    for pair in zip(gan.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(*pair)


# Names of what `evaluate` returns.


def corners(images):
    """Returns two pixels of each image."""
    return images[:, 0, :2, 0].astype("float32")


METRICS = {
    "none": None,
    "of keras": ["mse", keras.metrics.MeanAbsoluteError(name="distance")],
    "of samples": ["mse", kg.metrics.FrechetDistance(corners)],
}


@pytest.mark.parametrize("case", METRICS)
def test_names_and_values_of_evaluate_agree(case):
    gan = adaptive()
    descend(gan, metrics=METRICS[case])
    gan.train_on_batch(pictures(8))
    named = gan.evaluate(pictures(16), batch_size=8, verbose=0, return_dict=True)
    values = gan.evaluate(pictures(16), batch_size=8, verbose=0)
    assert dict(zip(gan.metrics_names, values, strict=True)) == pytest.approx(named)


def test_a_gan_that_is_not_compiled_has_no_names():
    assert toy().metrics_names == []


def test_names_and_values_of_a_batch_agree():
    gan = descend(linear(), metrics=["mse"])
    named = gan.test_on_batch(points(8), return_dict=True)
    listed = zip(gan.metrics_names, gan.test_on_batch(points(8)), strict=True)
    assert {*dict(listed)} == {*named}
