import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from toys import stated

from keras_gan import latents
from keras_gan.random import Random

KINDS = [latents.Normal, latents.Uniform, latents.Sphere]
RANDOM = Random(0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dim", [1, 2, 100, 784])
def test_any_dimension_can_be_drawn(kind, dim):
    drawn = kind(dim).draw(RANDOM, 3)
    assert drawn.shape == (3, dim)
    assert drawn.dtype == "float32"


@pytest.mark.parametrize("kind", KINDS)
def test_the_batch_size_changes_no_draw(kind):
    whole = kind(7).draw(RANDOM, 20).numpy()
    parts = [kind(7).draw(RANDOM, 5, start).numpy() for start in range(0, 20, 5)]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=1e-6)
    np.testing.assert_allclose(kind(7).draw(RANDOM, 3), whole[:3], rtol=0, atol=1e-6)


def test_normal_latents_are_standard_normal():
    drawn = latents.Normal(2).draw(RANDOM, 40_000).numpy()
    assert stats.kstest(drawn.ravel(), stats.norm.cdf).pvalue > 1e-3
    np.testing.assert_allclose(np.cov(drawn.T), np.eye(2), atol=0.03)


def test_uniform_latents_fill_the_cube():
    drawn = latents.Uniform(2).draw(RANDOM, 40_000).numpy()
    assert stats.kstest(drawn.ravel(), stats.uniform(-1, 2).cdf).pvalue > 1e-3
    np.testing.assert_allclose(np.cov(drawn.T), np.eye(2) / 3, atol=0.02)


def test_latents_of_the_sphere_have_length_one_and_any_direction():
    drawn = latents.Sphere(3).draw(RANDOM, 40_000).numpy()
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1.0, atol=1e-5)
    # Archimedes: each coordinate of the sphere in space is uniform.
    assert stats.kstest(drawn[:, 0], stats.uniform(-1, 2).cdf).pvalue > 1e-3
    np.testing.assert_allclose(np.cov(drawn.T), np.eye(3) / 3, atol=0.02)


@pytest.mark.parametrize("name", latents.NAMES)
def test_a_name_takes_the_dimension_of_the_generator(name):
    assert latents.get(name, 12) == latents.NAMES[name](12)


def test_an_object_or_its_config_is_taken_as_it_is():
    prior = latents.Uniform(5)
    assert latents.get(prior, 12) is prior
    assert latents.get(keras.saving.serialize_keras_object(prior), 12) == prior


def test_a_class_takes_the_dimension_of_the_generator():
    assert latents.get(latents.Sphere, 12) == latents.Sphere(12)


def test_a_wrong_name_brings_the_near_one():
    with pytest.raises(
        ValueError, match=r'(?s)Expected: .*Received: "gaussian".*What to do: .*normal'
    ):
        latents.get("gaussian", 12)
    with pytest.raises(ValueError, match='Did you mean "uniform"'):
        latents.get("unifrom", 12)


@pytest.mark.parametrize("identifier", ["normal", latents.Normal])
def test_a_name_without_a_dimension_is_refused(identifier):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        latents.get(identifier, None)


@pytest.mark.parametrize("dim", [0, -3, 2.5, None, "100"])
def test_a_dimension_is_a_whole_number(dim):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        latents.Normal(dim)


@pytest.mark.parametrize("wrong", [None, 100])
def test_what_are_no_latents_is_refused(wrong):
    with pytest.raises(TypeError, match=r"(?s)Expected: .*Received: .*What to do: "):
        latents.get(wrong, 12)


@pytest.mark.parametrize("threshold", [0.1, 0.5, 1.0, 2.0, 5.0])
def test_truncated_normals_are_those_that_were_drawn_until_small(threshold):
    prior = latents.Normal(4)
    inside = prior.truncate(prior.draw(RANDOM, 10_000), threshold).numpy()
    assert np.abs(inside).max() <= threshold
    expected = stats.truncnorm(-threshold, threshold).cdf
    assert stats.kstest(inside.ravel(), expected).pvalue > 1e-3


def test_truncation_keeps_the_order_and_the_rows():
    prior = latents.Normal(3)
    drawn = prior.draw(RANDOM, 50)
    inside = prior.truncate(drawn, 0.7)
    np.testing.assert_array_equal(
        np.argsort(np.ravel(drawn)), np.argsort(np.ravel(inside))
    )
    np.testing.assert_array_equal(prior.truncate(drawn[10:20], 0.7), inside[10:20])
    np.testing.assert_allclose(prior.truncate(drawn, 30.0), drawn, atol=1e-3)
    assert np.isfinite(prior.truncate(tf.constant([[9.0, -9.0, 0.0]]), 8.0)).all()


def test_truncated_uniforms_are_uniform():
    prior = latents.Uniform(4)
    drawn = prior.draw(RANDOM, 5_000)
    inside = np.asarray(prior.truncate(drawn, 0.3))
    assert np.abs(inside).max() <= 0.3
    assert inside.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.02)
    np.testing.assert_array_equal(prior.truncate(drawn, 1.5), drawn)


def test_points_of_a_sphere_cannot_be_truncated():
    prior = latents.Sphere(4)
    with pytest.raises(ValueError, match=stated("not supported by Sphere latents")):
        prior.truncate(prior.draw(RANDOM, 2), 0.5)
