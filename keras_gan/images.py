"""Conversion between images in [-1, 1] and `uint8`, image grids and animations."""

import os
import pathlib
from collections.abc import Sequence

import numpy as np
from PIL import Image, PngImagePlugin

from keras_gan.errors import check
from keras_gan.files import atomic_file
from keras_gan.typing import FloatArray, StrPath, TensorLike, UInt8Array
from keras_gan.validation import NonNegativeInt, Positive, PositiveInt, validated

SOFTWARE = "keras_gan"
"""Value of the text `Software` in PNG files and of the comment in GIF files.

By it `kg.data.from_directory` recognizes the output of this library, which is no data.
"""

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg")
"""Endings of the files that `save_image` writes."""

MAX_JPEG_SIDE = 65500
"""Pixels of the longer side of a JPEG file, as libjpeg has it."""


def to_uint8(images: TensorLike) -> UInt8Array:
    """Converts images in [-1, 1] to `uint8`: `round((image + 1) * 127.5)`.

    Values out of range are clipped to 0..255.

    Args:
        images: Float array of any shape, in [-1, 1].

    Example:
    >>> to_uint8(np.array([-1.0, 0.0, 1.0]))
    array([  0, 128, 255], dtype=uint8)
    """
    levels = np.rint((np.asarray(images, np.float64) + 1.0) * 127.5)
    return np.clip(levels, 0, 255).astype(np.uint8)


def to_float(images: TensorLike) -> FloatArray:
    """Converts `uint8` images to `float32` in [-1, 1]: `image / 127.5 - 1`."""
    return np.asarray(images, np.float32) / np.float32(127.5) - np.float32(1.0)


@validated
def grid(
    images: UInt8Array, columns: PositiveInt | None = None, gap: NonNegativeInt = 2
) -> UInt8Array:
    """Arranges images in a grid, row by row, on a white background.

    Args:
        images: `uint8` array of shape `(num_images, height, width, channels)`, with
            1, 3 or 4 channels.
        columns: Images per row; None: about as many rows as columns.
        gap: Pixels between two images.

    Returns:
        `uint8` array of shape `(grid_height, grid_width, channels)`.
    """
    images = np.asarray(images)
    check(
        images.ndim == 4 and images.dtype == np.uint8 and len(images) > 0,
        "`images` must be uint8 images.",
        expected="a uint8 array (num_images, height, width, channels), not empty",
        received=f"{images.dtype} {images.shape}",
        do="Call keras_gan.images.to_uint8(images) on images in [-1, 1] first.",
    )
    count, height, width, channels = images.shape
    columns = min(count, columns or int(np.ceil(np.sqrt(count))))
    rows = -(-count // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, channels)
    canvas = np.full(shape, 255, np.uint8)
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        top, left = row * (height + gap), column * (width + gap)
        canvas[top : top + height, left : left + width] = image
    return canvas


def to_pillow(image: UInt8Array) -> Image.Image:
    """Returns a Pillow image of a `uint8` array `(height, width, channels)`."""
    image = np.asarray(image)
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)


def enlarge(image: UInt8Array, side: int = 512) -> UInt8Array:
    """Repeats pixels until the longer side of an image has at least `side` pixels."""
    factor = max(1, -(-side // max(image.shape[:2])))
    return image.repeat(factor, axis=0).repeat(factor, axis=1)


def save_png(path: StrPath, image: UInt8Array, mark: bool = True) -> None:
    """Writes a `uint8` array `(height, width, channels)` atomically as a PNG file.

    Args:
        path: File to write.
        image: `uint8` array `(height, width, channels)`.
        mark: Whether the file says that this library wrote it, in the PNG text
            `Software`: `kg.data.from_directory` leaves such images out, so that sample
            grids do not become training data. Pass False for an image that is data.
    """
    text = PngImagePlugin.PngInfo()
    if mark:
        text.add_text("Software", SOFTWARE)
    with atomic_file(path) as part:
        to_pillow(image).save(part, format="PNG", pnginfo=text)


def check_image_ending(path: StrPath) -> None:
    """Raises an error if a path does not end like a file that `save_image` writes."""
    check(
        pathlib.Path(path).suffix.lower() in IMAGE_ENDINGS,
        "`path` must end in .png or .jpg.",
        expected=f"a file that ends in one of {', '.join(IMAGE_ENDINGS)}",
        received=str(path),
        do=f"Pass e.g. {pathlib.Path(path).stem or 'image'}.png.",
    )


def save_image(path: StrPath, image: UInt8Array) -> None:
    """Writes a `uint8` array atomically as a PNG or JPEG file, by its ending.

    The file says that this library wrote it, as in `save_png`.

    Args:
        path: File to write, which ends in .png, .jpg or .jpeg.
        image: `uint8` array `(height, width, channels)`. Transparent pixels of a JPEG
            file are blended with white.

    Raises:
        ValueError: If the ending is another one, or the image is too large for JPEG.
    """
    check_image_ending(path)
    if pathlib.Path(path).suffix.lower() == ".png":
        save_png(path, image)
        return
    check(
        max(image.shape[:2]) <= MAX_JPEG_SIDE,
        "The image is too large for a JPEG file.",
        expected=f"sides of at most {MAX_JPEG_SIDE:,} pixels",
        received=f"{image.shape[1]:,} x {image.shape[0]:,}",
        do="Write a PNG file: end the path in .png.",
    )
    picture = to_pillow(image)
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    with atomic_file(path) as part:
        # No chroma subsampling, which blurs colors at the edges of a grid.
        picture.save(part, "JPEG", quality=95, subsampling=0, comment=SOFTWARE)


@validated
def save_animation(
    path: StrPath,
    frames: Sequence[UInt8Array | StrPath],
    seconds_per_frame: Positive = 0.25,
    last_seconds: Positive = 2.0,
) -> None:
    """Writes frames as an animated GIF that loops.

    Args:
        path: File to write.
        frames: Sequence of `uint8` arrays `(height, width, channels)`, or of paths of
            image files, all of one size.
        seconds_per_frame: Duration of each frame except the last.
        last_seconds: Duration of the last frame.

    Raises:
        ValueError: If there are no frames, or the path does not end in .gif.
    """
    check(
        pathlib.Path(path).suffix.lower() == ".gif",
        "`path` must end in .gif.",
        expected="a GIF file",
        received=str(path),
        do=f"Pass {pathlib.Path(path).with_suffix('.gif')}.",
    )
    check(
        len(frames) > 0,
        "`frames` must not be empty.",
        expected="at least one frame",
        received="no frames",
        do="Pass the sample grids of at least one epoch.",
    )
    pillow_images = [
        Image.open(frame) if isinstance(frame, str | os.PathLike) else to_pillow(frame)
        for frame in frames
    ]
    durations = [seconds_per_frame * 1000] * (len(pillow_images) - 1) + [
        last_seconds * 1000
    ]
    with atomic_file(path) as part:
        pillow_images[0].save(
            part,
            format="GIF",
            save_all=True,
            append_images=pillow_images[1:],
            duration=durations,
            loop=0,
            comment=SOFTWARE,
        )
