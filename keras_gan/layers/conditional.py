"""Class-conditional layers: conditional batch normalization and projection."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers import kernels
from keras_gan.layers.embedding import Embedding, gather_rows
from keras_gan.layers.normalization import BatchNormalization
from keras_gan.layers.shapes import check_input
from keras_gan.precision import at_least_float32
from keras_gan.typing import Config, Initializer, Layer, Shape, Tensor, Variable
from keras_gan.validation import Fraction, Positive, PositiveInt, validated


class Standardization(BatchNormalization):
    """Batch normalization without gain and bias.

    Args:
        **kwargs: Arguments of `BatchNormalization`, without `axis` and `renorm`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(center=False, scale=False, **kwargs)

    def build(self, input_shape: Shape) -> None:
        """Creates the moving statistics."""
        super().build(input_shape)
        # The fused operation requires a gain and a bias: constants, not weights.
        self.gamma = np.ones(input_shape[-1], "float32")
        self.beta = np.zeros(input_shape[-1], "float32")

    @property
    def fusible(self) -> bool:
        """Whether the fused operation supports this layer."""
        return self.input_spec.ndim == 4 and self.compute_dtype != "float64"


@register
class ConditionalBatchNormalization(Layer):
    """Conditional batch normalization: gain and bias depend on a class or a vector.

    `gain * (x - mean) / sqrt(variance + epsilon) + bias`, with the mean and variance of
    `kg.layers.BatchNormalization`, over all classes and all replicas. With
    `num_classes`, each class has its gains, initialized at 1, and biases, initialized
    at 0. Without, they are linear in a vector `c`: `gain = 1 + G c`, `bias = B c`.

    Called as `layer(images, condition)`.

    Args:
        num_classes: Number of classes, a positive integer: the condition is integer
            labels of shape `(batch,)`. None: the condition is vectors of shape
            `(batch, condition_dim)`.
        momentum: Momentum of the moving statistics, 0 to 1.
        epsilon: Added to the variance, above 0.
        normalization: `"spectral"`: `G` and `B` are dense layers in
            `kg.layers.SpectralNormalization`; or None. It does not apply to the gains
            and biases of classes.
        kernel_initializer: Keras initializer of `G` and `B`, or its name; BigGAN uses
            `"orthogonal"`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input: images or features of shape `(batch, ..., channels)`, and the condition.
    Output: the shape of the images. A label out of range is an error on the CPU only;
    `GAN.fit` validates the labels of its first batch on every device.

    Raises:
        ValueError: If an argument is out of range or unknown, the condition has an
            invalid shape, or labels are not integers.

    References: [A Learned Representation For Artistic
    Style](https://arxiv.org/abs/1610.07629); with a vector, [Large Scale GAN Training
    for High Fidelity Natural Image Synthesis](https://arxiv.org/abs/1809.11096).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.ConditionalBatchNormalization(num_classes=10)
    >>> layer(keras.ops.ones((2, 4, 4, 3)), keras.ops.array([7, 2])).shape
    TensorShape([2, 4, 4, 3])
    """

    @validated
    def __init__(
        self,
        num_classes: PositiveInt | None = None,
        momentum: Fraction = 0.9,
        epsilon: Positive = 1e-5,
        normalization: kernels.KernelNormalization | None = None,
        kernel_initializer: str | Initializer = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.normalization = normalization
        self.kernel_initializer: Initializer = keras.initializers.get(
            kernel_initializer
        )
        self.statistics: BatchNormalization = Standardization(
            momentum=momentum, epsilon=epsilon, dtype=self.dtype_policy
        )
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, images_shape: Shape, condition_shape: Shape) -> None:
        """Creates the gains and biases of classes, or their linear maps."""
        axes = "(batch, condition_dim)" if self.num_classes is None else "(batch,)"
        check_condition(condition_shape, axes)
        self.statistics.build(images_shape)
        channels = images_shape[-1]
        self.gains: Layer | Variable
        self.biases: Layer | Variable
        if self.num_classes is None:
            self.gains = self.linear("gains", channels, condition_shape)
            self.biases = self.linear("biases", channels, condition_shape)
        else:
            self.gains = self.table("gains", channels, "ones")
            self.biases = self.table("biases", channels, "zeros")

    def linear(self, name: str, channels: int, condition_shape: Shape) -> Layer:
        """Returns a dense layer without bias from vectors to channels."""
        dense = keras.layers.Dense(
            channels,
            use_bias=False,
            kernel_initializer=self.kernel_initializer.clone(),
            dtype=self.dtype_policy,
            name=name,
        )
        layer = kernels.get(self.normalization)(dense)
        layer.build(condition_shape)
        return layer

    def table(self, name: str, channels: int, initializer: str) -> Variable:
        """Returns a weight of shape `(num_classes, channels)`."""
        shape = (self.num_classes, channels)
        return self.add_weight(name=name, shape=shape, initializer=initializer)

    def call(
        self, images: Tensor, condition: Tensor, training: bool | None = None
    ) -> Tensor:
        """Returns normalized images, scaled and shifted by the condition."""
        normalized = self.statistics(images, training=training)
        gain, bias = values(self.gains, condition), values(self.biases, condition)
        if self.num_classes is None:
            gain = 1.0 + gain
        gain, bias = expand_positions(gain, images), expand_positions(bias, images)
        return normalized * gain + bias

    def compute_output_shape(
        self, images_shape: Shape, condition_shape: Shape | None = None
    ) -> Shape:
        """Returns the shape of the images."""
        return images_shape

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "normalization": self.normalization,
            "kernel_initializer": initializer,
        }


