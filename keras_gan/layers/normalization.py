"""Normalization layers."""

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.layers.arguments import above_zero, share


@register
class BatchNormalization(keras.layers.BatchNormalization):
    """Keras's batch normalization, by TensorFlow's fused operation where it can be.

    The numbers are Keras's, statistics over all replicas included. In training on one
    device, images of shape `(batch, height, width, channels)` in single or half
    precision take one operation instead of a dozen: less than half the CPU time
    (`benchmarks/layers.py`).

    Args:
        synchronized: Whether statistics are those of all replicas.
        momentum: Share of the old moving statistics that one step keeps, 0 to 1.
        epsilon: Added to the variance, above 0.
        **kwargs: As in Keras.

    Raises:
        ValueError: If an argument is out of range.

    Reference: [Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift](https://arxiv.org/abs/1502.03167).
    """

    def __init__(self, synchronized=True, momentum=0.99, epsilon=1e-3, **kwargs):
        what = "A number of batch normalization is out of range."
        super().__init__(
            momentum=share("momentum", momentum, what, "Pass e.g. momentum=0.9."),
            epsilon=above_zero("epsilon", epsilon, what, "Pass e.g. epsilon=1e-5."),
            synchronized=synchronized,
            **kwargs,
        )

    def call(self, inputs, training=None, mask=None):
        """Normalizes images, by the batch's statistics in training."""
        one_device = tf.distribute.get_strategy().num_replicas_in_sync == 1
        if training and self.trainable and mask is None and one_device and self.fusible:
            return self.fused(inputs)
        return super().call(inputs, training=training, mask=mask)

    @property
    def fusible(self):
        """Whether the fused operation covers this layer."""
        return (
            self.input_spec.ndim == 4
            and self.axis in (-1, 3)
            and self.scale
            and self.center
            and self.compute_dtype != "float64"
            and not self.renorm
        )

    def fused(self, inputs):
        """Normalizes by the batch's statistics and moves the running ones."""
        outputs, mean, unbiased, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma,
            offset=self.beta,
            mean=tf.zeros((0,)),
            variance=tf.zeros((0,)),
            epsilon=self.epsilon,
            is_training=True,
        )
        count = tf.cast(tf.size(inputs) / tf.size(mean), tf.float32)
        variance = unbiased * (count - 1.0) / count  # as Keras has it
        for running, batch in (
            (self.moving_mean, mean),
            (self.moving_variance, variance),
        ):
            running.assign(running * self.momentum + batch * (1.0 - self.momentum))
        return outputs
