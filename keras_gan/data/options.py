"""Options that every loader takes."""

import dataclasses
from typing import Annotated, Literal, TypeAlias

from keras_gan.typing import Shape
from keras_gan.validation import Rule, as_integer

OnError: TypeAlias = Literal["raise", "replace"]
"""What is done about an image that cannot be read any more."""

CHANNELS = (1, 3, 4)
"""Numbers of channels of gray, RGB and RGBA images."""

MAX_PIXELS = 2**27
"""Largest product of height and width of an `image_shape`: a gibibyte as floats."""


def as_image_shape(value: object) -> Shape:
    """Returns a tuple or list of three sizes as a tuple of integers."""
    if not isinstance(value, tuple | list) or len(value) != 3:
        raise ValueError
    shape = tuple(map(as_integer, value))
    is_small = shape[0] * shape[1] <= MAX_PIXELS
    if min(shape) < 1 or shape[2] not in CHANNELS or not is_small:
        raise ValueError
    return shape


ImageShape = Annotated[
    Shape,
    Rule(
        "three positive integers (height, width, 1, 3 or 4), at most "
        f"{MAX_PIXELS:,} pixels",
        as_image_shape,
        "Pass e.g. image_shape=(64, 64, 3), or (64, 64, 1) for gray.",
    ),
]
"""Shape of one image that can be read from a file."""


@dataclasses.dataclass(frozen=True)
class LoadingOptions:
    """Batch size, order and preprocessing of a dataset, validated by its loader.

    Args:
        batch_size: Images in a batch.
        seed: Integer that decides the order and the random flips.
        image_shape: `(height, width, channels)` to resize to, or None for no change.
        flip: Whether each image is flipped horizontally with probability 1/2.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).
        labels: Whether batches are `(images, labels)`.
        on_error: What is done about a file that cannot be read any more in training:
            `"raise"` an error, or `"replace"` its image with another one.
    """

    batch_size: int = 64
    seed: int = 0
    image_shape: Shape | None = None
    flip: bool = False
    crop: bool = True
    labels: bool = False
    on_error: OnError = "raise"
