import csv

import numpy as np
import pytest
from PIL import Image

import keras_gan as kg
from keras_gan.callbacks.plotting import panels, plot


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_holds_what_the_history_holds(tmp_path, make, dataset, metric):
    curves = kg.callbacks.Curves(tmp_path / "a" / "curves.png")
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    history = (
        make().fit(dataset, epochs=3, verbose=0, callbacks=[evaluation, curves]).history
    )
    rows = table(tmp_path / "a" / "curves.csv")
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert set(rows[0]) == {"epoch", *history}
    for key, values in history.items():
        np.testing.assert_array_equal([float(row[key]) for row in rows], values)


def test_there_is_a_picture_after_each_epoch(tmp_path, make, dataset):
    make().fit(
        dataset, verbose=0, callbacks=[kg.callbacks.Curves(tmp_path / "curves.png")]
    )
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.format == "PNG"
        assert picture.width > 1000


def test_a_resumed_run_goes_on_from_the_table(tmp_path, make, dataset):
    path, history = tmp_path / "curves.png", tmp_path / "history.csv"
    gan = make()
    gan.fit(
        dataset, epochs=3, verbose=0, callbacks=[kg.callbacks.Curves(path, history)]
    )
    before = table(history)
    gan.fit(  # the third epoch again, as after a kill
        dataset,
        epochs=4,
        initial_epoch=2,
        verbose=0,
        callbacks=[kg.callbacks.Curves(path, history)],
    )
    rows = table(history)
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[:2] == before[:2]
    assert rows[2] != before[2]


def test_a_fresh_run_starts_the_table_anew(tmp_path, make, dataset):
    for epochs in (3, 1):
        curves = kg.callbacks.Curves(tmp_path / "curves.png")
        make().fit(dataset, epochs=epochs, verbose=0, callbacks=[curves])
    assert [row["epoch"] for row in table(tmp_path / "curves.csv")] == ["1"]


def test_columns_may_come_later(tmp_path, make, dataset, metric):
    gan, curves = make(), kg.callbacks.Curves(tmp_path / "curves.png")
    gan.fit(dataset, verbose=0, callbacks=[curves])
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    gan.fit(
        dataset, epochs=2, initial_epoch=1, verbose=0, callbacks=[evaluation, curves]
    )
    rows = table(tmp_path / "curves.csv")
    assert rows[0]["fd_toy"] == ""
    assert float(rows[1]["fd_toy"]) > 0


def test_each_kind_has_a_panel(make, dataset, metric):
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    logs = (
        make()
        .fit(dataset, validation_data=dataset, verbose=0, callbacks=[evaluation])
        .history
    )
    found = panels([{"epoch": 1, **{key: values[0] for key, values in logs.items()}}])
    assert list(found) == ["Losses", "Scores", "Probabilities", "fd_toy"]
    shown = {key for keys in found.values() for key in keys}
    assert shown == set(logs) - {"loss", "val_loss"}


def test_what_is_not_finite_is_left_out(tmp_path):
    rows = [
        {"epoch": 1, "generator_loss": 1.0, "fd_toy": 3.0},
        {"epoch": 2, "generator_loss": np.nan, "fd_toy": np.inf},
    ]
    plot(rows, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 0


def test_another_file_is_not_overwritten(tmp_path, make, dataset):
    other = tmp_path / "notes.csv"
    other.write_text("name,place\nAda,London\n")
    gan = make()
    curves = kg.callbacks.Curves(tmp_path / "curves.png", history=other)
    with pytest.raises(ValueError, match="not the history of a training"):
        gan.fit(dataset, verbose=0, callbacks=[curves])
    assert int(gan.steps) == 0
    assert other.read_text() == "name,place\nAda,London\n"


def test_curves_in_a_folder_that_cannot_be_written_stop_before_training(
    tmp_path, make, dataset
):
    (tmp_path / "file").write_text("")
    gan = make()
    curves = kg.callbacks.Curves(tmp_path / "file" / "curves.png")
    with pytest.raises(OSError, match="What to do"):
        gan.fit(dataset, verbose=0, callbacks=[curves])
    assert int(gan.steps) == 0
