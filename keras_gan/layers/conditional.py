"""Layers that are told what an image shows, by its class or by a vector."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import check, check_count, register
from keras_gan.layers import kernels
from keras_gan.layers.embedding import Embedding, rows
from keras_gan.layers.normalization import BatchNormalization
from keras_gan.precision import at_least_float32


class Standardization(BatchNormalization):
    """Batch normalization without gain and bias, by the fused operation with 1 and 0.

    Args:
        **kwargs: As in `BatchNormalization`, without `axis` and `renorm`.
    """

    def __init__(self, **kwargs):
        super().__init__(center=False, scale=False, **kwargs)

    def build(self, input_shape):
        """Makes the moving statistics, and what the fused operation takes."""
        super().build(input_shape)
        self.gamma = np.ones(input_shape[-1], "float32")
        self.beta = np.zeros(input_shape[-1], "float32")

    @property
    def fusible(self):
        """Whether the fused operation covers this layer."""
        return self.input_spec.ndim == 4 and self.compute_dtype != "float64"


@register
class ConditionalBatchNormalization(keras.layers.Layer):
    """Batch normalization whose gain and bias depend on the class, or on a vector.

    `gain * (x - mean) / sqrt(variance + epsilon) + bias`: mean and variance are those
    of `kg.layers.BatchNormalization`, over all classes and all replicas. With classes
    each has a row of gains and one of biases, from 1 and 0. Without, they are linear in
    the vector `c`: `gain = 1 + G c`, `bias = B c`.

    Call it as `layer(images, condition)`.

    Args:
        num_classes: Number of classes, 1 or more: the condition is labels, whole
            numbers of shape `(batch,)`. None: the condition is vectors, shape
            `(batch, numbers)`.
        momentum: Share of the old moving statistics that one step keeps, 0 to 1.
        epsilon: Added to the variance, above 0.
        normalization: `"spectral"`: `G` and `B` are kernels of
            `kg.layers.SpectralNormalization`; or None. The tables of classes have none.
        kernel_initializer: Keras initializer of `G` and `B`, or its name; BigGAN's is
            `"orthogonal"`.
        **kwargs: As in Keras.

    Input: images or features, shape `(batch, ..., channels)`, and the condition.
    Output: the shape of the images. A label out of range is an error on a CPU, and no
    class at all elsewhere: `GAN.fit` looks at the labels of its first batch.

    Raises:
        ValueError: If an argument is out of range or unknown, the condition has another
            shape, or labels are no whole numbers.

    References: [A Learned Representation For Artistic
    Style](https://arxiv.org/abs/1610.07629); by a vector, [Large Scale GAN Training for
    High Fidelity Natural Image Synthesis](https://arxiv.org/abs/1809.11096).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.ConditionalBatchNormalization(num_classes=10)
    >>> layer(keras.ops.ones((2, 4, 4, 3)), keras.ops.array([7, 2])).shape
    TensorShape([2, 4, 4, 3])
    """

    def __init__(
        self,
        num_classes=None,
        momentum=0.9,
        epsilon=1e-5,
        normalization=None,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        if num_classes is not None:
            check_count(num_classes, "num_classes")
        self.num_classes = num_classes
        self.normalization = normalization
        self.wrap = kernels.get(normalization)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.statistics = Standardization(
            momentum=momentum, epsilon=epsilon, dtype=self.dtype_policy
        )
        self.momentum, self.epsilon = self.statistics.momentum, self.statistics.epsilon

    def build(self, images_shape, condition_shape):
        """Makes the tables of the classes, or the linear maps of the vectors."""
        rank = 2 if self.num_classes is None else 1
        shape = "(batch, numbers)" if self.num_classes is None else "(batch,)"
        check_condition(condition_shape, rank, shape)
        self.statistics.build(images_shape)
        channels = images_shape[-1]
        if self.num_classes is None:
            self.gains = self.linear("gains", channels, condition_shape)
            self.biases = self.linear("biases", channels, condition_shape)
        else:
            self.gains = self.table("gains", channels, "ones")
            self.biases = self.table("biases", channels, "zeros")

    def linear(self, name, channels, condition_shape):
        """Returns a linear map from vectors to channels."""
        dense = keras.layers.Dense(
            channels,
            use_bias=False,
            kernel_initializer=self.kernel_initializer.clone(),
            dtype=self.dtype_policy,
            name=name,
        )
        layer = self.wrap(dense)
        layer.build(condition_shape)
        return layer

    def table(self, name, channels, initializer):
        """Returns a weight with a row for each class."""
        shape = (self.num_classes, channels)
        return self.add_weight(name=name, shape=shape, initializer=initializer)

    def call(self, images, condition, training=None):
        """Normalizes images, then scales and moves them by the condition."""
        normalized = self.statistics(images, training=training)
        if self.num_classes is None:
            gain, bias = 1.0 + self.gains(condition), self.biases(condition)
        else:
            gain, bias = rows(self.gains, condition), rows(self.biases, condition)
        return normalized * over_places(gain, images) + over_places(bias, images)

    def compute_output_shape(self, images_shape, condition_shape=None):
        """Returns the shape of the images."""
        return images_shape

    def get_config(self):
        """Returns what the constructor takes."""
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
class LabelProjection(keras.layers.Layer):
    """How well features fit a label: their inner product with a vector of the class.

    `<embedding(y), x>`. Added to the score of a discriminator that sees no labels, it
    makes one that does: the projection discriminator. Call it as
    `layer(features, labels)`.

    Args:
        num_classes: Number of classes, 1 or more.
        normalization: `"spectral"`: the table of all vectors is the kernel of a
            `kg.layers.SpectralNormalization`; or None.
        embeddings_initializer: Keras initializer of the table, or its name.
        **kwargs: As in Keras.

    Input: features, shape `(batch, features)`, and labels, whole numbers of shape
    `(batch,)`. Output: shape `(batch,)`, in single precision at least. A label out of
    range is an error on a CPU, and no class at all elsewhere.

    Raises:
        ValueError: If an argument is out of range or unknown, an input has another
            shape, or labels are no whole numbers.

    Reference: [cGANs with Projection Discriminator](https://arxiv.org/abs/1802.05637).

    Example:
    >>> import keras, keras_gan as kg
    >>> layer = kg.layers.LabelProjection(3, embeddings_initializer="ones")
    >>> layer(keras.ops.array([[1.0, 2.0]]), keras.ops.array([2])).numpy()
    array([3.], dtype=float32)
    """

    def __init__(
        self,
        num_classes,
        normalization=None,
        embeddings_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        check_count(num_classes, "num_classes")
        self.num_classes = num_classes
        self.normalization = normalization
        self.wrap = kernels.get(normalization)
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)

    def build(self, features_shape, labels_shape):
        """Makes the vectors of the classes."""
        check(
            len(features_shape) == 2 and features_shape[-1] is not None,
            "Labels are projected on vectors of features.",
            expected="features of shape (batch, features), features known",
            received=f"features of shape {tuple(features_shape)}",
            do="Put keras.layers.GlobalAveragePooling2D() before it.",
        )
        check_condition(labels_shape, 1, "(batch,)")
        embedding = Embedding(
            self.num_classes,
            features_shape[-1],
            embeddings_initializer=self.embeddings_initializer.clone(),
            dtype=self.dtype_policy,
            name="embedding",
        )
        self.embedding = self.wrap(embedding)
        self.embedding.build(labels_shape)

    def call(self, features, labels):
        """Returns the inner products."""
        vectors = self.embedding(labels)
        return tf.einsum(
            "bf,bf->b", at_least_float32(vectors), at_least_float32(features)
        )

    def compute_output_spec(self, features, labels):
        """Returns the shape and the precision of the inner products."""
        dtype = keras.backend.result_type(self.compute_dtype, "float32")
        return keras.KerasTensor(labels.shape, dtype=dtype)

    def get_config(self):
        """Returns what the constructor takes."""
        initializer = keras.initializers.serialize(self.embeddings_initializer)
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "normalization": self.normalization,
            "embeddings_initializer": initializer,
        }


def check_condition(shape, rank, expected):
    """Makes sure that labels or vectors have their shape.

    Raises:
        ValueError: If they have not.
    """
    check(
        len(shape) == rank,
        "The condition of this layer has another shape.",
        expected=f"a second input of shape {expected}",
        received=f"one of shape {tuple(shape)}",
        do="Pass labels of shape (batch,) with num_classes, vectors of shape "
        "(batch, numbers) without.",
    )


def over_places(vectors, images):
    """Returns one vector for each image in a shape that meets all its places."""
    places = [1] * (images.shape.rank - 2)
    return tf.reshape(vectors, (-1, *places, vectors.shape[-1]))
