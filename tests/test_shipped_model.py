"""The generator that ships can be loaded by this version, and makes garments."""

import pathlib

import keras
import numpy as np

import keras_gan as kg

PATH = pathlib.Path(__file__).parents[1] / "saved_models" / "fashion_mnist.keras"


def test_the_generator_that_ships_makes_garments_of_all_kinds():
    gan = keras.saving.load_model(PATH)
    images = kg.images.to_uint8(gan.generate(256, seed=0))
    assert images.shape == (256, 28, 28, 1)
    network = kg.metrics.features.get("fashion_mnist")
    probabilities = network.probabilities(images)
    assert np.mean(probabilities.max(axis=1)) > 0.7  # 0.94 for real ones
    counts = np.bincount(probabilities.argmax(axis=1), minlength=10)
    assert (counts > 0).sum() >= 9
