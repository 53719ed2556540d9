import numpy as np
import pytest
import tensorflow as tf
from toys import facts

from keras_gan.layers import AdaptiveInstanceNormalization


def inputs(batch=3, seed=0, scale=2.0):
    """Returns features of images and styles, in double precision."""
    random = np.random.default_rng(seed)
    images = random.normal(1.0, scale, size=(batch, 4, 5, 3))
    return images, random.normal(size=(batch, 7))


def expected(layer, images, styles):
    """Returns the formula of the layer in NumPy, image by image."""
    kernel, bias = (np.asarray(weight, "float64") for weight in layer.get_weights())
    modulation = styles @ kernel / np.sqrt(7) + bias  # equalized, gain 1
    result = np.zeros_like(images)
    for index, image in enumerate(images):
        for channel in range(3):
            x = image[..., channel]
            x = (x - x.mean()) / np.sqrt(x.var() + 1e-8)
            scale, shift = modulation[index, channel], modulation[index, 3 + channel]
            result[index, ..., channel] = (1.0 + scale) * x + shift
    return result


def build_layer(dtype=None):
    """Returns a layer whose bias is not zero."""
    layer = AdaptiveInstanceNormalization(dtype=dtype)
    layer.build((None, 4, 5, 3), (None, 7))
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, np.arange(6.0) / 5.0 + bias])
    return layer


def test_it_is_the_formula_of_the_paper():
    layer = build_layer("float64")
    outputs = layer(*inputs())
    np.testing.assert_allclose(outputs, expected(layer, *inputs()), rtol=1e-9)


def test_it_is_initialized_with_scales_near_one_and_no_bias():
    layer = AdaptiveInstanceNormalization()
    layer.build((None, 4, 4, 500), (None, 64))
    kernel, bias = layer.get_weights()
    np.testing.assert_array_equal(bias, 0.0)
    assert abs(kernel.std() - 1.0) < 5 / np.sqrt(2 * kernel.size)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_gradients_of_both_orders_are_finite_for_a_constant_image(xla):
    layer = build_layer()

    @tf.function(jit_compile=xla)
    def gradients(images, styles):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch([images, styles])
                value = tf.reduce_sum(tf.sin(layer(images, styles)))
            first = inner.gradient(value, [images, styles])
            penalty = sum(
                tf.reduce_sum(tf.square(1e-3 * gradient)) for gradient in first
            )
        return [*first, outer.gradient(penalty, images)]

    for batch in (2, 3):
        images, styles = inputs(batch)
        images[0] = 1.0
        pair = (tf.constant(array, tf.float32) for array in (images, styles))
        for gradient in gradients(*pair):
            assert np.isfinite(gradient).all()
            assert np.abs(gradient).max() > 0


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_computes_statistics_in_float32(dtype):
    layer = build_layer(dtype)
    images, styles = inputs(scale=300.0)  # whose squares overflow float16
    outputs = layer(images, styles)
    assert outputs.dtype == layer.compute_dtype
    assert {weight.dtype for weight in layer.weights} == {"float32"}
    outputs = tf.cast(outputs, tf.float32)
    atol = {"mixed_float16": 0.02, "mixed_bfloat16": 0.1}[dtype]
    np.testing.assert_allclose(outputs, expected(layer, images, styles), atol=atol)


def test_wrong_shapes_raise_an_error():
    images, styles = inputs()
    for pair in ((styles, styles), (images, images)):
        with pytest.raises(ValueError, match=facts("must be of shape")):
            AdaptiveInstanceNormalization()(*pair)
