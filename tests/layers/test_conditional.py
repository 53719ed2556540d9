import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, precision

import keras_gan as kg
from keras_gan.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    Embedding,
    LabelProjection,
    SpectralNormalization,
)
from keras_gan.networks.labels import class_counts

SHAPE = (5, 4, 3, 6)
LABELS = np.array([2, 0, 3, 2, 1])


def images(shape=SHAPE):
    return tf.constant(np.random.default_rng(1).normal(2, 3, shape), tf.float32)


def vectors(count=7):
    random = np.random.default_rng(2)
    return tf.constant(random.normal(size=(SHAPE[0], count)), tf.float32)


def build_layer(**arguments):
    """Returns a layer of four classes with different gains and biases."""
    layer = ConditionalBatchNormalization(4, **arguments)
    layer.build((None, *SHAPE[1:]), (None,))
    random = np.random.default_rng(0)
    layer.gains.assign(random.uniform(0.5, 1.5, (4, SHAPE[-1])))
    layer.biases.assign(random.normal(size=(4, SHAPE[-1])))
    return layer


def standardized(x, epsilon=1e-5):
    array = x.numpy().astype(np.float64)
    axes = tuple(range(array.ndim - 1))
    return (array - array.mean(axes)) / np.sqrt(array.var(axes) + epsilon)


def test_each_class_has_its_gains_and_biases():
    layer, x = build_layer(), images()
    gains, biases = layer.gains.numpy(), layer.biases.numpy()
    expected = [
        standardized(x)[n] * gains[label] + biases[label]
        for n, label in enumerate(LABELS)
    ]
    np.testing.assert_allclose(layer(x, LABELS, training=True), expected, atol=1e-5)


def test_it_is_initialized_as_batch_normalization_without_weights():
    x = images()
    layer = ConditionalBatchNormalization(4)
    np.testing.assert_allclose(
        layer(x, LABELS, training=True), standardized(x), atol=1e-5
    )
    shapes = [tuple(weight.shape) for weight in layer.trainable_variables]
    assert shapes == [(4, 6), (4, 6)]
    assert layer.gains.numpy().min() == layer.gains.numpy().max() == 1.0
    assert not layer.biases.numpy().any()


def test_moving_statistics_are_those_of_batch_normalization():
    layer, x = build_layer(momentum=0.8, epsilon=0.1), images()
    expected_layer = BatchNormalization(momentum=0.8, epsilon=0.1)
    outputs = layer(x, LABELS, training=True)
    np.testing.assert_allclose(
        (outputs[0] - layer.biases[2]) / layer.gains[2],
        expected_layer(x, training=True)[0],
        atol=1e-5,
    )
    for weight, expected in zip(
        layer.non_trainable_variables,
        expected_layer.non_trainable_variables,
        strict=True,
    ):
        np.testing.assert_allclose(weight, expected, rtol=1e-5)
    inference = layer(x, LABELS, training=False)
    mean, variance = (weight.numpy() for weight in layer.non_trainable_variables)
    expected = (x[0] - mean) / np.sqrt(variance + 0.1)
    expected = expected * layer.gains[2] + layer.biases[2]
    np.testing.assert_allclose(inference[0], expected, atol=1e-5)
    assert layer.statistics.synchronized


def test_gains_and_biases_are_linear_in_a_vector():
    layer, x, c = ConditionalBatchNormalization(), images(), vectors()
    outputs = layer(x, c, training=True)
    gains, biases = (weight.numpy() for weight in layer.trainable_variables)
    assert gains.shape == biases.shape == (7, 6)
    gain = (1.0 + c.numpy() @ gains)[:, None, None]
    bias = (c.numpy() @ biases)[:, None, None]
    np.testing.assert_allclose(outputs, standardized(x) * gain + bias, atol=1e-4)


def test_the_linear_maps_can_be_spectral_and_orthogonal():
    layer = ConditionalBatchNormalization(
        normalization="spectral", kernel_initializer="orthogonal"
    )
    layer(images(), vectors())
    for part in (layer.gains, layer.biases):
        assert isinstance(part, SpectralNormalization)
        kernel = part.layer.kernel.numpy()
        np.testing.assert_allclose(kernel.T @ kernel, np.eye(6), atol=1e-5)
    assert np.abs(layer.gains.layer.kernel - layer.biases.layer.kernel).max() > 0.1
    vector = layer.gains.vector.numpy()
    layer.gains.layer.kernel.assign(np.random.default_rng(0).normal(size=(7, 6)))
    x = keras.Input(SHAPE[1:])
    c = keras.Input((7,))
    kg.layers.update_spectral_norm(keras.Model([x, c], layer(x, c)))
    assert np.abs(layer.gains.vector - vector).max() > 1e-3


