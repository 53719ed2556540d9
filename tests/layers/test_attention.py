import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, set_seed

import keras_gan as kg
from keras_gan.layers import SelfAttention2D, SpectralNormalization
from keras_gan.precision import at_least_float32

SHAPES = [(2, 4, 6, 16), (2, 5, 7, 3), (3, 1, 4, 8), (1, 3, 1, 1), (2, 1, 1, 9)]


def build_layer(shape, **arguments):
    """Returns a layer whose gate is not zero, built for features of a shape."""
    set_seed(0)
    layer = SelfAttention2D(**arguments)
    layer.build((None, *shape[1:]))
    layer.gate.assign(0.7)
    return layer


def features(shape, scale=1.0):
    random = np.random.default_rng(0)
    return tf.constant(scale * random.normal(size=shape), tf.float32)


def matrix(layer):
    """Returns the kernel of a 1x1 convolution, shape `(inputs, outputs)`."""
    return layer.get_weights()[0][0, 0].astype(np.float64)


def pooled(image):
    """Returns one image, max-pooled by 2x2; an axis of length 1 is not pooled."""
    height, width, _ = image.shape
    rows = [[0]] if height == 1 else [[2 * i, 2 * i + 1] for i in range(height // 2)]
    columns = [[0]] if width == 1 else [[2 * j, 2 * j + 1] for j in range(width // 2)]
    return np.array(
        [[image[np.ix_(row, column)].max((0, 1)) for column in columns] for row in rows]
    )


def expected_output(layer, images):
    """Returns the formula in NumPy, position by position."""
    results = []
    for image in images.numpy().astype(np.float64):
        queries = image @ matrix(layer.queries)
        keys = pooled(image @ matrix(layer.keys))
        values = pooled(image @ matrix(layer.values))
        keys = keys.reshape(-1, keys.shape[-1])
        values = values.reshape(-1, values.shape[-1])
        attended = np.empty((*image.shape[:2], values.shape[-1]))
        for position in np.ndindex(*image.shape[:2]):
            weights = np.exp(keys @ queries[position])
            attended[position] = weights / weights.sum() @ values
        results.append(image + layer.gate.numpy() * (attended @ matrix(layer.result)))
    return np.array(results)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_position_has_the_value_of_the_formula(shape):
    layer, images = build_layer(shape), features(shape)
    expected = expected_output(layer, images)
    assert np.abs(expected - images).max() > 1e-3
    np.testing.assert_allclose(layer(images), expected, rtol=1e-4, atol=1e-5)


def test_default_sizes_are_those_of_the_paper():
    def shapes(channels, **arguments):
        layer = build_layer((1, 4, 4, channels), **arguments)
        return [tuple(weight.shape) for weight in layer.trainable_variables]

    defaults = [(1, 1, 64, 8), (1, 1, 64, 8), (1, 1, 64, 32), (1, 1, 32, 64), ()]
    assert sorted(shapes(64)) == sorted(defaults)
    assert sorted(shapes(1)) == sorted([(1, 1, 1, 1)] * 4 + [()])
    custom = [(1, 1, 64, 3), (1, 1, 64, 3), (1, 1, 64, 5), (1, 1, 5, 64), ()]
    assert sorted(shapes(64, key_dim=3, value_dim=5)) == sorted(custom)
    images = features((2, 4, 4, 6))
    layer = build_layer(images.shape, key_dim=3, value_dim=5)
    np.testing.assert_allclose(layer(images), expected_output(layer, images), atol=1e-5)


def test_it_is_initialized_as_the_identity_and_the_gate_has_a_gradient():
    layer, images = SelfAttention2D(), features((2, 4, 4, 8))
    np.testing.assert_array_equal(layer(images), images)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(layer(images) - 1.0))
    assert abs(float(tape.gradient(loss, layer.gate.value))) > 1e-4


def test_large_logits_do_not_overflow():
    layer, images = build_layer((1, 4, 4, 8)), features((1, 4, 4, 8), scale=300.0)
    assert np.isfinite(layer(images)).all()


def test_spectral_normalization_normalizes_the_four_kernels():
    shape = (2, 4, 4, 16)
    layer = build_layer(shape, normalization="spectral")
    network = keras.Sequential([keras.Input(shape[1:]), layer])
    for weight in layer.trainable_variables:
        weight.assign(5.0 * weight)
    for _ in range(60):
        kg.layers.update_spectral_norm(network)
    parts = [layer.queries, layer.keys, layer.values, layer.result]
    assert all(isinstance(part, SpectralNormalization) for part in parts)
    for part in parts:
        kernel = part.normalized_kernel().numpy()
        norms = np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)
        assert norms[0] == pytest.approx(1.0, abs=0.02)
    vector = layer.keys.vector.numpy()
    layer.keys.vector.assign(vector[::-1])
    with kg.layers.frozen_power_iteration():
        layer(features(shape), training=True)
    np.testing.assert_array_equal(layer.keys.vector, vector[::-1])
    layer(features(shape), training=True)
    assert np.abs(layer.keys.vector.numpy() - vector[::-1]).max() > 1e-3


def second_gradients(layer, images):
    """Returns outputs, and the gradient of the squared gradient for all weights."""
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(images)
            outputs = at_least_float32(layer(images, training=True))
            value = tf.reduce_sum(tf.sin(outputs))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, images)))
    weights = [weight.value for weight in layer.trainable_variables]
    return outputs, *outer.gradient(penalty, weights)


