"""The three terms, their slope, and both in tiles."""

import numpy as np
import pytest
import tensorflow as tf
from painting import LAYERS, picture, tiny, transfer
from scipy import signal

import keras_gan as kg
from keras_gan.style_transfer import networks


def convolved(image, kernel, bias):
    """A convolution in NumPy and SciPy: `(H, W, in)` to `(H', W', out)`, after tanh."""
    planes = [
        sum(
            signal.correlate2d(image[..., i], kernel[..., i, o], mode="valid")
            for i in range(image.shape[-1])
        )
        for o in range(kernel.shape[-1])
    ]
    return np.tanh(np.stack(planes, -1) + bias)


def features(network, levels):
    """Both layers' features of a picture, without Keras."""
    one, two, three, four = network.get_weights()
    first = convolved(levels / 127.5 - 1.0, one, two)
    height, width = (side // 2 * 2 for side in first.shape[:2])
    even = first[:height, :width]
    pooled = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    return {"first": first, "second": convolved(pooled, three, four)}


def gram(values):
    """The Gram matrix of `(H, W, channels)`, place by place."""
    height, width, _ = values.shape
    return np.einsum("hwi,hwj->ij", values, values) / (height * width)


def relative(value, target):
    return ((value - target) ** 2).sum() / (target**2).sum()


def expected(network, image, content, styles, shares, layers=None):
    """The three terms in NumPy."""
    ours, aim = features(network, image), features(network, content)
    looks = [features(network, style) for style in styles]
    style = sum(
        weight
        * relative(
            gram(ours[name]),
            sum(
                share * gram(look[name])
                for share, look in zip(shares, looks, strict=True)
            ),
        )
        for name, weight in (layers or {"first": 0.5, "second": 0.5}).items()
    )
    pixels = image / 127.5 - 1.0
    down, right = np.diff(pixels, axis=0), np.diff(pixels, axis=1)
    return {
        "content": relative(ours["second"], aim["second"]),
        "style": style,
        "variation": (down**2).mean() + (right**2).mean(),
    }


def test_the_terms_are_those_of_numpy():
    using, image, content = transfer(), picture(14, 18, 1), picture(14, 18, 2)
    styles = [picture(16, 12, 3), picture(20, 11, 4)]
    measured = using.measure(image, content, styles, [1, 3])
    wanted = expected(using.network, image, content, styles, [0.25, 0.75])
    assert measured == pytest.approx(wanted, rel=1e-4)


def test_layers_have_weights():
    using = transfer(style_layers={"first": 3, "second": 1})
    image, other = picture(14, 18, 1), picture(14, 18, 2)
    wanted = expected(
        using.network, image, other, [other], [1], {"first": 0.75, "second": 0.25}
    )
    assert using.measure(image, other, other)["style"] == pytest.approx(
        wanted["style"], rel=1e-4
    )


def test_a_picture_is_at_no_distance_from_itself():
    image = picture(14, 18)
    measured = transfer().measure(image, image, image)
    assert measured["content"] == 0
    assert measured["style"] == pytest.approx(0, abs=1e-10)


def test_black_features_are_at_distance_one():
    network = tiny()
    network.set_weights([0 * one for one in network.get_weights()])
    using = kg.StyleTransfer(network, **LAYERS)
    objective = using.objective()
    objective.content = [tf.ones((1, 3, 4, 4))]
    objective.grams = [tf.eye(5), tf.eye(4)]
    _, terms, _ = objective(np.zeros((1, 10, 12, 3), "float32"))
    np.testing.assert_allclose(terms, [1, 1, 0])


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.3, 2, 0.7)])
def test_the_gradient_is_that_of_finite_differences(weights):
    names = ("content_weight", "style_weight", "variation_weight")
    named = dict(zip(names, weights, strict=True))
    using = kg.StyleTransfer(tiny("float64"), **LAYERS, **named)
    random = np.random.default_rng(0)
    image, content, style = random.uniform(-1, 1, (3, 1, 9, 10, 3))
    objective = using.objective()
    objective.bind(content, [style], [1.0])
    loss, terms, gradient = objective(image)
    assert loss == pytest.approx(np.dot(weights, terms))
    step = 1e-6 * random.normal(size=(6, *image.shape))
    slopes = [
        (objective(image + one)[0] - objective(image - one)[0]) / 2 for one in step
    ]
    wanted = (gradient * step).sum((1, 2, 3, 4))
    np.testing.assert_allclose(slopes, wanted, rtol=1e-6, atol=1e-14)


def test_tiles_are_exact_at_the_last_layer_of_vgg19():
    network = networks.vgg(1, dtype="float64")
    last = network.layers[-1].name
    using = kg.StyleTransfer(network, [last], [last])
    using.reach = networks.NAMES["vgg19"].reach
    image, content, style = (
        kg.images.to_float(picture(32, 256, seed)[None]) for seed in range(3)
    )
    values = []
    for objective in (using.objective(), using.tiled_objective(tile=48)):
        objective.bind(content, [style], [1.0])
        values.append(objective(image))
    (_, terms, gradient), (_, tiled_terms, tiled_gradient) = values
    np.testing.assert_allclose(tiled_terms, terms, rtol=1e-10)
    np.testing.assert_allclose(
        tiled_gradient, gradient, atol=1e-10 * np.abs(gradient).max()
    )


@pytest.mark.parametrize("shape", [(70, 53, 3), (33, 64, 3), (33, 64, 1)])
def test_tiles_give_the_sum_and_the_slope_of_the_whole(shape):
    layers = [f"block{block}_conv1" for block in (1, 3)]
    network = networks.vgg(3, blocks=3, dtype="float64")
    using = kg.StyleTransfer(network, ["block2_conv2", "block3_conv1"], layers)
    using.reach = 32  # 2 + 1 + 4 + 2 + 4 = 13 pixels
    random = np.random.default_rng(0)
    image, content, style = random.uniform(-1, 1, (3, 1, *shape))
    values = []
    for objective in (using.objective(), using.tiled_objective(tile=32)):
        objective.bind(content, [style], [1.0])
        values.append(objective(image))
    (loss, terms, gradient), (tiled_loss, tiled_terms, tiled_gradient) = values
    assert tiled_loss == pytest.approx(loss, rel=1e-10)
    np.testing.assert_allclose(tiled_terms, terms, rtol=1e-10)
    scale = np.abs(gradient).max()
    np.testing.assert_allclose(tiled_gradient / scale, gradient / scale, atol=1e-10)
