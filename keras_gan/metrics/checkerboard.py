"""Checkerboard artifacts of transposed convolutions, measured in the spectrum."""

import keras
import numpy as np

from keras_gan.errors import check
from keras_gan.typing import FloatArray, TensorLike


def checkerboard_energy(images: TensorLike) -> FloatArray:
    """Computes the fraction of each image's spectrum at a period of two pixels.

    `sum |F(u, v)|^2` over `u = 1/2` or `v = 1/2`, divided by the sum over all `(u, v)`
    except `(0, 0)`: F is the discrete Fourier transform, u and v are cycles per pixel
    along the height and the width. Transposed convolutions whose kernels overlap
    unevenly leave such a pattern (Odena et al., 2016,
    https://distill.pub/2016/deconv-checkerboard/). A checkerboard and stripes of one
    pixel have 1; white noise of `height x width` has
    `(height + width - 1) / (height * width - 1)` on average. In float64.

    Args:
        images: Array or tensor `(num_images, height, width, channels)` of `uint8` or
            floats, at least 2 pixels high and wide. The result does not depend on
            brightness and contrast. The last row or column of an odd side is ignored.

    Returns:
        `float64` array `(num_images,)` in [0, 1], over all channels of an image
        together; 0 for an image of one color.

    Raises:
        ValueError: If the shape is invalid, or a value is NaN or infinite.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> rows, columns = np.indices((8, 8))
    >>> stripes, halves = rows % 2, rows // 4
    >>> images = np.stack([stripes, halves])[..., None]
    >>> kg.metrics.checkerboard_energy(images).round(3).tolist()
    [1.0, 0.0]
    """
    values = validate_images(images)
    height, width = (side - side % 2 for side in values.shape[1:3])
    # Minus the first pixel, so that an image of one color is exactly 0.
    differences = (values - values[:, :1, :1])[:, :height, :width]
    energy = np.abs(np.fft.fft2(differences, axes=(1, 2))) ** 2
    energy[:, 0, 0] = 0.0
    total = energy.sum(axis=(1, 2, 3))
    vertical, horizontal = energy[:, height // 2], energy[:, :, width // 2]
    corner = energy[:, height // 2, width // 2]  # part of both
    artifact = vertical.sum(axis=(1, 2)) + horizontal.sum(axis=(1, 2))
    artifact -= corner.sum(axis=1)
    return np.divide(artifact, total, out=np.zeros_like(total), where=total > 0.0)


def validate_images(images: TensorLike) -> FloatArray:
    """Returns images as `float64`, or raises an error if they are invalid."""
    array = keras.ops.convert_to_numpy(images)
    check(
        array.ndim == 4 and min(array.shape[1:3]) >= 2 and array.shape[3] >= 1,
        "`images` must be a batch of images, at least 2 pixels high and wide.",
        expected="images (num_images, height, width, channels)",
        received=f"{array.dtype} {array.shape}",
        do="Add the batch axis, images[None], or the channel axis, images[..., None].",
    )
    values: FloatArray = array.astype(np.float64)
    invalid = np.flatnonzero(~np.isfinite(values).all(axis=(1, 2, 3)))
    check(
        len(invalid) == 0,
        "`images` contains NaN or infinity.",
        expected="finite values",
        received=f"{len(invalid)} such images, the first is {invalid[:1]} (from 0)",
        do="NaN from a generator means that its training has diverged.",
    )
    return values