def test_vectors_of_features_are_normalized_too():
    layer, x = ConditionalBatchNormalization(4), images((5, 6))
    layer.build((None, 6), (None,))
    layer.biases.assign(np.arange(24.0).reshape(4, 6))
    expected = standardized(x) + np.arange(24.0).reshape(4, 6)[LABELS]
    np.testing.assert_allclose(layer(x, LABELS, training=True), expected, atol=1e-5)


def test_a_projection_is_the_inner_product_with_the_embedding():
    layer, x = LabelProjection(4), vectors()
    projected = layer(x, LABELS)
    (table,) = (weight.numpy() for weight in layer.trainable_variables)
    assert table.shape == (4, 7)
    expected = [table[label] @ x.numpy()[n] for n, label in enumerate(LABELS)]
    np.testing.assert_allclose(projected, expected, rtol=1e-5)


def test_the_embedding_of_a_spectral_projection_has_norm_one():
    layer = LabelProjection(
        4, normalization="spectral", embeddings_initializer="random_normal"
    )
    layer(vectors(), LABELS)
    for _ in range(60):
        layer.embedding.update_vector()
    table = layer.embedding.layer.embeddings.numpy()
    table /= np.linalg.svd(table, compute_uv=False)[0]
    expected = np.sum(table[LABELS] * vectors().numpy(), axis=1)
    np.testing.assert_allclose(layer(vectors(), LABELS), expected, rtol=1e-3, atol=1e-5)


def test_gradients_of_embeddings_are_dense():
    layers = [build_layer(), LabelProjection(4), Embedding(4, 6)]
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(tf.square(layers[0](images(), LABELS, training=True)))
        value += tf.reduce_sum(layers[1](vectors(), LABELS))
        value += tf.reduce_sum(layers[2](LABELS))
    weights = [weight.value for layer in layers for weight in layer.trainable_variables]
    gradients = tape.gradient(value, weights)
    assert all(isinstance(gradient, tf.Tensor) for gradient in gradients)
    *_, projected, embedded = gradients
    expected = np.zeros((4, 7))
    np.add.at(expected, LABELS, vectors().numpy())
    np.testing.assert_allclose(projected, expected, atol=1e-5)
    counts = np.bincount(LABELS, minlength=4)
    np.testing.assert_allclose(embedded, np.repeat(counts[:, None], 6, axis=1))


def test_an_embedding_has_the_values_of_keras():
    ours, theirs = Embedding(4, 3), keras.layers.Embedding(4, 3)
    ours.build(), theirs.build()
    ours.set_weights(theirs.get_weights())
    np.testing.assert_array_equal(ours(LABELS), theirs(LABELS))
    restored = Embedding.from_config(ours.get_config())
    assert (restored.input_dim, restored.output_dim) == (4, 3)


def second_gradients(layer, *inputs):
    """Returns outputs, and gradients of the squared gradient for inputs, weights."""
    x, condition = inputs
    weights = [weight.value for weight in layer.trainable_variables]
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            outputs = tf.cast(layer(x, condition, training=True), tf.float32)
            value = tf.reduce_sum(tf.sin(outputs))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, x)))
    return outputs, *outer.gradient(penalty, [x, *weights])


HALF = [
    pytest.param(f"mixed_{kind}", marks=pytest.mark.slow)
    for kind in ("float16", "bfloat16")
]
"""Policies whose steps XLA compiles as it does those of `float32`."""


@pytest.mark.parametrize("dtype", ["float32", *HALF])
@pytest.mark.parametrize("name", ["class", "vector", "projection"])
def test_second_gradients_under_xla_are_those_of_eager_execution(name, dtype):
    labels = tf.constant(LABELS, tf.int32)
    layer, inputs = {
        "class": lambda: (build_layer(dtype=dtype), (images(), labels)),
        "vector": lambda: (
            ConditionalBatchNormalization(normalization="spectral", dtype=dtype),
            (images(), vectors()),
        ),
        "projection": lambda: (LabelProjection(4, dtype=dtype), (vectors(), labels)),
    }[name]()
    layer(*inputs)  # builds it
    with kg.layers.frozen_power_iteration():
        eager = second_gradients(layer, *inputs)
        compiled = tf.function(second_gradients, jit_compile=True)(layer, *inputs)
    tolerance = {"float32": 1e-4, "mixed_float16": 3e-2, "mixed_bfloat16": 2e-1}[dtype]
    for value, expected in zip(compiled, eager, strict=True):
        assert np.isfinite(expected).all()
        np.testing.assert_allclose(
            value, expected, atol=tolerance * np.abs(expected).max()
        )
    is_float32 = name == "projection" or dtype == "float32"
    expected = "float32" if is_float32 else layer.compute_dtype
    assert layer(*inputs).dtype == expected


