"""What layers have in common that change the weights of another one in each call."""

import abc
from typing import ClassVar

import keras
import tensorflow as tf

from keras_gan.config import check

OUTPUTS_LAST = (
    keras.layers.Dense,
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv3D,
)
OUTPUTS_BEFORE_LAST = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)
"""Layers by the axis of their kernel that has the output channels."""


class KernelWrapper(keras.layers.Wrapper, abc.ABC):
    """A layer that calls another one with weights that are made of its own.

    The optimizer moves the raw weights. Subclass it and write `seen`.

    Args:
        layer: The layer. It stays within reach as `.layer`, and decides the precision.
        **kwargs: Keras's `name` and `trainable`.

    Attributes:
        kinds: Classes of layers that can be wrapped.

    Raises:
        ValueError: If the layer is of another kind, or a precision is given.
    """

    kinds: ClassVar = OUTPUTS_LAST + OUTPUTS_BEFORE_LAST

    def __init__(self, layer, **kwargs):
        check(
            isinstance(layer, self.kinds),
            f"This layer has no kernel that {type(self).__name__} knows.",
            expected=", ".join(kind.__name__ for kind in self.kinds),
            received=repr(layer),
            do="Wrap layers with kernels one by one, and leave the others as they are.",
        )
        check(
            "dtype" not in kwargs,
            "The precision is the wrapped layer's.",
            expected="no dtype here",
            received=f"dtype={kwargs.get('dtype')!r}",
            do="Pass it to the layer, e.g. Dense(1, dtype='float32').",
        )
        # Inputs and weights pass uncast; the wrapped layer casts for itself.
        super().__init__(
            layer,
            dtype=layer.variable_dtype,
            autocast=False,
            activity_regularizer=layer.activity_regularizer,
            **kwargs,
        )
        self.supports_masking = layer.supports_masking

    def build(self, input_shape=None):
        """Makes the weights of the layer."""
        super().build(input_shape)
        self.input_spec = self.layer.input_spec

    @abc.abstractmethod
    def effective_weights(self):
        """Returns pairs of a weight of the layer and the value that it acts with."""

    def call(self, inputs):
        """Calls the layer with the weights as they act."""
        # A new scope hides what an outer one imagines: it takes all of it over.
        values = [(own, own.value) for own in self.layer.variables]
        values += self.effective_weights()
        with keras.StatelessScope(values, initialize_variables=False):
            return self.layer(inputs)

    @property
    def kernel(self):
        """The variable that the optimizer moves."""
        return self.layer.kernel

    def raw(self, weight):
        """Returns a weight, imagined or real, in single precision at least."""
        dtype = keras.backend.result_type(self.variable_dtype, "float32")
        return tf.cast(tf.convert_to_tensor(weight), dtype)

    @property
    def activation(self):
        """The activation of the layer, or None."""
        return getattr(self.layer, "activation", None)

    def compute_mask(self, inputs, mask=None):
        """Returns the mask that the layer makes."""
        return self.layer.compute_mask(inputs, mask)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the layer's outputs."""
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs, *args, **kwargs):
        """Returns shape and precision of the layer's outputs."""
        return self.layer.compute_output_spec(inputs)

    def get_config(self):
        """Returns what the constructor takes."""
        config = super().get_config()
        for of_the_layer in ("dtype", "activity_regularizer"):
            config.pop(of_the_layer, None)
        return config
