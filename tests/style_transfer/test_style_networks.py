"""Feature networks of style transfer."""

import typing

import keras
import numpy as np
import pytest
import tensorflow as tf
from painting import LAYERS, smooth_image, stylize, tiny_network

import keras_gan as kg
from keras_gan.metrics import classifier
from keras_gan.style_transfer import extraction, networks, optimizers


def test_vgg19_raises_at_once_without_a_network_connection(monkeypatch):
    monkeypatch.setattr(networks, "connection_error", lambda url: "no network")
    with pytest.raises(OSError, match="cannot be downloaded") as error:
        kg.StyleTransfer()
    for fact in ("no network", '"random"', networks.WEIGHTS_FILE):
        assert fact in str(error.value)


@pytest.fixture
def half_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy(before)


def test_vgg19_takes_the_weights_of_keras(monkeypatch, half_precision):
    recorded = {}

    def fake_vgg19(include_top):
        recorded["top"] = include_top
        trained = networks.vgg(64, seed=5)  # has VGG19's shapes, by the next test
        recorded["weights"] = trained.get_weights()
        return trained

    monkeypatch.setattr(networks, "connection_error", lambda url: None)
    monkeypatch.setattr(keras.applications, "VGG19", fake_vgg19)
    network = networks.vgg19()
    assert recorded["top"] is False
    pairs = zip(network.get_weights(), recorded["weights"], strict=True)
    for weight, expected in pairs:
        np.testing.assert_array_equal(weight, expected)
    color = np.array([[[[0.2, -0.4, 0.9]]]], np.float32)
    levels = keras.applications.vgg19.preprocess_input((color + 1) * 127.5)
    np.testing.assert_allclose(network.layers[1](color), levels, rtol=1e-5)


def test_vgg_equals_that_of_keras_except_for_the_pooling():
    ours, theirs = networks.vgg(), keras.applications.VGG19(False, weights=None)
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]
    names = [[layer.name for layer in network.layers[1:]] for network in (ours, theirs)]
    assert [*names[0], "block5_pool"] == names[
        1
    ]  # ours has no pooling after the last block
    theirs.set_weights(ours.get_weights())
    images = tf.random.uniform((1, 16, 16, 3), -1, 1, seed=0)
    layer = "block1_conv2"  # before the first pooling
    outputs = [
        extraction.extractor(network, [layer])(images) for network in (ours, theirs)
    ]
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5)


def test_random_vgg_features_have_one_scale_in_all_layers():
    network = networks.random_vgg(16)
    names = [layer.name for layer in network.layers if layer.weights]
    noise = networks.natural_noise(kg.random.Random(9))
    for features in extraction.extractor(network, names)(noise):
        energy = float(tf.reduce_mean(features**2))
        assert 0.2 < energy < 1.2  # E[max(0, z)^2] of a normal z is 1/2
    again = networks.random_vgg(16)
    assert all(map(np.array_equal, network.get_weights(), again.get_weights()))


def test_natural_noise_has_amplitudes_of_one_over_frequency():
    noise = networks.natural_noise(kg.random.Random(0)).numpy()[0].mean(-1)
    assert noise.std() == pytest.approx(0.5, rel=0.3)
    spectrum = np.abs(np.fft.rfft2(noise)) ** 2
    frequency = np.hypot(np.fft.fftfreq(128)[:, None], np.fft.rfftfreq(128))
    bands = [(0.05, 0.06), (0.1, 0.12), (0.2, 0.24)]
    power = [
        spectrum[(low <= frequency) & (frequency < high)].mean() for low, high in bands
    ]
    np.testing.assert_allclose([power[0] / power[1], power[1] / power[2]], 4, rtol=0.4)


@pytest.mark.parametrize("module", [networks, optimizers])
def test_the_names_of_the_type_are_those_of_the_table(module):
    assert typing.get_args(module.Name) == tuple(module.NAMES)


def test_features_from_a_file(tmp_path):
    network = tiny_network()
    network.save(tmp_path / "features.keras")
    transfer = kg.StyleTransfer(str(tmp_path / "features.keras"), **LAYERS)
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    expected = kg.StyleTransfer(network, **LAYERS).measure(content, content, style)
    assert transfer.measure(content, content, style) == expected


def fixed_size_classifier(shape=(16, 20, 3)):
    """Returns a classifier of a fixed input size, with a residual connection."""
    images = keras.Input(shape)
    first = keras.layers.Conv2D(4, 3, padding="same", name="first")(images)
    second = keras.layers.Conv2D(4, 3, padding="same", name="second")(first)
    both = keras.layers.Add(name="both")([first, second])
    both = keras.layers.BatchNormalization(name="normal")(both)
    pooled = keras.layers.MaxPooling2D(name="pooled")(both)
    flat = keras.layers.Flatten()(pooled)
    network = keras.Model(images, keras.layers.Dense(3)(flat))
    random = np.random.default_rng(0)
    weights = network.get_weights()
    network.set_weights([random.uniform(0.1, 0.5, weight.shape) for weight in weights])
    return network


