"""The networks in whose features pictures are compared."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from painting import LAYERS, paint, picture, tiny

import keras_gan as kg
from keras_gan.metrics import classifier
from keras_gan.style_transfer import networks


def test_without_a_network_vgg19_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(networks, "connection_error", lambda url: "no network")
    with pytest.raises(OSError, match="cannot be fetched") as error:
        kg.StyleTransfer()
    for fact in ("no network", '"random"', networks.WEIGHTS):
        assert fact in str(error.value)


@pytest.fixture
def half_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy(before)


def test_vgg19_takes_the_weights_that_keras_has(monkeypatch, half_precision):
    seen = {}

    def stand_in(include_top):
        seen["top"] = include_top
        trained = networks.vgg(64, seed=5)  # has VGG19's shapes, by the next test
        seen["weights"] = trained.get_weights()
        return trained

    monkeypatch.setattr(networks, "connection_error", lambda url: None)
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
    names = [[one.name for one in network.layers[1:]] for network in (ours, theirs)]
    assert [*names[0], "block5_pool"] == names[1]  # nothing pools the last block
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


def fixed(shape=(16, 20, 3)):
    """A classifier of one size, with a way around a convolution, and trained."""
    images = keras.Input(shape)
    first = keras.layers.Conv2D(4, 3, padding="same", name="first")(images)
    around = keras.layers.Conv2D(4, 3, padding="same", name="second")(first)
    both = keras.layers.Add(name="both")([first, around])
    both = keras.layers.BatchNormalization(name="normal")(both)
    pooled = keras.layers.MaxPooling2D(name="pooled")(both)
    flat = keras.layers.Flatten()(pooled)
    network = keras.Model(images, keras.layers.Dense(3)(flat))
    random = np.random.default_rng(0)
    weights = network.get_weights()
    network.set_weights([random.uniform(0.1, 0.5, one.shape) for one in weights])
    return network


def test_a_network_of_one_size_is_built_anew_for_any():
    network = fixed()
    names = ["pooled", "first"]
    anew = networks.extractor(network, names)
    images = np.random.default_rng(1).uniform(-1, 1, (1, 16, 20, 3)).astype("float32")
    outputs = [network.get_layer(name).output for name in names]
    for one, other in zip(
        anew(images), keras.Model(network.inputs[0], outputs)(images), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    larger = anew(np.zeros((1, 33, 12, 3), "float32"))
    assert [one.shape for one in larger] == [(1, 16, 6, 4), (1, 33, 12, 4)]


@pytest.mark.parametrize("layer", ["nested", "to a row", "one size"])
def test_what_only_looks_as_if_it_took_any_size_is_refused(layer):
    inner = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 1)])
    made = {
        "nested": [keras.Model(inner.inputs[0], inner.outputs[0], name="last")],
        "to a row": [
            keras.layers.Reshape((64, 3)),
            keras.layers.Reshape((8, 8, 3), name="last"),
        ],
        "one size": [keras.layers.Reshape((8, 8, 3), name="last")],
    }
    images = outputs = keras.Input((8, 8, 3))
    for one in made[layer]:
        outputs = one(outputs)
    with pytest.raises(ValueError, match="pictures of any size"):
        networks.extractor(keras.Model(images, outputs), ["last"])


def test_the_file_of_a_classifier_compares_pictures(tmp_path):
    network = classifier.untrained((16, 16, 3), 10, "shoes")
    network.save(tmp_path / "shoes.keras")
    using = kg.StyleTransfer(
        tmp_path / "shoes.keras", ["relu_1"], ["relu_0", "relu_1"], variation_weight=0
    )
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    made = paint(content, style, using=using)
    assert made.image.shape == (20, 24, 3)
    assert made.history["loss"][-1] < made.history["loss"][0] / 2


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
    assert kg.StyleTransfer(tiny(), **layers).weights == weights


def test_our_networks_are_float32_whatever_the_policy(half_precision):
    network = networks.random_vgg(2, 1)
    assert {one.compute_dtype for one in network.layers[1:]} == {"float32"}
    images = np.full((1, 4, 4, 3), 1 + 1e-6, "float32")  # 1 in half precision
    features = networks.extractor(network, ["block1_conv1"])
    assert np.abs(features(images) - features(np.ones_like(images))).max() > 0


def test_vgg_seeds_may_be_any_whole_number_or_none():
    for seed in (-5, 2**40):
        one, two = (networks.random_vgg(2, 1, seed).get_weights() for _ in range(2))
        assert all(map(np.array_equal, one, two))
    first = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        first.append(networks.random_vgg(2, 1, None).get_weights()[0])
    np.testing.assert_array_equal(*first)
    assert (networks.vgg(2, 1, None).get_weights()[0] != first[0]).any()


def test_the_smallest_side_is_what_the_layers_need():
    network = networks.vgg(2)
    smallest = {1: 2, 2: 2, 3: 4, 4: 8, 5: 16}
    for block, side in smallest.items():
        using = kg.StyleTransfer(network, style_layers=[f"block{block}_conv1"])
        assert using.smallest == side


@pytest.mark.parametrize("side", [2, 3, 5, 8, 9, 12, 17])
def test_the_smallest_side_is_exact(side):
    images = keras.Input((None, None, 3))
    layer = keras.layers.Conv2D(4, side, name="one")
    using = kg.StyleTransfer(keras.Model(images, layer(images)), style_layers=["one"])
    assert using.smallest == side
    edge = picture(side, side)
    assert paint(edge, edge, using=using, size=side, steps=1).image.shape[0] == side
