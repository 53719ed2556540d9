"""Images that are read in each epoch, and go away or change during training."""

import warnings

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_gan import recipes
from keras_gan.data import from_directory, from_tfrecords, reading, sources


def small_gan():
    return recipes.dcgan((8, 8, 1), width=4)


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    """Two classes of four images of one gray each: 10 * number, in a stream."""
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    for number in range(8):
        folder = tmp_path / ("a" if number < 4 else "b")
        folder.mkdir(exist_ok=True)
        Image.new("L", (8, 8), 10 * number).save(folder / f"{number}.png")
    return tmp_path


def delete(path):
    path.unlink()


def cut(path):
    path.write_bytes(path.read_bytes()[:50])


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [delete, cut, empty])
def test_an_image_that_goes_away_is_named(pictures, damage):
    dataset = from_directory(pictures, batch_size=4)
    damage(pictures / "a" / "3.png")
    with pytest.raises(OSError, match=r"can no longer be read: a/3\.png") as raised:
        small_gan().fit(dataset, verbose=0)
    lines = str(raised.value).splitlines()
    assert len(lines) == 4
    assert lines[3].startswith("  What to do: Restore the file")
    assert "3.png" in str(raised.value)


def test_evaluation_names_it_too(pictures):
    dataset = from_directory(pictures, batch_size=4)
    delete(pictures / "b" / "5.png")
    with pytest.raises(OSError, match=r"can no longer be read: b/5\.png"):
        small_gan().evaluate(dataset.unshuffled, verbose=0)


def levels(dataset):
    """Pairs of the gray and the label of each image."""
    return [
        (int(np.rint((image[0, 0, 0] + 1) * 12.75)), int(label))
        for images, labels in dataset
        for image, label in zip(images.numpy(), labels.numpy(), strict=True)
    ]


def test_it_can_be_replaced_by_the_next_image_with_its_label(pictures):
    dataset = from_directory(pictures, batch_size=4, labels=True, on_error="replace")
    assert [gray for gray, _ in levels(dataset.unshuffled)] == list(range(8))
    delete(pictures / "a" / "3.png")
    cut(pictures / "b" / "6.png")
    with pytest.warns(UserWarning, match="can no longer be read") as warned:
        replaced = levels(dataset.unshuffled)
    # The batches are 0 to 3 and 4 to 7.
    assert replaced == [
        (0, 0), (1, 0), (2, 0), (0, 0), (4, 1), (5, 1), (7, 1), (7, 1),
    ]  # fmt: skip
    texts = sorted(str(one.message) for one in warned)
    assert len(texts) == 2
    assert "a/3.png" in texts[0]
    assert "No such file" in texts[0]
    assert "b/6.png" in texts[1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # each is said once
        shuffled = levels(dataset)
    assert all(label == (gray >= 4) for gray, label in shuffled)
    assert not {3, 6} & {gray for gray, _ in shuffled}


def test_training_goes_on_without_it(pictures):
    dataset = from_directory(pictures, batch_size=4, on_error="replace")
    delete(pictures / "a" / "3.png")
    gan = small_gan()
    with pytest.warns(UserWarning, match=r"3\.png"):
        gan.fit(dataset, epochs=2, verbose=0)
    assert int(gan.steps) == 4


def test_where_no_image_of_a_batch_is_left_training_stops(pictures):
    dataset = from_directory(pictures, batch_size=8, on_error="replace")
    for path in pictures.glob("*/*.png"):
        path.unlink()
    with (
        pytest.warns(UserWarning, match="can no longer be read"),
        pytest.raises(OSError, match="can no longer be read"),
    ):
        small_gan().fit(dataset, verbose=0)


def test_another_choice_is_refused(pictures):
    with pytest.raises(ValueError, match="`on_error` of from_directory must be"):
        from_directory(pictures, on_error="ignore")


def test_records_that_go_away_are_an_error_with_advice(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    path = tmp_path / "images.tfrecord"
    with tf.io.TFRecordWriter(str(path)) as writer:
        for level in range(8):
            encoded = tf.io.encode_png(tf.fill((8, 8, 1), tf.cast(level, tf.uint8)))
            value = tf.train.BytesList(value=[encoded.numpy()])
            feature = {"image": tf.train.Feature(bytes_list=value)}
            features = tf.train.Features(feature=feature)
            writer.write(tf.train.Example(features=features).SerializeToString())
    dataset = from_tfrecords(path, batch_size=4)
    path.unlink()
    with pytest.raises(OSError, match="The data can no longer be read") as raised:
        small_gan().fit(dataset, verbose=0)
    assert "images.tfrecord" in str(raised.value)


def test_other_errors_of_tensorflow_are_left_as_they_are():
    error = tf.errors.NotFoundError(None, None, "of a checkpoint")
    with (
        pytest.raises(tf.errors.NotFoundError, match="checkpoint"),
        reading.named_errors(),
    ):
        raise error
