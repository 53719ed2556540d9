"""Checks of the images that a user passes, before anything is trained."""

import numpy as np

from keras_gan.config import check, user_error

TOLERANCE = 1e-3
"""How far a value may lie outside [-1, 1]."""


def check_images(images, image_shape, where="the data"):
    """Checks the first batch of a data set against the shape that networks take.

    Args:
        images: Array of a batch.
        image_shape: Shape of one image for the networks: `(height, width, channels)`,
            or `(features,)` for points.
        where: What messages call the data.

    Raises:
        ValueError: If the shape or the kind of numbers is wrong, a value is NaN or
            infinite, or an image leaves [-1, 1].
    """
    images, image_shape = np.asarray(images), tuple(image_shape)
    check_shape(images.shape, image_shape, where)
    check_floating(images, where)
    check_values(images, where)


def check_shape(shape, image_shape, where):
    """Checks the shape of a batch against `image_shape`; None in that is any size."""
    sizes = shape[1:]
    if len(sizes) == len(image_shape) and all(
        wanted in (None, size) for size, wanted in zip(sizes, image_shape, strict=True)
    ):
        return
    do = (
        f"Load the images with image_shape={image_shape}, or build the networks for "
        f"image_shape={sizes}."
    )
    if len(sizes) != len(image_shape):
        do = "Batch the data set, and give gray images a last axis: images[..., None]."
    elif sizes == (*image_shape[2:], *image_shape[:2]):
        do = "Put the channels last: np.transpose(images, (0, 2, 3, 1))."
    raise user_error(
        f"The images of {where} do not fit the networks.",
        expected=f"batches of shape {('batch', *image_shape)}".replace("'", ""),
        received=f"a batch of shape {tuple(shape)}",
        do=do,
    )


def check_floating(images, where):
    """Checks that numbers are floats."""
    check(
        np.issubdtype(images.dtype, np.floating),
        f"The images of {where} are not floats.",
        expected="float32 in [-1, 1]",
        received=f"{images.dtype}",
        do='Convert them: images.astype("float32") / 127.5 - 1, in a data set by '
        "dataset.map(lambda images: tf.cast(images, tf.float32) / 127.5 - 1).",
    )


def check_values(images, where):
    """Checks that all numbers are finite, and those of images (rank 4) in [-1, 1]."""
    if not images.size:
        return
    with np.errstate(invalid="ignore"):
        low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise not_finite(images, where)
    limit = 1.0 + TOLERANCE
    if images.ndim != 4 or (low >= -limit and high <= limit):
        return
    classic = low >= 0.0 and 2.0 < high <= 255.0
    guess = "; they look like grey levels 0..255" if classic else ""
    check(
        False,
        f"The images of {where} leave [-1, 1]{guess}.",
        expected="values in [-1, 1]",
        received=f"values in [{low:.6g}, {high:.6g}]",
        do="Scale them: images / 127.5 - 1."
        if classic
        else "Scale them so that black is -1 and white is 1.",
    )


def not_finite(images, where):
    """Returns the error that names the first image with NaN or infinity in it."""
    flat = np.isfinite(images.reshape(len(images), -1)).all(axis=1)
    bad = np.flatnonzero(~flat)
    value = images[bad[0]][~np.isfinite(images[bad[0]])][0]
    return user_error(
        f"There is NaN or infinity in {where}.",
        expected="finite numbers",
        received=f"{value} in image {bad[0]}, and {len(bad)} such images in all",
        do="Remove these images, or find the division that made them.",
    )
