import numpy as np
import pytest
from toys import set_seed

import keras_gan as kg

SHAPE = (8, 8, 1)


def build(seed=0, image_shape=SHAPE, **arguments):
    """A GAN that trains in milliseconds, always of the same weights."""
    set_seed(seed)
    gan = kg.GAN(
        kg.networks.mlp_generator(image_shape, latent_dim=4, width=8, depth=1),
        kg.networks.mlp_discriminator(image_shape, width=8, depth=1),
        ema_momentum=0.9,
        seed=seed,
    )
    gan.compile(**{"run_eagerly": True, **arguments})
    return gan


@pytest.fixture
def make():
    """The function that builds a toy GAN."""
    return build


@pytest.fixture
def images():
    """64 images of noise in [-1, 1]."""
    return np.random.default_rng(0).uniform(-1, 1, (64, *SHAPE)).astype("float32")


@pytest.fixture
def dataset(images):
    """The images as a dataset: 2 steps an epoch."""
    return kg.data.from_arrays(images, batch_size=32, seed=0)


def mean_and_spread(images):
    """Returns two features of each image, for a cheap metric."""
    flat = images.reshape(len(images), -1).astype("float64")
    return np.stack([flat.mean(axis=1), flat.std(axis=1)], axis=1)


@pytest.fixture
def metric():
    """A Fréchet distance over those features, named `fd_toy`."""
    features = kg.metrics.features.FunctionFeatures(mean_and_spread, name="toy")
    return kg.metrics.FrechetDistance(features)


class Count(kg.metrics.SampleMetric):
    """Returns the number of its results so far: 1, 2, 3, ..."""

    measure = "count"
    network_keys = ("count_{}",)
    summary = kg.metrics.Moments

    def __init__(self):
        super().__init__(
            kg.metrics.features.FunctionFeatures(mean_and_spread, name="toy")
        )
        self.times = 0

    def compare(self, real, fake):
        self.times += 1
        return float(self.times)


@pytest.fixture
def counting():
    """A metric named `count_toy` that counts its results."""
    return Count()
