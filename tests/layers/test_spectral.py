"""Spectral normalization, against singular values by NumPy."""

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from spectral_cases import LAYERS, build_layer, kernel_of

from keras_gan import layers

SOME_LAYERS = ["Dense", "Conv2D", "Conv2DTranspose"]


def as_matrix(name, kernel):
    """Returns a kernel as a matrix whose columns are the output channels, in NumPy."""
    if name.endswith("Transpose"):
        kernel = np.moveaxis(kernel, -2, -1)
    return kernel.reshape(-1, kernel.shape[-1])


def largest(name, kernel):
    """Returns the spectral norm of a kernel, by NumPy."""
    return np.linalg.svd(as_matrix(name, kernel), compute_uv=False)[0]


@pytest.mark.parametrize("name", LAYERS)
def test_after_60_calls_the_layer_acts_with_spectral_norm_one(name):
    layer, inputs = build_layer(name)
    before = layer.layer.get_weights()
    for _ in range(60):
        outputs = layer(inputs, training=True)
    for weight, was in zip(layer.layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, was)  # kernel_of weights, to the bit
    effective = layer.normalized_kernel().numpy()
    assert largest(name, effective) == pytest.approx(1, abs=0.02)
    layer_class, shape, arguments = LAYERS[name]
    plain = layer_class(**arguments)
    plain.build((2, *shape))
    plain.set_weights([before[0] / largest(name, before[0]), *before[1:]])
    expected = plain(inputs)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(outputs, expected, atol=0.02 * scale)


@pytest.mark.parametrize("power_iterations", [1, 3])
@pytest.mark.parametrize("name", SOME_LAYERS)
def test_the_vector_and_sigma_are_those_of_the_power_iteration(name, power_iterations):
    layer, inputs = build_layer(name, power_iterations=power_iterations)
    matrix = as_matrix(name, kernel_of(layer)).astype("float64")
    vector = layer.vector.numpy().astype("float64")
    assert np.linalg.norm(vector) == pytest.approx(1)
    layer(inputs, training=True)
    for _ in range(power_iterations):
        left = matrix @ vector / np.linalg.norm(matrix @ vector)
        vector = matrix.T @ left / np.linalg.norm(matrix.T @ left)
    np.testing.assert_allclose(layer.vector, vector, atol=1e-6)
    left = matrix @ vector / np.linalg.norm(matrix @ vector)
    sigma = left @ matrix @ vector
    np.testing.assert_allclose(
        layer.normalized_kernel(), kernel_of(layer) / sigma, 1e-5
    )


def test_only_unfrozen_calls_in_training_update_the_vector():
    layer, inputs = build_layer("Dense")
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
    np.testing.assert_array_equal(
        layer(inputs), second
    )  # the update is of the call before


def test_freezing_is_for_one_thread_and_ends_with_an_error():
    layer, inputs = build_layer("Dense")
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


@pytest.mark.parametrize("name", ["Dense", "Conv2DTranspose", "Embedding"])
def test_the_gradient_passes_through_sigma_as_finite_differences_say(name):
    layer, inputs = build_layer(name, power_iterations=200, dtype="float64")
    layer(inputs, training=True)
    assert layer.vector.dtype == "float64"
    random = np.random.default_rng(1)
    target, kernel = random.normal(size=layer(inputs).shape), layer.kernel

    def value():
        return tf.reduce_sum(target * layer(inputs))

    with tf.GradientTape() as tape:
        loss = value()
    gradient = tf.convert_to_tensor(tape.gradient(loss, kernel.value)).numpy()
    start, step = kernel_of(layer), 1e-6
    for direction in (random.normal(size=start.shape), start):
        kernel.assign(start + step * direction)
        above = value()
        kernel.assign(start - step * direction)
        difference = (above - value()) / (2 * step)
        expected = np.sum(gradient * direction)
        np.testing.assert_allclose(expected, difference, rtol=1e-6, atol=1e-8)
    # The normalized kernel does not depend on the scale of the kernel.
    assert np.abs(gradient).max() > 1e-3
    assert np.abs(np.sum(gradient * start)) < 1e-8
    kernel.assign(start)


