"""Base class of wrappers that reparameterize the weights of a layer."""

import abc
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

import keras
import tensorflow as tf

from keras_gan.errors import check
from keras_gan.typing import Config, Layer, Shape, Tensor, TensorLike, Variable, Wrapper

LayerClasses: TypeAlias = tuple[type[Layer], ...]

OUTPUTS_LAST: LayerClasses = (
    keras.layers.Dense,
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv3D,
)
OUTPUTS_BEFORE_LAST: LayerClasses = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)
"""Layers by the kernel axis of the output channels: the last, or the one before."""


def as_matrix(kernel: Tensor | Variable, layer: Layer) -> Tensor:
    """Returns the kernel of a layer as a matrix `(other axes, output channels)`.

    Args:
        kernel: Value of the kernel, or a function of it of the same shape.
        layer: Layer of the kernel, which decides the axis of the output channels.
    """
    if isinstance(layer, OUTPUTS_BEFORE_LAST):
        kernel = tf.linalg.matrix_transpose(kernel)
    return tf.reshape(kernel, (-1, kernel.shape[-1]))


class KernelWrapper(Wrapper, abc.ABC):
    """Weight reparameterization: calls a layer with a function of its weights.

    The optimizer updates the layer's own weights. Subclass it and write
    `effective_weights`.

    Args:
        layer: The layer. It is available as `.layer` and determines the dtypes.
        **kwargs: `name` and `trainable` of `keras.layers.Layer`.

    Attributes:
        layer_classes: Classes of layers that can be wrapped.

    Raises:
        ValueError: If the layer is of another class, or `dtype` is passed.
    """

    layer_classes: ClassVar[LayerClasses] = OUTPUTS_LAST + OUTPUTS_BEFORE_LAST

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        check(
            isinstance(layer, self.layer_classes),
            f"`layer` is not supported by {type(self).__name__}.",
            expected=", ".join(
                layer_class.__name__ for layer_class in self.layer_classes
            ),
            received=repr(layer),
            do="Wrap each layer that has a kernel, and not the other layers.",
        )
        check(
            "dtype" not in kwargs,
            "`dtype` must be passed to the wrapped layer.",
            expected="no `dtype` argument of the wrapper",
            received=f"dtype={kwargs.get('dtype')!r}",
            do="Pass it to the layer, e.g. Dense(1, dtype='float32').",
        )
        # No autocast of inputs and weights: the wrapped layer casts them itself.
        super().__init__(
            layer,
            dtype=layer.variable_dtype,
            autocast=False,
            activity_regularizer=layer.activity_regularizer,
            **kwargs,
        )
        self.supports_masking = layer.supports_masking

    def build(self, input_shape: Shape | None = None) -> None:
        """Creates the weights of the layer."""
        super().build(input_shape)
        self.input_spec = self.layer.input_spec

    @abc.abstractmethod
    def effective_weights(self) -> list[tuple[Variable, Tensor]]:
        """Returns pairs of a weight of the layer and its value in the call."""

    def call(self, inputs: Tensor) -> Tensor:
        """Returns the layer's output with the effective weights."""
        # A new StatelessScope hides the values of an outer one (unrolled weights), so
        # that the current value of every variable is passed on.
        values = [(variable, variable.value) for variable in self.layer.variables]
        values += self.effective_weights()
        with keras.StatelessScope(values, initialize_variables=False):
            return self.layer(inputs)

    @property
    def kernel(self) -> Variable:
        """The variable that the optimizer updates."""
        return self.layer.kernel

    def cast_weight(self, weight: TensorLike) -> Tensor:
        """Returns the current value of a weight in at least float32."""
        dtype = keras.backend.result_type(self.variable_dtype, "float32")
        return tf.cast(tf.convert_to_tensor(weight), dtype)

    @property
    def activation(self) -> Callable[[Tensor], Tensor] | None:
        """The activation of the layer, or None."""
        return getattr(self.layer, "activation", None)

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        """Returns the mask that the layer computes."""
        return self.layer.compute_mask(inputs, mask)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the shape of the layer's outputs."""
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """Returns shape and dtype of the layer's outputs."""
        return self.layer.compute_output_spec(inputs)

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        config = super().get_config()
        for inner_argument in ("dtype", "activity_regularizer"):
            config.pop(inner_argument, None)  # of the wrapped layer's config
        return config
