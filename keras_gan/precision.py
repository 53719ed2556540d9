"""In which precision sums, roots and exponents are taken."""

import keras
import tensorflow as tf


def at_least_float32(tensor):
    """Returns a tensor in single precision at least."""
    return tf.cast(tensor, keras.backend.result_type(tensor.dtype, "float32"))
