import numpy as np
import pytest
import tensorflow as tf

from keras_gan import images as pictures
from keras_gan.metrics.metric import pixels

LEVELS = np.random.default_rng(0).integers(0, 256, (6, 5, 4, 3)).astype(np.uint8)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_become_the_levels_they_were_made_of(dtype):
    floats = (LEVELS / 127.5 - 1.0).astype(dtype)
    np.testing.assert_array_equal(pixels(floats), LEVELS)
    np.testing.assert_array_equal(pixels(tf.constant(floats)), LEVELS)


def test_half_precision_is_taken():
    for dtype in (tf.float16, tf.bfloat16):
        halves = tf.cast(pictures.to_float(LEVELS), dtype)
        expected = pictures.to_uint8(np.asarray(halves, np.float64))
        np.testing.assert_array_equal(pixels(halves), expected)


def test_uint8_passes_as_it_is():
    np.testing.assert_array_equal(pixels(LEVELS), LEVELS)
    np.testing.assert_array_equal(pixels(tf.constant(LEVELS)), LEVELS)


def test_rounding_just_beyond_the_range_is_forgiven():
    images = np.full((1, 2, 2, 1), 1.0005, np.float32)
    assert pixels(images).tolist() == np.full((1, 2, 2, 1), 255).tolist()


@pytest.mark.parametrize("value", [255.0, 1.01, -1.01, np.nan, np.inf])
def test_the_image_out_of_range_is_named(value):
    images = np.zeros((6, 2, 2, 1), np.float32)
    images[4, 1, 0, 0] = value
    with pytest.raises(ValueError, match=r"1 others in 1 of 6 .*image \[4\]"):
        pixels(images)


@pytest.mark.parametrize(
    "images",
    [LEVELS[..., 0], LEVELS.astype(np.int64), LEVELS > 9, np.zeros((2, 2), np.float32)],
)
def test_another_shape_or_type_is_refused(images):
    with pytest.raises(ValueError, match="not images that a metric can take"):
        pixels(images)
