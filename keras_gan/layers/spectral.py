"""Spectral normalization, and the one place that says when its vectors advance.

Keras's own layer overwrites the kernel and lets no gradient through sigma. This one
keeps the raw kernel, which the optimizer moves, and computes the normalized one in each
call.
"""

import contextlib
import contextvars
from typing import ClassVar

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.arguments import whole
from keras_gan.layers.search import within
from keras_gan.layers.wrapper import OUTPUTS_BEFORE_LAST, KernelWrapper

HELD = contextvars.ContextVar("held", default=False)
"""Whether calls leave the vectors alone."""

TINY = 1e-12
"""Below this norm a kernel counts as zero, and stays as it is."""


@contextlib.contextmanager
def frozen_power_iteration():
    """Holds the vectors of spectral normalization: no call advances them.

    For the several calls of one update of a network, which are to see the same weights;
    `advance` goes before them. It rules the code that runs inside it, in its own
    thread: enter it inside a `tf.function`, not around the call of one.

    Example:
    >>> import keras, keras_gan as kg
    >>> network = keras.Sequential([kg.layers.SpectralNormalization(
    ...     keras.layers.Dense(1))])
    >>> network.build((None, 3))
    >>> kg.layers.update_spectral_norm(network)
    >>> with kg.layers.frozen_power_iteration():
    ...     real_scores = network(keras.ops.ones((2, 3)), training=True)
    ...     fake_scores = network(keras.ops.zeros((2, 3)), training=True)
    """
    token = HELD.set(True)
    try:
        yield
    finally:
        HELD.reset(token)


def update_spectral_norm(network):
    """Advances the vector of every spectral normalization in a network once.

    Args:
        network: Keras network or layer; those inside its networks are found too, and
            those that are not built yet are left out.
    """
    for layer in within(network, SpectralNormalization):
        if layer.built:
            layer.advance()


@register
class SpectralNormalization(KernelWrapper):
    """A layer whose kernel is divided by its spectral norm.

    The kernel `W`, as a matrix with the output channels as one axis, acts as
    `W / sigma`, where `sigma = v^T W u` estimates its largest singular value by power
    iteration: `v` is `W u` and `u` is `W^T v`, each divided by its norm. Gradients pass
    through `sigma`, with `u` and `v` held constant, to `W`, which stays as it is.
    A call in training advances `u`, then uses it, unless it runs within
    `kg.layers.frozen_power_iteration`; any other call uses it as it is.

    Args:
        layer: Dense, Embedding, a convolution or a transposed convolution, of Keras or
            of `kg.layers`. It stays within reach as `.layer`, and decides the
            precision; `u` and `sigma` are of single precision at least.
        power_iterations: How many iterations one advance takes, 1 or more.
        **kwargs: Keras's `name` and `trainable`.

    Raises:
        ValueError: If the layer is of another kind, or an argument is out of range.

    Reference: [Spectral Normalization for Generative Adversarial
    Networks](https://arxiv.org/abs/1802.05957).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.SpectralNormalization(keras.layers.Conv2D(8, 3))
    >>> layer(keras.ops.ones((2, 5, 5, 1)), training=True).shape
    TensorShape([2, 3, 3, 8])
    """

    kinds: ClassVar = (*KernelWrapper.kinds, keras.layers.Embedding)

    def __init__(self, layer, power_iterations=1, **kwargs):
        power_iterations = whole("power_iterations", power_iterations, 1, usual=1)
        super().__init__(layer, **kwargs)
        self.power_iterations = power_iterations

    def build(self, input_shape=None):
        """Makes the weights of the layer, and the vector."""
        super().build(input_shape)
        self.vector = self.add_weight(
            name="vector",
            shape=self.matrix(self.raw(self.kernel)).shape[-1:],
            initializer=random_direction,
            dtype=keras.backend.result_type(self.variable_dtype, "float32"),
            trainable=False,
            autocast=False,
        )

    def call(self, inputs, training=False):
        """Calls the layer with its normalized kernel."""
        if training and not HELD.get():
            self.advance()
        return super().call(inputs)

    def effective_weights(self):
        """Returns the kernel with its normalized value."""
        return [(self.kernel, self.normalized_kernel())]

    def advance(self):
        """Turns the vector towards what the kernel stretches most."""
        matrix = tf.stop_gradient(self.matrix(self.raw(self.kernel)))
        vector = tf.convert_to_tensor(self.vector)
        for _ in range(self.power_iterations):
            stretched = direction(tf.linalg.matvec(matrix, vector))
            back = tf.linalg.matvec(matrix, stretched, transpose_a=True)
            vector = tf.where(tf.norm(back) > TINY, direction(back), vector)
        self.vector.assign(vector)

    def normalized_kernel(self):
        """Returns the kernel divided by sigma, in single precision at least."""
        kernel = self.raw(self.kernel)
        vector = tf.stop_gradient(tf.convert_to_tensor(self.vector))
        stretched = tf.linalg.matvec(self.matrix(kernel), vector)
        sigma = tf.tensordot(tf.stop_gradient(direction(stretched)), stretched, 1)
        return kernel / tf.where(sigma > TINY, sigma, tf.ones_like(sigma))

    @property
    def kernel(self):
        """The variable that the optimizer moves."""
        table = isinstance(self.layer, keras.layers.Embedding)
        return self.layer.embeddings if table else super().kernel

    def matrix(self, kernel):
        """Returns a kernel as a matrix of shape `(all else, output channels)`."""
        if isinstance(self.layer, OUTPUTS_BEFORE_LAST):
            kernel = tf.linalg.matrix_transpose(kernel)
        return tf.reshape(kernel, (-1, kernel.shape[-1]))

    def get_config(self):
        """Returns what the constructor takes."""
        return {**super().get_config(), "power_iterations": self.power_iterations}


def direction(vector):
    """Returns a vector divided by its norm; zero stays zero."""
    return vector / tf.maximum(tf.norm(vector), TINY)


def random_direction(shape, dtype):
    """Returns a vector of norm 1, by the seed of Keras."""
    return direction(keras.initializers.RandomNormal(stddev=1.0)(shape, dtype))
