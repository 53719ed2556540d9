"""Precision of sums, square roots and exponentials in half-precision networks."""

import keras
import tensorflow as tf

from keras_gan.typing import Tensor


def at_least_float32(tensor: Tensor) -> Tensor:
    """Returns a tensor cast to float32 if its dtype is narrower, else unchanged."""
    return tf.cast(tensor, keras.backend.result_type(tensor.dtype, "float32"))
