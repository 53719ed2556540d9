import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage
from toys import pictures

from keras_gan.augment import geometry
from keras_gan.random import Random


def turned(angle):
    """Returns the matrix that turns (right, down) by an angle."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def forward(random, row, on, height, width):
    """Returns what happens to a place of one image: a matrix and a shift, by paper."""
    uniform = random.fork("uniform").uniform((row + 1, 6)).numpy()[row].astype(float)
    normal = random.fork("normal").normal((row + 1, 4)).numpy()[row].astype(float)
    sides, nothing = np.array([width, height]), np.zeros(2)
    stretch = 2.0 ** (0.2 * normal[1])
    steps = [
        (np.diag([-1.0 if uniform[0] < 0.5 else 1.0, 1.0]), nothing),
        (turned(-np.pi / 2 * np.floor(4 * uniform[1]) * (height == width)), nothing),
        (np.eye(2), np.round((2 * uniform[2:4] - 1) * 0.125 * sides)),
        (np.eye(2) * 2.0 ** (0.2 * normal[0]), nothing),
        (turned(-2 * np.pi * uniform[4]), nothing),
        (np.diag([stretch, 1 / stretch]), nothing),
        (turned(-2 * np.pi * uniform[5]), nothing),
        (np.eye(2), 0.125 * normal[2:] * sides),
    ]
    matrix, shift = np.eye(2), np.zeros(2)
    for happens, (linear, offset) in zip(on, steps, strict=True):
        if happens:
            matrix, shift = linear @ matrix, linear @ shift + offset
    return matrix, shift


def moved(image, matrix, shift):
    """Returns an image whose places moved, by another library's interpolation."""
    height, width = image.shape[:2]
    middle = np.array([width - 1, height - 1]) / 2
    down, right = np.mgrid[:height, :width].astype(float)
    places = np.stack([right, down], axis=-1) - middle - shift
    origin = places @ np.linalg.inv(matrix).T + middle
    at = [origin[..., 1], origin[..., 0]]
    channels = [
        ndimage.map_coordinates(channel, at, order=1, mode="mirror")
        for channel in np.moveaxis(image.astype(float), -1, 0)
    ]
    return np.stack(channels, axis=-1)


@pytest.mark.parametrize("on", [*range(geometry.COUNT), "all"])
@pytest.mark.parametrize("shape", [(6, 6, 1), (9, 5, 3), (12, 16, 2)])
def test_places_move_as_in_the_paper(shape, on):
    images, random = pictures(4, shape), Random(3)
    happens = np.ones(geometry.COUNT, bool) if on == "all" else np.eye(8)[on] > 0
    found = geometry.changed(tf.constant(images), random, tf.constant([happens] * 4))
    for row, image in enumerate(images):
        expected = moved(image, *forward(random, row, happens, *shape[:2]))
        np.testing.assert_allclose(found[row], expected, atol=3e-5)


def test_mirror_turn_and_whole_shift_copy_pixels():
    images = pictures(200, (6, 6, 1))
    happens = tf.constant([[True] * 3 + [False] * 5] * 200)
    found = geometry.changed(tf.constant(images), Random(0), happens).numpy()
    for one, image in zip(found, images, strict=True):
        assert set(one.flat) <= set(image.flat)
    happens = tf.constant([[True, True] + [False] * 6] * 200)
    found = geometry.changed(tf.constant(images), Random(0), happens).numpy()
    turns = [
        [np.array_equal(one, np.rot90(image, k)) for k in range(4)]
        + [np.array_equal(one, np.rot90(image[:, ::-1], k)) for k in range(4)]
        for one, image in zip(found, images, strict=True)
    ]
    assert (np.sum(turns, axis=1) == 1).all()
    assert (np.sum(turns, axis=0) > 8).all()  # 25 of 200 each
