import typing

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from toys import facts, stated

from keras_gan import latents
from keras_gan.random import Random

CLASSES = [latents.Normal, latents.Uniform, latents.Sphere]
RANDOM = Random(0)


@pytest.mark.parametrize("latents_class", CLASSES)
@pytest.mark.parametrize("dim", [1, 2, 100, 784])
def test_any_dimension_can_be_drawn(latents_class, dim):
    sample = latents_class(dim).draw(RANDOM, 3)
    assert sample.shape == (3, dim)
    assert sample.dtype == "float32"


@pytest.mark.parametrize("latents_class", CLASSES)
def test_a_draw_does_not_depend_on_the_batch_size(latents_class):
    full = latents_class(7).draw(RANDOM, 20).numpy()
    parts = [
        latents_class(7).draw(RANDOM, 5, start).numpy() for start in range(0, 20, 5)
    ]
    np.testing.assert_allclose(np.concatenate(parts), full, rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        latents_class(7).draw(RANDOM, 3), full[:3], rtol=0, atol=1e-6
    )


def test_normal_latents_are_standard_normal():
    sample = latents.Normal(2).draw(RANDOM, 40_000).numpy()
    assert stats.kstest(sample.ravel(), stats.norm.cdf).pvalue > 1e-3
    np.testing.assert_allclose(np.cov(sample.T), np.eye(2), atol=0.03)


def test_uniform_latents_fill_the_cube():
    sample = latents.Uniform(2).draw(RANDOM, 40_000).numpy()
    assert stats.kstest(sample.ravel(), stats.uniform(-1, 2).cdf).pvalue > 1e-3
    np.testing.assert_allclose(np.cov(sample.T), np.eye(2) / 3, atol=0.02)


def test_latents_of_the_sphere_have_length_one_and_any_direction():
    sample = latents.Sphere(3).draw(RANDOM, 40_000).numpy()
    np.testing.assert_allclose(np.linalg.norm(sample, axis=1), 1.0, atol=1e-5)
    # Archimedes: each coordinate of the sphere in space is uniform.
    assert stats.kstest(sample[:, 0], stats.uniform(-1, 2).cdf).pvalue > 1e-3
    np.testing.assert_allclose(np.cov(sample.T), np.eye(3) / 3, atol=0.02)


@pytest.mark.parametrize("name", latents.NAMES)
def test_a_name_takes_the_dimension_of_the_generator(name):
    assert latents.get(name, 12) == latents.NAMES[name](12)


def test_get_resolves_an_object_or_its_config():
    distribution = latents.Uniform(5)
    assert latents.get(distribution, 12) is distribution
    assert (
        latents.get(keras.saving.serialize_keras_object(distribution), 12)
        == distribution
    )


def test_a_class_takes_the_dimension_of_the_generator():
    assert latents.get(latents.Sphere, 12) == latents.Sphere(12)


def test_an_unknown_name_raises_an_error_with_the_nearest_name():
    with pytest.raises(
        ValueError, match=r'(?s)Expected: .*Received: "gaussian".*What to do: .*normal'
    ):
        latents.get("gaussian", 12)
    with pytest.raises(ValueError, match='Did you mean "uniform"'):
        latents.get("unifrom", 12)


@pytest.mark.parametrize("identifier", ["normal", latents.Normal])
def test_a_name_without_a_dimension_raises_an_error(identifier):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        latents.get(identifier, None)


@pytest.mark.parametrize("dim", [0, -3, 2.5, True, None, "100"])
def test_a_dimension_is_a_positive_integer(dim):
    with pytest.raises(ValueError, match=facts("`dim` of Normal")):
        latents.Normal(dim)


def test_the_names_for_type_checkers_are_those_of_the_table():
    assert set(typing.get_args(latents.LatentsName)) == set(latents.NAMES)


@pytest.mark.parametrize("wrong", [None, 100])
def test_what_is_not_a_distribution_raises_an_error(wrong):
    with pytest.raises(TypeError, match=r"(?s)Expected: .*Received: .*What to do: "):
        latents.get(wrong, 12)


@pytest.mark.parametrize("threshold", [0.1, 0.5, 1.0, 2.0, 5.0])
def test_truncated_normal_latents_have_the_truncated_distribution(threshold):
    distribution = latents.Normal(4)
    truncated = distribution.truncate(
        distribution.draw(RANDOM, 10_000), threshold
    ).numpy()
    assert np.abs(truncated).max() <= threshold
    expected = stats.truncnorm(-threshold, threshold).cdf
    assert stats.kstest(truncated.ravel(), expected).pvalue > 1e-3


def test_truncation_keeps_the_order_of_components_and_samples():
    distribution = latents.Normal(3)
    sample = distribution.draw(RANDOM, 50)
    truncated = distribution.truncate(sample, 0.7)
    np.testing.assert_array_equal(
        np.argsort(np.ravel(sample)), np.argsort(np.ravel(truncated))
    )
    np.testing.assert_array_equal(
        distribution.truncate(sample[10:20], 0.7), truncated[10:20]
    )
    np.testing.assert_allclose(distribution.truncate(sample, 30.0), sample, atol=1e-3)
    assert np.isfinite(
        distribution.truncate(tf.constant([[9.0, -9.0, 0.0]]), 8.0)
    ).all()


def test_truncated_uniform_latents_are_uniform():
    distribution = latents.Uniform(4)
    sample = distribution.draw(RANDOM, 5_000)
    truncated = np.asarray(distribution.truncate(sample, 0.3))
    assert np.abs(truncated).max() <= 0.3
    assert truncated.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.02)
    np.testing.assert_array_equal(distribution.truncate(sample, 1.5), sample)


def test_points_of_a_sphere_cannot_be_truncated():
    distribution = latents.Sphere(4)
    with pytest.raises(ValueError, match=stated("not supported by Sphere latents")):
        distribution.truncate(distribution.draw(RANDOM, 2), 0.5)