def penalty_and_gradients(layer, inputs):
    """Returns R1 of a layer, and its gradients for inputs and weights."""
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            value = tf.reduce_sum(tf.sin(layer(inputs, training=True)))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, inputs)))
    variables = [own.value for own in layer.trainable_variables]
    return penalty, *outer.gradient(penalty, [inputs, *variables])


@pytest.mark.parametrize("name", ["Dense", "Conv2DTranspose"])
def test_second_derivatives_are_finite_and_equal_as_graph_and_under_xla(name):
    results = []
    for decorate in (lambda f: f, tf.function, tf.function(jit_compile=True)):
        layer, inputs = build_layer(name)
        gradients = decorate(penalty_and_gradients)(layer, inputs)
        results.append([*gradients, layer.vector.numpy()])
    for other in results[1:]:
        for own, eager in zip(other, results[0], strict=True):
            assert np.isfinite(own).all()
            scale = np.abs(eager).max()
            assert scale > 0
            np.testing.assert_allclose(own, eager, atol=1e-5 * scale)


@pytest.mark.parametrize("name", ["Dense", "Conv2D", "Embedding"])
def test_weights_of_a_stateless_scope_are_used_and_have_gradients(name):
    layer, inputs = build_layer(name)
    other, _ = build_layer(name, seed=1)
    other.vector.assign(layer.vector)
    before = layer.get_weights()
    other_weights = [tf.convert_to_tensor(own.value) for own in other.layer.weights]
    mapping = list(zip(layer.layer.weights, other_weights, strict=True))
    with tf.GradientTape() as tape:
        tape.watch(other_weights)
        with keras.StatelessScope(mapping) as scope:
            outputs = layer(inputs, training=True)
        value = tf.reduce_sum(tf.sin(outputs))
    gradients = tape.gradient(value, other_weights)
    with tf.GradientTape() as tape:
        expected = other(inputs, training=True)
        value = tf.reduce_sum(tf.sin(expected))
    expected_gradients = tape.gradient(
        value, [own.value for own in other.layer.weights]
    )
    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    for own, theirs in zip(gradients, expected_gradients, strict=True):
        assert np.abs(theirs).max() > 1e-3
        np.testing.assert_allclose(own, theirs, atol=1e-6)
    for own, was in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, was)  # the vector is not changed either
    np.testing.assert_array_equal(scope.get_current_value(layer.vector), other.vector)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_an_unrolled_step_is_differentiable(xla):
    layer, inputs = build_layer("Dense", dtype="float64")
    kernel = layer.kernel

    def after_a_step(learning_rate):
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(tf.sin(layer(inputs)))
        other_weights = kernel.value - learning_rate * tape.gradient(
            value, kernel.value
        )
        with (
            keras.StatelessScope([(kernel, other_weights)]),
            layers.frozen_power_iteration(),
        ):
            return tf.reduce_sum(tf.sin(layer(inputs, training=True)))

    @tf.function(jit_compile=xla)
    def gradient(learning_rate):
        with tf.GradientTape() as tape:
            tape.watch(learning_rate)
            value = after_a_step(learning_rate)
        return tape.gradient(value, learning_rate)

    learning_rate = tf.constant(0.3, tf.float64)
    difference = (
        after_a_step(learning_rate + 1e-6) - after_a_step(learning_rate - 1e-6)
    ) / 2e-6
    assert abs(difference) > 1e-3
    np.testing.assert_allclose(gradient(learning_rate), difference, rtol=1e-6)


def test_a_kernel_of_zeros_stays_zero_and_has_a_gradient():
    layer, inputs = build_layer("Dense")
    layer.kernel.assign(np.zeros((4, 5)))
    start = layer.vector.numpy()
    with tf.GradientTape() as tape:
        outputs = layer(inputs, training=True)
    gradient = tape.gradient(outputs, layer.kernel.value)
    np.testing.assert_array_equal(layer.normalized_kernel(), np.zeros((4, 5)))
    np.testing.assert_array_equal(layer.vector, start)
    assert np.isfinite(gradient).all()
    assert np.abs(gradient).max() > 0
