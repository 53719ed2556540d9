"""What a name or path refers to, and what is said where it refers to nothing."""

import pathlib
import re
import warnings

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import check, from_directory, load, paths
from keras_gan.errors import UserError


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """The working and home folder, with a folder of images and other files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "pictures").mkdir()
    for level in range(4):
        Image.new("L", (6, 5), level).save(tmp_path / "pictures" / f"{level}.png")
    return tmp_path


def test_a_folder_is_loaded_as_by_from_directory(workplace):
    expected = list(from_directory("pictures", batch_size=2))
    for source in ("pictures", "~/pictures", workplace / "pictures", "./pictures"):
        np.testing.assert_array_equal(list(load(source, batch_size=2)), expected)
        assert check(source).num_images == 4


def test_a_path_with_brackets_is_no_pattern(workplace):
    (workplace / "pictures").rename(workplace / "set [1]")
    assert load("set [1]", batch_size=2).num_images == 4
    np.save("a*.npy", np.arange(240, dtype=np.uint8).reshape(4, 6, 10))
    assert load("a*.npy", batch_size=2).num_images == 4


def test_a_folder_with_the_name_of_a_dataset_is_said(workplace):
    for name in ("mnist", "fashion_mnist_10k"):
        (workplace / "pictures").rename(workplace / name)
        with pytest.warns(UserWarning, match=f'"{name}" is a folder here'):
            assert load(name, batch_size=2).num_images == 4
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert load(f"./{name}", batch_size=2).num_images == 4
        (workplace / name).rename(workplace / "pictures")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load("pictures", batch_size=2)


WRONG = {
    "": "a name or a path",
    "  ": "a name or a path",
    "a\0b": "a name or a path",
    "my-pictures": "there is no folder or file my-pictures",
    "my pictures": "there is no folder or file my pictures",
    "./pictures/more": "there is no folder or file",
    "picturs.zip": "there is no folder or file",
    "/no/where": "there is no folder or file",
    "*.tfrecord": "a pattern that matches nothing",
    "pic*": "a pattern that matches pictures",
    "https://host/set.zip": "Download it first",
    "s3://bucket/set": "Download it first",
    "owner/name": "Hugging Face",
    "mnst": 'Did you mean "mnist"',
    "lsun/clasroom": 'Did you mean "classroom"',
    "mnist:9.9.9": "Expected: versions 3",
}


@pytest.mark.parametrize("source", WRONG)
def test_a_mistyped_name_is_told(source):
    for function in (lambda: load(source, batch_size=2), lambda: check(source)):
        with pytest.raises(UserError, match=re.escape(WRONG[source])) as raised:
            function()
        assert len(str(raised.value).splitlines()) == 4


def test_similar_paths_are_named():
    with pytest.raises(ValueError, match=r"Did you mean \./pictures\?|mean pictures\?"):
        load("./picturs", batch_size=2)


FILES = {
    "film.mp4": "ffmpeg",
    "photo.JPG": "the folder in which the images are",
    "list.txt": "from_arrays",
    "table.csv": "from_arrays",
    "table.parquet": "from_arrays",
    "set.pkl": "can run code",
    "set.rar": "Unpack it",
    "set.tfrecord.gz": "Unpack it",
    "gan.keras": "a file of a network",
    "gan.weights.h5": "a file of a network",
    "noending": "one of these files",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_data_says_what_to_do(workplace, name):
    (workplace / name).write_bytes(b"content")
    for function in (lambda: load(name, batch_size=2), lambda: check(name)):
        with pytest.raises(ValueError, match="This cannot be data") as raised:
            function()
        assert FILES[name] in str(raised.value)


def test_objects_and_devices_are_refused():
    for source in (3, None, np.zeros((4, 5, 6, 3)), ["pictures"]):
        with pytest.raises(TypeError, match="must be a name or a path"):
            load(source)
    with pytest.raises(ValueError, match="no file or folder"):
        load("/dev/null")


def test_only_named_data_and_arrays_have_splits():
    for function in (load, check):
        with pytest.raises(ValueError, match="`split` must be a split"):
            function("pictures", split="test")


def test_names_of_datasets_are_recognized():
    for name in ("mnist", "lsun/classroom", "mnist/3.0.1", "mnist:3.0.1", "a/b:1.0.0"):
        assert paths.NAME.fullmatch(name)
    for name in ("my-set", "my set", "a/b/c/d", "../a", "~/a", ".", "set.zip", "é"):
        assert not paths.NAME.fullmatch(name)


def test_endings_are_in_the_advice_or_are_read():
    assert set(paths.ADVICE).isdisjoint(paths.ENDINGS)
    for ending in paths.ENDINGS:
        assert paths.ending_of(f"a.b{ending.upper()}") == ending
    assert paths.ending_of(pathlib.Path("a.tfrecord-00000-of-00002")) == ".tfrecord"