@register
class LabelProjection(Layer):
    """Label projection: the inner product `<embedding(y), x>` of label and features.

    The projection discriminator adds it to the score of an unconditional discriminator.
    Called as `layer(features, labels)`.

    Args:
        num_classes: Number of classes, a positive integer.
        normalization: `"spectral"`: the embedding is wrapped in
            `kg.layers.SpectralNormalization`; or None.
        embeddings_initializer: Keras initializer of the embedding, or its name.
        **kwargs: Arguments of `keras.layers.Layer`.

    Input: features of shape `(batch, features)`, and integer labels of shape
    `(batch,)`. Output: shape `(batch,)`, in at least float32. A label out of range is
    an error on the CPU only.

    Raises:
        ValueError: If an argument is out of range or unknown, an input has an invalid
            shape, or labels are not integers.

    Reference: [cGANs with Projection Discriminator](https://arxiv.org/abs/1802.05637).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.LabelProjection(3, embeddings_initializer="ones")
    >>> layer(keras.ops.array([[1.0, 2.0]]), keras.ops.array([2])).numpy()
    array([3.], dtype=float32)
    """

    @validated
    def __init__(
        self,
        num_classes: PositiveInt,
        normalization: kernels.KernelNormalization | None = None,
        embeddings_initializer: str | Initializer = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.normalization = normalization
        initializer: Initializer = keras.initializers.get(embeddings_initializer)
        self.embeddings_initializer = initializer

    def build(self, features_shape: Shape, labels_shape: Shape) -> None:
        """Creates the embedding of the classes."""
        do = "Put keras.layers.GlobalAveragePooling2D() before it."
        axes = "(batch, features)"
        check_input(features_shape, axes, "features", name="features", do=do)
        check_condition(labels_shape, "(batch,)")
        embedding = Embedding(
            self.num_classes,
            features_shape[-1],
            embeddings_initializer=self.embeddings_initializer.clone(),
            dtype=self.dtype_policy,
            name="embedding",
        )
        self.embedding: Layer = kernels.get(self.normalization)(embedding)
        self.embedding.build(labels_shape)

    def call(self, features: Tensor, labels: Tensor) -> Tensor:
        """Returns the inner products."""
        vectors = self.embedding(labels)
        return tf.einsum(
            "bf,bf->b", at_least_float32(vectors), at_least_float32(features)
        )

    def compute_output_spec(self, features: Tensor, labels: Tensor) -> Tensor:
        """Returns shape and dtype of the inner products."""
        dtype = keras.backend.result_type(self.compute_dtype, "float32")
        return keras.KerasTensor(labels.shape, dtype=dtype)

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        initializer = keras.initializers.serialize(self.embeddings_initializer)
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "normalization": self.normalization,
            "embeddings_initializer": initializer,
        }


def check_condition(shape: Shape, axes: str) -> None:
    """Validates the shape of labels or condition vectors.

    Raises:
        ValueError: If the rank is another.
    """
    do = (
        "Pass labels of shape (batch,) with num_classes, vectors of shape (batch, "
        "condition_dim) without, as the layer's second input."
    )
    check_input(shape, axes, name="condition", do=do)


def values(source: Layer | Variable, condition: Tensor) -> Tensor:
    """Returns a dense layer's output for vectors, or a table's rows for labels."""
    if callable(source):
        return source(condition)
    return gather_rows(source, condition)


def expand_positions(vectors: Tensor, images: Tensor) -> Tensor:
    """Returns vectors `(batch, channels)` in a shape that broadcasts over positions."""
    positions = [1] * (images.shape.rank - 2)
    return tf.reshape(vectors, (-1, *positions, vectors.shape[-1]))
