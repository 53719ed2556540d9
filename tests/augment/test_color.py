import numpy as np
import pytest
import tensorflow as tf
from toys import pictures

from keras_gan.augment import color
from keras_gan.random import Random


def colored(image, random, row, on):
    """Returns one image after the paper's changes of color, one after another."""
    uniform = random.fork("uniform").uniform((row + 1, 2)).numpy()[row]
    normal = random.fork("normal").normal((row + 1, 3)).numpy()[row]
    colors, last = image.astype(float), image.shape[-1]
    axis = np.ones(last) / np.sqrt(last)
    gray = np.outer(axis, axis)
    if on[0]:
        colors = colors + 0.2 * normal[0]
    if on[1]:
        colors = colors * 2.0 ** (0.5 * normal[1])
    if on[2] and uniform[0] < 0.5:
        colors = colors @ (np.eye(last) - 2 * gray)
    if on[3] and last == 3:  # Rodrigues' formula
        angle = 2 * np.pi * uniform[1]
        cross = np.cross(np.broadcast_to(axis, colors.shape), colors)
        along = (1 - np.cos(angle)) * colors @ gray
        colors = np.cos(angle) * colors + np.sin(angle) * cross + along
    if on[4]:
        colors = colors @ (gray + 2.0 ** normal[2] * (np.eye(last) - gray))
    return colors


@pytest.mark.parametrize("on", [*range(color.COUNT), "all"])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_colors_change_as_in_the_paper(channels, on):
    images, random = pictures(4, (3, 2, channels)), Random(5)
    happens = np.ones(color.COUNT, bool) if on == "all" else np.eye(5)[on] > 0
    found = color.changed(tf.constant(images), random, tf.constant([happens] * 4))
    for row, image in enumerate(images):
        expected = colored(image, random, row, happens)
        np.testing.assert_allclose(found[row], expected, rtol=1e-5, atol=1e-5)
