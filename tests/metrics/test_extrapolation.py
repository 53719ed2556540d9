import numpy as np
import pytest

from keras_gan.metrics import frechet_distance, frechet_distance_infinity


def normal(num_images, num_features, seed):
    return np.random.default_rng(seed).normal(size=(num_images, num_features))


def test_it_is_the_intercept_of_a_line_over_one_by_n():
    real, fake = normal(300, 3, 0), normal(200, 3, 1) + 0.5
    counts = np.linspace(50, 200, 4).astype(int)
    generator = np.random.default_rng(9)
    distances = [
        frechet_distance(real, fake[generator.choice(200, count, replace=False)])
        for count in counts
    ]
    inverse = np.stack([1.0 / counts, np.ones(4)], axis=1)
    expected = np.linalg.lstsq(inverse, distances, rcond=None)[0][1]
    found = frechet_distance_infinity(real, fake, smallest=50, sizes=4, seed=9)
    assert found == pytest.approx(expected, rel=1e-9)


def test_it_takes_the_bias_of_the_number_of_fakes_away():
    """Bias `d / N + (d^2 + d) / (4 N)` of N generated images, and of N real ones."""
    dim, count = 16, 1000
    draws = normal(20 * 2 * count, dim, 0).reshape(20, 2, count, dim)
    found = [frechet_distance_infinity(*sides, sizes=8) for sides in draws]
    bias = (dim + (dim**2 + dim) / 4) / count
    error = np.std(found) / np.sqrt(len(found))
    assert np.mean(found) == pytest.approx(bias, abs=4 * error + 0.05 * bias)
    plain = np.mean([frechet_distance(*sides) for sides in draws])
    assert plain == pytest.approx(2 * bias, rel=0.05)


def test_the_seed_decides_it():
    real, fake = normal(100, 3, 0), normal(100, 3, 1)
    found = frechet_distance_infinity(real, fake, seed=1)
    assert found == frechet_distance_infinity(real, fake, seed=1)
    assert found != frechet_distance_infinity(real, fake, seed=2)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"sizes": 1}, "Received: sizes=1"),
        ({"smallest": 9}, "Expected: an integer from 2 to 8.*Received: smallest=9"),
        ({"smallest": 1}, "Received: smallest=1"),
        ({"seed": "a"}, "seed='a'"),
        ({"fake": np.ones((3, 3))}, "9 real and 3 fake"),
        ({"fake": np.full((9, 3), np.nan)}, r"the fake images [^$]*image 0 "),
    ],
)
def test_what_cannot_be_extrapolated_is_refused(change, fact):
    arguments = {"real": normal(9, 3, 0), "fake": normal(9, 3, 1), **change}
    with pytest.raises(ValueError, match=rf"(?s){fact}.*What to do: "):
        frechet_distance_infinity(**arguments)
