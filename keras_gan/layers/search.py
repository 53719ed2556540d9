"""Which layers of a kind a network has, however deep inside."""


def within(network, kind):
    """Returns the layers of a kind in a network, those inside its networks too.

    The networks of a GAN may be any of Keras, and their layers any: here it is asked
    which of them are ours.

    Args:
        network: Keras network or layer.
        kind: Class of the layers.

    Example:
    >>> import keras_gan as kg
    >>> network = kg.networks.stylegan_generator((8, 8, 1), 4, 4, width=4)
    >>> [layer.name for layer in within(network, kg.layers.Truncation)]
    ['truncation']
    """
    return [layer for layer in network._flatten_layers() if isinstance(layer, kind)]
