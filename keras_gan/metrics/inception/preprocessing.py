"""Preprocessing of images for the 2015 Inception: the four variants in use."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import tensorflow as tf

from keras_gan.metrics.inception.network import SIDE
from keras_gan.typing import Tensor, TensorLike

SIZE = (SIDE, SIDE)
"""Height and width in pixels of the network's inputs."""


def center(pixels: Tensor) -> Tensor:
    """Scales pixels as the original graph: `(pixel - 128) / 128`."""
    return (pixels - 128.0) / 128.0


def tf1(pixels: TensorLike) -> Tensor:
    """Resizes bilinearly as TensorFlow 1, from the top left corner.

    The resizing of the original graph and the papers: pixel `i` of the result samples
    position `i * size / 299`, without antialiasing.
    """
    resized = tf.raw_ops.ResizeBilinear(
        images=pixels, size=SIZE, align_corners=False, half_pixel_centers=False
    )
    return center(resized)


def pytorch(pixels: TensorLike) -> Tensor:
    """Resizes bilinearly with half-pixel centers, and scales to [-1, 1].

    As in pytorch-fid: pixel `i` samples position `(i + 0.5) * size / 299 - 0.5`,
    without antialiasing; then `pixel / 127.5 - 1`.
    """
    return tf.image.resize(pixels, SIZE) / 255.0 * 2.0 - 1.0


def clean(pixels: TensorLike) -> Tensor:
    """Resizes bicubically with antialiasing as Pillow, and clips to 0..255.

    As in clean-fid (Parmar, Zhang and Zhu, 2022, https://arxiv.org/abs/2104.11222):
    its values do not reward aliasing.
    """
    resized = tf.image.resize(pixels, SIZE, "bicubic", antialias=True)
    return center(tf.clip_by_value(resized, 0.0, 255.0))


def antialias(pixels: TensorLike) -> Tensor:
    """Resizes bilinearly with antialiasing, as torchmetrics by default."""
    return center(tf.image.resize(pixels, SIZE, antialias=True))


Preprocessing: TypeAlias = Literal["tf1", "pytorch", "clean", "antialias"]
"""Names of the variants."""

PREPROCESSINGS: dict[Preprocessing, Callable[[TensorLike], Tensor]] = {
    "tf1": tf1,
    "pytorch": pytorch,
    "clean": clean,
    "antialias": antialias,
}
"""Functions by name, from `float32` pixels `(num_images, height, width, 1 or 3)` in
0..255 to network inputs `(num_images, 299, 299, 1 or 3)`."""
