"""Resolutions of a network's levels, and validation of shapes and sizes."""

import numpy as np

from keras_gan.config import check_count, is_integer
from keras_gan.errors import check


def upsampling_sizes(image_shape, network_name="this network"):
    """Returns the resolutions from the base to the image, each twice the last.

    The base is the image, halved until its short side is 4 to 7.

    Args:
        image_shape: `(height, width, channels)`.
        network_name: Name of the network in error messages.

    Returns:
        List of `(height, width)`, the smallest first.

    Raises:
        ValueError: If this is not the shape of an image, or a side cannot be halved
            that often; the message suggests the nearest valid shape.

    Example:
    >>> upsampling_sizes((32, 64, 3))
    [(4, 8), (8, 16), (16, 32), (32, 64)]
    >>> upsampling_sizes((28, 28, 1))
    [(7, 7), (14, 14), (28, 28)]
    """
    check_image_shape(image_shape, network_name)
    height, width, channels = map(int, image_shape)
    doublings = num_doublings((height, width))
    unit = 2**doublings
    valid_size = nearest_valid_size((height, width))
    check(
        height % unit == width % unit == 0,
        f"`image_shape` must have sides that are multiples of {unit} for "
        f"{network_name}.",
        expected=f"a height and a width divisible by {unit}: the base is doubled "
        f"{doublings} times",
        received=f"image_shape={image_shape!r}",
        do=f"Resize the images to image_shape={(*valid_size, channels)}.",
    )
    return [
        (height // 2**level, width // 2**level) for level in range(doublings, -1, -1)
    ]


def num_doublings(sides):
    """Returns how often a base with a short side of 4 to 7 is doubled to `sides`."""
    return (min(sides) // 4).bit_length() - 1


def nearest_valid_size(sides):
    """Returns the nearest sides that are a base doubled an integer number of times.

    Args:
        sides: `(height, width)`.

    Example:
    >>> nearest_valid_size((15, 22)), nearest_valid_size((28, 30))
    ((16, 24), (28, 32))
    """
    unit = 2 ** num_doublings(sides)
    rounded = tuple(round(side / unit) * unit for side in sides)
    # Rounding up may add a doubling (15 to 16): then the unit is larger too.
    return rounded if rounded == sides else nearest_valid_size(rounded)


def downsampling_sizes(image_shape, network_name="this network"):
    """Returns the resolutions from the image to the base, each half the last.

    Halves are rounded down; the short side of the base is 4 to 7.

    Args:
        image_shape: `(height, width, channels)`.
        network_name: Name of the network in error messages.

    Returns:
        List of `(height, width)`, the largest first.

    Raises:
        ValueError: If this is not the shape of an image.

    Example:
    >>> downsampling_sizes((27, 28, 1))
    [(27, 28), (13, 14), (6, 7)]
    """
    check_image_shape(image_shape, network_name)
    sizes = [tuple(map(int, image_shape[:2]))]
    while min(sizes[-1]) >= 8:
        height, width = sizes[-1]
        sizes.append((height // 2, width // 2))
    return sizes


def check_image_shape(image_shape, network_name):
    """Raises an error if a network cannot generate or score images of a shape.

    Args:
        image_shape: Value of the argument.
        network_name: Name of the network in error messages.

    Raises:
        ValueError: If this is not the shape of an image, or a side is too short.
    """
    check(
        is_shape(image_shape) and len(image_shape) == 3 and min(image_shape[:2]) >= 4,
        f"`image_shape` must be the shape of an image for {network_name}.",
        expected="image_shape=(height, width, channels), sides of 4 pixels or more",
        received=f"image_shape={image_shape!r}",
        do="Pass the shape of one image, such as (64, 64, 3).",
    )


def check_sample_shape(image_shape):
    """Raises an error if this is not the shape of one sample, an image or a point.

    Raises:
        ValueError: If it is not.
    """
    check(
        is_shape(image_shape),
        "`image_shape` must be the shape of one sample.",
        expected="image_shape=(2,) for points, or (height, width, channels) for images",
        received=f"image_shape={image_shape!r}",
        do="Pass the shape of one sample, such as (64, 64, 3).",
    )


def is_shape(shape):
    """Returns whether this is a sequence of positive integers.

    Example:
    >>> is_shape((8, 8, 1)), is_shape(8), is_shape((8.0, 8, 1))
    (True, False, False)
    """
    sides = tuple(shape) if np.iterable(shape) else ()
    return sides != () and all(is_integer(side, 1) for side in sides)


def check_counts(**counts):
    """Raises an error if an argument of a network is not a positive integer.

    Args:
        **counts: Values by the names of the arguments.

    Raises:
        ValueError: If one of them is not a positive integer.

    Example:
    >>> check_counts(latent_dim=100, width=64)
    """
    for name, value in counts.items():
        check_count(value, name)
