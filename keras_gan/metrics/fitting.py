"""Makes images fit a network: its channels, then its size."""

import tensorflow as tf

from keras_gan import config

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in gray (ITU-R BT.601)."""


def with_channels(levels, channels):
    """Turns gray, RGB or either with alpha into so many channels.

    Args:
        levels: `float32` tensor `(num_images, height, width, 1 to 4)` in 0..255; of 2
            or 4 channels the last is alpha.
        channels: 1 (gray, by the luma of ITU-R BT.601) or 3 (gray is repeated).

    Returns:
        The images on white, `(num_images, height, width, channels)`.
    """
    if levels.shape[-1] in (2, 4):
        alpha = levels[..., -1:] / 255.0
        levels = levels[..., :-1] * alpha + 255.0 * (1.0 - alpha)
    if levels.shape[-1] == 3 and channels == 1:
        return tf.reduce_sum(levels * tf.constant(LUMA), axis=-1, keepdims=True)
    if levels.shape[-1] == 1 and channels == 3:
        return tf.repeat(levels, 3, axis=-1)
    return levels


def fitted(images, image_shape):
    """Makes images fit a network: its channels, then its size.

    Args:
        images: `uint8` array `(num_images, height, width, channels)`.
        image_shape: `(height, width, channels)` of the network; `None` among them
            leaves that size as it is.

    Returns:
        `float32` tensor of grey levels, 0..255. Colour becomes gray by the luma of
        ITU-R BT.601, gray is repeated for a colour network, alpha is laid on white;
        another size is resized bilinearly with antialiasing and not rounded again.

    Raises:
        ValueError: If the channels cannot be turned into the network's.
    """
    *size, channels = image_shape
    levels = tf.cast(images, tf.float32)
    if channels not in (None, levels.shape[-1]):
        config.check(
            levels.shape[-1] in (1, 2, 3, 4) and channels in (1, 3),
            "These images do not fit the feature network.",
            expected=f"images of {channels} channels, or gray or colour ones",
            received=f"images of {levels.shape[-1]} channels",
            do="Turn the images into the network's channels first.",
        )
        levels = with_channels(levels, channels)
    given = levels.shape[1:3]
    size = [own or other for own, other in zip(size, given, strict=True)]
    if size == list(given):
        return levels
    return tf.image.resize(levels, size, antialias=True)
