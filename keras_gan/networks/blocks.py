"""How residual blocks end: features are added to what they were made of.

The 1x1 convolution of this shortcut works at the smaller of both sizes: the same
numbers as at the larger one, for a quarter of the work.
"""

import keras


def doubled(x, y, convolution, name=None):
    """Ends a block that doubled the sides of features.

    Args:
        x: What the block was given.
        y: What it made of it, of twice the sides.
        convolution: Function from channels and a kernel's size to a layer.
        name: Name of the sum; None: one of Keras.
    """
    shortcut = keras.layers.UpSampling2D()(convolution(y.shape[-1], 1)(x))
    return keras.layers.Add(name=name)([shortcut, y])


def halved(x, y, halve, convolution, padding="valid", name=None):
    """Ends a block that halves the sides of features, or leaves them.

    Args:
        x: What the block was given.
        y: What it made of it, of the same sides.
        halve: Whether both are averaged over 2x2 places. Where they are not, and have
            as many channels, the shortcut is `x` itself.
        convolution: As in `doubled`.
        padding: Of the averages. `"same"` for odd sides: the last one is over what is
            there.
        name: As in `doubled`.
    """
    shortcut, channels = x, y.shape[-1]
    if halve:
        y = keras.layers.AveragePooling2D(2, padding=padding)(y)
        shortcut = keras.layers.AveragePooling2D(2, padding=padding)(x)
    if halve or channels != x.shape[-1]:
        shortcut = convolution(channels, 1)(shortcut)
    return keras.layers.Add(name=name)([shortcut, y])