def test_a_network_of_a_fixed_size_is_rebuilt_for_any_size():
    network = fixed_size_classifier()
    names = ["pooled", "first"]
    rebuilt = extraction.extractor(network, names)
    images = np.random.default_rng(1).uniform(-1, 1, (1, 16, 20, 3)).astype("float32")
    outputs = [network.get_layer(name).output for name in names]
    original = keras.Model(network.inputs[0], outputs)
    for features, expected in zip(rebuilt(images), original(images), strict=True):
        np.testing.assert_allclose(features, expected, rtol=1e-5, atol=1e-6)
    larger = rebuilt(np.zeros((1, 33, 12, 3), "float32"))
    assert [features.shape for features in larger] == [(1, 16, 6, 4), (1, 33, 12, 4)]


@pytest.mark.parametrize("kind", ["nested", "two reshapes", "one reshape"])
def test_layers_that_silently_require_a_fixed_size_raise(kind):
    inner = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 1)])
    layers = {
        "nested": [keras.Model(inner.inputs[0], inner.outputs[0], name="last")],
        "two reshapes": [
            keras.layers.Reshape((64, 3)),
            keras.layers.Reshape((8, 8, 3), name="last"),
        ],
        "one reshape": [keras.layers.Reshape((8, 8, 3), name="last")],
    }
    images = outputs = keras.Input((8, 8, 3))
    for layer in layers[kind]:
        outputs = layer(outputs)
    with pytest.raises(ValueError, match="images of any size"):
        extraction.extractor(keras.Model(images, outputs), ["last"])


def test_a_classifier_file_is_a_feature_network(tmp_path):
    network = classifier.build_classifier((16, 16, 3), 10, "shoes")
    network.save(tmp_path / "shoes.keras")
    transfer = kg.StyleTransfer(
        tmp_path / "shoes.keras", ["relu_1"], ["relu_0", "relu_1"], variation_weight=0
    )
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    result = stylize(content, style, transfer=transfer)
    assert result.image.shape == (20, 24, 3)
    assert result.history["loss"][-1] < result.history["loss"][0] / 2


@pytest.mark.parametrize(
    ("layers", "weights"),
    [
        ({"content_layers": ["first"]}, (0.15, 0, 0.05)),
        ({"style_layers": ["first"]}, (0, 1, 0.05)),
        ({"style_layers": ["first"], "content_weight": 0}, (0, 1, 0.05)),
        ({"style_layers": ["first"], "variation_weight": 0}, (0, 1, 0)),
        ({**LAYERS, "style_weight": 0}, (0.15, 0, 0.05)),
        ({**LAYERS, "content_weight": 2}, (2, 1, 0.05)),
    ],
)
def test_a_term_without_layers_has_weight_0(layers, weights):
    assert kg.StyleTransfer(tiny_network(), **layers).term_weights == weights


def test_vgg_is_float32_under_any_dtype_policy(half_precision):
    network = networks.random_vgg(2, 1)
    assert {layer.compute_dtype for layer in network.layers[1:]} == {"float32"}
    images = np.full((1, 4, 4, 3), 1 + 1e-6, "float32")  # 1 in half precision
    features = extraction.extractor(network, ["block1_conv1"])
    assert np.abs(features(images) - features(np.ones_like(images))).max() > 0


def test_vgg_seeds_may_be_any_integer_or_none():
    for seed in (-5, 2**40):
        weights = [networks.random_vgg(2, 1, seed).get_weights() for _ in range(2)]
        assert all(map(np.array_equal, *weights))
    first = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        first.append(networks.random_vgg(2, 1, None).get_weights()[0])
    np.testing.assert_array_equal(*first)
    assert (networks.vgg(2, 1, None).get_weights()[0] != first[0]).any()


def test_the_minimum_side_depends_on_the_deepest_layer():
    network = networks.vgg(2)
    min_sides = {1: 2, 2: 2, 3: 4, 4: 8, 5: 16}
    for block, side in min_sides.items():
        transfer = kg.StyleTransfer(network, style_layers=[f"block{block}_conv1"])
        assert transfer.min_side == side


@pytest.mark.parametrize("side", [2, 3, 5, 8, 9, 12, 17])
def test_the_minimum_side_is_exact(side):
    images = keras.Input((None, None, 3))
    layer = keras.layers.Conv2D(4, side, name="layer")
    transfer = kg.StyleTransfer(
        keras.Model(images, layer(images)), style_layers=["layer"]
    )
    assert transfer.min_side == side
    image = smooth_image(side, side)
    assert (
        stylize(image, image, transfer=transfer, size=side, steps=1).image.shape[0]
        == side
    )
