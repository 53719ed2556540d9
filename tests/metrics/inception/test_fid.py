import dataclasses
import functools

import keras
import numpy as np
import pytest
import scipy.special
from random_inception import random_weights

from keras_gan import metrics
from keras_gan.metrics import features, inception
from keras_gan.metrics.inception import features as extraction
from keras_gan.metrics.inception import files, preprocessing, sources


def levels(num_images, height=20, width=30, channels=3, seed=0):
    shape = (num_images, height, width, channels)
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


@pytest.fixture(scope="module")
def machine():
    """Mocks a cache with the weights; small images, in blocks of four."""
    with pytest.MonkeyPatch().context() as patch:
        known = files.KnownFile("random.pb", 7, None, ())
        patch.setattr(files, "KNOWN", [known])
        patch.setattr(sources, "locate", lambda path=None: path or "cache")
        patch.setattr(sources, "read", lambda path: random_weights())
        patch.setattr(extraction, "BLOCK", 4)
        patch.setattr(preprocessing, "SIZE", (101, 101))
        patch.setattr(extraction, "inception", functools.cache(inception.inception))
        features.inception.cache_clear()
        yield patch
    features.inception.cache_clear()


@pytest.fixture(scope="module")
def network(machine):
    return features.get("inception")


def test_features_are_the_pooled_ones_of_the_prepared_images(network):
    images = levels(2)
    found = network(images)
    assert (found.shape, found.dtype) == ((2, 2048), np.float32)
    prepared = preprocessing.tf1(np.float32(images))
    expected = network.model(prepared)["pool_3"]
    np.testing.assert_allclose(found, expected, atol=5e-6)
    assert 0.01 < found.mean() < 5.0


def test_features_do_not_depend_on_the_batch(network):
    images = levels(6)
    whole = network(images)
    for size in (1, 5):
        parts = [network(images[i : i + size]) for i in range(0, 6, size)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert network(images[:0]).shape == (0, 2048)
    assert network.graph.experimental_get_tracing_count() == 1


def test_gray_is_repeated_and_alpha_laid_on_white(network):
    gray = levels(2, channels=1)
    expected = network(gray.repeat(3, axis=-1))
    np.testing.assert_array_equal(network(gray), expected)
    opaque = np.concatenate([gray, np.full_like(gray, 255)], axis=-1)
    np.testing.assert_allclose(network(opaque), expected, atol=1e-5)
    with pytest.raises(ValueError, match="images of 5 channels"):
        network(levels(2, channels=5))


def test_probabilities_are_those_of_the_logits_without_their_bias(network):
    images = levels(3)
    found = network.probabilities(images)
    logits = network.model(preprocessing.tf1(np.float32(images)))["logits_unbiased"]
    expected = scipy.special.softmax(np.float64(logits), axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)
    assert found.dtype == np.float64


@pytest.mark.usefixtures("machine")
def test_fid_is_the_distance_of_the_features_and_tells_the_number(network):
    real, fake = levels(5), levels(7, seed=1) // 2
    metric = metrics.FID()
    metric.update_real(real)
    metric.update_fake(fake)
    expected = metrics.frechet_distance(network(real), network(fake))
    with pytest.warns(UserWarning, match="fid of 5 real and 7 fake images, fewer"):
        results = metric.results()
    assert results == {"fid": pytest.approx(expected, rel=1e-9), "fid_images": 7.0}
    assert metric.result() == results["fid"]
    metric.reset_fake()
    metric.update_fake(real)
    assert metric.results() == {"fid": pytest.approx(0.0, abs=1e-6), "fid_images": 5.0}


@pytest.mark.usefixtures("machine")
def test_metrics_of_one_preprocessing_share_the_network(network):
    assert metrics.FID().features is network
    assert metrics.FID("tf1").features is network
    assert metrics.KID("inception").features is network
    assert features.get("inception") is network


@pytest.mark.usefixtures("machine")
def test_the_protocol_says_which_preprocessing_and_weights():
    metric = metrics.FID()
    protocol = metric.protocol()
    assert protocol["metric"] == "frechet_distance"
    assert protocol["features"] == "inception"
    assert protocol["preprocessing"] == "tf1"
    assert protocol["fingerprint"] == random_weights().fingerprint


@pytest.mark.usefixtures("machine")
def test_another_preprocessing_is_another_network_by_name_and_numbers(network):
    metric = metrics.FID(preprocessing="pytorch")
    assert metric.features.name == "inception_pytorch"
    assert metric.features is features.get("inception_pytorch")
    assert metric.keys == ("fid", "fid_images")
    assert metric.protocol()["preprocessing"] == "pytorch"
    assert metrics.FrechetDistance("inception_pytorch").name == "fd_inception_pytorch"
    images = levels(2)
    difference = np.abs(metric.features(images) - network(images)).max()
    assert difference > 1e-3


@pytest.mark.usefixtures("machine")
def test_its_config_builds_it_again():
    metric = metrics.FID("pytorch", weights="/some/where.npz")
    written = keras.saving.serialize_keras_object(metric)
    again = keras.saving.deserialize_keras_object(written)
    assert again.get_config() == metric.get_config()
    assert again.get_config() == {
        "preprocessing": "pytorch",
        "weights": "/some/where.npz",
        "name": "fid",
        "dtype": "float32",
    }
    assert again.protocol() == metric.protocol()
    config = metrics.FID(name="test").get_config()
    assert config | {"dtype": None} == {
        "preprocessing": "tf1",
        "weights": None,
        "name": "test",
        "dtype": None,
    }
    assert metrics.FID.from_config(config).keys == ("test", "test_images")


def test_weights_are_not_looked_for_after_it_is_made(machine):
    metric = metrics.FID()

    def too_late(*arguments):
        raise AssertionError("looked for weights")

    with machine.context() as patch:
        for name in ("locate", "fetch", "read"):
            patch.setattr(sources, name, too_late)
        metric.update_real(levels(2))
        metric.update_fake(levels(2))


@pytest.mark.usefixtures("machine")
def test_other_weights_have_another_name_and_are_no_fid():
    own = dataclasses.replace(random_weights(), size=8)
    short = own.fingerprint[:8]
    network = features.Inception(weights=own)
    assert network.name == f"inception_{short}"
    assert metrics.FrechetDistance(network).name == f"fd_inception_{short}"
    assert metrics.KID(network).name == f"kd_inception_{short}"
    with pytest.raises(ValueError, match="must be the original weights"):
        metrics.FID(weights=own)


def test_an_unknown_preprocessing_is_refused_before_weights_are_looked_for(machine):
    with machine.context() as patch:
        patch.setattr(extraction, "load", None)
        with pytest.raises(ValueError, match='Did you mean "clean"'):
            metrics.FID("clear")


def test_features_of_images_of_their_own_size_can_be_asked_for(network):
    images = np.zeros((1, 128, 160, 3), np.float32)
    assert network.model(images)["pool_3"].shape == (1, 2048)
