import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import BatchNormalization

SHAPE = (5, 4, 3, 6)


def both(**kwargs):
    """Returns our layer and Keras's, with the same random weights."""
    random = np.random.default_rng(0)
    weights = [random.uniform(0.5, 1.5, SHAPE[-1]) for _ in range(4)]
    layers = [BatchNormalization(**kwargs), keras.layers.BatchNormalization(**kwargs)]
    for layer in layers:
        layer.build((None, *SHAPE[1:]))
        layer.set_weights(weights)
    return layers


def images(seed=1):
    return tf.constant(np.random.default_rng(seed).normal(2, 3, SHAPE), tf.float32)


def second_gradients(layer, x):
    """Returns outputs, and gradients of the squared gradient for inputs, weights."""
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            outputs = layer(x, training=True)
            value = tf.reduce_sum(tf.sin(outputs))
        penalty = tf.reduce_sum(tf.square(inner.gradient(value, x)))
    return outputs, *outer.gradient(penalty, [x, *layer.trainable_variables])


def test_training_is_the_formula_and_updates_the_moving_statistics():
    layer, _ = both(epsilon=1e-5, momentum=0.9)
    x = images()
    gamma, beta, old_mean, old_variance = layer.get_weights()
    array = x.numpy().astype(np.float64)
    mean, variance = array.mean((0, 1, 2)), array.var((0, 1, 2))
    expected = gamma * (array - mean) / np.sqrt(variance + 1e-5) + beta
    np.testing.assert_allclose(layer(x, training=True), expected, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean, 0.9 * old_mean + 0.1 * mean, 1e-5)
    updated = 0.9 * old_variance + 0.1 * variance
    np.testing.assert_allclose(layer.moving_variance, updated, 1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_values_are_those_of_keras(training):
    ours, theirs = both()
    x = images()
    np.testing.assert_allclose(
        ours(x, training=training), theirs(x, training=training), atol=2e-5
    )
    for own, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-5)


def test_second_derivatives_are_those_of_keras():
    ours, theirs = both()
    for own, other in zip(
        second_gradients(ours, images()),
        second_gradients(theirs, images()),
        strict=True,
    ):
        scale = np.abs(other).max()
        np.testing.assert_allclose(own, other, atol=2e-5 * scale)


def test_xla_and_graph_have_the_eager_values():
    outputs = []
    for decorate in (lambda f: f, tf.function, tf.function(jit_compile=True)):
        layer, _ = both()
        outputs.append((decorate(lambda x, on=layer: on(x, training=True)))(images()))
        outputs[-1] = (outputs[-1], layer.moving_variance.numpy())
    for other in outputs[1:]:
        np.testing.assert_allclose(other[0], outputs[0][0], atol=1e-5)
        np.testing.assert_allclose(other[1], outputs[0][1], rtol=1e-5)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_keeps_statistics_in_float32(dtype):
    layer, _ = both(dtype=dtype)
    outputs = layer(images(), training=True)
    assert outputs.dtype == layer.compute_dtype
    assert layer.moving_mean.dtype == "float32"
    assert np.isfinite(np.asarray(outputs, np.float32)).all()


def test_float64_and_vectors_use_the_implementation_of_keras():
    layer = BatchNormalization(dtype="float64")
    x = np.random.default_rng(0).normal(size=(7, 3))
    outputs = layer(x, training=True)
    np.testing.assert_allclose(outputs, (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3))


def test_config_round_trip():
    layer = BatchNormalization(momentum=0.5)
    restored = BatchNormalization.from_config(layer.get_config())
    assert restored.momentum == 0.5
    assert restored.synchronized


def test_a_layer_saved_by_a_keras_with_renormalization_is_loaded_by_every_keras():
    renorm = {"renorm": False, "renorm_clipping": None, "renorm_momentum": 0.99}
    config = BatchNormalization(momentum=0.5).get_config() | renorm
    layer = BatchNormalization.from_config(config)
    assert layer.momentum == 0.5
    assert layer.get_config().items() <= config.items()
