"""The sizes of the levels of a network, from the image to the base and back."""

from keras_gan.config import check


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
            often; with the nearest shape that can.

    Example:
    >>> levels((32, 64, 3))
    [(4, 8), (8, 16), (16, 32), (32, 64)]
    >>> levels((28, 28, 1))
    [(7, 7), (14, 14), (28, 28)]
    """
    check_image_shape(image_shape, what)
    height, width, channels = image_shape
    doublings = (min(height, width) // 4).bit_length() - 1
    unit = 2**doublings
    near = tuple(max(1, round(side / unit)) * unit for side in (height, width))
    check(
        near == (height, width),
        f"{what} doubles the sides of a base {doublings} times, and these are no "
        f"multiples of {unit}.",
        expected=f"a height and a width that {unit} divides",
        received=f"image_shape={tuple(image_shape)!r}",
        do=f"Bring the images to image_shape={(*near, channels)}.",
    )
    return [
        (height // 2**level, width // 2**level) for level in range(doublings, -1, -1)
    ]


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
    sizes = [tuple(image_shape[:2])]
    while min(sizes[-1]) >= 8:
        height, width = sizes[-1]
        sizes.append((height // 2, width // 2))
    return sizes


def check_image_shape(image_shape, what):
    """Makes sure that a network can make images of a shape.

    Raises:
        ValueError: If this is not the shape of an image, or a side is too short.
    """
    check(
        len(image_shape) == 3
        and all(isinstance(side, int) for side in image_shape)
        and min(image_shape[:2]) >= 4
        and image_shape[2] >= 1,
        f"{what} cannot make images of this shape.",
        expected="image_shape=(height, width, channels), sides of 4 pixels or more",
        received=f"image_shape={tuple(image_shape)!r}",
        do="Give the shape of one image, such as (64, 64, 3).",
    )
