"""What every loader takes, checked in one place."""

import dataclasses
import numbers

from keras_gan.config import check, is_integer

CHANNELS = (1, 3, 4)
"""Gray, RGB, and RGB with alpha."""


@dataclasses.dataclass(frozen=True)
class Options:
    """How images are delivered.

    Args:
        batch_size: Images in a batch.
        seed: Whole number that decides the order and what is mirrored.
        image_shape: `(height, width, channels)`, or None to keep the images' own.
        flip: Whether each image is mirrored left-right with probability 1/2.
        crop: Whether a change of shape crops the middle (else it squeezes).
        labels: Whether labels are delivered beside the images.
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
            "This batch size cannot be.",
            expected="a whole number of 1 or more",
            received=repr(self.batch_size),
            do="Pass the images of one batch, e.g. batch_size=64.",
        )
        check(
            isinstance(self.seed, numbers.Integral),
            "This seed cannot be.",
            expected="a whole number",
            received=repr(self.seed),
            do="Pass e.g. seed=0.",
        )
        if self.image_shape is not None:
            object.__setattr__(self, "image_shape", image_shape(self.image_shape))


def image_shape(shape):
    """Returns a shape as a tuple `(height, width, channels)`, or says what is wrong.

    Raises:
        ValueError: If it is not three counts, the last one 1, 3 or 4.
    """
    sizes = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    check(
        len(sizes) == 3
        and all(is_integer(one, 1) for one in sizes)
        and sizes[2] in CHANNELS,
        "This image_shape cannot be.",
        expected="(height, width, channels) with 1, 3 or 4 channels",
        received=repr(shape),
        do="Pass e.g. image_shape=(64, 64, 3), or (64, 64, 1) for gray.",
    )
    return tuple(map(int, sizes))
