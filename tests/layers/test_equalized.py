"""Equalized learning rates, against NumPy."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import FACTS

from keras_gan import layers
from keras_gan.layers import EqualizedLearningRate

KINDS = {
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
"""Class, shape of the input, arguments, and fan-in, of each kind of layer."""


def made(kind, seed=0, gain=1.5, multiplier=0.1, **more):
    """Returns a layer whose weights are normal numbers, and inputs."""
    random = np.random.default_rng(seed)
    layer_class, shape, arguments, _ = KINDS[kind]
    inner = layer_class(**arguments, **more)
    layer = EqualizedLearningRate(inner, gain, multiplier)
    layer.build((2, *shape))
    for weight in layer.layer.weights:
        weight.assign(random.normal(size=weight.shape) / multiplier)
    return layer, tf.constant(random.normal(size=(2, *shape)), "float32")


@pytest.mark.parametrize("kind", KINDS)
def test_the_layer_acts_with_scaled_weights_and_keeps_the_raw_ones(kind):
    layer, inputs = made(kind)
    layer_class, shape, arguments, fan_in = KINDS[kind]
    before = layer.layer.get_weights()
    outputs = layer(inputs)
    plain = layer_class(**arguments)
    plain.build((2, *shape))
    scaled = [before[0] * 1.5 / np.sqrt(fan_in) * 0.1]
    plain.set_weights(scaled + [bias * 0.1 for bias in before[1:]])
    np.testing.assert_allclose(outputs, plain(inputs), atol=1e-5)
    for weight, was in zip(layer.layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, was)


@pytest.mark.parametrize("multiplier", [1.0, 0.01])
def test_kernels_begin_at_the_inverse_of_the_multiplier_and_outputs_keep_size(
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


def test_a_kernel_that_was_there_is_drawn_anew():
    dense = keras.layers.Dense(100)
    dense.build((None, 100))
    layer = EqualizedLearningRate(dense)
    assert layer.layer is dense
    assert dense.kernel.numpy().std() == pytest.approx(1, rel=0.05)


def test_the_optimizer_moves_raw_weights_by_the_chain_rule():
    layer, inputs = made("Dense")
    kernel, bias = layer.layer.get_weights()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(inputs) ** 2)
    slopes = tape.gradient(loss, layer.trainable_variables)
    outputs = inputs @ kernel * 0.15 / 2 + bias * 0.1
    expected = np.asarray(inputs).T @ (2 * outputs) * 0.15 / 2
    np.testing.assert_allclose(slopes[0], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(slopes[1], 0.2 * np.sum(outputs, axis=0), rtol=1e-4)
    keras.optimizers.SGD(0.1).apply(slopes, layer.trainable_variables)
    np.testing.assert_allclose(layer.kernel, kernel - 0.1 * expected, rtol=1e-4)


def penalty_and_slopes(layer, inputs):
    """Returns R1 of a layer, and its gradients for the weights."""
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            value = tf.reduce_sum(tf.sin(layer(inputs)))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, inputs)))
    variables = [own.value for own in layer.trainable_variables]
    return penalty, *outer.gradient(penalty, variables)


@pytest.mark.parametrize("kind", ["Dense", "Conv2DTranspose"])
def test_second_derivatives_are_equal_as_graph_and_under_xla(kind):
    layer, inputs = made(kind)
    eager = penalty_and_slopes(layer, inputs)
    for decorate in (tf.function, tf.function(jit_compile=True)):
        for own, expected in zip(
            decorate(penalty_and_slopes)(layer, inputs), eager, strict=True
        ):
            scale = np.abs(expected).max()
            assert scale > 0
            np.testing.assert_allclose(own, expected, atol=1e-5 * scale)


@pytest.mark.parametrize("kind", ["Dense", "Conv2D"])
def test_imagined_weights_are_used_and_take_gradients(kind):
    layer, inputs = made(kind)
    other, _ = made(kind, seed=1)
    before = layer.get_weights()
    imagined = [tf.convert_to_tensor(own.value) for own in other.layer.weights]
    mapping = list(zip(layer.layer.weights, imagined, strict=True))
    with tf.GradientTape() as tape:
        tape.watch(imagined)
        with keras.StatelessScope(mapping):
            outputs = layer(inputs)
        value = tf.reduce_sum(tf.sin(outputs))
    slopes = tape.gradient(value, imagined)
    with tf.GradientTape() as tape:
        expected = other(inputs)
        value = tf.reduce_sum(tf.sin(expected))
    theirs = tape.gradient(value, [own.value for own in other.layer.weights])
    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    for own, their in zip(slopes, theirs, strict=True):
        assert np.abs(their).max() > 1e-3
        np.testing.assert_allclose(own, their, atol=1e-6)
    for own, was in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, was)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16", "float64"])
@pytest.mark.parametrize("kind", ["Dense", "Conv2D", "base"])
def test_the_precision_is_the_layer_s(kind, dtype):
    layer, inputs = made(kind, dtype=dtype)
    single, _ = made(kind)
    outputs = layer(inputs)
    wide = "float64" if dtype == "float64" else "float32"
    assert {weight.dtype for weight in layer.weights} == {wide}
    assert outputs.dtype == layer.layer.compute_dtype
    near = {"float16": 5e-3, "bfloat16": 5e-2, "float64": 1e-5}[outputs.dtype.name]
    expected = single(inputs)
    np.testing.assert_allclose(np.asarray(outputs, "float32"), expected, atol=near)


def test_a_network_is_saved_and_restored_to_the_bit(tmp_path):
    images = keras.Input((6, 6, 3))
    x = EqualizedLearningRate(layers.Conv2D(4, 3, 2, "same"), 2.0, 0.5)(images)
    network = keras.Model(images, x)
    network.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras")
    assert json.dumps(again.get_config()) == json.dumps(network.get_config())
    assert (again.layers[-1].gain, again.layers[-1].multiplier) == (2.0, 0.5)
    rows = np.ones((2, 6, 6, 3), "float32")
    np.testing.assert_array_equal(again(rows), network(rows))


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_are_known_before_they_are_computed(kind):
    layer, inputs = made(kind)
    symbolic, outputs = layer(keras.Input(inputs.shape[1:])), layer(inputs)
    assert symbolic.shape[1:] == outputs.shape[1:]
    assert symbolic.dtype == outputs.dtype == "float32"
    assert layer.compute_output_shape(inputs.shape) == outputs.shape


def test_regularizers_and_activations_of_the_layer_count_once():
    dense = keras.layers.Dense(3, "tanh", kernel_regularizer="l2")
    layer = EqualizedLearningRate(dense)
    layer(np.ones((2, 4), "float32"))
    raw = layer.kernel.numpy()
    np.testing.assert_allclose(layer.losses, [0.01 * np.sum(raw**2)], 1e-5)
    assert layer.activation is keras.activations.tanh


@pytest.mark.parametrize(
    "make",
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
def test_bad_arguments_are_refused_with_four_facts(make):
    with pytest.raises(ValueError, match=FACTS):
        make()