HALF = [
    pytest.param(f"mixed_{kind}", marks=pytest.mark.slow)
    for kind in ("float16", "bfloat16")
]
"""Policies whose steps XLA compiles as it does those of `float32`."""


@pytest.mark.parametrize("dtype", ["float32", *HALF])
def test_second_gradients_under_xla_are_those_of_eager_execution(dtype):
    images = features((2, 4, 6, 8))
    layer = build_layer(images.shape, dtype=dtype)
    eager = second_gradients(layer, images)
    compiled = tf.function(second_gradients, jit_compile=True)(layer, images)
    assert layer(images).dtype == layer.compute_dtype
    tolerance = {"float32": 1e-3, "mixed_float16": 2e-2, "mixed_bfloat16": 1e-1}[dtype]
    for value, expected in zip(compiled, eager, strict=True):
        assert np.isfinite(expected).all()
        np.testing.assert_allclose(
            value, expected, atol=tolerance * np.abs(expected).max()
        )


def test_the_second_gradient_is_that_of_finite_differences():
    images = tf.cast(features((1, 2, 3, 4)), tf.float64)
    layer = build_layer(images.shape, dtype="float64")
    _, gate, *_ = second_gradients(layer, images)

    def penalty(value):
        layer.gate.assign(value)
        with tf.GradientTape() as tape:
            tape.watch(images)
            total = tf.reduce_sum(tf.sin(layer(images)))
        return float(tf.reduce_sum(tf.square(tape.gradient(total, images))))

    difference = (penalty(0.7 + 1e-4) - penalty(0.7 - 1e-4)) / 2e-4
    assert float(gate) == pytest.approx(difference, rel=1e-6)


def test_images_of_any_size_and_config_round_trip():
    inputs = keras.Input((None, None, 8))
    arguments = {"key_dim": 2, "value_dim": 3, "kernel_initializer": "orthogonal"}
    layer = SelfAttention2D(normalization="spectral", name="attention", **arguments)
    network = keras.Model(inputs, layer(inputs))
    for shape in ((2, 4, 4, 8), (1, 6, 2, 8)):
        assert network(features(shape)).shape == shape
    restored = SelfAttention2D.from_config(layer.get_config())
    assert restored.get_config() == layer.get_config()
    restored.build((None, 4, 4, 8))
    kernel = matrix(restored.queries.layer)
    np.testing.assert_allclose(kernel.T @ kernel, np.eye(2), atol=1e-5)


@pytest.mark.parametrize(
    "wrong", [{"key_dim": 0}, {"value_dim": 1.5}, {"normalization": "spectre"}]
)
def test_wrong_arguments_raise_an_error(wrong):
    with pytest.raises(ValueError, match=facts("")):
        SelfAttention2D(**wrong)


def test_inputs_that_are_not_images_raise_an_error():
    with pytest.raises(ValueError, match=facts("`inputs` must be of shape")):
        SelfAttention2D().build((None, 4, 8))
