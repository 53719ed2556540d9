"""Batch normalization by TensorFlow's fused operation."""

import inspect
from typing import Any, Self

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.typing import BatchNormalization as KerasBatchNormalization
from keras_gan.typing import Config, Tensor
from keras_gan.validation import Fraction, Positive, validated

HAS_RENORM = "renorm" in inspect.signature(keras.layers.BatchNormalization).parameters
"""Whether Keras has batch renormalization: since 3.14."""


@register
class BatchNormalization(KerasBatchNormalization):
    """`keras.layers.BatchNormalization`, by TensorFlow's fused operation if possible.

    The values are Keras's. Training on one device, inputs of shape
    `(batch, height, width, channels)` in float32 or half precision take one operation
    instead of a dozen: less than half the CPU time (`benchmarks/layers.py`).

    Args:
        synchronized: Whether batch statistics are computed over all replicas.
        momentum: Momentum of the moving statistics, 0 to 1.
        epsilon: Added to the variance, above 0.
        **kwargs: Arguments of `keras.layers.BatchNormalization`.

    Raises:
        ValueError: If an argument is out of range.

    Reference: [Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift](https://arxiv.org/abs/1502.03167).
    """

    @validated
    def __init__(
        self,
        synchronized: bool = True,
        momentum: Fraction = 0.99,
        epsilon: Positive = 1e-3,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            momentum=momentum, epsilon=epsilon, synchronized=synchronized, **kwargs
        )

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Creates the layer, also under a Keras without batch renormalization.

        Keras 3.14 and later save its arguments in every file.
        """
        if not HAS_RENORM and not config.get("renorm"):
            config = {k: v for k, v in config.items() if not k.startswith("renorm")}
        return super().from_config(config)

    def call(
        self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """Returns normalized inputs, by the batch statistics in training."""
        one_device = tf.distribute.get_strategy().num_replicas_in_sync == 1
        if training and self.trainable and mask is None and one_device and self.fusible:
            return self.fused(inputs)
        return super().call(inputs, training=training, mask=mask)

    @property
    def fusible(self) -> bool:
        """Whether the fused operation supports this layer."""
        return (
            self.input_spec.ndim == 4
            and self.axis in (-1, 3)
            and self.scale
            and self.center
            and self.compute_dtype != "float64"
            and self.variable_dtype == "float32"  # which the operation requires
            and not getattr(self, "renorm", False)  # Keras 3.14 has it
        )

    def fused(self, inputs: Tensor) -> Tensor:
        """Normalizes by the batch statistics and updates the moving ones."""
        outputs, mean, unbiased_variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma,
            offset=self.beta,
            mean=tf.zeros((0,)),
            variance=tf.zeros((0,)),
            epsilon=self.epsilon,
            is_training=True,
        )
        count = tf.cast(tf.size(inputs) / tf.size(mean), tf.float32)
        # The operation returns the unbiased variance; Keras averages the biased one.
        variance = unbiased_variance * (count - 1.0) / count
        for moving, batch in (
            (self.moving_mean, mean),
            (self.moving_variance, variance),
        ):
            moving.assign(moving * self.momentum + batch * (1.0 - self.momentum))
        return outputs
