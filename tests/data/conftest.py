"""Folders of small pictures, and the epoch put back after each test."""

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
    """Twenty gray images 6x5, all different: the corner tells which one it is."""
    images = np.random.default_rng(0).integers(0, 256, (20, 6, 5, 1), dtype=np.uint8)
    images[:, 0, 0, 0] = np.arange(20)
    return images


@pytest.fixture
def folder(tmp_path, levels):
    """Those images as files, 000.png to 019.png."""
    for number, image in enumerate(levels):
        Image.fromarray(image[..., 0]).save(tmp_path / f"{number:03}.png")
    return tmp_path


def save(path, mode="RGB", size=(5, 6), color=0, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, color).save(path, **options)


@pytest.fixture
def picture():
    """Writes a picture of one color: `picture(path, mode, size, color)`."""
    return save
