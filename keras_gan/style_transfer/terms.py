"""The three terms of the sum: content, style, and variation of neighboring pixels."""

import tensorflow as tf

from keras_gan.config import check


def gram_matrix(features):
    """Returns which features appear together, wherever that is: a layer's texture.

    `G_ij = sum over places p of F_pi F_pj / (H W)`

    Args:
        features: Tensor of shape `(1, H, W, channels)`, the output of a layer.

    Returns:
        Tensor of shape `(channels, channels)`.

    Raises:
        ValueError: If there are several images, whose features would be mixed.

    Reference:
        [Texture Synthesis Using Convolutional Neural Networks](
        https://arxiv.org/abs/1505.07376) and [A Neural Algorithm of Artistic Style](
        https://arxiv.org/abs/1508.06576); there `H W` stands in the distance of two
        matrices, not in the matrix.

    Example:
    >>> gram_matrix(tf.constant([[[[1.0, 2.0]], [[3.0, 0.0]]]])).numpy()
    array([[5., 1.],
           [1., 2.]], dtype=float32)
    """
    check(
        features.shape[0] in (1, None),
        "A Gram matrix is that of one image.",
        expected="features of shape (1, height, width, channels)",
        received=str(tuple(features.shape)),
        do="Pass them one by one, e.g. features[:1].",
    )
    places = tf.reshape(features, (-1, features.shape[-1]))
    count = tf.cast(tf.shape(places)[0], features.dtype)
    return tf.matmul(places, places, transpose_a=True) / count


def relative_distance(values, target):
    """Returns `||values - target||^2 / ||target||^2`: 0 if equal, 1 if values are 0."""
    energy = tf.reduce_sum(tf.square(target))
    return tf.reduce_sum(tf.square(values - target)) / tf.maximum(energy, 1e-12)


def total_variation(image):
    """Returns how much neighboring pixels differ: the mean square of the differences.

    `mean (x[i+1, j] - x[i, j])^2 + mean (x[i, j+1] - x[i, j])^2`

    Args:
        image: Tensor of shape `(1, height, width, channels)`, 2 pixels or more a side.

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
