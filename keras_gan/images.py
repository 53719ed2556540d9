"""Pixels at the doors: float [-1, 1] inside, `uint8` in files; grids and animations."""

import pathlib

import numpy as np
from PIL import Image

from keras_gan.config import atomic_file, check


def to_uint8(images):
    """Turns floats in [-1, 1] into `uint8` grey levels, rounded to the nearest.

    The level is `round((image + 1) * 127.5)`, clipped to 0..255.

    Args:
        images: Float array of any shape, in [-1, 1].

    Example:
    >>> to_uint8(np.array([-1.0, 0.0, 1.0]))
    array([  0, 128, 255], dtype=uint8)
    """
    levels = np.rint((np.asarray(images, np.float64) + 1.0) * 127.5)
    return np.clip(levels, 0, 255).astype(np.uint8)


def to_float(images):
    """Turns `uint8` grey levels into `float32` in [-1, 1]: `level / 127.5 - 1`."""
    return np.asarray(images, np.float32) / np.float32(127.5) - np.float32(1.0)


def grid(images, columns=None, gap=2):
    """Lays images out in a grid, row by row, on white.

    Args:
        images: `uint8` array of shape `(num_images, height, width, channels)`, with
            1, 3 or 4 channels.
        columns: Images in a row; as square as it can be by default.
        gap: Pixels between two images.

    Returns:
        `uint8` array of shape `(grid_height, grid_width, channels)`.
    """
    images = np.asarray(images)
    check(
        images.ndim == 4 and images.dtype == np.uint8 and len(images) > 0,
        "A grid is made of uint8 images.",
        expected="a uint8 array (num_images, height, width, channels), not empty",
        received=f"{images.dtype} {images.shape}",
        do="Call keras_gan.images.to_uint8(images) on images in [-1, 1] first.",
    )
    count, height, width, channels = images.shape
    columns = min(count, columns or int(np.ceil(np.sqrt(count))))
    rows = -(-count // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, channels)
    canvas = np.full(shape, 255, np.uint8)
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        top, left = row * (height + gap), column * (width + gap)
        canvas[top : top + height, left : left + width] = image
    return canvas


def to_pillow(image):
    """Returns a Pillow image of a `uint8` array `(height, width, channels)`."""
    image = np.asarray(image)
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)


def enlarge(image, side=512):
    """Repeats pixels until the longer side of the array has at least `side` of them."""
    factor = max(1, -(-side // max(image.shape[:2])))
    return image.repeat(factor, axis=0).repeat(factor, axis=1)


def save_png(path, image):
    """Writes a `uint8` array `(height, width, channels)` as a whole PNG file."""
    with atomic_file(path) as part:
        to_pillow(image).save(part, format="PNG")


def save_animation(path, frames, seconds_per_frame=0.25, last_seconds=2.0):
    """Writes frames as an animated GIF that plays for ever.

    Args:
        path: File to write.
        frames: Sequence of `uint8` arrays `(height, width, channels)`, or of paths of
            picture files, all of one size.
        seconds_per_frame: How long each is shown.
        last_seconds: How long the last one is shown.
    """
    check(
        len(frames) > 0,
        "An animation needs frames.",
        expected="at least one frame",
        received="none",
        do="Pass the sample grids of at least one epoch.",
    )
    pictures = [
        Image.open(frame) if isinstance(frame, str | pathlib.Path) else to_pillow(frame)
        for frame in frames
    ]
    times = [seconds_per_frame * 1000] * (len(pictures) - 1) + [last_seconds * 1000]
    with atomic_file(path) as part:
        pictures[0].save(
            part,
            format="GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=times,
            loop=0,
        )
