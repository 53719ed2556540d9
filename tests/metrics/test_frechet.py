import math

import numpy as np
import pytest
import scipy.linalg
import tensorflow as tf
from toys import facts

from keras_gan.metrics import frechet_distance, frechet_distance_of_moments


def random_features(num_images, num_features, seed):
    generator = np.random.default_rng(seed)
    mixing = generator.normal(size=(num_features, num_features))
    return generator.normal(size=(num_images, num_features)) @ mixing + mixing[0]


def covariances(real, fake):
    return np.cov(real, rowvar=False), np.cov(fake, rowvar=False)


def distance_by_root(real, fake):
    first, second = covariances(real, fake)
    root = scipy.linalg.sqrtm(first @ second).real
    shift = np.sum((real.mean(axis=0) - fake.mean(axis=0)) ** 2)
    return shift + np.trace(first + second - 2.0 * root)


def distance_by_nuclear_norm(real, fake):
    """Exact where there are fewer images than features."""
    first, second = (
        (each - each.mean(axis=0)) / math.sqrt(len(each) - 1) for each in (real, fake)
    )
    overlap = np.linalg.svd(first @ second.T, compute_uv=False).sum()
    shift = np.sum((real.mean(axis=0) - fake.mean(axis=0)) ** 2)
    return shift + np.sum(first**2) + np.sum(second**2) - 2.0 * overlap


@pytest.mark.parametrize("num_features", [1, 2, 16, 100])
def test_it_equals_the_matrix_root(num_features):
    real = random_features(300, num_features, seed=1)
    fake = random_features(211, num_features, seed=2)
    if num_features == 1:
        expected = (real.mean() - fake.mean()) ** 2
        expected += (real.std(ddof=1) - fake.std(ddof=1)) ** 2
    else:
        expected = distance_by_root(real, fake)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)


def test_it_equals_the_nuclear_norm_with_fewer_images_than_features():
    real = random_features(40, 120, seed=1)
    fake = random_features(30, 120, seed=2)
    expected = distance_by_nuclear_norm(real, fake)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("counts", [(400, 30), (30, 400), (119, 120), (120, 120)])
def test_it_is_the_nuclear_norm_with_few_images_on_one_side(counts):
    real, fake = (random_features(n, 120, seed) for seed, n in enumerate(counts))
    expected = distance_by_nuclear_norm(real, fake)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)


def test_few_images_in_a_plane_of_many_features_are_those_of_the_plane():
    generator = np.random.default_rng(0)
    plane = np.linalg.qr(generator.normal(size=(500, 4)))[0]
    real, fake = (random_features(20, 4, seed) for seed in (1, 2))
    expected = distance_by_root(real, fake)
    found = frechet_distance(real @ plane.T, fake @ plane.T)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("num_images", [2, 20, 59, 60, 500])
def test_a_set_is_at_no_distance_from_itself(num_images):
    features = random_features(num_images, 60, seed=3)
    spread = np.trace(np.cov(features, rowvar=False))
    precision = 1e-13 if num_images < 60 else 1e-7  # exact with few images
    assert 0.0 <= frechet_distance(features, features) <= precision * spread


def test_a_shift_costs_its_squared_length():
    features = random_features(500, 10, seed=4)
    shift = np.arange(10.0)
    assert frechet_distance(features, features + shift) == pytest.approx(285.0)


def test_a_scale_of_the_features_scales_it_squared():
    real, fake = (random_features(200, 8, seed) for seed in (5, 6))
    distance = frechet_distance(real, fake)
    assert frechet_distance(3.0 * real, 3.0 * fake) == pytest.approx(9.0 * distance)


def test_a_rotation_and_a_shift_of_both_change_nothing():
    real, fake = (random_features(200, 8, seed) for seed in (5, 6))
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))[0]
    turned = frechet_distance(real @ rotation + 2.0, fake @ rotation + 2.0)
    assert turned == pytest.approx(frechet_distance(real, fake))


def test_it_is_symmetric():
    real, fake = (random_features(200, 8, seed) for seed in (5, 6))
    assert frechet_distance(real, fake) == pytest.approx(frechet_distance(fake, real))


def test_a_collapsed_generator_costs_the_spread_of_the_data():
    real = random_features(200, 8, seed=5)
    fake = np.tile(real[:1], (50, 1))
    expected = np.sum((real.mean(axis=0) - real[0]) ** 2)
    expected += np.trace(np.cov(real, rowvar=False))
    assert frechet_distance(real, fake) == pytest.approx(expected)


