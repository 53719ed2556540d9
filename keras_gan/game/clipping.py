"""Clipping of gradients by the options of Keras's optimizers, over all replicas."""

from collections.abc import Sequence
from typing import Any, cast

import keras
import tensorflow as tf

from keras_gan.replicas import global_sums
from keras_gan.typing import Optimizer, Tensor


def inner_optimizer(optimizer: Optimizer) -> Optimizer:
    """Returns the optimizer inside a `LossScaleOptimizer`, or the optimizer itself."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return cast("Optimizer", optimizer.inner_optimizer)
    return optimizer


def has_loss_scale(optimizer: Optimizer) -> bool:
    """Returns whether an optimizer skips the updates whose gradients overflow."""
    return inner_optimizer(optimizer) is not optimizer


def clips(optimizer: Optimizer) -> bool:
    """Returns whether an optimizer clips the gradients."""
    inner = inner_optimizer(optimizer)
    names = "clipnorm", "global_clipnorm", "clipvalue"
    return any(getattr(inner, name, None) for name in names)


def loss_scale(optimizer: Optimizer) -> Tensor | float:
    """Returns the number that `optimizer.scale_loss` multiplies the loss by."""
    if has_loss_scale(optimizer):
        return tf.convert_to_tensor(cast("Any", optimizer).dynamic_scale)
    return getattr(optimizer, "loss_scale_factor", None) or 1.0


def synchronize(
    gradients: Sequence[Tensor | None], optimizer: Optimizer
) -> Sequence[Tensor | None]:
    """Returns gradients that Keras clips and sums over the replicas correctly.

    Keras clips the gradients of each replica before it sums them, and a
    `LossScaleOptimizer` looks for an overflow in those of one replica only. Here they
    are summed and clipped first, and divided by the number of replicas: Keras's own
    clipping then changes nothing, and its sum is the clipped gradient.

    Args:
        gradients: Gradients of this replica, as `scale_loss` has scaled them.
        optimizer: Keras optimizer.
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas == 1 or not (clips(optimizer) or has_loss_scale(optimizer)):
        return gradients
    known = [index for index, one in enumerate(gradients) if one is not None]
    sums = global_sums([tf.convert_to_tensor(gradients[index]) for index in known])
    scale = loss_scale(optimizer)
    clipped = clip([one / scale for one in sums], inner_optimizer(optimizer))
    result = list(gradients)
    for index, gradient in zip(known, clipped, strict=True):
        result[index] = gradient * (scale / replicas)
    return result


def clip(gradients: list[Tensor], optimizer: Optimizer) -> list[Tensor]:
    """Returns gradients, clipped as a Keras optimizer clips them on one device."""
    options: Any = optimizer
    if options.clipnorm:
        return [tf.clip_by_norm(one, options.clipnorm) for one in gradients]
    if options.global_clipnorm:
        return list(tf.clip_by_global_norm(gradients, options.global_clipnorm)[0])
    if options.clipvalue:
        bound = options.clipvalue
        # An infinite gradient stays one, for loss scaling to skip the update.
        return [
            tf.where(tf.math.is_inf(one), one, tf.clip_by_value(one, -bound, bound))
            for one in gradients
        ]
    return gradients