def test_a_label_out_of_range_raises():
    for layer, x in ((build_layer(), images()), (LabelProjection(4), vectors())):
        with pytest.raises(tf.errors.InvalidArgumentError):
            layer(x, np.array([0, 1, 2, 3, 4]))


LABELLED = {
    "class": lambda: (ConditionalBatchNormalization(4), images()),
    "projection": lambda: (LabelProjection(4), vectors()),
    "spectral": lambda: (LabelProjection(4, normalization="spectral"), vectors()),
    "embedding": lambda: (Embedding(4, 3),),
}


@pytest.mark.parametrize("name", LABELLED)
def test_labels_that_are_not_integers_raise_an_error(name):
    layer, *inputs = LABELLED[name]()
    for labels in (LABELS + 0.7, tf.constant(LABELS, tf.float16), LABELS > 1):
        with pytest.raises(
            ValueError, match=facts("`labels` must be of an integer dtype")
        ):
            layer(*inputs, labels)
    for dtype in ("uint8", "int32", "int64"):
        outputs = layer(*inputs, LABELS.astype(dtype))
        np.testing.assert_array_equal(outputs, layer(*inputs, tf.constant(LABELS)))


@pytest.mark.parametrize("name", LABELLED)
def test_integer_labels_pass_a_network_of_half_precision(name):
    with precision("mixed_bfloat16"):
        layer, *inputs = LABELLED[name]()
        symbols = [keras.Input(tensor.shape[1:]) for tensor in inputs]
        symbols.append(keras.Input((), dtype="int32"))
        network = keras.Model(symbols, layer(*symbols))
    outputs = tf.function(network)([*inputs, tf.constant(LABELS)])
    assert np.isfinite(tf.cast(outputs, tf.float32)).all()


def test_numpy_arguments_become_python_numbers():
    layer = LabelProjection(np.int64(4))
    assert class_counts(layer) == {4}
    layer = Embedding(np.int64(4), np.int32(3))
    assert (layer.input_dim, layer.output_dim) == (4, 3)
    layer = ConditionalBatchNormalization(np.int64(4), np.float32(0.5), np.float32(0.1))
    restored = ConditionalBatchNormalization.from_config(layer.get_config())
    assert restored.momentum == layer.statistics.momentum == 0.5


def test_config_round_trip():
    arguments = {"normalization": "spectral", "name": "conditional"}
    for layer in (
        ConditionalBatchNormalization(
            momentum=0.5, epsilon=0.1, kernel_initializer="orthogonal", **arguments
        ),
        ConditionalBatchNormalization(num_classes=3),
        LabelProjection(3, embeddings_initializer="ones", **arguments),
    ):
        restored = type(layer).from_config(layer.get_config())
        assert restored.get_config() == layer.get_config()


@pytest.mark.parametrize(
    "layer_class", [ConditionalBatchNormalization, LabelProjection]
)
@pytest.mark.parametrize(
    "wrong", [{"num_classes": 0}, {"num_classes": 3, "normalization": "spectrum"}]
)
def test_wrong_arguments_raise_an_error(layer_class, wrong):
    with pytest.raises(ValueError, match=facts("")):
        layer_class(**wrong)


def test_conditions_of_another_shape_raise_an_error():
    condition = facts("`condition` must be of shape")
    with pytest.raises(ValueError, match=condition):
        ConditionalBatchNormalization(4)(images(), vectors())
    with pytest.raises(ValueError, match=condition):
        ConditionalBatchNormalization()(images(), LABELS)
    with pytest.raises(ValueError, match=condition):
        LabelProjection(4)(vectors(), LABELS[:, None])
    with pytest.raises(ValueError, match=facts("`features` must be of shape")):
        LabelProjection(4)(images(), LABELS)
