import hashlib
import pathlib
import random

import keras
import numpy as np
import pytest

import keras_gan.data
from keras_gan import images as pictures
from keras_gan import metrics
from keras_gan.metrics import fashion_mnist
from keras_gan.metrics.fashion_mnist import network

WEIGHTS = network.FOLDER / fashion_mnist.protocol()["weights"]


def clothes(num_images=None):
    folder = pathlib.Path(keras_gan.data.__file__).parent
    with np.load(folder / "fashion_mnist_10k" / "images.npz") as arrays:
        return arrays["images"][:num_images, ..., None], arrays["labels"][:num_images]


def test_the_accuracy_written_beside_it_is_at_least_91_percent():
    assert fashion_mnist.protocol()["test_accuracy"] >= 0.91


def test_it_reaches_the_accuracy_written_beside_it_on_all_test_images():
    images, labels = clothes()
    classifier = metrics.fashion_mnist_classifier()
    logits = classifier.predict(pictures.to_float(images), batch_size=500, verbose=0)
    accuracy = np.mean(logits.argmax(axis=-1) == labels)
    expected = fashion_mnist.protocol()["test_accuracy"]
    assert len(labels) == 10_000
    assert accuracy == pytest.approx(expected, abs=2e-4)


def test_what_ships_is_small():
    sizes = [path.stat().st_size for path in network.FOLDER.iterdir() if path.is_file()]
    assert sum(sizes) <= 2 * 2**20


def test_the_fingerprint_is_that_of_the_file():
    sha256 = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert metrics.features.get("fashion_mnist").fingerprint == sha256
    assert sha256 in (network.FOLDER / "README.md").read_text()


def test_it_is_loaded_once_and_is_not_trainable():
    classifier = metrics.fashion_mnist_classifier()
    assert classifier is metrics.fashion_mnist_classifier()
    assert classifier.trainable_weights == []


def test_its_features_differ_between_images_and_are_alive():
    images, _ = clothes(500)
    features = metrics.features.get("fashion_mnist")(images)
    assert features.min() >= 0.0
    assert np.mean(features.std(axis=0) > 1e-3) > 0.9


def test_an_altered_file_is_refused(tmp_path, monkeypatch):
    content = bytearray(WEIGHTS.read_bytes())
    content[-1] ^= 1
    (tmp_path / WEIGHTS.name).write_bytes(content)
    network.protocol()  # cached: only the weights are read from the other folder
    monkeypatch.setattr(network, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="was altered"):
        network.fashion_mnist_classifier.__wrapped__()


def test_the_policy_of_the_training_does_not_reach_it():
    images = pictures.to_float(clothes(4)[0])
    expected = np.asarray(metrics.fashion_mnist_classifier()(images))
    keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        classifier = network.fashion_mnist_classifier.__wrapped__()
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    np.testing.assert_array_equal(np.asarray(classifier(images)), expected)


def test_loading_it_takes_no_random_number_from_the_program():
    random.seed(7)
    state, numpy_state = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    network.fashion_mnist_classifier.__wrapped__()
    assert random.getstate() == state
    assert np.random.get_state()[1].tolist() == numpy_state  # noqa: NPY002
