from typing import get_args

import numpy as np
import pytest
from PIL import Image
from toys import facts

from keras_gan.metrics.inception.features import Inception
from keras_gan.metrics.inception.preprocessing import PREPROCESSINGS, Preprocessing

SIDE = 299


def levels(height, width, channels=3, num_images=2):
    shape = (num_images, height, width, channels)
    return np.random.default_rng(height).integers(0, 256, shape).astype(np.float32)


def between(images, rows, columns):
    """Interpolates bilinearly at fractional coordinates `rows` and `columns`, with the
    edge repeated."""
    for axis, places in ((1, rows), (2, columns)):
        last = images.shape[axis] - 1
        places = np.clip(places, 0, last)
        lower = np.floor(places).astype(int)
        shape = [1, 1, 1, 1]
        shape[axis] = -1
        share = (places - lower).reshape(shape)
        upper = np.minimum(lower + 1, last)
        images = np.take(images, lower, axis) * (1 - share) + share * np.take(
            images, upper, axis
        )
    return images


def by_pillow(images, filter_):
    def resized(channel):
        return np.asarray(Image.fromarray(channel).resize((SIDE, SIDE), filter_))

    images = images.transpose(0, 3, 1, 2)
    found = [[resized(channel) for channel in image] for image in images]
    return np.stack([np.stack(image, axis=-1) for image in found])


def tf1(images):
    _, height, width, _ = images.shape
    steps = np.arange(SIDE) / SIDE
    return (between(images, steps * height, steps * width) - 128) / 128


def pytorch(images):
    _, height, width, _ = images.shape
    steps = (np.arange(SIDE) + 0.5) / SIDE
    centres = steps * height - 0.5, steps * width - 0.5
    return between(images, *centres) / 127.5 - 1


def clean(images):
    return (by_pillow(images, Image.Resampling.BICUBIC).clip(0, 255) - 128) / 128


def antialias(images):
    return (by_pillow(images, Image.Resampling.BILINEAR) - 128) / 128


EXPECTED = {"tf1": tf1, "pytorch": pytorch, "clean": clean, "antialias": antialias}


@pytest.mark.parametrize("size", [(32, 28), (299, 299), (350, 330), (64, 512)])
@pytest.mark.parametrize("name", EXPECTED)
def test_each_is_what_it_is_named_after(name, size):
    images = levels(*size)
    found = PREPROCESSINGS[name](images)
    assert found.shape == (2, SIDE, SIDE, 3)
    np.testing.assert_allclose(found, EXPECTED[name](images), atol=1e-4)


def test_the_four_are_four():
    images = levels(32, 32)
    found = [prepare(images) for prepare in PREPROCESSINGS.values()]
    for first in range(4):
        for second in range(first):
            assert np.abs(found[first] - found[second]).max() > 1e-3


def test_scales_end_where_the_papers_let_them_end():
    black_white = np.float32([[[[0.0]], [[255.0]]]]).reshape(2, 1, 1, 1)
    ends = np.broadcast_to(black_white, (2, 8, 8, 3))
    for name, last in {"tf1": 127 / 128, "pytorch": 1.0, "clean": 127 / 128}.items():
        found = np.asarray(PREPROCESSINGS[name](ends))
        np.testing.assert_allclose(found[0], -1.0, rtol=1e-6)
        np.testing.assert_allclose(found[1], last, rtol=1e-6)


@pytest.mark.parametrize("name", ["TF1", "legacy", None, 3, ["tf1"]])
def test_an_unknown_way_is_refused(name):
    with pytest.raises(
        ValueError, match=facts("`preprocessing` of Inception")
    ) as found:
        Inception(name)
    assert "Known names: antialias, clean" in str(found.value)


def test_the_type_names_all_of_them():
    assert get_args(Preprocessing) == tuple(PREPROCESSINGS)
