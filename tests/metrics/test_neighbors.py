import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from keras_gan.metrics import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    neighbors,
    precision_recall,
)

LINE = np.array([[0.0], [1.0], [2.0], [3.0]])
POINTS = np.array([[0.5], [10.0], [12.0]])


def normal(num_images, num_features, seed, scale=1.0):
    shape = (num_images, num_features)
    return np.random.default_rng(seed).normal(size=shape) * scale


def reach(points, number):
    """Distances to the n-th nearest other point, by a tree."""
    return cKDTree(points).query(points, [number + 1])[0][:, 0]


def test_points_on_a_line_have_closed_forms():
    assert precision_recall(LINE, POINTS, 1) == pytest.approx((1 / 3, 1.0))
    assert density_coverage(LINE, POINTS, 1) == pytest.approx((2 / 3, 1 / 2))


@pytest.mark.parametrize("pairs", [1, 1000, 2**23])
@pytest.mark.parametrize("number", [1, 3, 5])
def test_they_count_the_balls_in_blocks_of_any_size(monkeypatch, pairs, number):
    monkeypatch.setattr(neighbors, "MAX_PAIRS", pairs)
    real, fake = normal(90, 3, 0), normal(70, 3, 1, scale=1.3)
    between = cdist(real, fake)
    in_real = between < reach(real, number)[:, None]
    in_fake = between < reach(fake, number)
    expected = in_real.any(axis=0).mean(), in_fake.any(axis=1).mean()
    assert precision_recall(real, fake, number) == pytest.approx(expected)
    expected = in_real.sum() / (number * 70), in_real.any(axis=1).mean()
    assert density_coverage(real, fake, number) == pytest.approx(expected)


def test_the_sides_are_not_the_same():
    real, fake = normal(200, 2, 0), normal(200, 2, 1, scale=0.2)
    precision, recall = precision_recall(real, fake)
    assert precision > 0.95 > 0.3 > recall
    assert precision_recall(fake, real) == (recall, precision)


def test_equal_distributions_have_density_one_and_known_coverage():
    pairs = [density_coverage(*np.split(normal(2000, 4, s), 2), 5) for s in range(8)]
    density, coverage = np.mean(pairs, axis=0)
    assert density == pytest.approx(1.0, abs=0.02)
    assert coverage == pytest.approx(1 - 2**-5, abs=0.005)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize("count", [6, 300])
def test_copies_of_the_real_images_are_all_found(count, scale):
    """The k-th neighbor is on the edge: a ball contains its center and k - 1 others."""
    real = normal(count, 50, 0) * scale + 100.0 * scale
    assert precision_recall(real, real.copy(), 5) == (1.0, 1.0)
    assert density_coverage(real, real.copy(), 5) == (1.0, 1.0)


def test_equal_images_lie_on_each_other():
    real = np.repeat(normal(5, 8, 0), 4, axis=0)
    assert precision_recall(real, real[::-1], 3) == (1.0, 1.0)
    assert density_coverage(real, real[::-1], 3) == (0.0, 0.0)  # balls without inside


def test_a_collapsed_generator_is_precise_and_covers_nothing():
    real = normal(200, 4, 0)
    fake = np.repeat(real[:1], 200, axis=0)
    assert precision_recall(real, fake) == (1.0, 1 / 200)
    assert density_coverage(real, fake)[1] < 0.1


def test_a_shift_and_a_scale_of_both_change_nothing():
    real, fake = normal(100, 4, 0), normal(100, 4, 1, scale=1.3)
    for measure in (precision_recall, density_coverage):
        moved = measure(1e-3 * real + 1.0, 1e-3 * fake + 1.0)
        assert moved == pytest.approx(measure(real, fake))


@pytest.mark.parametrize("measure", [precision_recall, density_coverage])
@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"neighbors": 9}, "Expected: at least 10 images .*9 real and 12 fake"),
        ({"neighbors": 0}, "Received: neighbors=0"),
        ({"fake": np.ones((1, 3))}, "9 real and 1 fake"),
        ({"fake": np.ones((9, 4))}, "Received: 3 and 4"),
        ({"real": np.full((9, 3), np.inf)}, r"the real images [^$]*image 0 "),
    ],
)
def test_what_cannot_be_measured_is_refused(measure, change, fact):
    arguments = {"real": normal(9, 3, 0), "fake": normal(12, 3, 1), **change}
    with pytest.raises(ValueError, match=rf"(?s){fact}.*What to do: "):
        measure(**arguments)


def test_one_image_more_than_neighbours_is_enough():
    real, fake = normal(4, 3, 0), normal(4, 3, 1)
    assert 0.0 <= precision_recall(real, fake, 3)[0] <= 1.0


@pytest.mark.parametrize(
    ("kind", "measure", "keys"),
    [
        (PrecisionRecall, precision_recall, ("precision", "recall")),
        (DensityCoverage, density_coverage, ("density", "coverage")),
    ],
)
def test_the_metrics_are_the_functions_of_their_features(kind, measure, keys):
    metric = kind("fashion_mnist", neighbors=2)
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), np.uint8)
    for batch in np.split(images[:25], [10]):
        metric.update_real(batch)
    metric.update_fake(images[25:])
    real, fake = (metric.features(part) for part in np.split(images, [25]))
    expected = measure(np.float64(real), np.float64(fake), 2)
    names = [f"{key}_fashion_mnist" for key in keys]
    assert metric.results() == dict(zip(names, expected, strict=True))
    assert kind.canonical_keys == keys
    assert metric.protocol()["neighbors"] == 2
