"""The artifact of transposed convolutions, as a number."""

import keras
import numpy as np

from keras_gan.config import check


def checkerboard_energy(images):
    """Measures how much of each image is a pattern that repeats every two pixels.

    `sum |F(u, v)|^2 over u = 1/2 or v = 1/2, by that over all (u, v) but (0, 0)`: F is
    the discrete Fourier transform, u and v count cycles per pixel along the height and
    the width. Where the kernels of a transposed convolution overlap unevenly they leave
    such a pattern (Odena et al., 2016, https://distill.pub/2016/deconv-checkerboard/).
    A checkerboard and stripes of one pixel have 1; white noise of `height x width` has
    `(height + width - 1) / (height * width - 1)` on average. In float64.

    Args:
        images: Array or tensor `(num_images, height, width, channels)` of `uint8` or
            floats, sides of 2 pixels or more. Brightness and contrast do not matter.
            The last row or column of an odd side is left out.

    Returns:
        `float64` array `(num_images,)` in [0, 1], over all channels of an image
        together. An image without any pattern, of one colour, has 0.

    Raises:
        ValueError: If the shape is another one, or a value is NaN or infinite.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> rows, columns = np.indices((8, 8))
    >>> stripes, halves = rows % 2, rows // 4
    >>> images = np.stack([stripes, halves])[..., None]
    >>> kg.metrics.checkerboard_energy(images).round(3).tolist()
    [1.0, 0.0]
    """
    images = checked(images)
    height, width = (side - side % 2 for side in images.shape[1:3])
    differences = (images - images[:, :1, :1])[:, :height, :width]  # exact 0 if plain
    energy = np.abs(np.fft.fft2(differences, axes=(1, 2))) ** 2
    energy[:, 0, 0] = 0.0
    whole = energy.sum(axis=(1, 2, 3))
    tall, wide = energy[:, height // 2], energy[:, :, width // 2]
    corner = energy[:, height // 2, width // 2]  # it is in both
    found = tall.sum(axis=(1, 2)) + wide.sum(axis=(1, 2)) - corner.sum(axis=1)
    return np.divide(found, whole, out=np.zeros_like(whole), where=whole > 0.0)


def checked(images):
    """Returns images as `float64`, or says what is wrong with them."""
    images = keras.ops.convert_to_numpy(images)
    check(
        images.ndim == 4 and min(images.shape[1:3]) >= 2 and images.shape[3] >= 1,
        "The checkerboard energy cannot be measured in this array.",
        expected="images (num_images, height, width, channels), sides of 2 or more",
        received=f"{images.dtype} {images.shape}",
        do="Give one image a first axis, images[None], and gray a last, [..., None].",
    )
    images = images.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(images).all(axis=(1, 2, 3)))
    check(
        len(bad) == 0,
        "There is NaN or infinity in these images.",
        expected="finite numbers",
        received=f"{len(bad)} such images, the first is number {bad[:1]}, from 0",
        do="Look at the generator: NaN means that its training has diverged.",
    )
    return images
