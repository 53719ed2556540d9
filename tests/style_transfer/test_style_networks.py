"""The networks in whose features pictures are compared."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from painting import LAYERS, picture, tiny

import keras_gan as kg
from keras_gan.style_transfer import networks


def test_without_a_network_vgg19_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(networks, "unreachable", lambda url: "no network")
    with pytest.raises(OSError, match="cannot be fetched") as error:
        kg.StyleTransfer()
    for fact in ("no network", '"random"', networks.WEIGHTS):
        assert fact in str(error.value)


def test_vgg19_takes_the_weights_that_keras_has(monkeypatch):
    seen = {}

    def stand_in(include_top):
        seen["top"] = include_top
        trained = networks.vgg(64, seed=5)  # has VGG19's shapes, by the next test
        seen["weights"] = trained.get_weights()
        return trained

    monkeypatch.setattr(networks, "unreachable", lambda url: None)
    monkeypatch.setattr(keras.applications, "VGG19", stand_in)
    network = networks.vgg19()
    assert seen["top"] is False
    for one, other in zip(network.get_weights(), seen["weights"], strict=True):
        np.testing.assert_array_equal(one, other)
    color = np.array([[[[0.2, -0.4, 0.9]]]], np.float32)
    levels = keras.applications.vgg19.preprocess_input((color + 1) * 127.5)
    np.testing.assert_allclose(network.layers[1](color), levels, rtol=1e-5)


def test_our_vgg_is_that_of_keras_but_for_the_pooling():
    ours, theirs = networks.vgg(), keras.applications.VGG19(False, weights=None)
    assert [one.shape for one in ours.weights] == [one.shape for one in theirs.weights]
    assert [one.name for one in ours.layers[1:]] == [
        one.name for one in theirs.layers[1:]
    ]
    theirs.set_weights(ours.get_weights())
    images = tf.random.uniform((1, 16, 16, 3), -1, 1, seed=0)
    layer = "block1_conv2"  # before the first pooling
    outputs = [
        networks.extractor(network, [layer])(images) for network in (ours, theirs)
    ]
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5)


def test_a_random_vgg_has_features_of_one_size_in_all_layers():
    network = networks.random_vgg(16)
    names = [one.name for one in network.layers if one.weights]
    noise = networks.photograph_like(kg.random.Random(9))
    for features in networks.extractor(network, names)(noise):
        energy = float(tf.reduce_mean(features**2))
        assert 0.2 < energy < 1.2  # E[max(0, z)^2] of a normal z is 1/2
    again = networks.random_vgg(16)
    assert all(map(np.array_equal, network.get_weights(), again.get_weights()))


def test_photograph_like_noise_has_amplitudes_of_one_over_frequency():
    noise = networks.photograph_like(kg.random.Random(0)).numpy()[0].mean(-1)
    assert noise.std() == pytest.approx(0.5, rel=0.3)
    spectrum = np.abs(np.fft.rfft2(noise)) ** 2
    far = np.hypot(np.fft.fftfreq(128)[:, None], np.fft.rfftfreq(128))
    bands = [(0.05, 0.06), (0.1, 0.12), (0.2, 0.24)]
    power = [spectrum[(low <= far) & (far < high)].mean() for low, high in bands]
    np.testing.assert_allclose([power[0] / power[1], power[1] / power[2]], 4, rtol=0.4)


def test_features_from_a_file(tmp_path):
    network = tiny()
    network.save(tmp_path / "features.keras")
    using = kg.StyleTransfer(str(tmp_path / "features.keras"), **LAYERS)
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    wanted = kg.StyleTransfer(network, **LAYERS).measure(content, content, style)
    assert using.measure(content, content, style) == wanted


def test_the_smallest_side_is_what_the_layers_need():
    network = networks.vgg(2)
    assert kg.StyleTransfer(network, style_layers=["block1_conv1"]).smallest == 1
    assert kg.StyleTransfer(network, style_layers=["block5_conv1"]).smallest == 16
