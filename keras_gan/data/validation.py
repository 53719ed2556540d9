"""Validation of the images that a user passes, before training."""

from typing import Any

import numpy as np
import numpy.typing as npt

from keras_gan.errors import check, user_error, warn
from keras_gan.typing import Array, Shape

TOLERANCE = 1e-3
"""Distance outside [-1, 1] that is allowed for rounding."""


def check_images(
    images: npt.ArrayLike, image_shape: Shape, where: str = "the data"
) -> None:
    """Validates a batch of images: shape, floating point, finite, in [-1, 1].

    Args:
        images: Array of a batch.
        image_shape: Shape of one image of the networks: `(height, width, channels)`, or
            `(features,)` for points.
        where: Name of the data in error messages.

    Raises:
        ValueError: If the shape or the dtype is wrong, a value is NaN or infinite, or
            an image has values outside [-1, 1].
    """
    array = np.asarray(images)
    check_shape(array.shape, tuple(image_shape), where)
    check_floating(array.dtype, where)
    check_values(array, where)


def check_shape(shape: Shape, image_shape: tuple[int | None, ...], where: str) -> None:
    """Raises an error if a batch is not of `image_shape`, where None is any size."""
    sizes = shape[1:]
    if len(sizes) == len(image_shape) and all(
        known in (None, size) for size, known in zip(sizes, image_shape, strict=True)
    ):
        return
    do = (
        f"Load the images with image_shape={image_shape}, or build the networks for "
        f"image_shape={sizes}."
    )
    if None in sizes and len(sizes) == len(image_shape):
        do = (
            "Resize each image before batching, e.g. dataset.map(lambda image: "
            f"tf.image.resize(image, {image_shape[:2]})), or say the shape: "
            f"tf.ensure_shape(image, {image_shape})."
        )
    if len(sizes) != len(image_shape):
        do = "Batch the dataset, and add an axis to gray images: images[..., None]."
    elif sizes == (*image_shape[2:], *image_shape[:2]):
        do = "Transpose them to channels last: np.transpose(images, (0, 2, 3, 1))."
    raise user_error(
        f"The images of {where} do not fit the networks.",
        expected=f"batches of shape {('batch', *image_shape)}".replace("'", ""),
        received=f"a batch of shape {tuple(shape)}",
        do=do,
    )


def check_floating(dtype: Any, where: str) -> None:
    """Raises an error if images of a NumPy or TensorFlow dtype are not floats."""
    name = getattr(dtype, "name", str(dtype))
    check(
        "float" in name and "float8" not in name,  # `bfloat16` is none of NumPy's
        f"The images of {where} are not floats.",
        expected="float32 in [-1, 1]",
        received=name,
        do='Convert them: images.astype("float32") / 127.5 - 1, in a dataset by '
        "dataset.map(lambda images: tf.cast(images, tf.float32) / 127.5 - 1).",
    )


def check_values(images: Array, where: str) -> None:
    """Raises an error unless values are finite and, of images (rank 4), in [-1, 1]."""
    if not images.size:
        return
    # NaN and infinity reach both extremes, so two passes check everything.
    with np.errstate(invalid="ignore"):
        low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise nonfinite_error(images, where)
    limit = 1.0 + TOLERANCE
    if images.ndim != 4 or (low >= -limit and high <= limit):
        return
    levels = low >= 0.0 and 2.0 < high <= 255.0
    guess = "; they look like grey levels 0..255" if levels else ""
    raise user_error(
        f"The images of {where} leave [-1, 1]{guess}.",
        expected="values in [-1, 1]",
        received=f"values in [{low:.6g}, {high:.6g}]",
        do="Scale them: images / 127.5 - 1."
        if levels
        else "Scale them so that black is -1 and white is 1.",
    )


def warn_if_unsigned(images: Array) -> None:
    """Warns if images (rank 4) seem to be scaled to [0, 1], not to [-1, 1]."""
    if images.ndim != 4 or not images.size or images.dtype == np.uint8:
        return
    low, high = float(images.min()), float(images.max())
    if low >= 0.0 and 0.5 < high <= 1.0 + TOLERANCE:
        warn(
            f"The images are in [0, 1], from {low:.4g} to {high:.4g}: the generator "
            "makes images in [-1, 1], where 0 is a medium gray. Scale them: images * 2 "
            "- 1."
        )


def warn_if_signed(images: Array) -> None:
    """Warns if images (rank 4) have values that a final sigmoid cannot make."""
    if images.ndim == 4 and images.size and float(images.min()) < -TOLERANCE:
        warn(
            "The generator ends in a sigmoid, whose images are in [0, 1], but the "
            "images of the data are in [-1, 1]: it cannot make the darker half of "
            'them. End the generator with activation="tanh".'
        )


def nonfinite_error(images: Array, where: str) -> Exception:
    """Returns the error that names the first image with NaN or infinity."""
    finite = np.isfinite(images.reshape(len(images), -1)).all(axis=1)
    indices = np.flatnonzero(~finite)
    first = images[indices[0]]
    value = first[~np.isfinite(first)][0]
    return user_error(
        f"The images of {where} contain NaN or infinity.",
        expected="finite values",
        received=f"{value} in image {indices[0]}, and {len(indices)} such images",
        do="Remove these images, or fix the preprocessing that produced them.",
    )
