"""Folders of small images, and the epoch reset after each test."""

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import set_epoch


@pytest.fixture(autouse=True)
def first_epoch():
    set_epoch(0)
    yield
    set_epoch(0)


@pytest.fixture
def levels():
    """Twenty different gray images 6x5, whose corner is the index of the image."""
    images = np.random.default_rng(0).integers(0, 256, (20, 6, 5, 1), dtype=np.uint8)
    images[:, 0, 0, 0] = np.arange(20)
    return images


@pytest.fixture
def folder(tmp_path, levels):
    """Those images as files, 000.png to 019.png."""
    for index, image in enumerate(levels):
        Image.fromarray(image[..., 0]).save(tmp_path / f"{index:03}.png")
    return tmp_path


def save(path, mode="RGB", size=(5, 6), color=0, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, color).save(path, **options)


@pytest.fixture
def save_image():
    """Function that writes an image of one color: `save_image(path, mode, ...)`."""
    return save
