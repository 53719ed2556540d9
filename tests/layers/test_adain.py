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
    """Returns what the layer makes of them, in NumPy, image by image."""
    kernel, bias = (np.asarray(one, "float64") for one in layer.get_weights())
    asked = styles @ kernel / np.sqrt(7) + bias  # equalized, gain 1
    result = np.zeros_like(images)
    for number, image in enumerate(images):
        for channel in range(3):
            x = image[..., channel]
            x = (x - x.mean()) / np.sqrt(x.var() + 1e-8)
            scale, shift = asked[number, channel], asked[number, 3 + channel]
            result[number, ..., channel] = (1.0 + scale) * x + shift
    return result


def made(dtype=None):
    """Returns a layer whose bias is not zero."""
    layer = AdaptiveInstanceNormalization(dtype=dtype)
    layer.build((None, 4, 5, 3), (None, 7))
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, np.arange(6.0) / 5.0 + bias])
    return layer


def test_it_is_the_formula_of_the_paper():
    layer = made("float64")
    outputs = layer(*inputs())
    np.testing.assert_allclose(outputs, expected(layer, *inputs()), rtol=1e-9)


def test_it_begins_with_scales_near_one_and_no_bias():
    layer = AdaptiveInstanceNormalization()
    layer.build((None, 4, 4, 500), (None, 64))
    kernel, bias = layer.get_weights()
    np.testing.assert_array_equal(bias, 0.0)
    assert abs(kernel.std() - 1.0) < 5 / np.sqrt(2 * kernel.size)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_any_batch_and_slopes_of_both_orders_where_an_image_is_even(xla):
    layer = made()

    @tf.function(jit_compile=xla)
    def slopes(images, styles):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch([images, styles])
                value = tf.reduce_sum(tf.sin(layer(images, styles)))
            first = inner.gradient(value, [images, styles])
            steep = sum(tf.reduce_sum(tf.square(1e-3 * one)) for one in first)
        return [*first, outer.gradient(steep, images)]

    for batch in (2, 3):
        images, styles = inputs(batch)
        images[0] = 1.0
        pair = (tf.constant(one, tf.float32) for one in (images, styles))
        for slope in slopes(*pair):
            assert np.isfinite(slope).all()
            assert np.abs(slope).max() > 0


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_takes_statistics_in_single(dtype):
    layer = made(dtype)
    images, styles = inputs(scale=300.0)  # whose squares float16 does not hold
    outputs = layer(images, styles)
    assert outputs.dtype == layer.compute_dtype
    assert {weight.dtype for weight in layer.weights} == {"float32"}
    outputs = tf.cast(outputs, tf.float32)
    near = {"mixed_float16": 0.02, "mixed_bfloat16": 0.1}[dtype]
    np.testing.assert_allclose(outputs, expected(layer, images, styles), atol=near)


def test_wrong_shapes_are_refused():
    images, styles = inputs()
    for pair in ((styles, styles), (images, images)):
        with pytest.raises(ValueError, match=facts("`inputs` and `styles`")):
            AdaptiveInstanceNormalization()(*pair)
