"""Precision of sums, square roots and exponentials in half-precision networks."""

import keras
import tensorflow as tf


def at_least_float32(tensor):
    """Returns a tensor cast to float32 if its dtype is narrower, else unchanged."""
    return tf.cast(tensor, keras.backend.result_type(tensor.dtype, "float32"))
