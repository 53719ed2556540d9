import sys
import types

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import keras_gan as kg
from keras_gan import images as pixels
from keras_gan.callbacks.drawing import Layout, draw, sample


def pictures(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".png")


def levels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def tensorboard_images(folder):
    """Returns the steps and images of all event files in a folder."""
    found = {}
    for path in folder.glob("events*"):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                assert value.tag == "samples"
                found[event.step] = tf.io.decode_png(value.tensor.string_val[2]).numpy()
    return found


def test_each_epoch_leaves_the_images_of_the_same_latents(tmp_path, make, dataset):
    gan = make()
    untrained = gan.generate(9, seed=5)
    gan.fit(
        dataset,
        epochs=2,
        verbose=0,
        callbacks=[kg.callbacks.SampleGrid(tmp_path, num_images=9, seed=5)],
    )
    assert pictures(tmp_path) == [f"epoch_000{epoch}.png" for epoch in range(3)]
    for epoch, samples in [(0, untrained), (2, gan.generate(9, seed=5))]:
        grid = pixels.enlarge(pixels.grid(pixels.to_uint8(samples), columns=3))
        np.testing.assert_array_equal(
            levels(tmp_path / f"epoch_000{epoch}.png"), grid[..., 0]
        )


def test_the_number_of_columns_is_obeyed(tmp_path, make, dataset):
    grid = kg.callbacks.SampleGrid(tmp_path, num_images=6, columns=6)
    make().fit(dataset, verbose=0, callbacks=[grid])
    height, width = levels(tmp_path / "epoch_0001.png").shape
    assert (height, width) == (8 * height // 8, (6 * 8 + 5 * 2) * height // 8)


def test_every_and_the_last_epoch_are_drawn(tmp_path, make, dataset):
    grid = kg.callbacks.SampleGrid(tmp_path, num_images=4, every=2)
    make().fit(dataset, epochs=3, verbose=0, callbacks=[grid])
    assert pictures(tmp_path) == ["epoch_0000.png", "epoch_0002.png", "epoch_0003.png"]


def test_a_resumed_run_goes_on_counting_and_animates_everything(
    tmp_path, make, dataset
):
    gan = make()
    for first, last in [(0, 2), (2, 4)]:
        grid = kg.callbacks.SampleGrid(tmp_path, num_images=4)
        gan.fit(dataset, epochs=last, initial_epoch=first, verbose=0, callbacks=[grid])
    assert pictures(tmp_path) == [f"epoch_000{epoch}.png" for epoch in range(5)]
    with Image.open(tmp_path / "animation.gif") as animation:
        assert animation.n_frames == 5
        animation.seek(4)
        last = np.asarray(animation.convert("L"), int)
    assert np.abs(last - levels(tmp_path / "epoch_0004.png").astype(int)).max() <= 1


def test_the_animation_leaves_out_pictures_of_another_run(tmp_path, make, dataset):
    pixels.save_png(tmp_path / "epoch_0001.png", np.zeros((5, 5, 1), np.uint8))
    pixels.save_png(tmp_path / "epoch_0009.png", np.zeros((5, 5, 1), np.uint8))
    grid = kg.callbacks.SampleGrid(tmp_path, num_images=4, every=2)
    make().fit(dataset, epochs=2, verbose=0, callbacks=[grid])
    with Image.open(tmp_path / "animation.gif") as animation:
        assert animation.n_frames == 2


def test_long_animations_are_thinned_out_evenly(tmp_path):
    grid = kg.callbacks.SampleGrid(tmp_path)
    for epoch in range(401):
        pixels.save_png(grid.path(epoch), np.zeros((1, 1, 1), np.uint8))
    frames = grid.frames(400)
    assert len(frames) == len(set(frames)) == 200
    assert [frames[0], frames[-1]] == [grid.path(0), grid.path(400)]


def test_no_animation_where_none_is_asked(tmp_path, make, dataset):
    grid = kg.callbacks.SampleGrid(tmp_path, num_images=4, animation=False)
    make().fit(dataset, verbose=0, callbacks=[grid])
    assert not (tmp_path / "animation.gif").exists()


def test_tensorboard_gets_the_same_pictures_by_epoch(tmp_path, make, dataset):
    grid = kg.callbacks.SampleGrid(
        tmp_path / "samples", num_images=4, log_dir=tmp_path / "logs"
    )
    make().fit(dataset, epochs=2, verbose=0, callbacks=[grid])
    found = tensorboard_images(tmp_path / "logs")
    assert sorted(found) == [0, 1, 2]
    for epoch, picture in found.items():
        np.testing.assert_array_equal(picture[..., 0], levels(grid.path(epoch)))


def test_tensorboard_gets_them_in_the_folder_of_the_pictures_by_default(
    tmp_path, make, dataset
):
    grid = kg.callbacks.SampleGrid(tmp_path, num_images=4)
    make().fit(dataset, verbose=0, callbacks=[grid])
    assert sorted(tensorboard_images(tmp_path)) == [0, 1]


@pytest.mark.parametrize(("channels", "depth"), [(1, 1), (2, 1), (3, 3), (4, 4)])
def test_images_of_any_number_of_channels_are_drawn(channels, depth):
    samples = np.linspace(-1, 1, 2 * 300 * 300 * channels)
    samples = samples.reshape((2, 300, 300, channels))
    drawn = draw(samples, Layout(columns=1))
    assert drawn.shape == (602, 300, depth)
    np.testing.assert_array_equal(drawn[:300], pixels.to_uint8(samples[0, ..., :depth]))


def test_points_are_drawn_in_the_plane(tmp_path, make):
    points = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    grid = kg.callbacks.SampleGrid(tmp_path, num_images=100)
    make(image_shape=(2,)).fit(points, batch_size=16, verbose=0, callbacks=[grid])
    assert levels(tmp_path / "epoch_0001.png").shape == (500, 500, 3)
    with Image.open(tmp_path / "animation.gif") as animation:
        assert animation.n_frames == 2


def test_points_stand_where_they_are():
    drawn = draw(np.array([[0.5, 0.5]])).astype(int)
    blue = (drawn[..., 2] - drawn[..., 0]) > 60
    rows, columns = np.nonzero(blue)
    height, width = drawn.shape[:2]
    assert rows.mean() < 0.4 * height
    assert columns.mean() > 0.6 * width


def test_a_generator_that_makes_nan_is_drawn_gray():
    drawn = draw(np.full((1, 8, 8, 1), np.nan))
    assert (drawn == 128).all()
    assert draw(np.full((3, 2), np.nan)).shape == (500, 500, 3)


class Display:
    """Mock of the module `IPython.display` that records the output."""

    def __init__(self):
        self.screen = []

    def Image(self, filename):  # noqa: N802
        return levels(filename)

    def display(self, picture, display_id):
        self.screen.append(picture)
        return self

    def update(self, picture):
        self.screen[-1] = picture


def test_a_notebook_shows_only_the_latest_picture(tmp_path, make, dataset, monkeypatch):
    ipython = types.ModuleType("IPython")
    ipython.display = Display()
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    grid = kg.callbacks.SampleGrid(tmp_path, num_images=4, show=True)
    make().fit(dataset, epochs=2, verbose=0, callbacks=[grid])
    (displayed,) = ipython.display.screen
    np.testing.assert_array_equal(displayed, levels(tmp_path / "epoch_0002.png"))


def test_show_without_ipython_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    with pytest.raises(ImportError, match="What to do: Leave out show=True"):
        kg.callbacks.SampleGrid(tmp_path, show=True)


def test_ipython_is_not_imported_unless_it_is_used(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    kg.callbacks.SampleGrid(tmp_path)


def test_a_folder_that_cannot_be_written_stops_before_training(tmp_path, make, dataset):
    (tmp_path / "file").write_text("")
    gan = make()
    for grid in [
        kg.callbacks.SampleGrid(tmp_path / "file" / "samples"),
        kg.callbacks.SampleGrid(tmp_path / "a", log_dir=tmp_path / "file" / "logs"),
    ]:
        with pytest.raises(OSError, match=r"cannot be written[\s\S]*What to do"):
            gan.fit(dataset, verbose=0, callbacks=[grid])
    assert int(gan.steps) == 0


@pytest.mark.parametrize("arguments", [{"every": 0}, {"every": 1.5}, {"num_images": 0}])
def test_numbers_out_of_range_are_refused(tmp_path, arguments):
    with pytest.raises(ValueError, match="What to do"):
        kg.callbacks.SampleGrid(tmp_path, **arguments)


def test_training_is_the_same_with_and_without(tmp_path, make, dataset):
    watched, alone = make(), make()
    watched.fit(dataset, verbose=0, callbacks=[kg.callbacks.SampleGrid(tmp_path)])
    alone.fit(dataset, verbose=0)
    for one, other in zip(watched.weights, alone.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def conditional(num_classes, names=None):
    """Returns a GAN whose images are its latents, with a gray level per class."""
    latents, labels = keras.Input((4,)), keras.Input((), dtype="int32")
    table = keras.layers.Embedding(num_classes, 4)
    x = keras.layers.Add()([keras.layers.Rescaling(0.3)(latents), table(labels)])
    table.embeddings.assign(np.linspace(-0.5, 0.5, 4 * num_classes).reshape(-1, 4))
    generator = keras.Model([latents, labels], keras.layers.Reshape((2, 2, 1))(x))
    displayed, label = keras.Input((2, 2, 1)), keras.Input((), dtype="int32")
    parts = [
        keras.layers.Flatten()(displayed),
        keras.layers.Embedding(num_classes, 1)(label),
    ]
    scores = keras.layers.Dense(1)(keras.layers.Concatenate()(parts))
    gan = kg.GAN(generator, keras.Model([displayed, label], scores), class_names=names)
    gan.compile(run_eagerly=True)
    return gan


def fit(gan, grid):
    images = np.zeros((4, 2, 2, 1), "float32")
    gan.fit(images, np.arange(4) % 3, batch_size=4, verbose=0, callbacks=[grid])


@pytest.mark.parametrize(
    ("labels", "numbers"),
    [(["star", 0], [2, 0]), ("square", [1]), (None, [0, 1, 2])],
)
def test_the_classes_that_are_named_have_a_row(tmp_path, labels, numbers):
    gan = conditional(3, ("circle", "square", "star"))
    fit(gan, kg.callbacks.SampleGrid(tmp_path, columns=2, labels=labels))
    rows = [gan.generate(2, seed=0, labels=number) for number in numbers]
    grid = pixels.enlarge(pixels.grid(pixels.to_uint8(np.concatenate(rows)), 2))
    drawn = levels(tmp_path / "epoch_0001.png")
    np.testing.assert_array_equal(drawn[:, -grid.shape[1] :], grid[..., 0])


def test_of_many_classes_the_first_have_a_row_unless_more_are_named():
    gan = conditional(25)
    assert sample(gan, 25, seed=0)[1].names == tuple(map(str, range(20)))
    named = sample(gan, 25, seed=0, labels=range(25))
    assert named[1].names == tuple(map(str, range(25)))
    assert len(named[0]) == 25


def test_classes_that_are_not_there_are_refused_before_training(
    tmp_path, make, dataset
):
    with pytest.raises(ValueError, match=r"not be empty[\s\S]*What to do"):
        kg.callbacks.SampleGrid(tmp_path, labels=[])
    gan = conditional(3)
    with pytest.raises(ValueError, match=r"unknown class[\s\S]*What to do"):
        fit(gan, kg.callbacks.SampleGrid(tmp_path, labels=[0, "moon"]))
    assert int(gan.steps) == 0
    grid = kg.callbacks.SampleGrid(tmp_path, labels=[0])
    with pytest.raises(ValueError, match="not trained with labels"):
        make().fit(dataset, verbose=0, callbacks=[grid])
