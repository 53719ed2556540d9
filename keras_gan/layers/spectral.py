"""Spectral normalization, and control over its power iteration.

`keras.layers.SpectralNormalization` overwrites the kernel and passes no gradient
through sigma. The layer of this module keeps the kernel, which the optimizer updates,
and computes the normalized one in each call.
"""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any, ClassVar

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.search import find_layers
from keras_gan.layers.wrapper import KernelWrapper, LayerClasses, as_matrix
from keras_gan.typing import Config, Layer, Shape, Tensor, Variable
from keras_gan.validation import PositiveInt, validated

FROZEN = contextvars.ContextVar("frozen_power_iteration", default=False)
"""Whether calls in training skip the power iteration."""

MIN_NORM = 1e-12
"""Norm below which a kernel counts as zero and is not normalized."""


@contextlib.contextmanager
def frozen_power_iteration() -> Iterator[None]:
    """Disables the power iteration of spectral normalization inside the context.

    A custom training step calls `update_spectral_norm` once, then scores real and
    generated images in this context, so that all calls of one update use the same
    weights. It applies to the thread that enters it. Enter it inside a `tf.function`,
    not around a call of one.

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
    token = FROZEN.set(True)
    try:
        yield
    finally:
        FROZEN.reset(token)


def update_spectral_norm(network: Layer) -> None:
    """Runs the power iteration of all spectral normalizations of a network once.

    Args:
        network: Keras network or layer. Nested networks are included; layers that are
            not built are skipped.
    """
    for layer in find_layers(network, SpectralNormalization):
        if layer.built:
            layer.update_vector()


@register
class SpectralNormalization(KernelWrapper):
    """Spectral normalization: divides the kernel of a layer by its spectral norm.

    The layer is called with `W / sigma`. `W` is the kernel as a matrix with the output
    channels as one axis, and `sigma = v^T W u` estimates its largest singular value by
    power iteration: `v = W u` and `u = W^T v`, each divided by its norm. It bounds the
    Lipschitz constant of a discriminator. The kernel itself is not changed; gradients
    pass through `sigma`, with `u` and `v` as constants. A call in training updates `u`
    first, except in `kg.layers.frozen_power_iteration`.

    Args:
        layer: Dense, Embedding, a convolution or a transposed convolution, of Keras or
            of `kg.layers`. It is available as `.layer` and determines the dtypes; `u`
            and `sigma` are in at least float32.
        power_iterations: Power iterations per update of `u`, a positive integer.
        **kwargs: `name` and `trainable` of `keras.layers.Layer`.

    Raises:
        ValueError: If the layer is not supported, or an argument is out of range.

    Reference: [Spectral Normalization for Generative Adversarial
    Networks](https://arxiv.org/abs/1802.05957).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.SpectralNormalization(keras.layers.Conv2D(8, 3))
    >>> layer(keras.ops.ones((2, 5, 5, 1)), training=True).shape
    TensorShape([2, 3, 3, 8])
    """

    layer_classes: ClassVar[LayerClasses] = (
        *KernelWrapper.layer_classes,
        keras.layers.Embedding,
    )

    @validated
    def __init__(
        self, layer: Layer, power_iterations: PositiveInt = 1, **kwargs: Any
    ) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = power_iterations

    def build(self, input_shape: Shape | None = None) -> None:
        """Creates the weights of the layer, and the vector `u`."""
        super().build(input_shape)
        self.vector: Variable = self.add_weight(
            name="vector",
            shape=as_matrix(self.cast_weight(self.kernel), self.layer).shape[-1:],
            initializer=random_unit_vector,
            dtype=keras.backend.result_type(self.variable_dtype, "float32"),
            trainable=False,
            autocast=False,
        )

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Calls the layer with its normalized kernel."""
        if training and not FROZEN.get():
            self.update_vector()
        return super().call(inputs)

    def effective_weights(self) -> list[tuple[Variable, Tensor]]:
        """Returns the kernel with its normalized value."""
        return [(self.kernel, self.normalized_kernel())]

    def update_vector(self) -> None:
        """Updates the vector `u` by `power_iterations` power iterations."""
        kernel = tf.stop_gradient(self.cast_weight(self.kernel))
        matrix = as_matrix(kernel, self.layer)
        u = tf.convert_to_tensor(self.vector)
        for _ in range(self.power_iterations):
            v = unit_vector(tf.linalg.matvec(matrix, u))
            product = tf.linalg.matvec(matrix, v, transpose_a=True)
            # A kernel of zeros keeps `u`, which would otherwise stay zero forever.
            u = tf.where(tf.norm(product) > MIN_NORM, unit_vector(product), u)
        self.vector.assign(u)

    def normalized_kernel(self) -> Tensor:
        """Returns the kernel divided by sigma, in at least float32."""
        kernel = self.cast_weight(self.kernel)
        u = tf.stop_gradient(tf.convert_to_tensor(self.vector))
        product = tf.linalg.matvec(as_matrix(kernel, self.layer), u)
        # `u` and `v` are constants, so that d sigma / dW = v u^T (section 2.3).
        sigma = tf.tensordot(tf.stop_gradient(unit_vector(product)), product, 1)
        return kernel / tf.where(sigma > MIN_NORM, sigma, tf.ones_like(sigma))

    @property
    def kernel(self) -> Variable:
        """The variable that the optimizer updates."""
        if isinstance(self.layer, keras.layers.Embedding):
            return self.layer.embeddings
        return super().kernel

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "power_iterations": self.power_iterations}


def unit_vector(vector: Tensor) -> Tensor:
    """Returns a vector divided by its norm; a zero vector is returned unchanged."""
    return vector / tf.maximum(tf.norm(vector), MIN_NORM)


def random_unit_vector(shape: Shape, dtype: str) -> Tensor:
    """Initializes a random vector of norm 1, seeded by Keras."""
    return unit_vector(keras.initializers.RandomNormal(stddev=1.0)(shape, dtype))
