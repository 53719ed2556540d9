import csv

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import keras_gan as kg
from keras_gan.callbacks import curves as module
from keras_gan.callbacks.plotting import draw_curve, panels, plot


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


def watch(curves, values, first=0):
    """Runs epochs with given logs, without a GAN."""
    curves.on_train_begin()
    for epoch, value in enumerate(values, start=first):
        curves.on_epoch_begin(epoch)
        curves.on_epoch_end(epoch, {"generator_loss": value, **curves.extra})
    curves.on_train_end()


@pytest.fixture
def open_curves(tmp_path, monkeypatch):
    """Creates the callback of a new process, without plots."""
    monkeypatch.setattr(module, "plot", lambda rows, path: path.touch())

    def make(**extra):
        curves = kg.callbacks.Curves(tmp_path / "curves.png", tmp_path / "history.csv")
        curves.extra = extra
        return curves

    return make


def test_there_is_a_picture_after_each_epoch(tmp_path):
    curves = kg.callbacks.Curves(tmp_path / "curves.png")
    curves.extra = {}
    watch(curves, [0.5])
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.format == "PNG"
        assert picture.width >= 600


def test_a_resumed_run_goes_on_from_the_table(tmp_path, open_curves):
    watch(open_curves(), [1.0, 2.0, 3.0])
    watch(open_curves(), [4.0, 5.0], first=2)  # the third epoch again, as after a crash
    rows = table(tmp_path / "history.csv")
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert [float(row["generator_loss"]) for row in rows] == [1.0, 2.0, 4.0, 5.0]


def test_a_fresh_run_starts_the_table_anew(tmp_path, open_curves):
    watch(open_curves(), [1.0, 2.0])
    watch(open_curves(), [3.0])
    (row,) = table(tmp_path / "history.csv")
    assert float(row["generator_loss"]) == 3.0


def test_columns_may_come_later(tmp_path, open_curves):
    watch(open_curves(), [1.0])
    watch(open_curves(fd_toy=7.0), [2.0], first=1)
    watch(open_curves(fd_toy=8.0), [3.0], first=2)
    rows = table(tmp_path / "history.csv")
    assert [row["fd_toy"] for row in rows] == ["", "7.0", "8.0"]


def test_the_curves_are_drawn_of_the_whole_run(tmp_path, open_curves, monkeypatch):
    drawn = []

    def draw(rows, path):
        drawn.append([row["epoch"] for row in rows])
        path.touch()

    watch(open_curves(), [1.0, 2.0])
    monkeypatch.setattr(module, "plot", draw)
    curves = kg.callbacks.Curves(tmp_path / "curves.png", tmp_path / "history.csv")
    curves.extra = {}
    watch(curves, [3.0], first=2)
    assert drawn == [[1, 2, 3]]


def test_each_kind_has_a_panel(make, dataset, metric):
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    logs = (
        make()
        .fit(dataset, validation_data=dataset, verbose=0, callbacks=[evaluation])
        .history
    )
    found = panels([{"epoch": 1, **{key: values[0] for key, values in logs.items()}}])
    assert list(found) == ["Losses", "Scores", "Probabilities", "fd_toy"]
    plotted = {key for keys in found.values() for key in keys}
    assert plotted == set(logs) - {"loss", "val_loss"}


def line(rows, key):
    """Returns the epochs and values of a curve."""
    axes = Figure().add_subplot()
    draw_curve(axes, rows, key)
    (drawn,) = axes.lines
    return drawn.get_xdata(), drawn.get_ydata(), drawn


def test_a_metric_is_drawn_where_it_was_measured():
    values = [9.0, 9.0, 5.0, 5.0, 4.0]
    rows = [{"epoch": e, "fd_toy": v, "a_loss": v} for e, v in enumerate(values, 1)]
    epochs, drawn, _ = line(rows, "fd_toy")
    assert list(epochs) == [1, 3, 5]
    assert list(drawn) == [9.0, 5.0, 4.0]
    assert list(line(rows, "a_loss")[1]) == values


def test_validation_is_drawn_dashed_in_the_colour_of_training():
    rows = [{"epoch": 1, "real_score": 1.0, "val_real_score": 2.0, "fake_score": 0.0}]
    real, validation, fake = (
        line(rows, key)[2] for key in ("real_score", "val_real_score", "fake_score")
    )
    assert validation.get_linestyle() == "--" != real.get_linestyle()
    assert validation.get_color() == real.get_color() != fake.get_color()


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
    with pytest.raises(ValueError, match="not the CSV file of a training history"):
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
