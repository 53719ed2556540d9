import csv

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, has_keras

import keras_gan as kg


class Scripted(kg.metrics.SampleMetric):
    """A metric named `fd_fashion_mnist` with given values."""

    measure = "scripted"
    network_keys = ("fd_{}",)
    summary = kg.metrics.Moments

    def __init__(self, *values):
        super().__init__(
            kg.metrics.features.FunctionFeatures(
                lambda images: images.reshape(len(images), -1)[:, :2], "fashion_mnist"
            )
        )
        self.values = iter(values)

    def compare(self, real, fake):
        return next(self.values)


@pytest.fixture
def scripted(dataset):
    """Returns an Evaluation with given values."""
    return lambda *values: kg.callbacks.Evaluation(Scripted(*values), dataset, 64)


class Weights(keras.callbacks.Callback):
    """Records all variables after each epoch."""

    def __init__(self):
        super().__init__()
        self.after = []

    def on_epoch_end(self, epoch, logs=None):
        self.after.append(variables(self.model))


def variables(gan):
    """Returns all variables that training changes."""
    variables = [*gan.variables, *gan.optimizer.variables]
    return [np.array(variable.numpy()) for variable in variables]


def same(one, other):
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def rates(gan):
    optimizers = gan.generator_optimizer, gan.discriminator_optimizer
    return [float(optimizer.learning_rate) for optimizer in optimizers]


def scalars(folder):
    """Returns the values of all event files in a folder by tag."""
    found = {}
    for path in sorted(folder.rglob("events*")):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                number = tf.make_ndarray(value.tensor)
                found.setdefault(value.tag, []).append((event.step, number))
    return found


def test_tensorboard_gets_all_values(tmp_path, make, dataset, scripted):
    board = keras.callbacks.TensorBoard(tmp_path, write_steps_per_second=True)
    history = (
        make()
        .fit(dataset, epochs=2, verbose=0, callbacks=[scripted(3.0, 1.0), board])
        .history
    )
    found = scalars(tmp_path / "train")
    for key, values in history.items():
        steps, written = zip(*found[f"epoch_{key}"], strict=True)
        assert steps == (0, 1)
        np.testing.assert_allclose(written, values, rtol=1e-6)
    assert "epoch_steps_per_second" in found


def test_the_best_checkpoint_is_that_of_the_best_value(
    tmp_path, make, dataset, scripted
):
    path, weights = tmp_path / "best.keras", Weights()
    best = keras.callbacks.ModelCheckpoint(
        path, monitor="fd_fashion_mnist", mode="min", save_best_only=True
    )
    make().fit(
        dataset,
        epochs=3,
        verbose=0,
        callbacks=[scripted(3.0, 1.0, 2.0), weights, best],
    )
    loaded = keras.saving.load_model(path)
    assert same(variables(loaded), weights.after[1])
    loaded.fit(dataset, epochs=3, initial_epoch=2, verbose=0)
    assert same(variables(loaded), weights.after[2])


def test_a_checkpoint_is_not_saved_for_a_value_that_was_carried_on(
    tmp_path, make, dataset, scripted
):
    evaluation = scripted(3.0, 2.0)
    evaluation.every = 5
    best = keras.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}.keras",
        monitor="fd_fashion_mnist",
        mode="min",
        save_best_only=True,
    )
    make().fit(dataset, epochs=4, verbose=0, callbacks=[evaluation, best])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "4.keras"]


def test_the_csv_logger_has_a_column_of_every_value(tmp_path, make, dataset, scripted):
    evaluation = scripted(3.0, 2.0)
    evaluation.every = 3
    history = (
        make()
        .fit(
            dataset,
            epochs=3,
            verbose=0,
            callbacks=[evaluation, keras.callbacks.CSVLogger(tmp_path / "log.csv")],
        )
        .history
    )
    with open(tmp_path / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["fd_fashion_mnist"]) for row in rows] == [3.0, 3.0, 2.0]
    for key, values in history.items():
        np.testing.assert_allclose([float(row[key]) for row in rows], values)


def test_early_stopping_stops_and_restores_the_best(make, dataset, scripted):
    gan, weights = make(), Weights()
    stop = keras.callbacks.EarlyStopping(
        "fd_fashion_mnist", mode="min", patience=2, restore_best_weights=True
    )
    evaluation = scripted(3.0, 1.0, 2.0, 2.0)
    gan.fit(dataset, epochs=9, verbose=0, callbacks=[evaluation, weights, stop])
    assert len(weights.after) == 4
    count = len(gan.weights)
    best = weights.after[1][:count]
    assert same([np.array(weight.numpy()) for weight in gan.weights], best)


