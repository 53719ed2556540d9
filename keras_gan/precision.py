"""Precision of sums, square roots and exponentials in half-precision networks."""

import keras
import tensorflow as tf

from keras_gan.typing import Model, Tensor


def image_dtype(generator: Model) -> str:
    """Returns the dtype of the images of a generator, at least `float32`."""
    outputs = getattr(generator, "outputs", None)  # a subclassed network has none
    dtype = outputs[-1].dtype if outputs else generator.compute_dtype
    return str(keras.backend.result_type(dtype, "float32"))


def at_least_float32(tensor: Tensor) -> Tensor:
    """Returns a tensor cast to float32 if its dtype is narrower, else unchanged."""
    return tf.cast(tensor, keras.backend.result_type(tensor.dtype, "float32"))
