"""`--data` of every command: what it takes, and what is told of a mistyped one."""

import os
import pathlib
import shutil
import tarfile

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from workplace import keras_gan, paint, read, refused, train, tree

import keras_gan as kg
from keras_gan_cli import paths, starting


def images_of(folder):
    return np.stack([np.asarray(Image.open(path)) for path in sorted(folder.iterdir())])


@pytest.fixture
def everything(workplace, monkeypatch):
    """The same images in every form, by what is passed as `--data`."""
    folder = workplace / "pictures"
    monkeypatch.setenv("HOME", str(workplace))
    shutil.make_archive("packed", "zip", workplace, "pictures")
    with tarfile.open("packed.tar.gz", "w:gz") as archive:
        archive.add("pictures")
    np.save("array.npy", images_of(folder))
    with tf.io.TFRecordWriter("shard-0.tfrecord") as writer:
        for path in sorted(folder.iterdir()):
            value = tf.train.BytesList(value=[path.read_bytes()])
            features = {"image": tf.train.Feature(bytes_list=value)}
            features = tf.train.Features(feature=features)
            writer.write(tf.train.Example(features=features).SerializeToString())
    return [
        "~/pictures",
        "packed.zip",
        "packed.tar.gz",
        "array.npy",
        "shard-*.tfrecord",
    ]


def test_check_and_training_take_every_form(everything, monkeypatch):
    loaded = {}
    monkeypatch.setattr("keras_gan_cli.tasks.train.train", loaded.__setitem__)
    expected = list(kg.data.from_directory("pictures", batch_size=32))
    for data in everything:
        assert "images        64" in keras_gan("check", data).stdout
        loaded.clear()
        result = keras_gan("train", "--data", data, "--batch-size", 32)
        assert result.exit_code == 0, result.output
        (record,) = loaded.values()
        source = record.options.data
        assert os.path.isabs(source)
        assert "~" not in source
        np.testing.assert_array_equal(
            list(kg.data.load(source, batch_size=32)), expected
        )


def test_a_run_on_an_archive_is_resumed_and_evaluated(everything, no_export):
    result = train("--data", "packed.zip", "--batch-size", 32)
    assert result.exit_code == 0, result.output
    folder = pathlib.Path("runs/dcgan-packed")
    assert read(folder, "run.json")["data"] == os.path.abspath("packed.zip")
    assert train("--data", "./packed.zip", "--resume", "--epochs", 2).exit_code == 0
    result = keras_gan("evaluate", folder, "--out", "~/values.json")
    assert result.exit_code == 0, result.output
    assert read("values.json")["data"] == os.path.abspath("packed.zip")


MISTYPED = {
    "": "There is no folder or file",
    "my-pictures": "There is no folder or file",
    "picture": "must be the name of a dataset",
    "pictures/trian": "There is no folder or file",
    "./picturs": "Did you mean ./pictures?",
    "pics*": "There is no folder or file",
    "pics.zip": "There is no folder or file",
    "https://host/pics.zip": "Download it first",
    "film.mp4": "ffmpeg",
    "broken.zip": "This file cannot be read",
    "broken.npy": "This file cannot be read",
    "shard.tfrecord": "Broken TFRecord file",
    "owner/name": "There is no folder or file",
}


@pytest.mark.parametrize("data", MISTYPED)
def test_every_command_tells_a_mistyped_one(workplace, data):
    for name in ("film.mp4", "broken.zip", "broken.npy", "shard.tfrecord"):
        pathlib.Path(name).write_bytes(b"x" * 30)
    before = tree()
    for words in (
        ["check", data],
        ["train", "--data", data],
        ["features", "train", data, "--name", "a"],
        ["evaluate", "fashion_mnist", "--data", data],
    ):
        assert refused(keras_gan(*words), MISTYPED[data])
    assert tree() == before


def test_names_with_a_configuration_reach_tensorflow_datasets(monkeypatch):
    for data in ("lsun/classroom", "imagenet_resized/64x64", "mnist/3.0.1"):
        opened = []
        monkeypatch.setattr(
            "keras_gan.data.tfds.open_dataset",
            lambda *arguments, opened=opened: opened.append(arguments[0]),
        )
        assert isinstance(keras_gan("check", data).exception, AttributeError)  # None
        assert isinstance(keras_gan("train", "--data", data).exception, AttributeError)
        assert opened == [data, data]


def test_a_name_is_no_path_and_a_path_no_name(workplace):
    for data in ("fashion_mnist", "cifar10", "lsun/classroom", "emnist/letters"):
        assert not paths.is_path(data)
        assert starting.with_absolute_paths({"data": data}) == {"data": data}
    for data in ("pictures", "pictures/trian", "a/b", "x.npz", "*.tfrecord", "my-set"):
        assert paths.is_path(data)
    (workplace / "sets" / "faces").mkdir(parents=True)
    assert paths.is_path("sets/faces")


def test_what_is_made_of_data_has_its_name(workplace):
    names = {
        "/a/my set": "my set",
        "set.tar.gz": "set",
        "SET.ZIP": "SET",
        "shard-*.tfrecord": "shard-_",
        "lsun/classroom": "lsun_classroom",
        "mnist:3.0.1": "mnist_3.0.1",
        ".": workplace.name,
    }
    assert {data: paths.data_name(data) for data in names} == names


def test_variables_and_the_home_folder_are_expanded(workplace, monkeypatch):
    monkeypatch.setenv("HOME", str(workplace))
    monkeypatch.setenv("SET", "pictures")
    assert paths.parse_data("$SET") == "pictures"
    assert paths.parse_data("~/pictures") == str(workplace / "pictures")
    paint(workplace / "~")
    assert paths.parse_data("~") == "~"  # it exists as it is written
    assert paths.parse_path("~/new") == workplace / "new"
