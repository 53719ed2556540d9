import numpy as np
import pytest
import tensorflow as tf

from keras_gan.metrics import checkerboard_energy

ROWS, COLUMNS = np.indices((8, 6))


def images(*patterns):
    """Returns gray images of patterns."""
    return np.stack(patterns)[..., None].astype("float32")


def test_patterns_of_two_pixels_are_all_of_it():
    board, stripes, bars = (ROWS + COLUMNS) % 2, ROWS % 2, COLUMNS % 2
    mixed = 3.0 * board - stripes + 0.5 * bars + 7.0
    energies = checkerboard_energy(images(board, stripes, bars, mixed))
    np.testing.assert_allclose(energies, 1.0, rtol=1e-12)


def test_plain_images_have_none():
    levels = np.full((2, 5, 7, 3), [0.1, -0.7, 0.3])
    assert checkerboard_energy(levels).tolist() == [0.0, 0.0]


def test_other_periods_have_none():
    slow = np.cos(2 * np.pi * ROWS / 8) + np.cos(2 * np.pi * COLUMNS / 3)
    assert checkerboard_energy(images(slow)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("side", [8, 32, 64])
def test_a_ramp_has_three_parts_in_the_square_of_its_length(side):
    # |F(1/2)|^2 = N^2 / 4 of N * sum (x - mean)^2 = N^2 (N^2 - 1) / 12.
    ramp = np.broadcast_to(np.arange(side), (side, side))
    energy = checkerboard_energy(images(ramp))
    assert energy == pytest.approx(3.0 / (side**2 - 1), rel=1e-6)


def test_a_part_is_its_share_of_the_variance():
    wave = np.sqrt(2) * np.cos(2 * np.pi * ROWS / 8)  # variance 1
    board = (-1.0) ** (ROWS + COLUMNS)
    energy = checkerboard_energy(images(3.0 * wave + 2.0 * board))
    assert energy == pytest.approx(4.0 / 13.0, rel=1e-6)


def test_stripes_that_fade_count_along_their_axis():
    fading = (-1.0) ** ROWS * np.cos(2 * np.pi * COLUMNS / 6)
    assert checkerboard_energy(images(fading)) == pytest.approx(1.0)


def test_noise_has_the_share_of_its_frequencies():
    noise = np.random.default_rng(0).normal(size=(4000, 8, 6, 1))
    energies = checkerboard_energy(noise)
    expected = (8 + 6 - 1) / (8 * 6 - 1)
    error = energies.std() / np.sqrt(len(energies))
    assert energies.mean() == pytest.approx(expected, abs=5 * error)


def test_channels_count_together_and_images_apart():
    stripes, wave = ROWS % 2 * 2.0 - 1.0, np.sqrt(2) * np.cos(2 * np.pi * ROWS / 8)
    colour = np.stack([stripes, 2.0 * wave, 0.0 * wave], axis=-1)
    energies = checkerboard_energy(
        np.stack([colour, colour[..., ::-1] * 9, 0 * colour])
    )
    np.testing.assert_allclose(energies, [0.2, 0.2, 0.0], rtol=1e-6)


def test_grey_levels_and_tensors_are_images():
    levels = (ROWS % 2 * 255).astype(np.uint8)[None, :, :, None]
    assert checkerboard_energy(levels) == pytest.approx(1.0)
    assert checkerboard_energy(tf.constant(levels)) == pytest.approx(1.0)
    assert checkerboard_energy(tf.cast(levels, tf.bfloat16)) == pytest.approx(1.0)


def test_the_last_row_of_an_odd_side_is_left_out():
    board = np.indices((9, 7)).sum(axis=0) % 2
    assert checkerboard_energy(images(board)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((8, 8, 1)), np.zeros((2, 1, 8, 1)), np.full((2, 8, 8, 1), np.nan)],
)
def test_other_arrays_are_refused(wrong):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        checkerboard_energy(wrong)


def test_no_images_have_no_energies():
    assert checkerboard_energy(np.zeros((0, 8, 8, 1))).shape == (0,)
