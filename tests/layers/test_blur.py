import numpy as np
import pytest
import tensorflow as tf
from toys import facts

from keras_gan.layers import Blur

KERNEL = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16.0


def features(shape=(2, 5, 4, 3), seed=0):
    """Returns normal features in float64."""
    return np.random.default_rng(seed).normal(size=shape)


def blurred(x):
    """Returns filtered features in NumPy, pixel by pixel."""
    result = np.zeros_like(x)
    _, height, width, _ = x.shape
    for row in range(height):
        for column in range(width):
            for i in range(max(row - 1, 0), min(row + 2, height)):
                for j in range(max(column - 1, 0), min(column + 2, width)):
                    weight = KERNEL[i - row + 1, j - column + 1]
                    result[:, row, column] += weight * x[:, i, j]
    return result


@pytest.mark.parametrize("shape", [(2, 5, 4, 3), (1, 1, 1, 1), (3, 2, 7, 4)])
def test_it_is_the_filter_of_the_paper(shape):
    x = features(shape)
    np.testing.assert_allclose(Blur(dtype="float64")(x), blurred(x), rtol=1e-12)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_gradients_of_both_orders(xla):
    layer, x = Blur(dtype="float64"), features()

    @tf.function(jit_compile=xla)
    def gradients(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = tf.reduce_sum(layer(x) ** 2) / 2.0
            gradient = inner.gradient(value, x)
            penalty = tf.reduce_sum(gradient**2) / 2.0
        return gradient, outer.gradient(penalty, x)

    gradient, second = gradients(tf.constant(x))  # the filter is its own transpose
    twice = blurred(blurred(x))
    np.testing.assert_allclose(gradient, twice, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(second, blurred(blurred(twice)), rtol=1e-9, atol=1e-12)


def test_half_precision_does_not_overflow():
    outputs = Blur(dtype="mixed_float16")(np.full((1, 4, 4, 1), 15000.0))
    assert outputs.dtype == "float16"
    assert np.isfinite(outputs).all()


def test_inputs_that_are_not_images_raise_an_error():
    with pytest.raises(ValueError, match=facts("`inputs` must be of shape")):
        Blur()(np.ones((2, 3)))
