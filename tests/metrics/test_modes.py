import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from keras_gan.metrics import class_coverage, mode_coverage

CENTERS = np.array([(x, y) for x in (0.0, 10.0) for y in (0.0, 10.0, 20.0, 30.0)])
FOUR_FACTS = r"(?s)Expected: .*Received: .*What to do: "


def test_samples_at_the_means_cover_all_modes_evenly():
    coverage = mode_coverage(CENTERS, CENTERS, 0.1)
    assert coverage == kg.metrics.ModeCoverage(8, 8, 1.0, 0.0)


def test_two_of_eight_modes_are_log_four_away():
    coverage = mode_coverage(CENTERS[[1, 6, 1, 6]], CENTERS, 0.1)
    assert (coverage.modes, coverage.high_quality) == (2, 1.0)
    assert coverage.reverse_kl == pytest.approx(np.log(4.0), rel=1e-12)


def test_an_uneven_histogram():
    samples = CENTERS[[0, 0, 0, 2]]
    expected = 0.75 * np.log(0.75 * 8) + 0.25 * np.log(0.25 * 8)
    assert mode_coverage(samples, CENTERS, 1.0).reverse_kl == pytest.approx(expected)


def test_one_mode_is_log_of_their_number_away():
    coverage = mode_coverage(CENTERS[[3] * 9], CENTERS, 0.1)
    assert coverage.modes == 1
    assert coverage.reverse_kl == pytest.approx(np.log(8.0), rel=1e-12)


@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.6, 0.8), (0.0, -1.0)])
def test_quality_ends_at_three_sigma(direction):
    direction = np.array(direction)
    inside = CENTERS[:1] + 0.2 * 2.999 * direction
    outside = CENTERS[:1] + 0.2 * 3.001 * direction
    assert mode_coverage(inside, CENTERS, 0.2).high_quality == 1.0
    coverage = mode_coverage(np.concatenate([inside, outside]), CENTERS, 0.2)
    assert (coverage.modes, coverage.high_quality) == (1, 0.5)


def test_without_a_sample_of_high_quality_there_is_no_mode():
    coverage = mode_coverage(CENTERS + 5.0, CENTERS, 0.1)
    assert (coverage.modes, coverage.high_quality) == (0, 0.0)
    assert coverage.reverse_kl == np.inf


@pytest.mark.parametrize("mixture", [kg.data.ring(), kg.data.grid()])
def test_data_cover_their_own_modes(mixture):
    count = 20_000
    coverage = mode_coverage(mixture.draw(count), mixture.centers, mixture.sigma)
    assert coverage.modes == coverage.num_modes == mixture.num_modes
    quality = 1.0 - np.exp(-4.5)  # chi squared of two degrees, below 9
    error = np.sqrt(quality * (1 - quality) / count)
    assert coverage.high_quality == pytest.approx(quality, abs=5 * error)
    # 2 n KL is chi squared of num_modes - 1 degrees.
    degrees = mixture.num_modes - 1
    limit = degrees + 5 * np.sqrt(2 * degrees)
    assert 0.0 < 2 * count * coverage.reverse_kl < limit


def test_tensors_of_half_precision_are_samples_too():
    samples = tf.constant(CENTERS, tf.float16)
    assert mode_coverage(samples, CENTERS, 0.1).modes == 8


@pytest.mark.parametrize(
    ("samples", "centers", "sigma"),
    [
        (np.zeros((3, 3)), CENTERS, 0.1),
        (np.zeros(2), CENTERS, 0.1),
        (np.zeros((0, 2)), CENTERS, 0.1),
        (np.zeros((3, 2)), CENTERS[0], 0.1),
        (np.zeros((3, 2)), np.zeros((0, 2)), 0.1),
        (np.zeros((3, 2)), CENTERS, 0.0),
        (np.zeros((3, 2)), CENTERS, np.nan),
        (np.zeros((3, 2)), CENTERS, [0.1, 0.2]),
        (np.zeros((3, 2)), np.full((8, 2), np.inf), 0.1),
        (np.full((3, 2), np.nan), CENTERS, 0.1),
    ],
)
def test_what_cannot_be_measured_is_refused(samples, centers, sigma):
    with pytest.raises(ValueError, match=FOUR_FACTS):
        mode_coverage(samples, centers, sigma)


