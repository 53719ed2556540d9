"""Base class of augmentations, and operations that they share."""

import abc
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_gan.errors import check
from keras_gan.game import StatefulTerm
from keras_gan.random import Random
from keras_gan.typing import Shape, Tensor


class Augmentation(StatefulTerm, abc.ABC):
    """Differentiable random augmentation of the images that the discriminator scores.

    Subclass it and implement `__call__`. Keep the arguments of `__init__` as attributes
    of the same names, e.g. by `@dataclasses.dataclass`, so that the augmentation can be
    saved and loaded. For state that training updates, such as a probability, see
    `keras_gan.game.StatefulTerm`.

    Example:
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> class HorizontalFlip(kg.augment.Augmentation):
    ...     def __call__(self, images, random, **state):
    ...         flip = random.uniform((tf.shape(images)[0], 1, 1, 1)) < 0.5
    ...         return tf.where(flip, tf.reverse(images, axis=[2]), images)
    >>> HorizontalFlip()(tf.zeros((2, 8, 8, 3)), kg.random.Random(0)).shape
    TensorShape([2, 8, 8, 3])
    """

    @abc.abstractmethod
    def __call__(self, images: Tensor, random: Random, *_: Any, **state: Any) -> Tensor:
        """Returns transformed images of the same shape, differentiably.

        The transformation of a sample must be a function of `random` and the sample's
        index only, so that real and generated images of the same index are transformed
        equally: draw random numbers of shape `(batch, ...)`.

        Args:
            images: Tensor of shape `(batch, height, width, channels)`, in [-1, 1].
            random: A `keras_gan.random.Random` of this step.
            **state: State of the augmentation, tensors of shape `()`.
        """

    def check_image_shape(self, image_shape: Shape) -> None:
        """Raises an error if the shape is not that of images.

        Args:
            image_shape: Shape without the batch.

        Raises:
            ValueError: If it is not `(height, width, channels)`.
        """
        check(
            len(image_shape) == 3,
            f"`augment={type(self).__name__}()` requires images.",
            expected="an image shape of (height, width, channels), e.g. (28, 28, 1)",
            received=f"{tuple(image_shape)}",
            do="Pass augment=None, or networks of images.",
        )


def to_integers(uniform: Tensor, count: int) -> Tensor:
    """Returns uniform numbers in (0, 1) as uniform integers from 0 to `count - 1`."""
    return tf.cast(tf.floor(uniform * count), tf.int32)


def expand_pixels(values: Tensor) -> Tensor:
    """Returns values of shape `(batch,)` as `(batch, 1, 1, 1)`."""
    return tf.reshape(values, (-1, 1, 1, 1))


def map_colors(function: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """Applies a function to the color channels: all but the alpha of four channels.

    Args:
        function: Function from images to images of the same shape.
        images: Tensor of shape `(batch, height, width, channels)`.
    """
    if images.shape[-1] != 4:
        return function(images)
    return tf.concat([function(images[..., :3]), images[..., 3:]], axis=-1)


def gather_pixels(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Returns the pixels of each image at its own positions.

    Args:
        images: Tensor of shape `(batch, height, width, channels)`.
        rows: `int32` tensor of shape `(batch, ...)`, from 0 to `height - 1`.
        columns: `int32` tensor of the same shape, from 0 to `width - 1`.

    Returns:
        Tensor of shape `(batch, ..., channels)`.
    """
    _, height, width, channels = images.shape
    flat = tf.reshape(images, (-1, height * width, channels))
    return tf.gather(flat, rows * width + columns, batch_dims=1)
