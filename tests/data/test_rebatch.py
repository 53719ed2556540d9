"""`rebatch` equals a new load with the same arguments, to the bit, without decoding."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_gan import data
from keras_gan.data import embedded, pipeline, sources
from keras_gan.data.decoding import image_files


@pytest.fixture
def classes(tmp_path, levels):
    """Folder of two classes, of ten images each."""
    for index, image in enumerate(levels):
        path = tmp_path / "classes" / f"{'ab'[index % 2]}" / f"{index:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    return tmp_path / "classes"


@pytest.fixture
def shards(tmp_path, classes):
    """TFRecord file of those images and their classes."""
    path = tmp_path / "images.tfrecord"
    with tf.io.TFRecordWriter(str(path)) as writer:
        for file in sorted(classes.rglob("*.png")):
            label = tf.train.Int64List(value=["ab".index(file.parent.name)])
            content = tf.train.BytesList(value=[file.read_bytes()])
            feature = {
                "image": tf.train.Feature(bytes_list=content),
                "label": tf.train.Feature(int64_list=label),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())
    return path


@pytest.fixture(params=["folder", "arrays", "records", "named"])
def load(request, levels, classes, shards, monkeypatch):
    """Loader of 20 images of 2 classes: `load(batch_size, labels)`."""
    arrays = embedded.fashion_mnist("few", levels[..., 0], np.arange(20) % 2)
    monkeypatch.setattr(embedded, "shipped", lambda: arrays)

    def from_folder(batch_size, labels):
        return data.from_directory(
            classes, batch_size, seed=3, image_shape=(4, 4, 1), flip=True, labels=labels
        )

    def from_arrays(batch_size, labels):
        targets = np.arange(20) % 2 if labels else None
        names = ["a", "b"]
        return data.from_arrays(
            levels, targets, batch_size, seed=3, flip=True, class_names=names
        )

    def from_records(batch_size, labels):
        key = "label" if labels else None
        return data.from_tfrecords(
            shards, label_key=key, batch_size=batch_size, seed=3, flip=True
        )

    def named(batch_size, labels):
        options = {"batch_size": batch_size, "labels": labels}
        return data.load("fashion_mnist_10k", seed=3, flip=True, **options)

    loaders = {
        "folder": from_folder,
        "arrays": from_arrays,
        "records": from_records,
        "named": named,
    }
    return loaders[request.param]


@pytest.fixture(params=["cached", "streamed"])
def memory(request, monkeypatch):
    """Whether the images fit in memory."""
    if request.param == "streamed":
        monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
        monkeypatch.setattr(pipeline, "BUFFER_BYTES", 300)


@pytest.fixture
def decoded(monkeypatch):
    """Images that were decoded, in a list that grows."""
    images, opened = [], image_files.opened

    def counting(source):
        images.append(source)
        return opened(source)

    monkeypatch.setattr(image_files, "opened", counting)
    return images


def assert_equal(dataset, expected):
    """Asserts that two datasets have the same batches and attributes."""
    assert dataset.element_spec == expected.element_spec
    assert len(dataset) == len(expected)
    assert dataset.num_images == expected.num_images
    assert dataset.class_names == expected.class_names
    for batch, expected_batch in zip(dataset, expected, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, batch, expected_batch)


def test_rebatching_equals_loading(load, memory):
    sizes = (4, True), (12, True), (4, False)
    loaded = {size: load(*size) for size in sizes}
    for before, after in itertools.pairwise(sizes):
        rebatched, expected = data.rebatch(loaded[before], *after), loaded[after]
        data.set_epoch(2)
        assert_equal(rebatched, expected)
        assert_equal(rebatched.unshuffled, expected.unshuffled)
        again = data.rebatch(loaded[before].unshuffled, *after)
        assert_equal(again, expected.unshuffled)


def test_labels_are_available_though_loaded_without(classes, memory):
    options = {"seed": 1, "flip": True}
    images = data.from_directory(classes, 4, **options)
    expected = data.from_directory(classes, 8, labels=True, **options)
    assert_equal(data.rebatch(images, 8, labels=True), expected)
    assert_equal(
        data.rebatch(data.rebatch(images, 8, labels=True), 4, labels=False), images
    )


def test_named_labels_are_available_though_loaded_without():
    images = data.load("fashion_mnist_10k")
    expected = data.load("fashion_mnist_10k", batch_size=5000, labels=True)
    assert_equal(data.rebatch(images, 5000, True), expected)


def test_what_is_not_passed_is_kept(load):
    dataset = load(4, True)
    assert_equal(data.rebatch(dataset), dataset)
    assert_equal(data.rebatch(dataset, labels=False), load(4, False))
    assert_equal(data.rebatch(dataset, batch_size=8), load(8, True))


def test_each_file_is_decoded_once(classes, decoded):
    dataset = data.from_directory(classes, 4)
    assert len(decoded) == 20
    rebatched = data.rebatch(dataset, 8, labels=True)
    assert len(list(rebatched)) == 2
    assert len(list(rebatched.unshuffled)) == 3
    assert sorted(decoded) == sorted(classes.rglob("*.png"))


def test_each_record_is_decoded_once(shards, decoded):
    dataset = data.from_tfrecords(shards, label_key="label", batch_size=4)
    assert len(list(data.rebatch(dataset, 8, labels=False))) == 2
    assert len(decoded) == 20


def test_streamed_files_are_not_scanned_again(classes, decoded, monkeypatch):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    dataset = data.from_directory(classes, 4)
    assert len(decoded) == 20
    rebatched = data.rebatch(dataset, 10, labels=True)
    assert len(decoded) == 20
    assert len(list(rebatched)) == 2
    assert len(decoded) == 40


def test_streamed_records_are_not_scanned_again(shards, decoded, monkeypatch):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    dataset = data.from_tfrecords(shards, batch_size=4)
    rebatched = data.rebatch(dataset, 10)
    assert len(decoded) == 20
    assert len(list(rebatched)) == 2
    assert len(decoded) == 40


def test_the_folder_may_be_gone(classes, levels):
    dataset = data.from_directory(classes, 4)
    for path in classes.rglob("*.png"):
        path.unlink()
    assert len(list(data.rebatch(dataset, 10))) == 2


def test_images_share_their_memory(levels):
    dataset = data.from_arrays(levels, batch_size=4)
    rebatched = data.rebatch(dataset, batch_size=5)
    assert rebatched.loaded_images is dataset.loaded_images


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"batch_size": 0}, "`batch_size` of rebatch must be an integer of at least 1"),
        ({"batch_size": 21}, "batch_size=20 or less"),
        (
            {"labels": True},
            "requires labels, and the folder .* has none",
        ),
    ],
)
def test_invalid_arguments_raise_an_error(folder, arguments, words):
    dataset = data.from_directory(folder, 4)
    with pytest.raises(ValueError, match=words) as raised:
        data.rebatch(dataset, **arguments)
    assert "What to do:" in str(raised.value)


def test_arrays_without_labels_have_none(levels):
    with pytest.raises(ValueError, match="the arrays has none"):
        data.rebatch(data.from_arrays(levels, batch_size=4), labels=True)


def test_other_data_sets_raise_an_error(levels):
    mapped = data.from_arrays(levels, batch_size=4).take(2)
    for dataset in (mapped, tf.data.Dataset.range(3), levels):
        with pytest.raises(ValueError, match=r"must be a dataset of `kg\.data`"):
            data.rebatch(dataset, batch_size=2)
