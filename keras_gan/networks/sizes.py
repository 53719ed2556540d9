"""Shapes of images as arguments of networks, and the resolutions of their levels."""

from collections.abc import Sequence
from typing import Annotated

from keras_gan.errors import check
from keras_gan.layers.shapes import as_shape, check_channels_last
from keras_gan.typing import Shape
from keras_gan.validation import Rule

MIN_SIDE = 4
"""Shortest side of an image in pixels."""


def as_image_shape(value: object) -> Shape:
    """Returns `(height, width, channels)` of Python or NumPy as a tuple of `int`.

    Raises:
        ValueError: If it is not the shape of an image, or a side is too short.
        RuntimeError: If Keras is set to `channels_first`.

    Example:
    >>> as_image_shape([28, 28, 1])
    (28, 28, 1)
    """
    shape = as_shape(value)
    if len(shape) != 3 or min(shape[:2]) < MIN_SIDE:
        raise ValueError
    check_channels_last()
    return shape


def as_sample_shape(value: object) -> Shape:
    """Returns the shape of an image or a point as a tuple of `int`.

    Raises:
        ValueError: If it is no shape.
        RuntimeError: If it is that of an image, and Keras is set to `channels_first`.

    Example:
    >>> as_sample_shape([2])
    (2,)
    """
    shape = as_shape(value)
    if len(shape) == 3:
        check_channels_last()
    return shape


SHAPE_ADVICE = "Pass the shape of one image, such as (64, 64, 3)."
"""Advice of the errors for invalid shapes."""

ImageShape = Annotated[
    Sequence[int],
    Rule(
        "the shape of an image, (height, width, channels), with sides of at least "
        f"{MIN_SIDE} pixels",
        as_image_shape,
        SHAPE_ADVICE,
    ),
]
"""Shape of one image."""

SampleShape = Annotated[
    Sequence[int],
    Rule(
        "the shape of one sample, (2,) for points or (height, width, channels) for "
        "images",
        as_sample_shape,
        SHAPE_ADVICE,
    ),
]
"""Shape of one sample: an image of any size, or a point."""


def upsampling_sizes(
    image_shape: ImageShape, network_name: str = "this network"
) -> list[tuple[int, int]]:
    """Returns the resolutions from the base to the image, each twice the last.

    The base is the image, halved until its short side is 4 to 7.

    Args:
        image_shape: `(height, width, channels)`.
        network_name: Name of the network in error messages.

    Returns:
        List of `(height, width)`, the smallest first.

    Raises:
        ValueError: If a side cannot be halved that often; the message suggests the
            nearest valid shape.

    Example:
    >>> upsampling_sizes((32, 64, 3))
    [(4, 8), (8, 16), (16, 32), (32, 64)]
    >>> upsampling_sizes((28, 28, 1))
    [(7, 7), (14, 14), (28, 28)]
    """
    height, width, channels = image_shape
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


def num_doublings(sides: tuple[int, int]) -> int:
    """Returns how often a base with a short side of 4 to 7 is doubled to `sides`."""
    return (min(sides) // 4).bit_length() - 1


def nearest_valid_size(sides: tuple[int, int]) -> tuple[int, int]:
    """Returns the nearest sides that are a base doubled an integer number of times.

    Args:
        sides: `(height, width)`.

    Example:
    >>> nearest_valid_size((15, 22)), nearest_valid_size((28, 30))
    ((16, 24), (28, 32))
    """
    unit = 2 ** num_doublings(sides)
    height, width = (round(side / unit) * unit for side in sides)
    rounded = height, width
    # Rounding up may add a doubling (15 to 16): then the unit is larger too.
    return rounded if rounded == sides else nearest_valid_size(rounded)


def downsampling_sizes(image_shape: ImageShape) -> list[tuple[int, int]]:
    """Returns the resolutions from the image to the base, each half the last.

    Halves are rounded down; the short side of the base is 4 to 7.

    Args:
        image_shape: `(height, width, channels)`.

    Returns:
        List of `(height, width)`, the largest first.

    Example:
    >>> downsampling_sizes((27, 28, 1))
    [(27, 28), (13, 14), (6, 7)]
    """
    height, width, _ = image_shape
    sizes = [(height, width)]
    while min(height, width) >= 2 * MIN_SIDE:
        height, width = height // 2, width // 2
        sizes.append((height, width))
    return sizes
