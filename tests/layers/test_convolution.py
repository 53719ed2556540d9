import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import Conv2D, Conv2DTranspose

CASES = {
    "the base of a discriminator": (Conv2D, (4, 6, 5), {"kernel_size": (4, 6)}),
    "the image, gray": (Conv2D, (8, 6, 1), {"strides": 2, "padding": "same"}),
    "the image, with alpha": (Conv2D, (6, 8, 4), {"strides": 2, "padding": "same"}),
    "an odd height": (Conv2D, (7, 8, 3), {"strides": 2, "padding": "same"}),
    "inner features": (Conv2D, (8, 8, 5), {"strides": 2, "padding": "same"}),
    "a bias": (Conv2D, (8, 8, 3), {"strides": 2, "padding": "same", "use_bias": True}),
    "the base of a generator": (Conv2DTranspose, (1, 1, 7), {"kernel_size": (4, 5)}),
    "an image": (Conv2DTranspose, (3, 4, 7), {"strides": 2, "padding": "same"}),
    "features": (
        Conv2DTranspose,
        (3, 4, 7),
        {"filters": 9, "strides": 2, "padding": "same"},
    ),
    "a transposed bias": (
        Conv2DTranspose,
        (3, 4, 7),
        {"strides": 2, "padding": "same", "use_bias": True, "activation": "relu"},
    ),
}


def both(case, **more):
    """Returns our layer, Keras's with the same weights, and inputs."""
    layer_class, shape, changes = CASES[case]
    arguments = {"filters": 3, "kernel_size": 4, "use_bias": False, **changes, **more}
    layers = [layer_class(**arguments), layer_class.__base__(**arguments)]
    for layer in layers:
        layer.build((None, *shape))
    random = np.random.default_rng(0)
    weights = [random.normal(size=weight.shape) for weight in layers[0].weights]
    for layer in layers:
        layer.set_weights(weights)
    inputs = random.normal(size=(2, *shape))
    return *layers, tf.constant(inputs, layers[0].compute_dtype)


def outputs_and_gradients(layer, inputs):
    """Returns outputs, first and second derivatives."""
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            outputs = layer(inputs)
            value = tf.reduce_sum(tf.sin(outputs))
        gradients = inner.gradient(value, inputs)
        penalty = tf.reduce_sum(tf.square(gradients))
    second = outer.gradient(penalty, [inputs, *layer.trainable_variables[:1]])
    return outputs, gradients, *second


@pytest.mark.parametrize("case", CASES)
def test_outputs_and_derivatives_are_those_of_keras_in_float64(case):
    ours, theirs, inputs = both(case, dtype="float64")
    for value, expected in zip(
        outputs_and_gradients(ours, inputs),
        outputs_and_gradients(theirs, inputs),
        strict=True,
    ):
        np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_shapes_are_known_before_they_are_computed(case):
    ours, theirs, inputs = both(case)
    symbolic = keras.Input(inputs.shape[1:])
    assert ours(symbolic).shape == theirs(symbolic).shape
    assert ours(inputs).shape[1:] == ours(symbolic).shape[1:]


@pytest.mark.parametrize("case", ["the image, gray", "an image"])
def test_xla_and_graph_have_the_eager_values(case):
    ours, _, inputs = both(case)
    eager = outputs_and_gradients(ours, inputs)
    for jit in (False, True):
        compiled = tf.function(outputs_and_gradients, jit_compile=jit)(ours, inputs)
        for value, expected in zip(compiled, eager, strict=True):
            scale = np.abs(expected).max()
            np.testing.assert_allclose(value, expected, atol=1e-5 * scale)


def test_the_faster_implementations_are_used(monkeypatch):
    calls = []
    for layer_class in (Conv2D, Conv2DTranspose):
        name = "convolution_op" if layer_class is Conv2D else "call"

        original = getattr(layer_class.__base__, name)

        def keras_call(self, *arguments, original=original):
            calls.append(type(self).__name__)
            return original(self, *arguments)

        monkeypatch.setattr(layer_class.__base__, name, keras_call)
    for case in ("the base of a discriminator", "the image, gray"):
        ours, _, inputs = both(case)
        ours(inputs)
    ours, _, inputs = both("the base of a generator")
    ours(inputs)
    assert calls == []
    for case in ("inner features", "an image"):
        ours, _, inputs = both(case)
        ours(inputs)
    assert calls == ["Conv2D", "Conv2DTranspose"]
