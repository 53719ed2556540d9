import numpy as np
import pytest

from keras_gan.metrics import Moments, Rows
from keras_gan.metrics.gaussian import Gaussian

FEATURES = np.random.default_rng(0).normal(3.0, 2.0, (103, 5))


def streamed(kind, features, batch_size):
    summary = kind()
    for start in range(0, len(features), batch_size):
        summary = summary.merge(
            kind.from_features(features[start : start + batch_size], start=start)
        )
    return summary


@pytest.mark.parametrize("batch_size", [1, 7, 64, 103])
def test_rows_are_the_features_in_order(batch_size):
    rows = streamed(Rows, FEATURES, batch_size)
    assert rows.count == 103
    np.testing.assert_array_equal(rows.matrix, FEATURES)


def test_rows_stay_in_their_type_and_are_given_as_float64():
    rows = Rows.from_features(np.float32(FEATURES))
    assert rows.parts[0].dtype == np.float32
    assert rows.matrix.dtype == np.float64


def test_rows_do_not_change_with_the_array_they_came_from():
    features = FEATURES.copy()
    rows = Rows.from_features(features)
    features[:] = 0.0
    np.testing.assert_array_equal(rows.matrix, FEATURES)


@pytest.mark.parametrize("kind", [Rows, Gaussian])
def test_nothing_is_neutral(kind):
    nothing, some = kind(), kind.from_features(FEATURES)
    assert nothing.merge(some).count == some.merge(nothing).count == 103
    assert kind.from_features(FEATURES[:0]).count == nothing.merge(nothing).count == 0


@pytest.mark.parametrize("kind", [Rows, Gaussian])
def test_the_image_with_a_broken_feature_is_named(kind):
    features = FEATURES.copy()
    features[17, 3] = np.nan
    with pytest.raises(ValueError, match=r"fake images .*\n.*\n.*image 117 "):
        kind.from_features(features, "fake", start=100)


@pytest.mark.parametrize("kind", [Rows, Gaussian])
def test_features_of_another_network_do_not_merge(kind):
    with pytest.raises(ValueError, match="5 and 4"):
        kind.from_features(FEATURES).merge(kind.from_features(FEATURES[:, :4]))


@pytest.mark.parametrize("num_images", [2, 4, 5, 103])
@pytest.mark.parametrize("batch_size", [1, 3, 200])
def test_the_factor_of_a_gaussian_is_a_root_of_its_covariance(num_images, batch_size):
    features = FEATURES[:num_images]
    gaussian = streamed(Gaussian, features, batch_size)
    assert gaussian.is_singular == (num_images < 5)
    np.testing.assert_allclose(
        gaussian.factor.T @ gaussian.factor, np.cov(features, rowvar=False), atol=1e-12
    )


def test_a_gaussian_of_many_images_keeps_none_of_them():
    gaussian = streamed(Gaussian, FEATURES, 2)
    assert gaussian.rows.count == 0
    assert np.shape(gaussian.moments.scatter) == (5, 5)


@pytest.mark.parametrize("kind", [Moments, Gaussian])
def test_replicas_merged_are_the_whole(kind):
    """Each of three replicas has every third image, in different numbers of batches."""
    shards = [streamed(kind, FEATURES[number::3], 4) for number in range(3)]
    merged = shards[2].merge(shards[0]).merge(shards[1])
    moments = getattr(merged, "moments", merged)
    assert moments.count == 103
    np.testing.assert_allclose(moments.mean, FEATURES.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(
        moments.covariance, np.cov(FEATURES, rowvar=False), atol=1e-12
    )


@pytest.mark.parametrize("kind", [Moments, Rows, Gaussian])
@pytest.mark.parametrize("num_images", [0, 1, 4, 103])
def test_a_file_gives_back_the_same_to_the_bit(kind, num_images, tmp_path):
    summary = streamed(kind, np.float32(FEATURES[:num_images]), 10)
    np.savez(tmp_path / "summary.npz", **summary.arrays())
    with np.load(tmp_path / "summary.npz", allow_pickle=False) as file:
        found = kind.from_arrays(dict(file))
    assert found.count == num_images
    for name, array in summary.arrays().items():
        np.testing.assert_array_equal(found.arrays()[name], array, strict=True)
    more = kind.from_features(FEATURES[:10])
    merged = found.merge(more).arrays()
    for name, array in summary.merge(more).arrays().items():
        np.testing.assert_array_equal(merged[name], array)
