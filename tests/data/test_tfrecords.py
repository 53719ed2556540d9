import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_gan.data import (
    check,
    from_tfrecords,
    load,
    pipeline,
    records,
    set_epoch,
    sources,
)
from keras_gan.images import to_float


def encoded(image):
    buffer = io.BytesIO()
    Image.fromarray(image[..., 0]).save(buffer, format="PNG")
    return buffer.getvalue()


def example(**features):
    kinds = {bytes: "bytes_list", int: "int64_list"}
    lists = {
        bytes: lambda value: tf.train.BytesList(value=[value]),
        int: lambda value: tf.train.Int64List(value=[value]),
    }
    features = {
        name: tf.train.Feature(**{kinds[type(value)]: lists[type(value)](value)})
        for name, value in features.items()
    }
    return tf.train.Example(
        features=tf.train.Features(feature=features)
    ).SerializeToString()


def write(path, records):
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)
    return path


@pytest.fixture
def shards(tmp_path, levels):
    """Two files of ten records: image and class, the index modulo 3."""
    records = [example(image=encoded(x), label=i % 3) for i, x in enumerate(levels)]
    write(tmp_path / "set-0.tfrecord", records[:10])
    write(tmp_path / "set-1.tfrecord", records[10:])
    return tmp_path


def joined(dataset):
    return np.concatenate([batch.numpy() for batch in dataset])


def test_records_are_read_in_file_order(shards, levels):
    dataset = from_tfrecords(f"{shards}/set-*.tfrecord", batch_size=8)
    assert dataset.element_spec.shape == (8, 6, 5, 1)
    assert dataset.num_images == 20
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(levels))


def test_files_may_be_a_path_or_a_list(shards):
    first = shards / "set-0.tfrecord"
    assert from_tfrecords(first, batch_size=8).num_images == 10
    assert from_tfrecords([first, str(first)], batch_size=8).num_images == 20


def test_labels_stay_with_their_images(shards):
    dataset = from_tfrecords(f"{shards}/*", label_key="label", batch_size=4)
    for images, labels in dataset:
        indices = np.rint((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
        np.testing.assert_array_equal(labels.numpy(), indices % 3)


@pytest.fixture
def small_memory(monkeypatch):
    """Makes all datasets too large for memory, and the shuffle buffer small."""
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    monkeypatch.setattr(pipeline, "BUFFER_BYTES", 300)


def test_a_stream_gives_every_image_once_in_orders_of_seed_and_epoch(
    shards, levels, small_memory
):
    orders = {}
    for seed in (0, 1):
        dataset = from_tfrecords(f"{shards}/*", batch_size=4, seed=seed)
        assert dataset.element_spec.shape == (4, 6, 5, 1)
        assert len(dataset) == 5
        for epoch in (0, 1):
            set_epoch(epoch)
            indices = np.rint((joined(dataset)[:, 0, 0, 0] + 1) * 127.5)
            assert sorted(indices) == list(range(20))
            orders[seed, epoch] = tuple(indices)
    assert len(set(orders.values())) == 4
    set_epoch(1)
    indices = np.rint((joined(dataset)[:, 0, 0, 0] + 1) * 127.5)
    assert tuple(indices) == orders[1, 1]
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(levels))


def test_the_order_of_a_stream_is_not_that_of_the_global_seed(shards, small_memory):
    orders = []
    for seed in (0, 7):
        tf.random.set_seed(seed)
        orders.append(joined(from_tfrecords(f"{shards}/*", batch_size=4)))
    np.testing.assert_array_equal(*orders)


def test_a_stream_can_start_inside_an_epoch(shards, small_memory):
    dataset = from_tfrecords(f"{shards}/*", batch_size=8)  # 20 images, two batches
    epochs = np.concatenate([joined(dataset) for _ in range(3)])
    set_epoch(0, 1)
    np.testing.assert_array_equal(joined(dataset.repeat(2)), epochs[8:40])


def test_a_stream_keeps_the_short_last_batch_only_unshuffled(shards, small_memory):
    dataset = from_tfrecords(f"{shards}/*", batch_size=8)
    assert [len(batch) for batch in dataset] == [8, 8]
    assert [len(batch) for batch in dataset.unshuffled] == [8, 8, 4]
    assert len(dataset.unshuffled) == 3


def test_a_stream_flips_the_images_that_memory_flips(shards, monkeypatch):
    def flipped():
        dataset = from_tfrecords(f"{shards}/*", batch_size=4, flip=True)
        return {image.tobytes() for image in joined(dataset)}

    cached = flipped()
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    assert flipped() == cached
    plain = from_tfrecords(f"{shards}/*", batch_size=4)
    assert len(cached & {image.tobytes() for image in joined(plain)}) in range(3, 18)


def test_a_stream_yields_labels_and_shapes(shards, small_memory):
    dataset = from_tfrecords(f"{shards}/*", (4, 4, 3), label_key="label", batch_size=4)
    images, labels = next(iter(dataset.unshuffled))
    assert images.shape == (4, 4, 4, 3)
    assert labels.numpy().tolist() == [0, 1, 2, 0]
    assert labels.dtype == tf.int32


def test_a_missing_feature_says_which_there_are(shards):
    with pytest.raises(ValueError, match='no feature "picture"') as raised:
        from_tfrecords(f"{shards}/*", image_key="picture")
    assert '"image" (bytes_list), "label" (int64_list)' in str(raised.value)
    with pytest.raises(ValueError, match=r'no feature "image"(.|\n)*int64_list'):
        from_tfrecords(f"{shards}/*", label_key="image")


def test_a_broken_file_is_named_with_the_record(shards):
    path = shards / "set-1.tfrecord"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 7])
    with pytest.raises(ValueError, match="Broken TFRecord file") as raised:
        from_tfrecords(f"{shards}/*", batch_size=8)
    assert str(path) in str(raised.value)
    assert "record 9" in str(raised.value)


