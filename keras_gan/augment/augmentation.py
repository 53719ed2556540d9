"""What every augmentation is, and the arithmetic that they share."""

import abc

import tensorflow as tf

from keras_gan.config import check
from keras_gan.game import Term


class Augmentation(Term, abc.ABC):
    """Random changes of the images on their way to the discriminator.

    To make a new one, subclass it, write `__call__`, and put `@register` and
    `@dataclasses.dataclass(frozen=True)` above the class. What training moves (a
    probability, say) is its state: see `keras_gan.game.Term`.

    Example:
    >>> import dataclasses
    >>> import tensorflow as tf
    >>> import keras_gan as kg
    >>> @dataclasses.dataclass(frozen=True)
    ... class Mirror(Augmentation):
    ...     def __call__(self, images, random, **state):
    ...         half = random.uniform((tf.shape(images)[0], 1, 1, 1)) < 0.5
    ...         return tf.where(half, tf.reverse(images, axis=[2]), images)
    >>> Mirror()(tf.zeros((2, 8, 8, 3)), kg.random.Random(0)).shape
    TensorShape([2, 8, 8, 3])
    """

    @abc.abstractmethod
    def __call__(self, images, random, **state):
        """Returns changed images, a function that has gradients, of the same shape.

        The change of a row is a function of `random` and the row's number alone, so
        that real and generated images of one row are changed alike: draw numbers of
        shape `(batch, ...)`.

        Args:
            images: Tensor of shape `(batch, height, width, channels)`, in [-1, 1].
            random: A `keras_gan.random.Random` for this part of the step.
            **state: What training moves, tensors of shape `()`.
        """

    def check_image_shape(self, image_shape):
        """Makes sure that what is generated are images.

        Args:
            image_shape: Shape without the batch.

        Raises:
            ValueError: If it is not `(height, width, channels)`.
        """
        check(
            len(image_shape) == 3,
            f"{type(self).__name__} changes images, and these are none.",
            expected="a shape of (height, width, channels), e.g. (28, 28, 1)",
            received=f"a shape of {tuple(image_shape)}",
            do="Pass augment=None, or networks of images.",
        )


def at_least_float32(images):
    """Returns images in `float32`, or wider where they are."""
    return tf.cast(images, tf.float32) if images.dtype.size < 4 else images


def whole(uniform, count):
    """Returns numbers of (0, 1) as whole numbers from 0 to `count - 1`, as likely."""
    return tf.cast(tf.floor(uniform * count), tf.int32)


def per_image(numbers):
    """Returns numbers of shape `(batch,)`, as wide as images: `(batch, 1, 1, 1)`."""
    return tf.reshape(numbers, (-1, 1, 1, 1))


def on_colors(images, change):
    """Changes the color channels: all, but for the last of four, which is alpha.

    Args:
        images: Tensor of shape `(batch, height, width, channels)`.
        change: From such images to such images.
    """
    if images.shape[-1] != 4:
        return change(images)
    return tf.concat([change(images[..., :3]), images[..., 3:]], axis=-1)


def pixels(images, rows, columns):
    """Returns the pixels at places that each image has of its own.

    Args:
        images: Tensor of shape `(batch, height, width, channels)`.
        rows: `int32` tensor of shape `(batch, ...)`, inside the image.
        columns: The same for the columns.

    Returns:
        Tensor of shape `(batch, ..., channels)`.
    """
    _, height, width, channels = images.shape
    flat = tf.reshape(images, (-1, height * width, channels))
    return tf.gather(flat, rows * width + columns, batch_dims=1)
