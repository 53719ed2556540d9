"""The three loss terms of style transfer: content, style and total variation."""

import tensorflow as tf

from keras_gan.errors import check
from keras_gan.typing import Array, Tensor


def gram_matrix(features: Tensor | Array) -> Tensor:
    """Gram matrix of a layer's features: their correlations, a statistic of texture.

    `G_ij = sum over positions p of F_pi F_pj / (H W)`

    The sum over positions discards where features occur and keeps which of them occur
    together.

    Args:
        features: Tensor of shape `(1, H, W, channels)`, the output of a layer.

    Returns:
        Tensor of shape `(channels, channels)`.

    Raises:
        ValueError: If the batch has several images, whose features would be mixed.

    Reference:
        [Texture Synthesis Using Convolutional Neural Networks](
        https://arxiv.org/abs/1505.07376) and [A Neural Algorithm of Artistic Style](
        https://arxiv.org/abs/1508.06576); there `H W` is in the distance between two
        matrices, not in the matrix.

    Example:
    >>> gram_matrix(tf.constant([[[[1.0, 2.0]], [[3.0, 0.0]]]])).numpy()
    array([[5., 1.],
           [1., 2.]], dtype=float32)
    """
    check(
        features.shape[0] in (1, None),
        "`features` must be those of a single image.",
        expected="shape (1, height, width, channels)",
        received=str(tuple(features.shape)),
        do="Pass one image at a time, e.g. features[:1].",
    )
    positions = tf.reshape(features, (-1, features.shape[-1]))
    num_positions = tf.cast(tf.shape(positions)[0], features.dtype)
    return tf.matmul(positions, positions, transpose_a=True) / num_positions


def relative_distance(values: Tensor, target: Tensor) -> Tensor:
    """Returns `||values - target||^2 / ||target||^2`: 0 if equal, 1 if values are 0."""
    energy = tf.reduce_sum(tf.square(target))
    # 1e-12: a layer whose target features are all 0 must not divide by 0.
    return tf.reduce_sum(tf.square(values - target)) / tf.maximum(energy, 1e-12)


def total_variation(image: Tensor | Array) -> Tensor:
    """Total variation: the mean squared difference of neighboring pixels.

    `mean (x[i+1, j] - x[i, j])^2 + mean (x[i, j+1] - x[i, j])^2`

    Args:
        image: Tensor of shape `(1, height, width, channels)`, at least 2 pixels a side.

    Returns:
        Tensor of shape `()`.

    Reference:
        [Understanding Deep Image Representations by Inverting Them](
        https://arxiv.org/abs/1412.0035), its regularizer with `beta = 2`.

    Example:
    >>> float(total_variation(tf.constant([[[[0.0], [1.0]], [[0.0], [3.0]]]])))
    7.0
    """
    down = image[:, 1:] - image[:, :-1]
    right = image[:, :, 1:] - image[:, :, :-1]
    return tf.reduce_mean(tf.square(down)) + tf.reduce_mean(tf.square(right))
