"""The learned constant and the bias."""

import numpy as np
import pytest
import tensorflow as tf
from toys import facts

from keras_gan.layers import Bias, LearnedConstant


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_the_constant_is_repeated_for_any_batch(xla):
    layer = LearnedConstant((2, 3, 4))
    layer.build((None, 5))
    np.testing.assert_array_equal(layer.constant, np.ones((2, 3, 4)))
    constant = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    layer.constant.assign(constant)
    signature = [tf.TensorSpec((None, 5), tf.float32)]
    compiled = tf.function(layer, signature, jit_compile=xla)
    for batch in (1, 6):
        outputs = compiled(np.zeros((batch, 5), "float32"))
        np.testing.assert_array_equal(outputs, np.stack([constant] * batch))


def test_the_constant_has_a_gradient_from_every_sample():
    layer, weights = LearnedConstant((2,)), np.arange(6.0, dtype="float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(np.zeros((3, 1))) * weights.reshape(3, 2))
    (gradient,) = tape.gradient(loss, layer.trainable_variables)
    np.testing.assert_allclose(gradient, [0 + 2 + 4, 1 + 3 + 5])


def test_a_shape_may_have_numpy_integers():
    layer = LearnedConstant((np.int64(4), 4, np.int32(8)))
    assert layer(np.zeros((2, 5))).shape == (2, 4, 4, 8)
    assert [type(length) for length in layer.get_config()["shape"]] == [int] * 3


@pytest.mark.parametrize("shape", [(), 4, (4, 0), (4.0,), "44", (None, 4), (True, 4)])
def test_wrong_shapes_raise_an_error(shape):
    with pytest.raises(ValueError, match=facts("`shape`.*must be a tuple")):
        LearnedConstant(shape)


@pytest.mark.parametrize("shape", [(2, 3), (2, 4, 5, 3)])
def test_the_bias_is_of_channels(shape):
    x = np.random.default_rng(0).normal(size=shape)
    layer = Bias(dtype="float64")
    np.testing.assert_array_equal(layer(x), x)
    layer.bias.assign([1.0, 0.0, -2.0])
    np.testing.assert_array_equal(layer(x), x + np.array([1.0, 0.0, -2.0]))
