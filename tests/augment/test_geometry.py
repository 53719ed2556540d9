import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage
from toys import RecordingRandom, pictures

from keras_gan.augment import geometry
from keras_gan.random import Random


def rotation(angle):
    """Returns the matrix that rotates (right, down) by an angle."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def forward_map(uniform, normal, gates, height, width):
    """Returns the paper's map of positions of one image: matrix and translation."""
    sides, zero = np.array([width, height]), np.zeros(2)
    anisotropy = 2.0 ** (0.2 * normal[1])
    transformations = [
        (np.diag([-1.0 if uniform[0] < 0.5 else 1.0, 1.0]), zero),
        (rotation(-np.pi / 2 * np.floor(4 * uniform[1]) * (height == width)), zero),
        (np.eye(2), np.round((2 * uniform[2:4] - 1) * 0.125 * sides)),
        (np.eye(2) * 2.0 ** (0.2 * normal[0]), zero),
        (rotation(-2 * np.pi * uniform[4]), zero),
        (np.diag([anisotropy, 1 / anisotropy]), zero),
        (rotation(-2 * np.pi * uniform[5]), zero),
        (np.eye(2), 0.125 * normal[2:] * sides),
    ]
    matrix, translation = np.eye(2), np.zeros(2)
    for is_applied, (linear, offset) in zip(gates, transformations, strict=True):
        if is_applied:
            matrix = linear @ matrix
            translation = linear @ translation + offset
    return matrix, translation


def warped(image, matrix, translation):
    """Returns an image under a map of positions, by SciPy's interpolation."""
    height, width = image.shape[:2]
    center = np.array([width - 1, height - 1]) / 2
    down, right = np.mgrid[:height, :width].astype(float)
    positions = np.stack([right, down], axis=-1) - center - translation
    origin = positions @ np.linalg.inv(matrix).T + center
    coordinates = [origin[..., 1], origin[..., 0]]
    channels = [
        ndimage.map_coordinates(channel, coordinates, order=1, mode="mirror")
        for channel in np.moveaxis(image.astype(float), -1, 0)
    ]
    return np.stack(channels, axis=-1)


@pytest.mark.parametrize("applied", [*range(geometry.COUNT), "all"])
@pytest.mark.parametrize("shape", [(6, 6, 1), (9, 5, 3), (12, 16, 2)])
def test_positions_are_mapped_as_in_the_paper(shape, applied):
    images, random = pictures(4, shape), RecordingRandom(3)
    gates = (
        np.ones(geometry.COUNT, bool) if applied == "all" else np.eye(8)[applied] > 0
    )
    transformed = geometry.transform(
        tf.constant(images), random, tf.constant([gates] * 4)
    )
    for image, result, *numbers in zip(images, transformed, *random.draws, strict=True):
        numbers = [np.asarray(one, "float64") for one in numbers]
        expected = warped(image, *forward_map(*numbers, gates, *shape[:2]))
        np.testing.assert_allclose(result, expected, atol=3e-5)


def test_flip_rotation_by_90_degrees_and_integer_translation_copy_pixels():
    images = pictures(200, (6, 6, 1))
    gates = tf.constant([[True] * 3 + [False] * 5] * 200)
    transformed = geometry.transform(tf.constant(images), Random(0), gates).numpy()
    for output, image in zip(transformed, images, strict=True):
        assert set(output.flat) <= set(image.flat)
    gates = tf.constant([[True, True] + [False] * 6] * 200)
    transformed = geometry.transform(tf.constant(images), Random(0), gates).numpy()
    matches = [
        [np.array_equal(output, np.rot90(image, k)) for k in range(4)]
        + [np.array_equal(output, np.rot90(image[:, ::-1], k)) for k in range(4)]
        for output, image in zip(transformed, images, strict=True)
    ]
    assert (np.sum(matches, axis=1) == 1).all()
    assert (np.sum(matches, axis=0) > 8).all()  # 25 of 200 each
