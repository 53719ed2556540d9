"""Spectral normalization in networks: saving, precision, replicas, errors."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
import toys
from spectral_cases import LAYERS, build_layer, kernel_of

from keras_gan import layers
from keras_gan.layers import SpectralNormalization


class Twice(keras.Model):
    """A subclassed network that calls one layer twice, and holds another network."""

    def __init__(self):
        super().__init__()
        self.shared = SpectralNormalization(keras.layers.Dense(3))
        self.inner = keras.Sequential(
            [SpectralNormalization(keras.layers.Dense(4)), keras.layers.ReLU()]
        )

    def call(self, inputs):
        """Calls them all."""
        return self.inner(self.shared(self.shared(inputs)))


@pytest.mark.parametrize("xla", [None, True], ids=["eager", "xla"])
def test_a_network_is_updated_once_however_often_its_layers_are_called(xla):
    network = Twice()
    layers.update_spectral_norm(network)  # not built: nothing to update
    network(np.ones((2, 3), "float32"))
    normalized = [network.shared, network.inner.layers[0]]
    expected = []
    for layer in normalized:
        random = np.random.default_rng(0)
        layer.kernel.assign(random.normal(size=layer.kernel.shape))
        matrix, vector = kernel_of(layer), layer.vector.numpy()
        product = matrix.T @ (matrix @ vector)
        expected.append(product / np.linalg.norm(product))

    def step(inputs):
        layers.update_spectral_norm(network)
        with layers.frozen_power_iteration():
            return network(inputs, training=True) + network(-inputs, training=True)

    run = step if xla is None else tf.function(step, jit_compile=xla)
    run(tf.ones((2, 3)))
    for layer, vector in zip(normalized, expected, strict=True):
        np.testing.assert_allclose(layer.vector, vector, atol=1e-6)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16", "float16"])
@pytest.mark.parametrize("name", ["Dense", "Conv2DTranspose", "Embedding"])
def test_half_precision_keeps_weights_and_vector_in_float32(name, dtype):
    layer, inputs = build_layer(name, dtype=dtype)
    single, _ = build_layer(name)
    half = {"float16"} if dtype == "float16" else {"float32"}
    assert {weight.dtype for weight in layer.layer.weights} == half
    assert layer.vector.dtype == "float32"
    before = kernel_of(layer)
    outputs = layer(inputs, training=True)
    np.testing.assert_array_equal(kernel_of(layer), before)
    assert outputs.dtype == layer.layer.compute_dtype
    expected = single(inputs, training=True)
    tolerance = 1e-5 if dtype.startswith("mixed") else 1e-3
    np.testing.assert_allclose(layer.vector, single.vector, atol=tolerance)
    atol = {"float16": 1e-2, "bfloat16": 5e-2}[outputs.dtype.name]
    np.testing.assert_allclose(np.asarray(outputs, "float32"), expected, atol=atol)


def test_half_precision_inside_a_network_computes_the_vector_in_float32():
    inputs = keras.Input((4,))
    layer = SpectralNormalization(keras.layers.Dense(5, dtype="mixed_float16"))
    outputs = layer(inputs)
    assert outputs.dtype == "float16"
    network = keras.Model(inputs, outputs)
    network.dtype_policy = "mixed_float16"
    twin, rows = build_layer("Dense")
    layer.set_weights(twin.get_weights())
    network(rows, training=True)
    twin(rows, training=True)
    np.testing.assert_allclose(layer.vector, twin.vector, atol=1e-6)


def test_a_network_is_saved_and_restored_exactly(tmp_path):
    labels = keras.Input((), dtype="int32")
    images = keras.Input((6, 6, 3))
    table = SpectralNormalization(keras.layers.Embedding(9, 4), name="table")
    x = SpectralNormalization(layers.Conv2D(4, 3, 2, "same"), 2)(images)
    x = keras.layers.Dot(-1)([keras.layers.GlobalAveragePooling2D()(x), table(labels)])
    network = keras.Model([images, labels], x)
    rows = [np.ones((2, 6, 6, 3), "float32"), np.array([3, 1])]
    network(rows, training=True)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert json.dumps(loaded.get_config()) == json.dumps(network.get_config())
    assert loaded.get_layer("table").layer.output_dim == 4
    for training in (False, True):  # the next update is equal, too
        np.testing.assert_array_equal(
            loaded(rows, training=training), network(rows, training=training)
        )
        for own, other in zip(loaded.weights, network.weights, strict=True):
            np.testing.assert_array_equal(own, other)


@pytest.mark.parametrize("name", LAYERS)
def test_shapes_are_known_before_they_are_computed(name):
    layer, inputs = build_layer(name)
    dtype = "int32" if name == "Embedding" else "float32"
    symbolic = layer(keras.Input(inputs.shape[1:], dtype=dtype))
    outputs = layer(inputs)
    assert symbolic.shape[1:] == outputs.shape[1:]
    assert symbolic.dtype == outputs.dtype == "float32"
    assert layer.compute_output_shape(inputs.shape) == outputs.shape


def test_regularizers_masks_and_activations_of_the_layer_count_once():
    dense = keras.layers.Dense(
        3, "sigmoid", kernel_regularizer="l2", activity_regularizer="l2"
    )
    layer = SpectralNormalization(dense)
    outputs = layer(np.ones((2, 4), "float32"))
    # Keras before 3.14 does not divide activity losses by the batch size.
    plain = keras.layers.Activation("linear", activity_regularizer="l2")
    plain(outputs)
    expected = [plain.losses[0], 0.01 * np.sum(np.square(kernel_of(layer)))]
    np.testing.assert_allclose(layer.losses, expected, 1e-5)
    assert layer.activation is keras.activations.sigmoid
    loaded = SpectralNormalization.from_config(layer.get_config())
    loaded(np.ones((2, 4), "float32"))
    assert len(loaded.losses) == 2
    table = SpectralNormalization(keras.layers.Embedding(9, 4, mask_zero=True))
    mask = table.compute_mask(tf.constant([[3, 0]]))
    np.testing.assert_array_equal(mask, [[True, False]])


@pytest.mark.parametrize(
    "create",
    [
        lambda: SpectralNormalization(keras.layers.BatchNormalization()),
        lambda: SpectralNormalization(keras.layers.DepthwiseConv2D(3)),
        lambda: SpectralNormalization(SpectralNormalization(keras.layers.Dense(1))),
        lambda: SpectralNormalization("dense"),
        lambda: SpectralNormalization(keras.layers.Dense(1), power_iterations=0),
        lambda: SpectralNormalization(keras.layers.Dense(1), power_iterations=1.5),
        lambda: SpectralNormalization(keras.layers.Dense(1), dtype="float16"),
    ],
)
def test_wrong_arguments_raise_an_error_of_four_facts(create):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        create()


def test_replicas_keep_the_same_vector():
    strategy = toys.two_replicas()
    with strategy.scope():
        layer = layers.SpectralNormalization(keras.layers.Dense(5))
        layer.build((None, 4))
        optimizer = keras.optimizers.SGD(0.1)
        optimizer.build(layer.trainable_variables)
    start = layer.vector.numpy()

    def step():
        layers.update_spectral_norm(layer)
        row = tf.distribute.get_replica_context().replica_id_in_sync_group
        with tf.GradientTape() as tape, layers.frozen_power_iteration():
            outputs = layer(tf.one_hot([row], 4), training=True)
            value = tf.reduce_sum(tf.square(outputs))
        weights = layer.trainable_variables
        optimizer.apply(tape.gradient(value, weights), weights)

    run = tf.function(lambda: strategy.run(step))
    for _ in range(3):
        run()
    for weight in layer.weights:
        first, second = strategy.experimental_local_results(weight.value)
        np.testing.assert_array_equal(first, second, err_msg=weight.path)
    assert np.abs(layer.vector.numpy() - start).max() > 1e-3