def test_a_feature_that_is_always_zero_changes_nothing():
    real, fake = (random_features(200, 8, seed) for seed in (5, 6))
    dead = [np.pad(features, ((0, 0), (0, 4))) for features in (real, fake)]
    assert frechet_distance(*dead) == pytest.approx(frechet_distance(real, fake))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (np.diag([1.0, 4.0]), np.diag([9.0, 4.0]), 4.0),
        ([[2.0, 1.0], [1.0, 2.0]], [[2.0, -1.0], [-1.0, 2.0]], 2 * (3**0.5 - 1) ** 2),
        (
            np.diag([1.0, 4.0]),
            [[2.0, 1.0], [1.0, 2.0]],
            9.0 - 2.0 * math.sqrt(10.0 + 2.0 * math.sqrt(12.0)),
        ),
        (np.zeros((2, 2)), np.diag([3.0, 5.0]), 8.0),
    ],
)
def test_gaussians_have_closed_forms(first, second, expected):
    first, second, nowhere = np.array(first), np.array(second), np.zeros(2)
    distance = frechet_distance_of_moments(nowhere, first, nowhere, second)
    assert distance == pytest.approx(expected, rel=1e-12)
    moved = frechet_distance_of_moments(nowhere, first, np.array([3.0, 4.0]), second)
    assert moved == pytest.approx(expected + 25.0, rel=1e-12)


def test_diagonal_gaussians_differ_by_their_standard_deviations():
    first, second = np.random.default_rng(0).uniform(0.0, 5.0, (2, 50))
    distance = frechet_distance_of_moments(
        np.zeros(50), np.diag(first), np.ones(50), np.diag(second)
    )
    expected = 50.0 + np.sum((np.sqrt(first) - np.sqrt(second)) ** 2)
    assert distance == pytest.approx(expected, rel=1e-12)


def test_unit_gaussians_of_many_dimensions_one_apart_are_as_many_apart():
    unit = np.eye(256)
    shifted = frechet_distance_of_moments(np.zeros(256), unit, np.ones(256), unit)
    assert shifted == pytest.approx(256.0)


def test_a_small_sample_costs_what_theory_says():
    """`2 d / N + (d^2 + d) / (2 N)` between samples of one normal distribution."""
    draws = np.random.default_rng(0).normal(size=(20, 2, 2000, 16))
    distances = [frechet_distance(real, fake) for real, fake in draws]
    expected = 2 * 16 / 2000 + (16**2 + 16) / (2 * 2000)
    assert np.mean(distances) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(("num_real", "num_fake"), [(1, 10), (10, 1), (0, 10)])
def test_fewer_than_two_images_are_refused(num_real, num_fake):
    features = random_features(10, 3, seed=0)
    with pytest.raises(ValueError, match=f"{num_real} real and {num_fake} fake"):
        frechet_distance(features[:num_real], features[:num_fake])


def test_the_side_and_the_image_of_a_broken_feature_are_named():
    real, fake = (random_features(10, 3, seed) for seed in (0, 1))
    fake[7, 1] = np.nan
    with pytest.raises(ValueError, match=r"the fake images [^$]*image 7 "):
        frechet_distance(real, fake)


def test_other_numbers_of_features_are_refused():
    with pytest.raises(ValueError, match="3 and 4"):
        frechet_distance(random_features(10, 3, 0), random_features(10, 4, 0))


def test_it_takes_tensors_and_float32():
    real, fake = (random_features(99, 5, seed).astype(np.float32) for seed in (0, 1))
    tensors = frechet_distance(*(tf.constant(each) for each in (real, fake)))
    expected = distance_by_root(np.float64(real), np.float64(fake))
    assert tensors == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "moments",
    [
        (np.zeros(1), np.eye(2), np.zeros(2), np.eye(2)),
        (np.zeros(2), np.eye(2), np.zeros(3), np.eye(3)),
        (np.zeros(2), np.full((2, 2), np.nan), np.zeros(2), np.eye(2)),
    ],
)
def test_moments_that_do_not_belong_together_are_refused(moments):
    with pytest.raises(ValueError, match=facts("two Gaussians")):
        frechet_distance_of_moments(*moments)
