import functools

import keras
import numpy as np
import pytest
from PIL import Image

from keras_gan.metrics import features
from keras_gan.metrics.fitting import fit_images


def levels(num_images, *image_shape, seed=0):
    shape = (num_images, *image_shape)
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def mean_model(image_shape=(4, 4, 1), name="mean"):
    layers = [keras.Input(image_shape), keras.layers.GlobalAveragePooling2D()]
    return keras.Sequential(layers, name=name)


def brightness(images):
    return images.mean(axis=(1, 2))


def test_the_network_that_ships_has_a_name_a_size_and_features():
    network = features.get("fashion_mnist")
    assert network.name == "fashion_mnist"
    assert network.image_shape == (28, 28, 1)
    found = network(levels(3, 28, 28, 1))
    assert found.shape == (3, 128)
    assert found.dtype == np.float32


def test_an_unknown_name_is_answered_with_the_near_ones():
    with pytest.raises(ValueError, match='Did you mean "fashion_mnist"'):
        features.get("fashion-mnist")


@pytest.mark.parametrize("identifier", [3, None, features.ModelFeatures])
def test_what_is_no_network_is_refused(identifier):
    with pytest.raises(TypeError):
        features.get(identifier)


def test_a_keras_model_sees_pixels_in_minus_one_to_one():
    images = levels(5, 4, 4, 1)
    network = features.get(mean_model())
    expected = (images / 127.5 - 1.0).mean(axis=(1, 2))
    np.testing.assert_allclose(network(images), expected, atol=1e-6)
    assert network.name == "mean"


def test_a_keras_model_runs_as_at_inference():
    layers = [
        keras.Input((4, 4, 1)),
        keras.layers.Dropout(0.5),
        keras.layers.BatchNormalization(),
        keras.layers.Flatten(),
    ]
    network = features.get(keras.Sequential(layers, name="noisy"))
    images = levels(5, 4, 4, 1)
    expected = (images / 127.5 - 1.0).reshape(5, 16) / np.sqrt(1.001)
    np.testing.assert_allclose(network(images), expected, atol=1e-6)


def test_blocks_do_not_change_the_features(monkeypatch):
    network = features.get("fashion_mnist")
    images = levels(10, 28, 28, 1)
    whole = network(images)
    monkeypatch.setattr(features, "BLOCK", 3)
    np.testing.assert_allclose(network(images), whole, rtol=1e-4, atol=1e-5)


def test_no_images_give_no_features():
    assert features.get(mean_model())(levels(0, 4, 4, 1)).shape == (0, 1)


def pooling(kind, side=4, name=None):
    """Returns a model of named or unnamed layers with a fixed kernel."""
    layers = [keras.Input((side, side, 1)), kind(), keras.layers.Dense(3)]
    model = keras.Sequential(layers, name=name)
    model.set_weights([np.ones((1, 3)), np.zeros(3)])
    return model


def test_the_fingerprint_is_that_of_the_layers_and_weights():
    average, largest = keras.layers.GlobalAvgPool2D, keras.layers.GlobalMaxPool2D
    network = features.get(pooling(average, name="net"))
    before = network.fingerprint
    assert len(before) == 64
    assert before == features.get(pooling(average)).fingerprint  # other names of layers
    for other in (pooling(largest, name="net"), pooling(average, 8, "net")):
        assert features.get(other).fingerprint != before
    kernel, bias = network.model.get_weights()
    network.model.set_weights([kernel + 1e-6, bias])
    assert network.fingerprint != before


@pytest.mark.parametrize(
    "layers",
    [
        [keras.layers.Dense(2)],
        [keras.Input((4, 4, 1)), keras.layers.Conv2D(2, 3)],
        [keras.Input((4,)), keras.layers.Dense(2)],
    ],
)
def test_a_model_that_is_none_of_images_to_vectors_is_refused(layers):
    with pytest.raises(ValueError, match='model "odd" does not map images to'):
        features.get(keras.Sequential(layers, name="odd"))


def test_a_model_of_two_inputs_is_refused():
    inputs = [keras.Input((4, 4, 1)), keras.Input((2,))]
    flat = keras.layers.Flatten()(inputs[0])
    outputs = keras.layers.Concatenate()([flat, inputs[1]])
    with pytest.raises(ValueError, match='model "two" does not map images to'):
        features.get(keras.Model(inputs, outputs, name="two"))


def test_a_subclassed_model_is_wrapped():
    class Mean(keras.Model):
        def call(self, images):
            return keras.ops.mean(images, axis=(1, 2))

    model = Mean(name="mean")
    images = levels(5, 4, 4, 1)
    model(images)
    with pytest.raises(ValueError, match=r"Sequential\(\[keras.Input\(image_shape\)"):
        features.get(model)
    network = features.get(keras.Sequential([keras.Input((4, 4, 1)), model], name="w"))
    expected = (images / 127.5 - 1.0).mean(axis=(1, 2))
    np.testing.assert_allclose(network(images), expected, atol=1e-6)


