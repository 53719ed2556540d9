"""Spectral normalization, against singular values by NumPy."""

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from spectral_cases import KINDS, made, raw

from keras_gan import layers

FEW_KINDS = ["Dense", "Conv2D", "Conv2DTranspose"]


def as_matrix(kind, kernel):
    """Returns a kernel as a matrix whose columns are the output channels, in NumPy."""
    if kind.endswith("Transpose"):
        kernel = np.moveaxis(kernel, -2, -1)
    return kernel.reshape(-1, kernel.shape[-1])


def largest(kind, kernel):
    """Returns the spectral norm of a kernel, by NumPy."""
    return np.linalg.svd(as_matrix(kind, kernel), compute_uv=False)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_after_60_calls_the_layer_acts_with_spectral_norm_one(kind):
    layer, inputs = made(kind)
    before = layer.layer.get_weights()
    for _ in range(60):
        outputs = layer(inputs, training=True)
    for weight, was in zip(layer.layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, was)  # raw weights, to the bit
    effective = layer.normalized_kernel().numpy()
    assert largest(kind, effective) == pytest.approx(1, abs=0.02)
    layer_class, shape, arguments = KINDS[kind]
    plain = layer_class(**arguments)
    plain.build((2, *shape))
    plain.set_weights([before[0] / largest(kind, before[0]), *before[1:]])
    expected = plain(inputs)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(outputs, expected, atol=0.02 * scale)


@pytest.mark.parametrize("power_iterations", [1, 3])
@pytest.mark.parametrize("kind", FEW_KINDS)
def test_the_vector_and_sigma_are_those_of_the_power_iteration(kind, power_iterations):
    layer, inputs = made(kind, power_iterations=power_iterations)
    matrix = as_matrix(kind, raw(layer)).astype("float64")
    vector = layer.vector.numpy().astype("float64")
    assert np.linalg.norm(vector) == pytest.approx(1)
    layer(inputs, training=True)
    for _ in range(power_iterations):
        left = matrix @ vector / np.linalg.norm(matrix @ vector)
        vector = matrix.T @ left / np.linalg.norm(matrix.T @ left)
    np.testing.assert_allclose(layer.vector, vector, atol=1e-6)
    left = matrix @ vector / np.linalg.norm(matrix @ vector)
    sigma = left @ matrix @ vector
    np.testing.assert_allclose(layer.normalized_kernel(), raw(layer) / sigma, 1e-5)


def test_only_calls_in_training_that_are_not_held_advance_the_vector():
    layer, inputs = made("Dense")
    start = layer.vector.numpy()
    first = layer(inputs, training=False)
    np.testing.assert_array_equal(layer(inputs), first)
    with layers.frozen_power_iteration():
        np.testing.assert_array_equal(layer(inputs, training=True), first)
        with layers.frozen_power_iteration():
            layer(inputs, training=True)
        layer(inputs, training=True)
    np.testing.assert_array_equal(layer.vector, start)
    second = layer(inputs, training=True)
    assert np.abs(layer.vector - start).max() > 1e-3
    assert np.abs(second - first).max() > 1e-3
    np.testing.assert_array_equal(layer(inputs), second)  # the same weights after it


def test_holding_is_for_one_thread_and_ends_with_an_error():
    layer, inputs = made("Dense")
    start = layer.vector.numpy()
    with layers.frozen_power_iteration():
        thread = threading.Thread(target=lambda: layer(inputs, training=True))
        thread.start()
        thread.join()
    moved = layer.vector.numpy()
    assert np.abs(moved - start).max() > 1e-3
    with pytest.raises(RuntimeError), layers.frozen_power_iteration():
        raise RuntimeError
    layer(inputs, training=True)
    assert np.abs(layer.vector - moved).max() > 1e-3


@pytest.mark.parametrize("kind", ["Dense", "Conv2DTranspose", "Embedding"])
def test_the_gradient_passes_through_sigma_as_finite_differences_say(kind):
    layer, inputs = made(kind, power_iterations=200, dtype="float64")
    layer(inputs, training=True)
    assert layer.vector.dtype == "float64"
    random = np.random.default_rng(1)
    target, kernel = random.normal(size=layer(inputs).shape), layer.kernel

    def value():
        return tf.reduce_sum(target * layer(inputs))

    with tf.GradientTape() as tape:
        loss = value()
    slope = tf.convert_to_tensor(tape.gradient(loss, kernel.value)).numpy()
    start, step = raw(layer), 1e-6
    for way in (random.normal(size=start.shape), start):
        kernel.assign(start + step * way)
        above = value()
        kernel.assign(start - step * way)
        difference = (above - value()) / (2 * step)
        expected = np.sum(slope * way)
        np.testing.assert_allclose(expected, difference, rtol=1e-6, atol=1e-8)
    # Longer weights are the same weights.
    assert np.abs(slope).max() > 1e-3
    assert np.abs(np.sum(slope * start)) < 1e-8
    kernel.assign(start)


