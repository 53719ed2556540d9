"""Options that every loader takes, validated once."""

import dataclasses
import numbers

from keras_gan.config import is_integer
from keras_gan.errors import check

CHANNELS = (1, 3, 4)
"""Numbers of channels of gray, RGB and RGBA images."""


@dataclasses.dataclass(frozen=True)
class LoadingOptions:
    """Batch size, order and preprocessing of a dataset.

    Args:
        batch_size: Images in a batch.
        seed: Integer that decides the order and the random flips.
        image_shape: `(height, width, channels)` to resize to, or None for no change.
        flip: Whether each image is flipped horizontally with probability 1/2.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).
        labels: Whether batches are `(images, labels)`.

    Raises:
        ValueError: If the batch size, the seed or the image shape is invalid.
    """

    batch_size: int = 64
    seed: int = 0
    image_shape: tuple | None = None
    flip: bool = False
    crop: bool = True
    labels: bool = False

    def __post_init__(self):
        check(
            is_integer(self.batch_size, 1),
            "`batch_size` must be a positive integer.",
            expected="an integer of at least 1",
            received=f"batch_size={self.batch_size!r}",
            do="Pass the number of images in one batch, e.g. batch_size=64.",
        )
        # Not `config.check_seed`: that accepts None, and an order needs an integer.
        check(
            isinstance(self.seed, numbers.Integral),
            "`seed` must be an integer.",
            expected="an integer",
            received=f"seed={self.seed!r}",
            do="Pass e.g. seed=0.",
        )
        if self.image_shape is not None:
            shape = checked_image_shape(self.image_shape)
            object.__setattr__(self, "image_shape", shape)


def checked_image_shape(image_shape):
    """Returns a validated shape as a tuple `(height, width, channels)`.

    Raises:
        ValueError: If it is not three positive integers, the last one 1, 3 or 4.
    """
    is_sequence = isinstance(image_shape, tuple | list)
    sizes = tuple(image_shape) if is_sequence else (image_shape,)
    check(
        len(sizes) == 3
        and all(is_integer(size, 1) for size in sizes)
        and sizes[2] in CHANNELS,
        "`image_shape` must be three positive integers, with 1, 3 or 4 channels.",
        expected="(height, width, channels) with 1, 3 or 4 channels",
        received=f"image_shape={image_shape!r}",
        do="Pass e.g. image_shape=(64, 64, 3), or (64, 64, 1) for gray.",
    )
    return tuple(map(int, sizes))
