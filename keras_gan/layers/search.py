"""Search for layers in nested networks."""

from typing import TypeVar

from keras_gan.typing import Layer

LayerT = TypeVar("LayerT")


def find_layers(
    network: Layer, layer_class: type[LayerT] | tuple[type[LayerT], ...]
) -> list[LayerT]:
    """Returns the layers of a class in a network, including nested networks.

    Args:
        network: Keras network or layer.
        layer_class: Class of the layers, or a tuple of classes.

    Example:
    >>> import keras_gan as kg
    >>> network = kg.networks.stylegan_generator((8, 8, 1), 4, 4, width=4)
    >>> [layer.name for layer in find_layers(network, kg.layers.Truncation)]
    ['truncation']
    """
    # Keras has no public way to list nested layers, wrapped layers included.
    layers = network._flatten_layers()
    return [layer for layer in layers if isinstance(layer, layer_class)]