def test_a_model_of_any_size_takes_images_as_they_are():
    network = features.get(mean_model((None, None, 1)))
    images = levels(5, 6, 7, 1)
    expected = (images / 127.5 - 1.0).mean(axis=(1, 2))
    np.testing.assert_allclose(network(images), expected, atol=1e-6)


def test_a_function_is_named_after_itself_and_gets_uint8():
    network = features.get(brightness)
    assert (network.name, network.image_shape) == ("brightness", None)
    assert network.fingerprint is None
    images = levels(3, 5, 6, 2)
    np.testing.assert_allclose(network(images), images.mean(axis=(1, 2)), rtol=1e-6)


def test_a_function_without_a_name_is_given_one():
    for nameless in (lambda images: images, functools.partial(brightness)):
        with pytest.raises(ValueError, match="`name` of FeatureNetwork"):
            features.get(nameless)
    network = features.FunctionFeatures(lambda x: brightness(x), "light", "ab12")
    assert (network.name, network.fingerprint) == ("light", "ab12")


def test_a_function_that_forgets_an_image_is_refused():
    def first(images):
        return brightness(images)[:1]

    with pytest.raises(ValueError, match="one row per image"):
        features.get(first)(levels(3, 4, 4, 1))


def test_a_network_of_ones_own_passes_as_it_is():
    class Constant(features.FeatureNetwork):
        fingerprint = "none"

        def __call__(self, images):
            return np.ones((len(images), 2), np.float32)

    network = Constant("constant")
    assert features.get(network) is network


def test_images_that_fit_are_left_alone():
    images = levels(2, 8, 8, 3)
    np.testing.assert_array_equal(fit_images(images, (8, 8, 3)), images)


def test_colour_becomes_gray_as_pillow_does_it():
    images = levels(1, 8, 8, 3)
    gray = np.asarray(Image.fromarray(images[0]).convert("L"), np.float32)
    fitted = fit_images(images, (8, 8, 1))
    np.testing.assert_allclose(fitted[0, ..., 0], gray, atol=0.51)


def test_gray_becomes_colour_by_repeating_it():
    images = levels(2, 8, 8, 1)
    repeated = np.repeat(images, 3, axis=-1)
    np.testing.assert_array_equal(fit_images(images, (8, 8, 3)), repeated)


@pytest.mark.parametrize(("channels", "target"), [(4, 3), (2, 1), (4, 1), (2, 3)])
def test_alpha_is_laid_on_white(channels, target):
    clear, opaque = levels(2, 2, 8, 8, channels)
    clear[..., -1], opaque[..., -1] = 0, 255
    np.testing.assert_allclose(fit_images(clear, (8, 8, target)), 255.0, rtol=1e-6)
    expected = fit_images(opaque[..., :-1], (8, 8, target))
    np.testing.assert_allclose(fit_images(opaque, (8, 8, target)), expected)


@pytest.mark.parametrize("side", [14, 56, 33])
def test_another_size_is_resized_with_antialiasing_as_pillow_does_it(side):
    images = levels(1, side, side, 1)
    picture = Image.fromarray(images[0, ..., 0].astype(np.float32))
    expected = np.asarray(picture.resize((28, 28), Image.Resampling.BILINEAR))
    fitted = fit_images(images, (28, 28, 1))
    np.testing.assert_allclose(fitted[0, ..., 0], expected, atol=0.01)


def test_channels_that_are_no_picture_are_refused():
    with pytest.raises(ValueError, match="images of 5 channels"):
        fit_images(levels(1, 8, 8, 5), (8, 8, 3))
    with pytest.raises(ValueError, match="images of 7 channels"):
        fit_images(levels(1, 8, 8, 3), (8, 8, 7))


def test_one_graph_serves_batches_of_any_size():
    network = features.get(mean_model(name="traced"))
    for num_images in (1, 5, 256, 300):
        network(levels(num_images, 4, 4, 1))
    assert network.graph.experimental_get_tracing_count() == 1


def test_a_classifier_makes_probabilities_of_its_features():
    features_of, head = (
        mean_model(name="mean"),
        keras.Sequential([keras.Input((1,)), keras.layers.Dense(3, "softmax")]),
    )
    head.set_weights([np.array([[1.0, 0.0, -2.0]]), np.array([0.0, 1.0, 0.5])])
    network = features.ClassifierFeatures(features_of, head)
    images = levels(5, 4, 4, 1)
    means = (images / 127.5 - 1.0).mean(axis=(1, 2))
    exponents = np.exp(means * [1.0, 0.0, -2.0] + [0.0, 1.0, 0.5])
    expected = exponents / exponents.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.probabilities(images), expected, atol=1e-6)
    np.testing.assert_allclose(network.classify(network(images)), expected, atol=1e-6)
