import numpy as np
import pytest
import tensorflow as tf
from toys import facts

from keras_gan import images as pictures
from keras_gan import metrics
from keras_gan.metrics.metric import pixels

LEVELS = np.random.default_rng(0).integers(0, 256, (6, 5, 4, 3)).astype(np.uint8)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_become_the_levels_they_were_made_of(dtype):
    floats = (LEVELS / 127.5 - 1.0).astype(dtype)
    np.testing.assert_array_equal(pixels(floats, (-1, 1)), LEVELS)
    np.testing.assert_array_equal(pixels(tf.constant(floats), (-1, 1)), LEVELS)


def test_half_precision_is_taken():
    for dtype in (tf.float16, tf.bfloat16):
        halves = tf.cast(pictures.to_float(LEVELS), dtype)
        expected = pictures.to_uint8(np.asarray(halves, np.float64))
        np.testing.assert_array_equal(pixels(halves, (-1, 1)), expected)


def test_uint8_passes_as_it_is():
    np.testing.assert_array_equal(pixels(LEVELS), LEVELS)
    np.testing.assert_array_equal(pixels(tf.constant(LEVELS)), LEVELS)


def test_rounding_just_beyond_the_range_is_forgiven():
    images = np.full((1, 2, 2, 1), 1.0005, np.float32)
    assert pixels(images, (-1, 1)).tolist() == np.full((1, 2, 2, 1), 255).tolist()


@pytest.mark.parametrize("value", [255.0, 1.01, -1.01, np.nan, np.inf])
def test_the_image_out_of_range_is_named(value):
    images = np.zeros((6, 2, 2, 1), np.float32)
    images[4, 1, 0, 0] = value
    with pytest.raises(ValueError, match=r"1 others in 1 of 6 .*image \[4\]"):
        pixels(images, (-1, 1))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("value_range", [(-1, 1), (0, 1), (0, 255)])
def test_floats_of_any_range_become_levels(value_range, dtype):
    low, high = value_range
    floats = (low + (high - low) * (LEVELS / 255.0)).astype(dtype)
    np.testing.assert_array_equal(pixels(floats, value_range), LEVELS)


@pytest.mark.parametrize("value_range", [None, (0, 2), (1, 0), "unit"])
def test_floats_of_an_unsaid_range_are_refused(value_range):
    metric = metrics.FrechetDistance("fashion_mnist")
    for update in (metric.update_real, metric.update_fake):
        with pytest.raises(ValueError, match=facts("need their range")) as refused:
            update(np.full((2, 4, 4, 1), 0.25, np.float32), value_range)
        assert "from 0.25 to 0.25" in str(refused.value)
    assert metric.num_real == metric.num_fake == 0


def test_floats_beyond_the_range_that_was_said_are_refused():
    with pytest.raises(ValueError, match=facts("out of the range that was said")):
        pixels(np.full((1, 2, 2, 1), -0.5), (0, 1))
    with pytest.raises(ValueError, match=facts("out of the range that was said")):
        pixels(np.full((1, 2, 2, 1), 128.0), (0, 1))


@pytest.mark.parametrize(
    "images",
    [LEVELS[..., 0], LEVELS.astype(np.int64), LEVELS > 9, np.zeros((2, 2), np.float32)],
)
def test_another_shape_or_type_is_refused(images):
    with pytest.raises(ValueError, match="not images that a metric can take"):
        pixels(images)


KINDS = {
    metrics.FrechetDistance: ["fid"],
    metrics.KID: ["kid", "kid_std"],
    metrics.InceptionScore: ["inception_score", "inception_score_std"],
    metrics.PrecisionRecall: ["precision", "recall"],
    metrics.DensityCoverage: ["density", "coverage"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_names_of_the_papers_are_for_the_canonical_network_alone(kind):
    network = Fake(brightness, name="inception")
    assert all("inception" in key for key in kind(network).keys[:1])
    assert not set(kind(network).keys) & set(KINDS[kind])
    network.is_canonical = True
    assert list(kind(network).keys) == KINDS[kind]


class Fake(metrics.features.FunctionFeatures):
    def classify(self, features):
        return features


class Means(metrics.SampleMetric):
    """Two values, as a user would write them."""

    measure = "means"
    network_keys = ("real_{}", "fake_{}")
    summary = metrics.Moments

    def compare(self, real, fake):
        return real.mean.sum(), fake.mean.sum()


def brightness(images):
    return images.mean(axis=(1, 2))


def test_a_metric_of_ones_own_gives_a_value_for_each_key():
    metric = Means(brightness)
    metric.update_real(LEVELS[:2])
    metric.update_fake(LEVELS[2:])
    expected = [
        brightness(part).mean(axis=0).sum() for part in (LEVELS[:2], LEVELS[2:])
    ]
    assert list(metric.results()) == ["real_brightness", "fake_brightness"]
    assert list(metric.results().values()) == pytest.approx(expected, rel=1e-6)
    assert metric.result() == metric.results()["real_brightness"]
    assert metric.name == "real_brightness"


def test_other_keys_are_assigned():
    metric = Means(brightness)
    metric.keys = ["one", "other"]
    metric.update_real(LEVELS)
    metric.update_fake(LEVELS)
    assert list(metric.results()) == ["one", "other"]
    metric.keys = ["one"]
    with pytest.raises(ValueError, match="zip"):
        metric.results()
