"""Images of another size: means of squares of pixels, or pixels repeated."""

import keras


def averaged(images, factor):
    """Returns images of a smaller size: the means of squares of so many pixels.

    Args:
        images: Shape `(batch, height, width, channels)`.
        factor: Pixels that become one, along both sides; or a pair of them.
    """
    if factor in (1, (1, 1)):
        return images
    return keras.layers.AveragePooling2D(factor, dtype="float32")(images)


def repeated(images, factor):
    """Returns images of a larger size: every pixel is repeated, to a square."""
    if factor == 1:
        return images
    return keras.layers.UpSampling2D(factor, dtype="float32")(images)
