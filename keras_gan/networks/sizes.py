"""The sizes of a network: of its levels, from the image to the base, and by counts."""

import numpy as np

from keras_gan.config import check, check_count, is_integer

COUNTS = {
    "code_dim": "A code has a whole number of numbers.",
    "latent_dim": "A latent vector has whole numbers.",
    "mapping_depth": "The mapping network has whole layers.",
    "num_classes": "num_classes counts classes.",
    "style_dim": "A style has a whole number of numbers.",
    "truncation_layers": "Truncation rules whole layers.",
    "width": "Networks have whole channels next to the image, dense ones whole units.",
}
"""What the arguments of networks count, by their names."""


def levels(image_shape, what="This network"):
    """Returns the sizes from the base up to the image: each is twice the one before.

    The base is the image, halved until its short side is 4 to 7.

    Args:
        image_shape: `(height, width, channels)`.
        what: What messages call the network.

    Returns:
        List of `(height, width)`, the smallest first.

    Raises:
        ValueError: If this is not the shape of an image, or a side cannot be halved so
            often; with a shape near it that can.

    Example:
    >>> levels((32, 64, 3))
    [(4, 8), (8, 16), (16, 32), (32, 64)]
    >>> levels((28, 28, 1))
    [(7, 7), (14, 14), (28, 28)]
    """
    check_image_shape(image_shape, what)
    height, width, channels = map(int, image_shape)
    doublings = doublings_of((height, width))
    unit = 2**doublings
    check(
        height % unit == width % unit == 0,
        f"{what} doubles the sides of a base {doublings} times, and these are no "
        f"multiples of {unit}.",
        expected=f"a height and a width that {unit} divides",
        received=f"image_shape={image_shape!r}",
        do=f"Bring the images to image_shape={(*doubling((height, width)), channels)}.",
    )
    return [
        (height // 2**level, width // 2**level) for level in range(doublings, -1, -1)
    ]


def doublings_of(sides):
    """Returns how often a base with a short side of 4 to 7 is doubled up to sides."""
    return (min(sides) // 4).bit_length() - 1


def doubling(sides):
    """Returns sides near some that a base can be doubled to.

    Rounding may lift the short side to one doubling more: then they are rounded again.

    Example:
    >>> doubling((15, 22)), doubling((28, 30))
    ((16, 24), (28, 32))
    """
    unit = 2 ** doublings_of(sides)
    near = tuple(round(side / unit) * unit for side in sides)
    return near if near == sides else doubling(near)


def pyramid(image_shape, what="This network"):
    """Returns the sizes from the image down to the base: each is half of the last.

    Halves are rounded down; the short side of the base is 4 to 7.

    Args:
        image_shape: `(height, width, channels)`.
        what: What messages call the network.

    Returns:
        List of `(height, width)`, the largest first.

    Raises:
        ValueError: If this is not the shape of an image.

    Example:
    >>> pyramid((27, 28, 1))
    [(27, 28), (13, 14), (6, 7)]
    """
    check_image_shape(image_shape, what)
    sizes = [tuple(map(int, image_shape[:2]))]
    while min(sizes[-1]) >= 8:
        height, width = sizes[-1]
        sizes.append((height // 2, width // 2))
    return sizes


def check_image_shape(image_shape, what):
    """Makes sure that a network can make or score images of a shape.

    Args:
        image_shape: What was given.
        what: What messages call the network.

    Raises:
        ValueError: If this is not the shape of an image, or a side is too short.
    """
    check(
        is_shape(image_shape) and len(image_shape) == 3 and min(image_shape[:2]) >= 4,
        f"{what} is not made for images of this shape.",
        expected="image_shape=(height, width, channels), sides of 4 pixels or more",
        received=f"image_shape={image_shape!r}",
        do="Give the shape of one image, such as (64, 64, 3).",
    )


def check_sample_shape(image_shape):
    """Makes sure that this is a shape of one sample: of an image, or of a point.

    Raises:
        ValueError: If it is not.
    """
    check(
        is_shape(image_shape),
        "This is not the shape of a sample.",
        expected="image_shape=(2,) for points, or (height, width, channels) for images",
        received=f"image_shape={image_shape!r}",
        do="Give the shape of one sample, such as (64, 64, 3).",
    )


def is_shape(shape):
    """Whether this is a series of whole numbers of 1 or more.

    Example:
    >>> is_shape((8, 8, 1)), is_shape(8), is_shape((8.0, 8, 1))
    (True, False, False)
    """
    sides = tuple(shape) if np.iterable(shape) else ()
    return sides != () and all(is_integer(side, 1) for side in sides)


def check_counts(**counts):
    """Makes sure that arguments of networks are whole numbers of 1 or more.

    Args:
        **counts: What was given, by the names of `COUNTS`.

    Raises:
        ValueError: If one of them is not.

    Example:
    >>> check_counts(latent_dim=100, width=64)
    """
    for name, value in counts.items():
        check_count(value, name)
