import itertools

import numpy as np
import pytest
import tensorflow as tf
from toys import RecordingRandom, pictures

from keras_gan.augment import DiffAugment, diff_augment
from keras_gan.random import Random


def num_colors(images):
    """Returns the number of color channels."""
    return 3 if images.shape[-1] == 4 else images.shape[-1]


@pytest.mark.parametrize("strength", [1.0, 0.4])
@pytest.mark.parametrize("shape", [(6, 6, 1), (7, 4, 3), (5, 8, 4), (6, 5, 2)])
def test_brightness_saturation_and_contrast_are_those_of_the_paper(shape, strength):
    images, random = pictures(5, shape), RecordingRandom(3)
    augmented = DiffAugment(strength, 0.0, 0.0)(tf.constant(images), random)
    (uniform,) = random.draws
    expected, channels = images.copy(), num_colors(images)
    for image, (brightness, saturation, contrast) in zip(
        expected, uniform.numpy(), strict=True
    ):
        colors = image[..., :channels] + strength * (brightness - 0.5)
        gray = colors.mean(axis=-1, keepdims=True)
        colors = gray + (1 + strength * (2 * saturation - 1)) * (colors - gray)
        mean = colors.mean()
        image[..., :channels] = mean + (1 + strength * (contrast - 0.5)) * (
            colors - mean
        )
    np.testing.assert_allclose(augmented, expected, atol=2e-6)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (2, -1), (-3, 4), (9, 0)])
def test_a_translation_pads_with_zeros(down, right):
    image = pictures(1, (6, 5, 3))
    expected = np.zeros_like(image)
    for row, column in itertools.product(range(6), range(5)):
        if 0 <= row - down < 6 and 0 <= column - right < 5:
            expected[:, row, column] = image[:, row - down, column - right]
    augmented = diff_augment.translate(
        tf.constant(image), *tf.constant([[down], [right]])
    )
    np.testing.assert_array_equal(augmented, expected)


def test_all_translations_up_to_the_fraction_are_equally_likely():
    image = np.zeros((1, 10, 20, 1), "float32")
    image[0, 5, 10] = 1.0
    images = tf.constant(np.repeat(image, 3000, 0))
    positions = np.argwhere(DiffAugment(0.0, 0.1, 0.0)(images, Random(3)).numpy())
    translations = positions[:, 1:3] - [5, 10]
    augmented, counts = np.unique(translations, axis=0, return_counts=True)
    assert {*map(tuple, augmented)} == {*itertools.product(range(-1, 2), range(-2, 3))}
    # Each of the 15 has 200 of 3000, with a standard deviation of 13.7.
    assert np.abs(counts - 200).max() < 4.5 * 13.7


@pytest.mark.parametrize(("height", "width", "fraction"), [(8, 6, 0.5), (7, 9, 0.3)])
def test_the_cutout_is_a_rectangle_centered_at_any_pixel(height, width, fraction):
    tall, wide = int(height * fraction + 0.5), int(width * fraction + 0.5)
    rows = [
        [center - tall // 2 <= row < center - tall // 2 + tall for row in range(height)]
        for center in range(height + 1 - tall % 2)
    ]
    columns = [
        [
            center - wide // 2 <= column < center - wide // 2 + wide
            for column in range(width)
        ]
        for center in range(width + 1 - wide % 2)
    ]
    masks = {np.outer(row, column).tobytes() for row in rows for column in columns}
    images = tf.ones((3000, height, width, 3))
    augmented = DiffAugment(0.0, 0.0, fraction)(images, Random(3)).numpy()
    cut = augmented == 0.0
    assert (cut == cut[..., :1]).all()
    assert {image.tobytes() for image in cut[..., 0].copy()} == masks
    assert (augmented[~cut] == 1.0).all()


def test_strengths_of_zero_change_nothing():
    images = tf.cast(pictures(4), tf.float16)
    augmented = DiffAugment(0.0, 0.0, 0.0)(images, Random(0))
    np.testing.assert_array_equal(augmented, images)


@pytest.mark.parametrize(
    "fields",
    [{"color": 1.1}, {"color": -0.1}, {"translation": 1.0}, {"cutout": -0.5}],
)
def test_a_strength_out_of_range_raises_an_error(fields):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        DiffAugment(**fields)
