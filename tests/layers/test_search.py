"""Layers are found in nested networks, by their class."""

import keras
import numpy as np

import keras_gan as kg
from keras_gan.layers.search import find_layers


class Custom(keras.Model):
    """A subclassed network with a list of layers."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.list = [kg.layers.Truncation(1), keras.layers.Dense(2)]


def test_layers_are_found_in_nested_networks():
    deep = kg.layers.SpectralNormalization(keras.layers.Dense(3))
    custom = Custom(keras.Sequential([keras.Input((3,)), deep]))
    assert find_layers(custom, kg.layers.SpectralNormalization) == [deep]
    assert find_layers(custom, kg.layers.Truncation) == custom.list[:1]
    assert {id(layer) for layer in find_layers(custom, keras.layers.Dense)} == {
        id(deep.layer),
        id(custom.list[1]),
    }
    assert find_layers(custom, kg.layers.Bias) == []


def test_layers_of_nested_networks_are_updated():
    layer = kg.layers.SpectralNormalization(keras.layers.Dense(3))
    network = keras.Sequential([keras.Input((4,)), keras.Sequential([layer])])
    before = layer.vector.numpy()
    kg.layers.update_spectral_norm(network)
    assert np.abs(layer.vector.numpy() - before).max() > 1e-3