def test_a_broken_image_is_named_with_the_record(shards, levels):
    records = [example(image=encoded(x)) for x in levels[:3]]
    path = write(shards / "bad", [*records, example(image=b"not an image")])
    with pytest.raises(ValueError, match=r"images in the TFRecords: 1\.") as raised:
        from_tfrecords(path, batch_size=2)
    assert f"{path} record 3 (" in str(raised.value)


def test_other_records_are_refused(tmp_path):
    path = write(tmp_path / "other", [b"\xff\xff\xff"])
    with pytest.raises(ValueError, match=r"not a tf\.train\.Example"):
        from_tfrecords(path)


def test_no_file_and_no_record_are_refused(tmp_path):
    with pytest.raises(ValueError, match="matches nothing"):
        from_tfrecords(f"{tmp_path}/*.tfrecord")
    with pytest.raises(ValueError, match="There is no image"):
        from_tfrecords(write(tmp_path / "empty", []))


def test_fewer_records_than_a_batch_are_refused(shards):
    with pytest.raises(ValueError, match="batch_size=20 or less"):
        from_tfrecords(f"{shards}/*", batch_size=21)


def test_a_pattern_is_data_by_its_path(shards, levels, monkeypatch):
    monkeypatch.chdir(shards)
    for source in ("set-*.tfrecord", f"{shards}/*.tfrecord"):
        dataset = load(source, batch_size=8, labels=True)
        assert (dataset.num_images, dataset.class_names) == (20, ["0", "1", "2"])
        expected = from_tfrecords("set-*.tfrecord", label_key="label", batch_size=8)
        for batch, other in zip(dataset, expected, strict=True):
            np.testing.assert_array_equal(batch[0], other[0])
            np.testing.assert_array_equal(batch[1], other[1])
    assert load(shards / "set-0.tfrecord", batch_size=2).num_images == 10
    assert check("set-*.tfrecord").classes == {"0": 7, "1": 7, "2": 6}


def test_the_shards_of_tensorflow_datasets_are_data(shards, levels):
    for index in range(2):
        path = shards / f"set-{index}.tfrecord"
        path.rename(shards / f"set-train.tfrecord-0000{index}-of-00002")
    dataset = load(f"{shards}/set-train.tfrecord*", batch_size=2)
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(levels))


def test_features_are_found_by_their_names(tmp_path, levels):
    image = encoded(levels[0])
    names = {"image/encoded": image, "image/class/label": 4, "image/filename": b"a.png"}
    dataset = load(write(tmp_path / "a.tfrecord", [example(**names)]), batch_size=1)
    assert dataset.class_names == [str(label) for label in range(5)]
    path = write(tmp_path / "b.tfrecord", [example(content=image, size=3)])
    assert load(path, batch_size=1).class_names is None
    path = write(tmp_path / "c.tfrecord", [example(one=image, two=image)])
    with pytest.raises(ValueError, match=r'"one" \(bytes_list\), "two"'):
        load(path, batch_size=1)


def test_pixels_are_no_image_file(tmp_path, levels):
    record = example(image=levels[0].tobytes(), height=6, width=5)
    with pytest.raises(ValueError, match=r"pixels of an image(.|\n)*encode_png"):
        load(write(tmp_path / "a.tfrecord", [record]), batch_size=1)


def test_labels_that_are_no_classes_are_refused(tmp_path, levels):
    for label in (-1, 2**40):
        record = example(image=encoded(levels[0]), label=label)
        with pytest.raises(ValueError, match="no index of a class"):
            load(write(tmp_path / "a.tfrecord", [record]), batch_size=1)
    record = example(image=encoded(levels[0]), label=10**8)  # not as many names
    path = write(tmp_path / "a.tfrecord", [record])
    assert load(path, batch_size=1).class_names is None


def test_a_length_does_not_fill_the_memory(shards, monkeypatch):
    path = shards / "set-0.tfrecord"
    content = path.read_bytes()
    path.write_bytes((2**40).to_bytes(8, "little") + content[8:])
    for source in (path, f"{shards}/*"):
        with pytest.raises(ValueError, match=r"record 0: .* bytes left of 1,099,511"):
            from_tfrecords(source, batch_size=2)
    monkeypatch.setattr(records, "MAX_RECORD_BYTES", 50)
    with pytest.raises(ValueError, match="at most 50 bytes"):
        from_tfrecords(shards / "set-1.tfrecord", batch_size=2)


def test_a_compressed_file_says_what_to_do(tmp_path, levels):
    path = tmp_path / "a.tfrecord"
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        writer.write(example(image=encoded(levels[0])))
    for function in (from_tfrecords, load):
        with pytest.raises(ValueError, match=r"compressed by gzip(.|\n)*gunzip"):
            function(path, batch_size=1)


def test_paths_are_expanded_and_folders_refused(shards, monkeypatch):
    monkeypatch.setenv("HOME", str(shards))
    assert from_tfrecords("~/set-*", batch_size=2).num_images == 20
    with pytest.raises(ValueError, match="which is no file"):
        from_tfrecords(shards)
