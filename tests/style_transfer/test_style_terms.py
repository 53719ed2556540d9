"""The three loss terms and their gradient, whole and in tiles."""

import numpy as np
import pytest
import tensorflow as tf
from painting import LAYERS, smooth_image, tiny_network, tiny_transfer
from scipy import signal

import keras_gan as kg
from keras_gan.style_transfer import networks


def convolved(image, kernel, bias):
    """Returns a convolution and tanh in SciPy: `(H, W, in)` to `(H', W', out)`."""
    planes = [
        sum(
            signal.correlate2d(image[..., i], kernel[..., i, o], mode="valid")
            for i in range(image.shape[-1])
        )
        for o in range(kernel.shape[-1])
    ]
    return np.tanh(np.stack(planes, -1) + bias)


def features(network, levels):
    """Returns the features of both layers of `tiny_network`, in NumPy."""
    kernel_1, bias_1, kernel_2, bias_2 = network.get_weights()
    first = convolved(levels / 127.5 - 1.0, kernel_1, bias_1)
    height, width = (side // 2 * 2 for side in first.shape[:2])
    even = first[:height, :width]
    pooled = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    return {"first": first, "second": convolved(pooled, kernel_2, bias_2)}


def gram(values):
    """Returns the Gram matrix of `(H, W, channels)`."""
    height, width, _ = values.shape
    return np.einsum("hwi,hwj->ij", values, values) / (height * width)


def relative(value, target):
    return ((value - target) ** 2).sum() / (target**2).sum()


def expected_terms(network, image, content, styles, mixture, layers=None):
    """Returns the three terms, computed in NumPy."""
    values, targets = features(network, image), features(network, content)
    style_features = [features(network, style) for style in styles]
    style_term = sum(
        weight
        * relative(
            gram(values[name]),
            sum(
                share * gram(layers_of_style[name])
                for share, layers_of_style in zip(mixture, style_features, strict=True)
            ),
        )
        for name, weight in (layers or {"first": 0.5, "second": 0.5}).items()
    )
    pixels = image / 127.5 - 1.0
    down, right = np.diff(pixels, axis=0), np.diff(pixels, axis=1)
    return {
        "content": relative(values["second"], targets["second"]),
        "style": style_term,
        "variation": (down**2).mean() + (right**2).mean(),
    }


def test_the_terms_are_those_of_numpy():
    transfer, image, content = (
        tiny_transfer(),
        smooth_image(14, 18, 1),
        smooth_image(14, 18, 2),
    )
    styles = [smooth_image(16, 12, 3), smooth_image(20, 11, 4)]
    measured = transfer.measure(image, content, styles, [1, 3])
    expected = expected_terms(transfer.network, image, content, styles, [0.25, 0.75])
    assert measured == pytest.approx(expected, rel=1e-4)


def test_layers_have_weights():
    transfer = tiny_transfer(style_layers={"first": 3, "second": 1})
    image, other = smooth_image(14, 18, 1), smooth_image(14, 18, 2)
    expected = expected_terms(
        transfer.network, image, other, [other], [1], {"first": 0.75, "second": 0.25}
    )
    assert transfer.measure(image, other, other)["style"] == pytest.approx(
        expected["style"], rel=1e-4
    )


def test_an_image_has_distance_zero_from_itself():
    image = smooth_image(14, 18)
    measured = tiny_transfer().measure(image, image, image)
    assert measured["content"] == 0
    assert measured["style"] == pytest.approx(0, abs=1e-10)


def test_zero_features_have_distance_one():
    network = tiny_network()
    network.set_weights([0 * weight for weight in network.get_weights()])
    transfer = kg.StyleTransfer(network, **LAYERS)
    objective = transfer.objective()
    objective.target_features = [tf.ones((1, 3, 4, 4))]
    objective.target_grams = [tf.eye(5), tf.eye(4)]
    _, terms, _ = objective(np.zeros((1, 10, 12, 3), "float32"))
    np.testing.assert_allclose(terms, [1, 1, 0])


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.3, 2, 0.7)])
def test_the_gradient_is_that_of_finite_differences(weights):
    names = ("content_weight", "style_weight", "variation_weight")
    named = dict(zip(names, weights, strict=True))
    transfer = kg.StyleTransfer(tiny_network("float64"), **LAYERS, **named)
    random = np.random.default_rng(0)
    image, content, style = random.uniform(-1, 1, (3, 1, 9, 10, 3))
    objective = transfer.objective()
    objective.set_targets(content, [style], [1.0])
    loss, terms, gradient = objective(image)
    assert loss == pytest.approx(np.dot(weights, terms))
    steps = 1e-6 * random.normal(size=(6, *image.shape))
    differences = [
        (objective(image + step)[0] - objective(image - step)[0]) / 2 for step in steps
    ]
    expected = (gradient * steps).sum((1, 2, 3, 4))
    np.testing.assert_allclose(differences, expected, rtol=1e-6, atol=1e-14)


def test_tiles_are_exact_at_the_last_layer_of_vgg19():
    network = networks.vgg(1, dtype="float64")
    last = network.layers[-1].name
    transfer = kg.StyleTransfer(network, [last], [last])
    transfer.receptive_radius = networks.NAMES["vgg19"].receptive_radius
    image, content, style = (
        kg.images.to_float(smooth_image(32, 256, seed)[None]) for seed in range(3)
    )
    values = []
    for objective in (transfer.objective(), transfer.tiled_objective(tile_side=48)):
        objective.set_targets(content, [style], [1.0])
        values.append(objective(image))
    (_, terms, gradient), (_, tiled_terms, tiled_gradient) = values
    np.testing.assert_allclose(tiled_terms, terms, rtol=1e-10)
    np.testing.assert_allclose(
        tiled_gradient, gradient, atol=1e-10 * np.abs(gradient).max()
    )


@pytest.mark.parametrize("shape", [(70, 53, 3), (33, 64, 3), (33, 64, 1)])
def test_tiles_give_the_loss_and_the_gradient_of_the_whole_image(shape):
    layers = [f"block{block}_conv1" for block in (1, 3)]
    network = networks.vgg(3, blocks=3, dtype="float64")
    transfer = kg.StyleTransfer(network, ["block2_conv2", "block3_conv1"], layers)
    transfer.receptive_radius = 32  # 2 + 1 + 4 + 2 + 4 = 13 pixels
    random = np.random.default_rng(0)
    image, content, style = random.uniform(-1, 1, (3, 1, *shape))
    values = []
    for objective in (transfer.objective(), transfer.tiled_objective(tile_side=32)):
        objective.set_targets(content, [style], [1.0])
        values.append(objective(image))
    (loss, terms, gradient), (tiled_loss, tiled_terms, tiled_gradient) = values
    assert tiled_loss == pytest.approx(loss, rel=1e-10)
    np.testing.assert_allclose(tiled_terms, terms, rtol=1e-10)
    scale = np.abs(gradient).max()
    np.testing.assert_allclose(tiled_gradient / scale, gradient / scale, atol=1e-10)
