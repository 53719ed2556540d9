import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts

import keras_gan as kg
from keras_gan.layers import SelfAttention2D, SpectralNormalization
from keras_gan.precision import at_least_float32

SHAPES = [(2, 4, 6, 16), (2, 5, 7, 3), (3, 1, 4, 8), (1, 3, 1, 1), (2, 1, 1, 9)]


def opened(shape, **arguments):
    """Returns an attention whose gate is open, built for features of a shape."""
    keras.utils.set_random_seed(0)
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
    """Returns the largest of each 2x2 places of one image; a side of 1 stays."""
    height, width, _ = image.shape
    rows = [[0]] if height == 1 else [[2 * i, 2 * i + 1] for i in range(height // 2)]
    columns = [[0]] if width == 1 else [[2 * j, 2 * j + 1] for j in range(width // 2)]
    return np.array(
        [[image[np.ix_(row, column)].max((0, 1)) for column in columns] for row in rows]
    )


def by_hand(layer, images):
    """Returns what the formula says, place by place."""
    results = []
    for image in images.numpy().astype(np.float64):
        queries = image @ matrix(layer.queries)
        keys = pooled(image @ matrix(layer.keys))
        values = pooled(image @ matrix(layer.values))
        keys = keys.reshape(-1, keys.shape[-1])
        values = values.reshape(-1, values.shape[-1])
        seen = np.empty((*image.shape[:2], values.shape[-1]))
        for place in np.ndindex(*image.shape[:2]):
            likeness = np.exp(keys @ queries[place])
            seen[place] = likeness / likeness.sum() @ values
        results.append(image + layer.gate.numpy() * (seen @ matrix(layer.result)))
    return np.array(results)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_place_gets_what_the_formula_says(shape):
    layer, images = opened(shape), features(shape)
    expected = by_hand(layer, images)
    assert np.abs(expected - images).max() > 1e-3
    np.testing.assert_allclose(layer(images), expected, rtol=1e-4, atol=1e-5)


def test_sizes_are_those_of_the_paper_unless_others_are_named():
    def counts(channels, **arguments):
        layer = opened((1, 4, 4, channels), **arguments)
        return [tuple(one.shape) for one in layer.trainable_variables]

    plain = [(1, 1, 64, 8), (1, 1, 64, 8), (1, 1, 64, 32), (1, 1, 32, 64), ()]
    assert sorted(counts(64)) == sorted(plain)
    assert sorted(counts(1)) == sorted([(1, 1, 1, 1)] * 4 + [()])
    own = [(1, 1, 64, 3), (1, 1, 64, 3), (1, 1, 64, 5), (1, 1, 5, 64), ()]
    assert sorted(counts(64, key_dim=3, value_dim=5)) == sorted(own)
    images = features((2, 4, 4, 6))
    layer = opened(images.shape, key_dim=3, value_dim=5)
    np.testing.assert_allclose(layer(images), by_hand(layer, images), atol=1e-5)


def test_at_the_start_it_changes_nothing_and_the_gate_can_open():
    layer, images = SelfAttention2D(), features((2, 4, 4, 8))
    np.testing.assert_array_equal(layer(images), images)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(layer(images) - 1.0))
    assert abs(float(tape.gradient(loss, layer.gate.value))) > 1e-4


def test_a_large_likeness_does_not_overflow():
    layer, images = opened((1, 4, 4, 8)), features((1, 4, 4, 8), scale=300.0)
    assert np.isfinite(layer(images)).all()


def test_spectral_normalization_is_within_reach_and_holds_the_kernels():
    shape = (2, 4, 4, 16)
    layer = opened(shape, normalization="spectral")
    network = keras.Sequential([keras.Input(shape[1:]), layer])
    for one in layer.trainable_variables:
        one.assign(5.0 * one)
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


def second_slopes(layer, images):
    """Returns outputs, and the slope of the squared slope for all weights."""
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(images)
            outputs = at_least_float32(layer(images, training=True))
            value = tf.reduce_sum(tf.sin(outputs))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, images)))
    weights = [one.value for one in layer.trainable_variables]
    return outputs, *outer.gradient(penalty, weights)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_second_slopes_under_xla_are_those_of_eager_execution(dtype):
    images = features((2, 4, 6, 8))
    layer = opened(images.shape, dtype=dtype)
    eager = second_slopes(layer, images)
    compiled = tf.function(second_slopes, jit_compile=True)(layer, images)
    assert layer(images).dtype == layer.compute_dtype
    near = {"float32": 1e-3, "mixed_float16": 2e-2, "mixed_bfloat16": 1e-1}[dtype]
    for one, other in zip(compiled, eager, strict=True):
        assert np.isfinite(other).all()
        np.testing.assert_allclose(one, other, atol=near * np.abs(other).max())


def test_the_slope_of_the_slope_is_that_of_differences():
    images = tf.cast(features((1, 2, 3, 4)), tf.float64)
    layer = opened(images.shape, dtype="float64")
    _, gate, *_ = second_slopes(layer, images)

    def penalty(value):
        layer.gate.assign(value)
        with tf.GradientTape() as tape:
            tape.watch(images)
            total = tf.reduce_sum(tf.sin(layer(images)))
        return float(tf.reduce_sum(tf.square(tape.gradient(total, images))))

    difference = (penalty(0.7 + 1e-4) - penalty(0.7 - 1e-4)) / 2e-4
    assert float(gate) == pytest.approx(difference, rel=1e-6)


def test_images_of_any_size_and_config_round_trip():
    places = keras.Input((None, None, 8))
    arguments = {"key_dim": 2, "value_dim": 3, "kernel_initializer": "orthogonal"}
    layer = SelfAttention2D(normalization="spectral", name="attention", **arguments)
    network = keras.Model(places, layer(places))
    for shape in ((2, 4, 4, 8), (1, 6, 2, 8)):
        assert network(features(shape)).shape == shape
    again = SelfAttention2D.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    again.build((None, 4, 4, 8))
    kernel = matrix(again.queries.layer)
    np.testing.assert_allclose(kernel.T @ kernel, np.eye(2), atol=1e-5)


@pytest.mark.parametrize(
    "wrong", [{"key_dim": 0}, {"value_dim": 1.5}, {"normalization": "spectre"}]
)
def test_what_it_cannot_do_is_refused(wrong):
    with pytest.raises(ValueError, match=facts("")):
        SelfAttention2D(**wrong)


def test_it_is_of_images():
    with pytest.raises(ValueError, match=facts("`inputs` must be images")):
        SelfAttention2D().build((None, 4, 8))
