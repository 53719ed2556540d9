"""Layers are found however deep they are, and each kind alone."""

import keras
import numpy as np

import keras_gan as kg
from keras_gan.layers.search import find_layers


class Own(keras.Model):
    """A network of a user, with a list of layers."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.several = [kg.layers.Truncation(1), keras.layers.Dense(2)]


def test_layers_are_found_in_networks_of_any_kind():
    deep = kg.layers.SpectralNormalization(keras.layers.Dense(3))
    own = Own(keras.Sequential([keras.Input((3,)), deep]))
    assert find_layers(own, kg.layers.SpectralNormalization) == [deep]
    assert find_layers(own, kg.layers.Truncation) == own.several[:1]
    assert {id(one) for one in find_layers(own, keras.layers.Dense)} == {
        id(deep.layer),
        id(own.several[1]),
    }
    assert find_layers(own, kg.layers.Bias) == []


def test_the_layers_are_those_that_advance():
    layer = kg.layers.SpectralNormalization(keras.layers.Dense(3))
    network = keras.Sequential([keras.Input((4,)), keras.Sequential([layer])])
    before = layer.vector.numpy()
    kg.layers.update_spectral_norm(network)
    assert np.abs(layer.vector.numpy() - before).max() > 1e-3
