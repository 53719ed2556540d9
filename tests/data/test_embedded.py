import gzip
import hashlib
import pathlib
import struct

import numpy as np
import pytest

from keras_gan.data import embedded, load

FOLDER = pathlib.Path(embedded.__file__).with_name("fashion_mnist_10k")


def write_idx(path, array, compress=gzip.compress):
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    path.write_bytes(compress(head + array.tobytes()))


@pytest.fixture
def files(tmp_path):
    """A tiny Fashion-MNIST: 12 images to train on and 6 to test."""
    generator = np.random.default_rng(0)
    for prefix, count in (("train", 12), ("t10k", 6)):
        images = generator.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 10
        write_idx(tmp_path / f"{prefix}-images-idx3-ubyte.gz", images)
        write_idx(tmp_path / f"{prefix}-labels-idx1-ubyte.gz", labels)
    return tmp_path


def test_the_included_images_have_the_hashes_of_their_readme():
    content = (FOLDER / "images.npz").read_bytes()
    readme = (FOLDER / "README.md").read_text()
    arrays = embedded.shipped()
    assert hashlib.sha256(content).hexdigest() in readme
    assert hashlib.sha256(arrays.images.tobytes()).hexdigest() in readme
    assert len(content) <= 5_000_000
    assert "Zalando" in (FOLDER / "LICENSE").read_text()


def test_ten_thousand_images_of_ten_classes_are_included():
    dataset = load("fashion_mnist_10k", labels=True)
    assert dataset.num_images == 10_000
    assert dataset.class_names == embedded.CLASS_NAMES
    assert dataset.element_spec[0].shape == (64, 28, 28, 1)
    counts = np.bincount(embedded.shipped().labels)
    np.testing.assert_array_equal(counts, [1000] * 10)


def test_a_trouser_has_two_legs_and_a_bag_is_wide():
    arrays = embedded.shipped()
    mean = {
        name: arrays.images[arrays.labels == number].mean(axis=0)[..., 0]
        for number, name in enumerate(arrays.class_names)
    }
    assert mean["Trouser"][24, 14] < mean["Trouser"][24, 10]
    assert mean["Bag"][20].mean() > 2 * mean["Trouser"][20].mean()


def test_the_pixels_of_a_split_are_those_of_its_file(files, monkeypatch):
    monkeypatch.setenv(embedded.VARIABLE, str(files))
    arrays = embedded.full_split(embedded.folder_with_files(), "test")
    raw = gzip.decompress((files / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    assert arrays.images.tobytes() == raw


@pytest.mark.parametrize(("split", "count"), [("train", 12), ("test", 6)])
def test_fashion_mnist_comes_from_its_files(files, monkeypatch, split, count):
    monkeypatch.setenv(embedded.VARIABLE, str(files))
    dataset = load("fashion_mnist", split, batch_size=3, labels=True)
    assert dataset.num_images == count
    images, labels = next(iter(dataset.unshuffled))
    assert images.shape == (3, 28, 28, 1)
    assert labels.numpy().tolist() == [0, 1, 2]


def test_data_dir_may_hold_the_files(files):
    assert load("fashion_mnist", batch_size=3, data_dir=files).num_images == 12


def test_files_need_not_be_compressed(tmp_path):
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    write_idx(tmp_path / "plain", array, compress=bytes)
    np.testing.assert_array_equal(embedded.read_idx(tmp_path / "plain"), array)


@pytest.mark.parametrize("spoil", [lambda x: x[:-9], lambda x: b"", lambda x: x[2:]])
def test_a_broken_file_is_named(files, monkeypatch, spoil):
    monkeypatch.setenv(embedded.VARIABLE, str(files))
    path = files / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(spoil(gzip.decompress(path.read_bytes()))))
    with pytest.raises(ValueError, match="Invalid file of Fashion-MNIST") as raised:
        load("fashion_mnist")
    assert str(path) in str(raised.value)


def test_a_missing_file_is_named(files, monkeypatch):
    monkeypatch.setenv(embedded.VARIABLE, str(files))
    (files / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(ValueError, match="t10k-labels-idx1-ubyte"):
        load("fashion_mnist", "test")


def test_an_unknown_split_is_refused(files, monkeypatch):
    monkeypatch.setenv(embedded.VARIABLE, str(files))
    with pytest.raises(ValueError, match='Did you mean "test"'):
        load("fashion_mnist", "tests")
    with pytest.raises(ValueError, match="one of: train"):
        load("fashion_mnist_10k", "test")
