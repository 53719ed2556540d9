import numpy as np
import pytest
import tensorflow as tf
from toys import RecordingRandom, pictures

from keras_gan.augment import color


def expected_colors(image, uniform, normal, gates):
    """Returns one image after the paper's color transformations, one by one."""
    colors, channels = image.astype(float), image.shape[-1]
    axis = np.ones(channels) / np.sqrt(channels)
    gray = np.outer(axis, axis)
    if gates[0]:
        colors = colors + 0.2 * normal[0]
    if gates[1]:
        colors = colors * 2.0 ** (0.5 * normal[1])
    if gates[2] and uniform[0] < 0.5:
        colors = colors @ (np.eye(channels) - 2 * gray)
    if gates[3] and channels == 3:  # Rodrigues' formula
        angle = 2 * np.pi * uniform[1]
        cross = np.cross(np.broadcast_to(axis, colors.shape), colors)
        along = (1 - np.cos(angle)) * colors @ gray
        colors = np.cos(angle) * colors + np.sin(angle) * cross + along
    if gates[4]:
        colors = colors @ (gray + 2.0 ** normal[2] * (np.eye(channels) - gray))
    return colors


@pytest.mark.parametrize("applied", [*range(color.COUNT), "all"])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_colors_are_transformed_as_in_the_paper(channels, applied):
    images, random = pictures(4, (3, 2, channels)), RecordingRandom(5)
    gates = np.ones(color.COUNT, bool) if applied == "all" else np.eye(5)[applied] > 0
    transformed = color.transform(tf.constant(images), random, tf.constant([gates] * 4))
    for image, result, *numbers in zip(images, transformed, *random.draws, strict=True):
        expected = expected_colors(image, *map(np.asarray, numbers), gates)
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)
