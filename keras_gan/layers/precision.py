"""In which precision sums, roots and exponents are taken."""

import keras
import tensorflow as tf


def precise(tensor):
    """Returns a tensor in single precision at least."""
    return tf.cast(tensor, keras.backend.result_type(tensor.dtype, "float32"))