def penalty_and_slopes(layer, inputs):
    """Returns R1 of a layer, and its gradients for inputs and weights."""
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            value = tf.reduce_sum(tf.sin(layer(inputs, training=True)))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, inputs)))
    variables = [own.value for own in layer.trainable_variables]
    return penalty, *outer.gradient(penalty, [inputs, *variables])


@pytest.mark.parametrize("kind", ["Dense", "Conv2DTranspose"])
def test_second_derivatives_are_finite_and_equal_as_graph_and_under_xla(kind):
    results = []
    for decorate in (lambda f: f, tf.function, tf.function(jit_compile=True)):
        layer, inputs = made(kind)
        slopes = decorate(penalty_and_slopes)(layer, inputs)
        results.append([*slopes, layer.vector.numpy()])
    for other in results[1:]:
        for own, eager in zip(other, results[0], strict=True):
            assert np.isfinite(own).all()
            scale = np.abs(eager).max()
            assert scale > 0
            np.testing.assert_allclose(own, eager, atol=1e-5 * scale)


@pytest.mark.parametrize("kind", ["Dense", "Conv2D", "Embedding"])
def test_imagined_weights_are_used_and_take_gradients(kind):
    layer, inputs = made(kind)
    other, _ = made(kind, seed=1)
    other.vector.assign(layer.vector)
    before = layer.get_weights()
    imagined = [tf.convert_to_tensor(own.value) for own in other.layer.weights]
    mapping = list(zip(layer.layer.weights, imagined, strict=True))
    with tf.GradientTape() as tape:
        tape.watch(imagined)
        with keras.StatelessScope(mapping) as scope:
            outputs = layer(inputs, training=True)
        value = tf.reduce_sum(tf.sin(outputs))
    slopes = tape.gradient(value, imagined)
    with tf.GradientTape() as tape:
        expected = other(inputs, training=True)
        value = tf.reduce_sum(tf.sin(expected))
    expected_slopes = tape.gradient(value, [own.value for own in other.layer.weights])
    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    for own, theirs in zip(slopes, expected_slopes, strict=True):
        assert np.abs(theirs).max() > 1e-3
        np.testing.assert_allclose(own, theirs, atol=1e-6)
    for own, was in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, was)  # the vector did not leak either
    np.testing.assert_array_equal(scope.get_current_value(layer.vector), other.vector)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_an_imagined_step_can_be_looked_through(xla):
    layer, inputs = made("Dense", dtype="float64")
    kernel = layer.kernel

    def after_a_step(rate):
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(tf.sin(layer(inputs)))
        imagined = kernel.value - rate * tape.gradient(value, kernel.value)
        with (
            keras.StatelessScope([(kernel, imagined)]),
            layers.frozen_power_iteration(),
        ):
            return tf.reduce_sum(tf.sin(layer(inputs, training=True)))

    @tf.function(jit_compile=xla)
    def slope(rate):
        with tf.GradientTape() as tape:
            tape.watch(rate)
            value = after_a_step(rate)
        return tape.gradient(value, rate)

    rate = tf.constant(0.3, tf.float64)
    difference = (after_a_step(rate + 1e-6) - after_a_step(rate - 1e-6)) / 2e-6
    assert abs(difference) > 1e-3
    np.testing.assert_allclose(slope(rate), difference, rtol=1e-6)


def test_a_kernel_of_zeros_stays_zero_and_can_leave_it():
    layer, inputs = made("Dense")
    layer.kernel.assign(np.zeros((4, 5)))
    start = layer.vector.numpy()
    with tf.GradientTape() as tape:
        outputs = layer(inputs, training=True)
    slope = tape.gradient(outputs, layer.kernel.value)
    np.testing.assert_array_equal(layer.normalized_kernel(), np.zeros((4, 5)))
    np.testing.assert_array_equal(layer.vector, start)
    assert np.isfinite(slope).all()
    assert np.abs(slope).max() > 0
