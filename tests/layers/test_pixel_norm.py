"""Pixelwise normalization, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from toys import FACTS

from keras_gan.layers import PixelNormalization


@pytest.mark.parametrize("shape", [(3, 5), (2, 4, 3, 6)])
def test_it_is_the_formula_of_the_paper(shape):
    inputs = np.random.default_rng(0).normal(size=shape).astype("float32")
    outputs = PixelNormalization(epsilon=0.1)(inputs)
    size = np.sqrt(np.mean(inputs**2, axis=-1, keepdims=True) + 0.1)
    np.testing.assert_allclose(outputs, inputs / size, rtol=1e-5)


def test_features_of_every_pixel_have_size_one_and_zeros_stay():
    inputs = np.random.default_rng(0).normal(0, 9, (2, 3, 3, 8)).astype("float32")
    inputs[0, 0, 0] = 0.0
    outputs = PixelNormalization()(inputs).numpy()
    sizes = np.mean(outputs**2, axis=-1)
    assert sizes[0, 0, 0] == 0
    np.testing.assert_allclose(np.delete(sizes, 0), 1, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
def test_squares_that_overflow_half_precision_are_finite(dtype):
    inputs = np.full((2, 3), 1000.0, "float32")  # whose square overflows float16
    outputs = PixelNormalization(dtype=dtype)(inputs)
    assert outputs.dtype == dtype.removeprefix("mixed_")
    np.testing.assert_allclose(tf.cast(outputs, "float32"), 1, rtol=1e-2)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_second_derivatives_are_those_of_finite_differences(xla):
    layer = PixelNormalization(epsilon=0.1, dtype="float64")
    random = np.random.default_rng(0)
    start, target, direction = (
        tf.constant(random.normal(size=(2, 4))) for _ in range(3)
    )

    @tf.function(jit_compile=xla)
    def penalty_and_gradient(inputs):
        with tf.GradientTape() as outer:
            outer.watch(inputs)
            with tf.GradientTape() as inner:
                inner.watch(inputs)
                value = tf.reduce_sum(target * layer(inputs))
            penalty = tf.reduce_sum(tf.square(inner.gradient(value, inputs)))
        return penalty, outer.gradient(penalty, inputs)

    derivative = np.sum(penalty_and_gradient(start)[1] * direction)
    above, below = (
        penalty_and_gradient(start + step * direction)[0] for step in (1e-6, -1e-6)
    )
    assert abs(derivative) > 1e-3
    np.testing.assert_allclose(derivative, (above - below) / 2e-6, rtol=1e-5)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, "small"])
def test_a_wrong_epsilon_raises_an_error_of_four_facts(epsilon):
    with pytest.raises(ValueError, match=FACTS):
        PixelNormalization(epsilon=epsilon)