def test_the_patience_of_early_stopping_counts_epochs(make, dataset, scripted):
    evaluation = scripted(3.0, 2.0, 2.0)
    evaluation.every = 2
    stop = keras.callbacks.EarlyStopping("fd_fashion_mnist", mode="min", patience=1)
    history = (
        make().fit(dataset, epochs=5, verbose=0, callbacks=[evaluation, stop]).history
    )
    assert history["fd_fashion_mnist"] == [3.0, 2.0, 2.0]


def test_a_schedule_moves_both_learning_rates(make, dataset):
    gan = make()
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    gan.fit(dataset, epochs=2, verbose=0, callbacks=[schedule])
    assert rates(gan) == pytest.approx([5e-5, 5e-5])


def test_a_schedule_is_as_good_as_smaller_rates(make, dataset):
    scheduled, small = make(), make()
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 1e-4)
    scheduled.fit(dataset, verbose=0, callbacks=[schedule])
    for optimizer in small.optimizer.optimizers:
        optimizer.learning_rate = 1e-4
    small.fit(dataset, verbose=0)
    assert same(variables(scheduled), variables(small))


def test_a_plateau_lowers_both_learning_rates(make, dataset, scripted):
    gan = make()
    plateau = keras.callbacks.ReduceLROnPlateau(
        "fd_fashion_mnist", mode="min", factor=0.1, patience=1
    )
    gan.fit(dataset, epochs=3, verbose=0, callbacks=[scripted(1.0, 1.0, 0.5), plateau])
    assert rates(gan) == pytest.approx([2e-5, 2e-5])


@pytest.mark.skipif(has_keras(3, 15), reason="Keras 3.15 moves each learning rate")
def test_a_schedule_of_different_learning_rates_is_refused_before_keras_315(
    make, dataset
):
    gan = make()
    gan.optimizer.optimizers[0].learning_rate = 5e-5
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    with pytest.raises(ValueError, match=facts("different learning rates")):
        gan.fit(dataset, verbose=0, callbacks=[schedule])


@pytest.mark.skipif(not has_keras(3, 15), reason="Keras 3.15 moves each learning rate")
def test_a_schedule_moves_different_learning_rates(make, dataset):
    gan = make()
    gan.optimizer.optimizers[0].learning_rate = 5e-5
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    gan.fit(dataset, verbose=0, callbacks=[schedule])
    assert rates(gan) == pytest.approx([2.5e-5, 1e-4])


class KilledError(Exception):
    """Represents the end of a process."""


class Kill(keras.callbacks.Callback):
    """Ends the training within its third epoch."""

    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.steps) == 5:
            raise KilledError


def test_a_backup_resumes_as_if_nothing_had_happened(tmp_path, make, dataset):
    whole = make()
    whole.fit(dataset, epochs=4, verbose=0)
    killed, resumed = make(), make(seed=0)
    with pytest.raises(KilledError):
        killed.fit(
            dataset,
            epochs=4,
            verbose=0,
            callbacks=[Kill(), keras.callbacks.BackupAndRestore(tmp_path / "backup")],
        )
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    history = resumed.fit(dataset, epochs=4, verbose=0, callbacks=[backup])
    assert history.epoch == [2, 3]
    assert same(variables(resumed), variables(whole))


def test_a_second_fit_after_a_backup_trains_all_its_epochs(tmp_path, make, dataset):
    gan = make()
    with pytest.raises(KilledError):
        gan.fit(
            dataset,
            epochs=4,
            verbose=0,
            callbacks=[Kill(), keras.callbacks.BackupAndRestore(tmp_path / "backup")],
        )
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    gan.fit(dataset, epochs=4, verbose=0, callbacks=[backup])
    assert gan.fit(dataset, epochs=2, verbose=0).epoch == [0, 1]


def test_nan_stops_the_training_and_harms_no_other_callback(
    tmp_path, make, dataset, metric
):
    gan = make()
    gan.generator.set_weights(
        [np.full_like(weight, np.nan) for weight in gan.generator.get_weights()]
    )
    watching = [
        keras.callbacks.TerminateOnNaN(),
        kg.callbacks.Evaluation(metric, dataset, num_images=64),
        kg.callbacks.SampleGrid(tmp_path / "samples", num_images=4),
        kg.callbacks.Curves(tmp_path / "curves.png"),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
    ]
    history = gan.fit(dataset, epochs=5, verbose=0, callbacks=watching)
    assert history.epoch == [0]
    assert int(gan.steps) == 1
    assert np.isnan(history.history["fd_toy"][0])
    assert (tmp_path / "samples" / "animation.gif").exists()
    assert (tmp_path / "curves.png").exists()


def test_an_epoch_with_nan_is_not_the_best(tmp_path, make, dataset, scripted):
    best = keras.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}.keras",
        monitor="fd_fashion_mnist",
        mode="min",
        save_best_only=True,
    )
    evaluation = scripted(3.0, float("nan"), 2.0)
    make().fit(dataset, epochs=3, verbose=0, callbacks=[evaluation, best])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "3.keras"]
