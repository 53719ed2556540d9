import numpy as np
import pytest
import tensorflow as tf

from keras_gan.metrics import KID, kernel_distance


def by_pairs(real, fake):
    """Computes the unbiased estimate pair by pair."""

    def kernel(one, other):
        return (one @ other / len(one) + 1.0) ** 3

    def within(side):
        pairs = [
            kernel(one, other)
            for i, one in enumerate(side)
            for j, other in enumerate(side)
            if i != j
        ]
        return np.mean(pairs)

    between = np.mean([kernel(one, other) for one in real for other in fake])
    return within(real) + within(fake) - 2.0 * between


def normal(num_images, num_features, seed, shift=0.0):
    draws = np.random.default_rng(seed).normal(size=(num_images, num_features))
    draws[:, 0] += shift
    return draws


def test_the_corners_of_a_square_have_a_closed_form():
    real, fake = np.eye(2), np.array([[1.0, 1.0], [0.0, 0.0]])
    assert kernel_distance(real, fake) == (-2.375, 0.0)


def test_all_images_at_once_are_all_pairs():
    real, fake = normal(12, 5, seed=0), normal(12, 5, seed=1, shift=1.0)
    mean, deviation = kernel_distance(real, fake, subsets=3)
    assert mean == pytest.approx(by_pairs(real, fake), rel=1e-12)
    assert deviation == 0.0


def test_subsets_are_those_of_the_seed():
    real, fake = normal(30, 4, seed=0), normal(20, 4, seed=1, shift=1.0)
    generator = np.random.default_rng(7)
    values = []
    for _ in range(5):
        chosen = [generator.choice(len(side), 8, False) for side in (real, fake)]
        values.append(by_pairs(real[chosen[0]], fake[chosen[1]]))
    found = kernel_distance(real, fake, subsets=5, subset_size=8, seed=7)
    assert found == pytest.approx((np.mean(values), np.std(values)), rel=1e-10)
    assert found == kernel_distance(real, fake, 5, 8, 7)
    assert found != kernel_distance(real, fake, 5, 8, 8)


def test_a_subset_is_no_larger_than_a_side():
    real, fake = normal(30, 4, seed=0), normal(20, 4, seed=1, shift=1.0)
    small = kernel_distance(real, fake, subset_size=20)
    assert kernel_distance(real, fake) == small
    assert kernel_distance(real, fake, subset_size=19) != small


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_normal_features_are_as_far_apart_as_their_expectation(shift):
    """Distance between N(0, I) and N(m, I), from moments of the normal distribution."""
    dim, s = 4, shift**2
    first = 1 + 3 / dim
    second = 1 + 3 * s / dim + 3 * (s**2 + 2 * s + dim) / dim**2
    second += (s**3 + 6 * s**2 + 3 * s * dim + 6 * s) / dim**3
    expected = first + second - 2 * (1 + 3 * (dim + s) / dim**2)
    real, fake = normal(10_000, dim, seed=0), normal(10_000, dim, seed=1, shift=shift)
    values = [
        kernel_distance(real[i : i + 500], fake[i : i + 500], 1, 500)[0]
        for i in range(0, 10_000, 500)
    ]
    error = np.std(values) / np.sqrt(len(values))
    assert np.mean(values) == pytest.approx(expected, abs=4 * error)
    assert shift == 1.0 or min(values) < 0.0  # unbiased, and not clamped


def test_an_expectation_does_not_depend_on_the_subset_size():
    real, fake = normal(2000, 4, seed=0), normal(2000, 4, seed=1, shift=1.0)
    whole, _ = kernel_distance(real, fake, 1, 2000)
    small, deviation = kernel_distance(real, fake, 400, 50)
    assert small == pytest.approx(whole, abs=4 * deviation / np.sqrt(400))


def test_it_takes_tensors_and_float32():
    real, fake = (np.float32(normal(9, 3, seed)) for seed in (0, 1))
    found, _ = kernel_distance(tf.constant(real), tf.constant(fake))
    expected = by_pairs(np.float64(real), np.float64(fake))
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"subsets": 0}, "Received: subsets=0"),
        ({"subset_size": 1}, "Received: subset_size=1"),
        ({"seed": 0.5}, "seed=0.5"),
        ({"real": np.ones((1, 3))}, "Received: 1 real and 9 fake images"),
        ({"fake": np.ones((9, 4))}, "Received: 3 and 4"),
        ({"fake": np.full((9, 3), np.nan)}, r"the fake images [^$]*image 0 "),
    ],
)
def test_what_cannot_be_measured_is_refused(change, fact):
    arguments = {"real": normal(9, 3, 0), "fake": normal(9, 3, 1), **change}
    with pytest.raises(ValueError, match=rf"(?s){fact}.*What to do: "):
        kernel_distance(**arguments)


def test_the_protocol_of_the_metric_tells_the_subsets_as_drawn():
    metric = KID("fashion_mnist", subsets=7, seed=3)
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), np.uint8)
    metric.update_real(images)
    metric.update_fake(images[:30])
    protocol = metric.protocol()
    assert protocol["metric"] == "kernel_distance"
    assert [protocol[f"subset{key}"] for key in ("s", "_size", "_seed")] == [7, 30, 3]
    assert metric.keys == ("kd_fashion_mnist", "kd_fashion_mnist_std")
    expected = kernel_distance(metric.real.matrix, metric.fake.matrix, 7, seed=3)
    assert tuple(metric.results().values()) == expected


def test_arguments_of_the_metric_out_of_range_are_refused_when_it_is_made():
    with pytest.raises(ValueError, match="subset_size=1"):
        KID("fashion_mnist", subset_size=1)
