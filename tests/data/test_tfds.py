import socket
import threading
import urllib.request

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets

from keras_gan.data import embedded, load, rebatch, sources, tfds
from keras_gan.images import to_float

features = tensorflow_datasets.features


def store(folder, name, shape, examples, image=None, label=None, version="1.0.0"):
    """Writes a prepared set as TensorFlow Datasets does."""
    tensorflow_datasets.dataset_builders.store_as_tfds_dataset(
        name=name,
        version=version,
        features=features.FeaturesDict(
            {"image": image or features.Image(shape=shape), **(label or {})}
        ),
        split_datasets={
            "train": tf.data.Dataset.from_tensor_slices(examples)
            if isinstance(examples, dict)
            else tf.data.Dataset.from_generator(
                lambda: examples,
                output_signature={"image": tf.TensorSpec(shape, tf.uint8)},
            )
        },
        data_dir=str(folder),
        disable_shuffling=True,
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Folder of three sets: with classes, with many sizes, with no 8-bit images."""
    folder = tmp_path_factory.mktemp("prepared")
    images = np.random.default_rng(0).integers(0, 256, (12, 6, 5, 3), dtype=np.uint8)
    classes = {"label": features.ClassLabel(names=["ant", "bee", "cat"])}
    examples = {"image": images, "label": np.arange(12) % 3}
    store(folder, "insects", (6, 5, 3), examples, label=classes)
    sizes = [{"image": images[i, :, : 2 + i % 2]} for i in range(12)]
    store(folder, "sizes", (None, None, 3), sizes)
    vectors = {"image": np.zeros((4, 7), np.float32)}
    tensor = features.Tensor(shape=(7,), dtype=np.float32)
    store(folder, "vectors", (7,), vectors, image=tensor)
    return folder, images


def joined(dataset):
    return np.concatenate([batch.numpy() for batch in dataset])


def test_a_prepared_set_is_read_in_its_order(prepared):
    folder, images = prepared
    dataset = load("insects", batch_size=5, data_dir=folder)
    assert dataset.element_spec.shape == (5, 6, 5, 3)
    assert dataset.class_names == ["ant", "bee", "cat"]
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(images))


def test_labels_are_returned_on_request(prepared):
    dataset = load("insects", batch_size=6, labels=True, data_dir=prepared[0])
    labels = np.concatenate([labels.numpy() for _, labels in dataset.unshuffled])
    assert labels.tolist() == [0, 1, 2] * 4
    assert labels.dtype == np.int32


def test_a_slice_of_a_split_can_be_named(prepared):
    folder, images = prepared
    dataset = load("insects", "train[:50%]", batch_size=3, data_dir=folder)
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(images[:6]))


def test_a_set_too_large_for_memory_is_streamed(prepared, monkeypatch):
    folder, images = prepared
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    dataset = load("insects", batch_size=4, labels=True, data_dir=folder)
    assert len(dataset) == 3
    read = np.concatenate([images.numpy() for images, _ in dataset.unshuffled])
    np.testing.assert_array_equal(read, to_float(images))
    for batch, labels in dataset:
        for image, label in zip(batch.numpy(), labels.numpy(), strict=True):
            number = np.flatnonzero((to_float(images) == image).all(axis=(1, 2, 3)))
            assert number % 3 == label


@pytest.mark.parametrize("max_bytes", [2**30, 100])
def test_a_prepared_set_is_rebatched(prepared, monkeypatch, max_bytes):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", max_bytes)
    dataset = load("insects", batch_size=4, data_dir=prepared[0])
    rebatched = rebatch(dataset, batch_size=6, labels=True)
    expected = load("insects", batch_size=6, labels=True, data_dir=prepared[0])
    for batch, expected_batch in zip(rebatched, expected, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, batch, expected_batch)
    assert rebatched.class_names == ["ant", "bee", "cat"]


def test_sizes_that_differ_need_an_image_shape(prepared):
    with pytest.raises(ValueError, match="image 0 is 2 wide and 6 high, image 1 is 3"):
        load("sizes", batch_size=4, data_dir=prepared[0])
    dataset = load("sizes", batch_size=4, image_shape=(8, 8, 1), data_dir=prepared[0])
    assert dataset.element_spec.shape == (4, 8, 8, 1)


def test_a_set_without_images_is_refused(prepared):
    with pytest.raises(ValueError, match="no images to train on") as raised:
        load("vectors", data_dir=prepared[0])
    assert '"image" is Tensor' in str(raised.value)
    with pytest.raises(ValueError, match="features text"):
        load("lm1b", data_dir=prepared[0])


def test_labels_that_are_not_there_are_refused(prepared):
    with pytest.raises(ValueError, match="`labels=True` requires labels"):
        load("sizes", labels=True, image_shape=(8, 8, 3), data_dir=prepared[0])


def test_an_unknown_split_is_refused(prepared):
    with pytest.raises(ValueError, match='Did you mean "train"'):
        load("insects", "trains[:10%]", data_dir=prepared[0])


@pytest.mark.parametrize("name", ["cifar_10", "fashion_mnist_10", "huggingface:mnist"])
def test_an_unknown_name_is_refused_with_similar_names(name):
    near = {"cifar_10": "cifar10", "fashion_mnist_10": "fashion_mnist_10k"}
    with pytest.raises(ValueError, match="must be the name of a dataset") as raised:
        load(name)
    assert f'"{near.get(name, "")}' in str(raised.value)
    assert "from_directory" in str(raised.value)


def test_offline_it_says_what_was_tried_and_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(tfds, "connection_error", lambda url: "Name not known")
    with pytest.raises(OSError, match="cannot be downloaded") as raised:
        load("cifar10", data_dir=tmp_path)
    message = str(raised.value)
    assert "www.cs.toronto.edu (Name not known)" in message
    assert f"a prepared copy at {tmp_path}" in message
    assert "data_dir" in message
    assert not list(tmp_path.iterdir())


def test_offline_fashion_mnist_names_debians_package(tmp_path, monkeypatch):
    monkeypatch.setattr(tfds, "connection_error", lambda url: "Name not known")
    monkeypatch.setattr(embedded, "DEBIAN", str(tmp_path / "missing"))
    monkeypatch.delenv(embedded.VARIABLE, raising=False)
    with pytest.raises(OSError, match="dataset-fashion-mnist") as raised:
        load("fashion_mnist", data_dir=tmp_path)
    assert "fashion_mnist_10k" in str(raised.value)


def test_a_prepared_fashion_mnist_is_found(tmp_path, monkeypatch):
    images = np.zeros((4, 28, 28, 1), np.uint8)
    version = str(tensorflow_datasets.builder_cls("fashion_mnist").VERSION)
    classes = {"label": features.ClassLabel(num_classes=10)}
    examples = {"image": images, "label": np.arange(4)}
    store(tmp_path, "fashion_mnist", (28, 28, 1), examples, None, classes, version)
    monkeypatch.setattr(embedded, "DEBIAN", str(tmp_path / "missing"))
    monkeypatch.delenv(embedded.VARIABLE, raising=False)
    assert load("fashion_mnist", batch_size=2, data_dir=tmp_path).num_images == 4


def test_online_the_set_is_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr(tfds, "connection_error", lambda url: None)
    with tensorflow_datasets.testing.mock_data(num_examples=6):
        dataset = load("cifar10", batch_size=2, data_dir=tmp_path, labels=True)
    assert dataset.num_images == 6
    assert dataset.element_spec[0].shape == (2, 32, 32, 3)


def test_a_failed_download_keeps_its_reason(tmp_path, monkeypatch):
    def fail(self, **options):
        raise RuntimeError("checksum wrong")

    monkeypatch.setattr(tfds, "connection_error", lambda url: None)
    kind = tensorflow_datasets.core.DatasetBuilder
    monkeypatch.setattr(kind, "download_and_prepare", fail)
    with pytest.raises(OSError, match="RuntimeError: checksum wrong"):
        load("cifar10", data_dir=tmp_path)


def test_a_resolver_that_hangs_times_out(monkeypatch):
    release = threading.Event()

    def hang(*_, **__):
        release.wait(60)
        raise socket.gaierror("released")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(urllib.request, "getproxies", dict)
    try:
        assert tfds.connection_error("http://example.invalid", 0.2) == (
            "no answer in 0.2 seconds"
        )
    finally:
        release.set()


def test_a_refused_connection_is_out_of_reach(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(urllib.request, "getproxies", dict)
    assert "not known" in tfds.connection_error("https://example.invalid/file")


def test_a_host_that_answers_is_within_reach(monkeypatch):
    monkeypatch.setattr(urllib.request, "getproxies", dict)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            client, _ = server.accept()
            client.recv(1000)
            client.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
            client.close()

        thread = threading.Thread(target=answer)
        thread.start()
        port = server.getsockname()[1]
        assert tfds.connection_error(f"http://127.0.0.1:{port}/file") is None
        thread.join()