def test_a_sample_that_is_not_a_number_is_named():
    samples = np.zeros((5, 2))
    samples[3, 1] = np.inf
    with pytest.raises(ValueError, match=r"(?s)1 such samples, the first .*3"):
        mode_coverage(samples, CENTERS, 1.0)


def thirds(images):
    """Returns the class of images: dark, gray or light."""
    return (images.mean(axis=(1, 2, 3)) // 86).astype(int)


def shades(*levels):
    """Returns 2x2 images of one level per channel."""
    return np.broadcast_to(
        np.array(levels, np.uint8)[:, None, None], (len(levels), 2, 2, len(levels[0]))
    )


def test_combinations_of_classes_are_counted():
    images = shades((0, 0, 255), (0, 255, 0), (0, 255, 0), (100, 100, 100))
    coverage = class_coverage(images, thirds, num_classes=3)
    expected = 0.5 * np.log(0.5 * 27) + 2 * 0.25 * np.log(0.25 * 27)
    assert (coverage.modes, coverage.num_modes) == (3, 27)
    assert coverage.high_quality == 1.0
    assert coverage.reverse_kl == pytest.approx(expected, rel=1e-12)


def test_every_combination_of_the_channels_is_a_mode():
    levels = np.stack(np.meshgrid(*[[0, 100, 255]] * 3), axis=-1).reshape(-1, 3)
    coverage = class_coverage(shades(*map(tuple, levels)), thirds, num_classes=3)
    assert coverage == kg.metrics.ModeCoverage(27, 27, 1.0, 0.0)


def test_floats_are_the_images_that_a_file_would_hold():
    images = shades((0, 0, 255), (255, 0, 0))
    floats = tf.constant(kg.images.to_float(images))
    coverage = class_coverage(images, thirds, num_classes=3)
    assert class_coverage(floats, thirds, num_classes=3) == coverage
    assert coverage.modes == 2


def test_the_classifier_that_ships_finds_the_garments_of_real_images():
    keep = kg.data.embedded.shipped()
    rows = [np.flatnonzero(keep.labels == one)[:20] for one in (1, 8, 9)]
    # Trousers, bags and boots are hardly mistaken: 20 images of one mode.
    images = np.concatenate([keep.images[one] for one in rows], axis=-1)
    coverage = class_coverage(images)
    assert coverage.num_modes == 1000
    assert coverage.modes <= 3
    assert coverage.reverse_kl > np.log(1000) - 0.7


def test_real_stacked_images_cover_most_modes_and_collapsed_ones_do_not():
    real = class_coverage(kg.data.stacked(count=2_000))
    # Of 1,000 even modes, 2,000 draws hit 1000 (1 - exp(-2)) = 865.
    assert real.modes == pytest.approx(865, abs=60)
    few = kg.data.stacked(kg.data.embedded.shipped().images[:2], count=200)
    collapsed = class_coverage(few)
    assert collapsed.modes == 8
    assert collapsed.reverse_kl == pytest.approx(np.log(1000 / 8), abs=0.1)


@pytest.mark.parametrize(
    ("images", "classify"),
    [
        (np.zeros((0, 4, 4, 3), np.uint8), thirds),
        (np.zeros((2, 4, 4), np.uint8), thirds),
        (np.full((2, 4, 4, 3), np.nan), thirds),
        (np.zeros((2, 4, 4, 3), np.uint8), lambda images: np.zeros((2, 3), int)),
        (np.zeros((2, 4, 4, 3), np.uint8), lambda images: np.zeros(2)),
        (np.zeros((2, 4, 4, 3), np.uint8), lambda images: np.full(2, 3)),
        (np.zeros((2, 4, 4, 3), np.uint8), lambda images: np.full(2, -1)),
    ],
)
def test_images_and_classes_that_cannot_be_are_refused(images, classify):
    with pytest.raises(ValueError, match=FOUR_FACTS):
        class_coverage(images, classify, num_classes=3)
