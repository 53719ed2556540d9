"""Equalized learning rates, against NumPy."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import FACTS

from keras_gan import layers
from keras_gan.layers import EqualizedLearningRate

LAYERS = {
    "Dense": (keras.layers.Dense, (4,), {"units": 5}, 4),
    "Conv1D": (keras.layers.Conv1D, (6, 3), {"filters": 5, "kernel_size": 2}, 6),
    "Conv2D": (layers.Conv2D, (6, 6, 3), {"filters": 5, "kernel_size": (4, 2)}, 24),
    "grouped": (
        keras.layers.Conv2D,
        (3, 3, 4),
        {"filters": 6, "kernel_size": 3, "groups": 2},
        18,
    ),
    "Conv2DTranspose": (
        keras.layers.Conv2DTranspose,
        (2, 2, 7),
        {"filters": 3, "kernel_size": 4},
        112,
    ),
    "base": (
        layers.Conv2DTranspose,
        (1, 1, 7),
        {"filters": 3, "kernel_size": 4, "use_bias": False},
        112,
    ),
}
"""Class, input shape, arguments and fan-in of layers."""


def build_layer(name, seed=0, gain=1.5, multiplier=0.1, **more):
    """Returns a layer with normal weights, and inputs."""
    random = np.random.default_rng(seed)
    layer_class, shape, arguments, _ = LAYERS[name]
    inner = layer_class(**arguments, **more)
    layer = EqualizedLearningRate(inner, gain, multiplier)
    layer.build((2, *shape))
    for weight in layer.layer.weights:
        weight.assign(random.normal(size=weight.shape) / multiplier)
    return layer, tf.constant(random.normal(size=(2, *shape)), "float32")


@pytest.mark.parametrize("name", LAYERS)
def test_the_layer_is_called_with_scaled_weights_and_keeps_its_own(name):
    layer, inputs = build_layer(name)
    layer_class, shape, arguments, fan_in = LAYERS[name]
    before = layer.layer.get_weights()
    outputs = layer(inputs)
    expected_layer = layer_class(**arguments)
    expected_layer.build((2, *shape))
    scaled = [before[0] * 1.5 / np.sqrt(fan_in) * 0.1]
    expected_layer.set_weights(scaled + [bias * 0.1 for bias in before[1:]])
    np.testing.assert_allclose(outputs, expected_layer(inputs), atol=1e-5)
    for weight, old in zip(layer.layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)


@pytest.mark.parametrize("multiplier", [1.0, 0.01])
def test_kernels_have_the_inverse_multiplier_as_deviation_and_outputs_one(
    multiplier,
):
    layer = EqualizedLearningRate(keras.layers.Dense(300), 1.0, multiplier)
    inputs = np.random.default_rng(0).normal(size=(200, 400)).astype("float32")
    outputs = layer(inputs)
    kernel, bias = layer.layer.get_weights()
    assert kernel.std() == pytest.approx(1 / multiplier, rel=0.01)
    assert kernel.mean() == pytest.approx(0, abs=0.02 / multiplier)
    np.testing.assert_array_equal(bias, 0)
    assert np.std(outputs) == pytest.approx(1, rel=0.02)


def test_a_built_kernel_is_initialized_again():
    dense = keras.layers.Dense(100)
    dense.build((None, 100))
    layer = EqualizedLearningRate(dense)
    assert layer.layer is dense
    assert dense.kernel.numpy().std() == pytest.approx(1, rel=0.05)


def test_the_gradient_of_the_weights_is_that_of_the_chain_rule():
    layer, inputs = build_layer("Dense")
    kernel, bias = layer.layer.get_weights()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(inputs) ** 2)
    gradients = tape.gradient(loss, layer.trainable_variables)
    outputs = inputs @ kernel * 0.15 / 2 + bias * 0.1
    expected = np.asarray(inputs).T @ (2 * outputs) * 0.15 / 2
    np.testing.assert_allclose(gradients[0], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(gradients[1], 0.2 * np.sum(outputs, axis=0), rtol=1e-4)
    keras.optimizers.SGD(0.1).apply(gradients, layer.trainable_variables)
    np.testing.assert_allclose(layer.kernel, kernel - 0.1 * expected, rtol=1e-4)


def penalty_and_gradients(layer, inputs):
    """Returns R1 of a layer, and its gradients for the weights."""
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            value = tf.reduce_sum(tf.sin(layer(inputs)))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, inputs)))
    variables = [weight.value for weight in layer.trainable_variables]
    return penalty, *outer.gradient(penalty, variables)


@pytest.mark.parametrize("name", ["Dense", "Conv2DTranspose"])
def test_second_derivatives_are_equal_as_graph_and_under_xla(name):
    layer, inputs = build_layer(name)
    eager = penalty_and_gradients(layer, inputs)
    for decorate in (tf.function, tf.function(jit_compile=True)):
        for value, expected in zip(
            decorate(penalty_and_gradients)(layer, inputs), eager, strict=True
        ):
            scale = np.abs(expected).max()
            assert scale > 0
            np.testing.assert_allclose(value, expected, atol=1e-5 * scale)


@pytest.mark.parametrize("name", ["Dense", "Conv2D"])
def test_weights_of_a_stateless_scope_are_used_and_have_gradients(name):
    layer, inputs = build_layer(name)
    other, _ = build_layer(name, seed=1)
    before = layer.get_weights()
    other_weights = [tf.convert_to_tensor(own.value) for own in other.layer.weights]
    mapping = list(zip(layer.layer.weights, other_weights, strict=True))
    with tf.GradientTape() as tape:
        tape.watch(other_weights)
        with keras.StatelessScope(mapping):
            outputs = layer(inputs)
        value = tf.reduce_sum(tf.sin(outputs))
    gradients = tape.gradient(value, other_weights)
    with tf.GradientTape() as tape:
        expected = other(inputs)
        value = tf.reduce_sum(tf.sin(expected))
    expected_gradients = tape.gradient(
        value, [weight.value for weight in other.layer.weights]
    )
    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    for gradient, expected in zip(gradients, expected_gradients, strict=True):
        assert np.abs(expected).max() > 1e-3
        np.testing.assert_allclose(gradient, expected, atol=1e-6)
    for weight, old in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16", "float64"])
@pytest.mark.parametrize("name", ["Dense", "Conv2D", "base"])
def test_the_dtypes_are_those_of_the_wrapped_layer(name, dtype):
    layer, inputs = build_layer(name, dtype=dtype)
    single, _ = build_layer(name)
    outputs = layer(inputs)
    variable_dtype = "float64" if dtype == "float64" else "float32"
    assert {weight.dtype for weight in layer.weights} == {variable_dtype}
    assert outputs.dtype == layer.layer.compute_dtype
    atol = {"float16": 5e-3, "bfloat16": 5e-2, "float64": 1e-5}[outputs.dtype.name]
    expected = single(inputs)
    np.testing.assert_allclose(np.asarray(outputs, "float32"), expected, atol=atol)


def test_a_network_is_saved_and_restored_exactly(tmp_path):
    images = keras.Input((6, 6, 3))
    x = EqualizedLearningRate(layers.Conv2D(4, 3, 2, "same"), 2.0, 0.5)(images)
    network = keras.Model(images, x)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert json.dumps(loaded.get_config()) == json.dumps(network.get_config())
    assert (loaded.layers[-1].gain, loaded.layers[-1].multiplier) == (2.0, 0.5)
    rows = np.ones((2, 6, 6, 3), "float32")
    np.testing.assert_array_equal(loaded(rows), network(rows))


@pytest.mark.parametrize("name", LAYERS)
def test_shapes_are_known_before_they_are_computed(name):
    layer, inputs = build_layer(name)
    symbolic, outputs = layer(keras.Input(inputs.shape[1:])), layer(inputs)
    assert symbolic.shape[1:] == outputs.shape[1:]
    assert symbolic.dtype == outputs.dtype == "float32"
    assert layer.compute_output_shape(inputs.shape) == outputs.shape


def test_regularizers_and_activations_of_the_layer_count_once():
    dense = keras.layers.Dense(3, "tanh", kernel_regularizer="l2")
    layer = EqualizedLearningRate(dense)
    layer(np.ones((2, 4), "float32"))
    kernel = layer.kernel.numpy()
    np.testing.assert_allclose(layer.losses, [0.01 * np.sum(kernel**2)], 1e-5)
    assert layer.activation is keras.activations.tanh


@pytest.mark.parametrize(
    "create",
    [
        lambda: EqualizedLearningRate(keras.layers.Embedding(3, 4)),
        lambda: EqualizedLearningRate(EqualizedLearningRate(keras.layers.Dense(1))),
        lambda: EqualizedLearningRate("dense"),
        lambda: EqualizedLearningRate(keras.layers.Dense(1), gain=0.0),
        lambda: EqualizedLearningRate(keras.layers.Dense(1), multiplier=-1.0),
        lambda: EqualizedLearningRate(keras.layers.Dense(1), gain="large"),
        lambda: EqualizedLearningRate(keras.layers.Dense(1), dtype="float16"),
    ],
)
def test_wrong_arguments_raise_an_error_of_four_facts(create):
    with pytest.raises(ValueError, match=FACTS):
        create()
