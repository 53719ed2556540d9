"""Noise injection: random noise from a sampling context, constant noise without."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RecordingRandom, facts

from keras_gan.layers import NoiseInjection, sampling_context
from keras_gan.random import Random

STRENGTH = np.array([0.0, 0.5, -2.0], "float32")


def build_layer(name="noise", size=(6, 5), dtype=None):
    """Returns a layer for three channels whose strengths are not zero."""
    layer = NoiseInjection(name=name, dtype=dtype)
    layer.build((None, *size, 3))
    layer.strength.assign(STRENGTH)
    return layer


def features(batch=4, size=(6, 5), seed=0):
    """Returns normal features of three channels."""
    random = np.random.default_rng(seed)
    return random.normal(size=(batch, *size, 3)).astype("float32")


def added(layer, batch=4, random=None, size=(6, 5)):
    """Returns the noise that a layer adds, as one map per image."""
    x = features(batch, size)
    with sampling_context(random):
        noise = np.asarray(layer(x)) - x
    np.testing.assert_array_equal(noise[..., 0], 0.0)
    np.testing.assert_allclose(noise[..., 2], -4.0 * noise[..., 1], rtol=0, atol=1e-5)
    return 2.0 * noise[..., 1]


def test_it_is_initialized_without_noise():
    layer, x = NoiseInjection(), features()
    with sampling_context(Random(0)):
        np.testing.assert_array_equal(layer(x), x)
    assert [weight.name for weight in layer.trainable_weights] == ["strength"]


def test_each_image_has_its_own_noise():
    random = RecordingRandom(3)
    noise = added(build_layer(), random=random)
    (drawn,) = random.draws
    assert drawn.shape == (4, 6, 5, 1)
    np.testing.assert_allclose(noise, drawn[..., 0], rtol=0, atol=1e-5)
    assert len(np.unique(np.round(noise, 3), axis=0)) == 4


def test_noise_is_standard_normal():
    noise = added(build_layer(size=(32, 32)), 16, Random(0), (32, 32))
    assert abs(noise.mean()) < 5 / np.sqrt(noise.size)
    assert abs(noise.std() - 1.0) < 5 / np.sqrt(2 * noise.size)
    assert abs(np.mean(noise[1:] * noise[:-1])) < 5 / np.sqrt(noise.size)


def test_the_noise_of_an_image_does_not_depend_on_its_batch():
    layer = build_layer()
    full = added(layer, 7, Random(3))
    start = added(layer, 3, Random(3))
    later = added(layer, 4, Random(3).with_start(3))
    np.testing.assert_allclose(np.concatenate([start, later]), full, atol=1e-5)


def test_names_and_seeds_change_the_noise():
    first, second = build_layer("noise_1"), build_layer("noise_2")
    maps = [
        added(first, random=Random(3)),
        added(second, random=Random(3)),
        added(first, random=Random(4)),
        added(first),
    ]
    for i, noise_map in enumerate(maps):
        for other in maps[:i]:
            assert abs(np.mean(noise_map * other)) < 0.5


def test_without_a_random_source_noise_is_constant():
    layer = build_layer()
    maps = added(layer)
    np.testing.assert_allclose(maps, np.repeat(maps[:1], 4, axis=0), atol=1e-5)
    np.testing.assert_array_equal(added(layer), maps)
    assert 0.5 < maps.std() < 1.5
    loaded = build_layer()
    assert np.abs(added(loaded) - maps).max() > 0.1
    loaded.set_weights(layer.get_weights())
    np.testing.assert_array_equal(added(loaded), maps)


@pytest.mark.parametrize("source", [None, Random(3)], ids=["constant", "random"])
@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_compiled_for_any_batch_equals_eager(xla, source):
    layer = build_layer()

    def run(x):
        with sampling_context(source):
            return layer(x, training=True)

    signature = [tf.TensorSpec((None, 6, 5, 3), tf.float32)]
    compiled = tf.function(run, signature, jit_compile=xla)
    for batch in (2, 5):
        x = features(batch)
        np.testing.assert_allclose(compiled(x), run(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision(dtype):
    full_precision, half = build_layer(), build_layer(dtype=dtype)
    with sampling_context(Random(3)):
        outputs, expected = half(features()), full_precision(features())
    assert outputs.dtype == half.compute_dtype
    outputs = tf.cast(outputs, tf.float32)
    np.testing.assert_allclose(outputs, expected, atol=0.05)
    assert {weight.dtype for weight in half.weights} == {"float32"}


def test_wrong_shapes_raise_an_error():
    for inputs in (np.ones((2, 3)), keras.Input((None, 4, 3))):
        with pytest.raises(ValueError, match=facts("`inputs` must be of shape")):
            NoiseInjection()(inputs)
