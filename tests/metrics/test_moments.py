import numpy as np
import pytest

from keras_gan.metrics import Moments

FEATURES = np.random.default_rng(0).normal(3.0, 2.0, (103, 5)) @ np.diag(
    [1, 2, 3, 4, 5]
)

from_features = Moments.from_features


def assert_moments_of(moments, features, tolerance=1e-12):
    assert moments.count == len(features)
    np.testing.assert_allclose(moments.mean, features.mean(axis=0), rtol=tolerance)
    covariance = np.cov(features, rowvar=False)
    np.testing.assert_allclose(
        moments.covariance, covariance, rtol=0, atol=tolerance * covariance.max()
    )


def streamed(features, batch_size):
    moments = Moments()
    for start in range(0, len(features), batch_size):
        moments = moments.merge(from_features(features[start : start + batch_size]))
    return moments


@pytest.mark.parametrize("batch_size", [1, 2, 7, 64, 103])
def test_streaming_equals_the_whole_at_any_batch_size(batch_size):
    assert_moments_of(streamed(FEATURES, batch_size), FEATURES)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)])
def test_parts_merge_in_any_order(order):
    parts = np.split(FEATURES, [1, 40, 60])
    moments = Moments()
    for number in order:
        moments = moments.merge(from_features(parts[number]))
    assert_moments_of(moments, FEATURES)


def test_merging_is_associative():
    first, second, third = (
        from_features(part) for part in np.split(FEATURES, [20, 50])
    )
    assert_moments_of(first.merge(second.merge(third)), FEATURES)


def test_nothing_is_neutral():
    assert_moments_of(Moments().merge(from_features(FEATURES)), FEATURES)
    assert_moments_of(from_features(FEATURES).merge(Moments()), FEATURES)
    assert_moments_of(
        from_features(FEATURES).merge(from_features(FEATURES[:0])),
        FEATURES,
    )
    assert Moments().merge(Moments()).count == 0


def test_merging_leaves_its_parts_as_they_were():
    first, second = (
        from_features(FEATURES[:50]),
        from_features(FEATURES[50:]),
    )
    first.merge(second)
    assert_moments_of(first, FEATURES[:50])
    assert_moments_of(second, FEATURES[50:])


def test_a_mean_far_from_zero_does_not_cost_the_digits_of_the_covariance():
    features = np.float64(FEATURES.astype(np.float32))
    far = streamed(features + 2.0**30, 10)
    np.testing.assert_allclose(
        far.covariance, np.cov(features, rowvar=False), rtol=1e-5
    )


def test_float32_features_are_summed_in_float64():
    features = FEATURES.astype(np.float32)
    assert_moments_of(streamed(features, 10), np.float64(features))


def test_the_memory_does_not_grow_with_the_images():
    many = streamed(np.tile(FEATURES, (5, 1)), 10)
    assert np.size(many.mean) + np.size(many.scatter) == 5 + 5 * 5


def test_a_covariance_needs_two_images():
    with pytest.raises(ValueError, match="needs at least two images"):
        _ = from_features(FEATURES[:1]).covariance


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_image_with_a_broken_feature_is_named(value):
    features = FEATURES.copy()
    features[17, 3] = features[60, 0] = value
    with pytest.raises(ValueError, match=r"image 17 .* in 2 images"):
        from_features(features)
    with pytest.raises(ValueError, match=r"real images .*\n.*\n.*image 117 "):
        from_features(features, "real", start=100)


def test_features_of_another_network_do_not_merge():
    with pytest.raises(ValueError, match="5 and 4"):
        from_features(FEATURES).merge(from_features(FEATURES[:, :4]))


def test_features_are_a_matrix():
    with pytest.raises(ValueError, match=r"shape \(2, 3, 4\)"):
        from_features(np.zeros((2, 3, 4)))
