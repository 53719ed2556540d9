"""Orthogonal regularization: a penalty on a network's own weights."""

import dataclasses
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import tensorflow as tf

from keras_gan.config import register
from keras_gan.errors import check
from keras_gan.game import Game
from keras_gan.layers.search import find_layers
from keras_gan.layers.wrapper import OUTPUTS_BEFORE_LAST, OUTPUTS_LAST, as_matrix
from keras_gan.penalties.penalty import Penalty, Players
from keras_gan.precision import at_least_float32
from keras_gan.typing import Model, Tensor
from keras_gan.validation import NonNegative, PositiveInt

__all__ = ["OrthogonalRegularization"]

OrthogonalName = Literal["orthogonal_regularization"]


@register
@dataclasses.dataclass(frozen=True)
class OrthogonalRegularization(Penalty):
    """Orthogonal regularization: inner products between the filters of each layer.

    Computes `weight * sum_W ||W^T W * (1 - I)||_F^2`: the squared inner products of all
    ordered pairs of different columns of each kernel `W`, reshaped to
    `(inputs, output channels)`. It regularizes the network whose penalty it is: in
    `generator_penalties` the generator, which then tolerates truncation more often; in
    `penalties` the discriminator. The norms of the filters are not constrained.

    Kernels are those of dense layers, convolutions and transposed convolutions at any
    depth, before spectral normalization or an equalized learning rate is applied.
    Embeddings, biases, gains, custom layers' weights and frozen layers are left out.

    Args:
        weight: Strength, at least 0.
        interval: Number of steps between applications; the penalty is multiplied by
            `interval`.

    Raises:
        ValueError: When it is called, if the network has no such kernel.

    Reference: [Large Scale GAN Training for High Fidelity Natural Image
    Synthesis](https://arxiv.org/abs/1809.11096), equation 3.

    Example:
    >>> import keras, keras_gan as kg
    >>> ones = keras.layers.Dense(3, kernel_initializer="ones")  # 6 pairs, 2 * 2 each
    >>> game = kg.Game(network=keras.Sequential([keras.Input((2,)), ones]))
    >>> float(kg.penalties.OrthogonalRegularization(weight=1.0)(game))
    24.0
    """

    players: ClassVar[Players] = ("generator", "discriminator")

    weight: NonNegative = 1e-4
    interval: PositiveInt = dataclasses.field(default=1, kw_only=True)

    def __call__(self, game: Game) -> Tensor:
        """Returns the sum over all kernels, shape `()`."""
        kernels = list(matrices(game.network))
        check(
            len(kernels) > 0,
            "OrthogonalRegularization found no kernel in the network.",
            expected="trainable dense layers or convolutions of Keras or kg.layers",
            received=repr(game.network),
            do="Build the network of Keras's layers, or leave the penalty out.",
        )
        return self.weight * tf.add_n(list(map(inner_products, kernels)))


def matrices(network: Model) -> Iterator[Tensor]:
    """Yields the trainable kernels of a network, of shape `(inputs, outputs)` each."""
    layers: list[Any] = find_layers(network, OUTPUTS_LAST + OUTPUTS_BEFORE_LAST)
    for layer in dict.fromkeys(layers):  # shared layers count once
        if layer.built and layer.kernel.trainable:
            kernel = at_least_float32(tf.convert_to_tensor(layer.kernel))
            yield as_matrix(kernel, layer)


def inner_products(matrix: Tensor) -> Tensor:
    """Returns the sum of the squared inner products of all pairs of columns.

    For a matrix with more columns than rows it uses `W W^T`, whose squares have the
    same sum as those of `W^T W`: a dense layer from 20 latents to 24,576 units would
    need 2.4 GB for `W^T W`.
    """
    rows, columns = matrix.shape
    if rows < columns:
        lengths = tf.reduce_sum(tf.square(matrix), axis=0)
        products = tf.matmul(matrix, matrix, transpose_b=True)
        return tf.reduce_sum(tf.square(products)) - tf.reduce_sum(tf.square(lengths))
    products = tf.matmul(matrix, matrix, transpose_a=True)
    others = tf.linalg.set_diag(products, tf.zeros_like(matrix[0]))
    return tf.reduce_sum(tf.square(others))


NAMES: dict[str, type[Penalty]] = {
    "orthogonal_regularization": OrthogonalRegularization,
}
"""The classes by the names that strings use."""
