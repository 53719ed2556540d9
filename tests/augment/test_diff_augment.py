import itertools

import numpy as np
import pytest
import tensorflow as tf
from toys import pictures

from keras_gan.augment import DiffAugment, diff_augment
from keras_gan.random import Random


def num_colors(images):
    """Returns the number of color channels."""
    return 3 if images.shape[-1] == 4 else images.shape[-1]


@pytest.mark.parametrize("strength", [1.0, 0.4])
@pytest.mark.parametrize("shape", [(6, 6, 1), (7, 4, 3), (5, 8, 4), (6, 5, 2)])
def test_brightness_saturation_and_contrast_are_those_of_the_paper(shape, strength):
    images = pictures(5, shape)
    drawn = Random(3).fork("colored").uniform((5, 3)).numpy()
    expected, last = images.copy(), num_colors(images)
    for image, (first, second, third) in zip(expected, drawn, strict=True):
        colors = image[..., :last] + strength * (first - 0.5)
        gray = colors.mean(axis=-1, keepdims=True)
        colors = gray + (1 + strength * (2 * second - 1)) * (colors - gray)
        mean = colors.mean()
        image[..., :last] = mean + (1 + strength * (third - 0.5)) * (colors - mean)
    found = DiffAugment(strength, 0.0, 0.0)(tf.constant(images), Random(3))
    np.testing.assert_allclose(found, expected, atol=2e-6)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (2, -1), (-3, 4), (9, 0)])
def test_a_shift_moves_zeros_in(down, right):
    image = pictures(1, (6, 5, 3))
    expected = np.zeros_like(image)
    for row, column in itertools.product(range(6), range(5)):
        if 0 <= row - down < 6 and 0 <= column - right < 5:
            expected[:, row, column] = image[:, row - down, column - right]
    found = diff_augment.shifted(tf.constant(image), *tf.constant([[down], [right]]))
    np.testing.assert_array_equal(found, expected)


def test_all_shifts_up_to_the_share_are_as_likely():
    image = np.zeros((1, 10, 20, 1), "float32")
    image[0, 5, 10] = 1.0
    images = tf.constant(np.repeat(image, 3000, 0))
    places = np.argwhere(DiffAugment(0.0, 0.1, 0.0)(images, Random(3)).numpy())
    shifts = places[:, 1:3] - [5, 10]
    found, counts = np.unique(shifts, axis=0, return_counts=True)
    assert {*map(tuple, found)} == {*itertools.product(range(-1, 2), range(-2, 3))}
    # Each of 15 has 200 of 3000, with a standard deviation of 13.7.
    assert np.abs(counts - 200).max() < 4.5 * 13.7


@pytest.mark.parametrize(("height", "width", "share"), [(8, 6, 0.5), (7, 9, 0.3)])
def test_the_hole_is_a_rectangle_around_any_pixel(height, width, share):
    tall, wide = int(height * share + 0.5), int(width * share + 0.5)
    rows = [
        [middle - tall // 2 <= row < middle - tall // 2 + tall for row in range(height)]
        for middle in range(height + 1 - tall % 2)
    ]
    columns = [
        [middle - wide // 2 <= at < middle - wide // 2 + wide for at in range(width)]
        for middle in range(width + 1 - wide % 2)
    ]
    holes = {np.outer(row, at).tobytes() for row in rows for at in columns}
    images = tf.ones((3000, height, width, 3))
    found = DiffAugment(0.0, 0.0, share)(images, Random(3)).numpy()
    cut = found == 0.0
    assert (cut == cut[..., :1]).all()
    assert {image.tobytes() for image in cut[..., 0].copy()} == holes
    assert (found[~cut] == 1.0).all()


def test_strengths_of_zero_leave_the_images():
    images = tf.cast(pictures(4), tf.float16)
    same = DiffAugment(0.0, 0.0, 0.0)(images, Random(0))
    np.testing.assert_array_equal(same, images)


@pytest.mark.parametrize(
    "fields",
    [{"color": 1.1}, {"color": -0.1}, {"translation": 1.0}, {"cutout": -0.5}],
)
def test_a_strength_out_of_range_is_refused(fields):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        DiffAugment(**fields)
