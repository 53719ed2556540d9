"""Orthogonal regularization: a penalty on the generator's own weights."""

import dataclasses

import tensorflow as tf

from keras_gan.config import check, register
from keras_gan.layers.wrapper import OUTPUTS_BEFORE_LAST, OUTPUTS_LAST
from keras_gan.penalties.penalty import Penalty, wide


@register
@dataclasses.dataclass(frozen=True)
class OrthogonalRegularization(Penalty):
    """Keeps the filters of each of the generator's layers apart, whatever their length.

    The penalty is `weight * sum_W || W^T W * (1 - I) ||_F^2`: the squared inner
    products of all ordered pairs of columns of each kernel `W`, as a matrix of shape
    `(all else, output channels)`. For `generator_penalties`; a generator that learned
    with it bears truncation more often.

    Kernels are those of dense layers, convolutions and transposed convolutions, at any
    depth: the raw ones, before spectral normalization or an equalized learning rate.
    Embeddings, gains, biases, layers with weights of a user's own and what is not
    trained are left out.

    Args:
        weight: Strength.

    Raises:
        ValueError: When it is called, if the generator has no such kernel.

    Reference: [Large Scale GAN Training for High Fidelity Natural Image
    Synthesis](https://arxiv.org/abs/1809.11096), equation 3.

    Example:
    >>> import keras, keras_gan as kg
    >>> ones = keras.layers.Dense(3, kernel_initializer="ones")  # 6 pairs, 2 * 2 each
    >>> game = kg.Game(generator=keras.Sequential([keras.Input((2,)), ones]))
    >>> float(kg.penalties.OrthogonalRegularization(weight=1.0)(game))
    24.0
    """

    weight: float = 1e-4

    def __call__(self, game):
        """Returns the sum over all kernels, shape `()`."""
        kernels = list(matrices(game.generator))
        check(
            len(kernels) > 0,
            "Orthogonal regularization found no kernel to look at.",
            expected="a generator with dense layers or convolutions that are trained",
            received=repr(game.generator),
            do="Build the generator of Keras's layers, or leave the penalty out.",
        )
        return self.weight * tf.add_n([inner_products(one) for one in kernels])


def matrices(network):
    """Yields the trained kernels of a network, of shape `(all else, outputs)` each."""
    for layer in dict.fromkeys(network._flatten_layers()):  # shared ones count once
        if not isinstance(layer, OUTPUTS_LAST + OUTPUTS_BEFORE_LAST):
            continue
        if not layer.built or not layer.kernel.trainable:
            continue
        kernel = wide(tf.convert_to_tensor(layer.kernel))
        if isinstance(layer, OUTPUTS_BEFORE_LAST):
            kernel = tf.linalg.matrix_transpose(kernel)
        yield tf.reshape(kernel, (-1, kernel.shape[-1]))


def inner_products(matrix):
    """Returns the sum of the squared inner products of all pairs of columns.

    A matrix of more columns than rows is multiplied the other way round: the squares of
    `W W^T` and of `W^T W` have the same sum, and a dense layer from 20 latents to
    24,576 numbers would make a matrix of 2.4 GB.
    """
    rows, columns = matrix.shape
    if rows < columns:
        lengths = tf.reduce_sum(tf.square(matrix), axis=0)
        products = tf.matmul(matrix, matrix, transpose_b=True)
        return tf.reduce_sum(tf.square(products)) - tf.reduce_sum(tf.square(lengths))
    products = tf.matmul(matrix, matrix, transpose_a=True)
    others = tf.linalg.set_diag(products, tf.zeros_like(matrix[0]))
    return tf.reduce_sum(tf.square(others))
