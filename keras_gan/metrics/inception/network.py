"""Architecture of the 2015 Inception, and the conversion of its weights."""

import functools
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import keras
import numpy as np
from keras import layers

from keras_gan.metrics.inception.names import BATCH_NORMALIZATION, HEAD, unit_names
from keras_gan.typing import Array, Layer, Model, Shape, Tensor, Variable

NUM_FEATURES = 2048
NUM_CLASSES = 1008
SIDE = 299
"""Height and width in pixels of the images that the network was trained with."""

EPSILON = 1e-3
"""Epsilon of the batch normalization."""

Padding: TypeAlias = Literal["same", "valid"]

SAME: Padding = "same"
VALID: Padding = "valid"

Size: TypeAlias = int | tuple[int, int]
"""Height and width of a kernel."""

Arguments: TypeAlias = (
    tuple[int]
    | tuple[int, Size]
    | tuple[int, Size, int]
    | tuple[int, Size, int, Padding]
)
"""Arguments of `unit`: filters, size, strides, padding."""


class Bias(Layer):
    """Adds a bias to the last axis of its inputs."""

    def build(self, input_shape: Shape) -> None:
        """Creates the bias."""
        self.bias: Variable = self.add_weight(shape=(input_shape[-1],), name="bias")

    def call(self, inputs: Tensor) -> Tensor:
        """Returns `inputs + bias`."""
        return inputs + self.bias


def pool(
    kind: Callable[..., Layer],
    inputs: Tensor,
    strides: int = 1,
    padding: Padding = SAME,
) -> Tensor:
    """Applies 3x3 pooling; averages exclude the padding, as in TensorFlow."""
    return kind(3, strides, padding, dtype="float32")(inputs)


def downsample(inputs: Tensor) -> Tensor:
    """Applies 3x3 max pooling with stride 2."""
    return pool(layers.MaxPooling2D, inputs, 2, VALID)


def unit(
    inputs: Tensor,
    name: str,
    filters: int,
    size: Size = 1,
    strides: int = 1,
    padding: Padding = SAME,
) -> Tensor:
    """Applies one unit: a convolution with folded normalization, and a ReLU."""
    return layers.Conv2D(
        filters,
        size,
        strides,
        padding,
        activation="relu",
        kernel_initializer="zeros",
        dtype="float32",
        name=layer_name(name),
    )(inputs)


def chain(inputs: Tensor, scope: str, *units: Arguments) -> Tensor:
    """Applies units in sequence, named `conv`, `conv_1`, ..."""
    for number, arguments in enumerate(units):
        name = f"conv_{number}" if number else "conv"
        inputs = unit(inputs, f"{scope}/{name}" if scope else name, *arguments)
    return inputs


def concatenate(*branches: Tensor) -> Tensor:
    """Concatenates the channels of branches."""
    return layers.Concatenate(dtype="float32")(branches)


def stem(images: Tensor) -> Tensor:
    """Applies the convolutions before the blocks, which reduce the size to 1/8."""
    values = chain(images, "", (32, 3, 2, VALID), (32, 3, 1, VALID), (64, 3))
    values = unit(downsample(values), "conv_3", 80)
    return downsample(unit(values, "conv_4", 192, 3, 1, VALID))


def block_a(values: Tensor, scope: str, pooled: int) -> Tensor:
    """Applies a block at 35x35 pixels: 1x1, 5x5, twice 3x3, and average pooling."""
    average = pool(layers.AveragePooling2D, values)
    return concatenate(
        chain(values, scope, (64,)),
        chain(values, f"{scope}/tower", (48,), (64, 5)),
        chain(values, f"{scope}/tower_1", (64,), (96, 3), (96, 3)),
        chain(average, f"{scope}/tower_2", (pooled,)),
    )


def block_b(values: Tensor, scope: str) -> Tensor:
    """Applies the block that downsamples from 35x35 to 17x17 pixels."""
    return concatenate(
        chain(values, scope, (384, 3, 2, VALID)),
        chain(values, f"{scope}/tower", (64,), (96, 3), (96, 3, 2, VALID)),
        downsample(values),
    )


def block_c(values: Tensor, scope: str, width: int) -> Tensor:
    """Applies a block at 17x17 pixels: factorized 7x7, once and twice."""
    row, column = (width, (1, 7)), (width, (7, 1))
    first, last = (192, (1, 7)), (192, (7, 1))
    average = pool(layers.AveragePooling2D, values)
    return concatenate(
        chain(values, scope, (192,)),
        chain(values, f"{scope}/tower", (width,), row, last),
        chain(values, f"{scope}/tower_1", (width,), column, row, column, first),
        chain(average, f"{scope}/tower_2", (192,)),
    )


def block_d(values: Tensor, scope: str) -> Tensor:
    """Applies the block that downsamples from 17x17 to 8x8 pixels."""
    rows = (192,), (192, (1, 7)), (192, (7, 1))
    return concatenate(
        chain(values, f"{scope}/tower", (192,), (320, 3, 2, VALID)),
        chain(values, f"{scope}/tower_1", *rows, (192, 3, 2, VALID)),
        downsample(values),
    )


def parallel_rows_columns(values: Tensor, scope: str) -> Tensor:
    """Applies a 1x3 and a 3x1 convolution in parallel."""
    return concatenate(
        unit(values, f"{scope}/mixed/conv", 384, (1, 3)),
        unit(values, f"{scope}/mixed/conv_1", 384, (3, 1)),
    )


def block_e(values: Tensor, scope: str, kind: Callable[..., Layer]) -> Tensor:
    """Applies a block at 8x8 pixels, with the pooling `kind`."""
    tower, other = f"{scope}/tower", f"{scope}/tower_1"
    return concatenate(
        chain(values, scope, (320,)),
        parallel_rows_columns(chain(values, tower, (384,)), tower),
        parallel_rows_columns(chain(values, other, (448,), (384, 3)), other),
        chain(pool(kind, values), f"{scope}/tower_2", (192,)),
    )


def inception() -> Model:
    """Builds the Inception of 2015-12-05, with weights of zero.

    94 convolution units, 2,048 pooled features, 1,008 logits: the network of the FID
    (Heusel et al., 2017, https://arxiv.org/abs/1706.08500). It differs from
    `keras.applications.InceptionV3` in weights and blocks: average pooling excludes the
    padding, and the last block has max pooling. The batch normalization of a unit is
    folded into its convolution by `fill`, so that a unit is a convolution with a bias
    and a ReLU.

    Returns:
        A Keras model from scaled images `(num_images, height, width, 3)`, about
        [-1, 1], with sides of at least 75 pixels (299 in the papers), to a dictionary:
        `"pool_3"`, features `(num_images, 2048)`; `"logits"`, `(num_images, 1008)`; and
        `"logits_unbiased"`, the logits without the bias, which the program of the
        Inception Score uses.

    Example:
    >>> from keras_gan.metrics import inception
    >>> len(inception.unit_names())
    94
    """
    images = keras.Input((None, None, 3), name="images", dtype="float32")
    values = stem(images)
    for scope, pooled in {"mixed": 32, "mixed_1": 64, "mixed_2": 64}.items():
        values = block_a(values, scope, pooled)
    values = block_b(values, "mixed_3")
    for number, width in {4: 128, 5: 160, 6: 160, 7: 192}.items():
        values = block_c(values, f"mixed_{number}", width)
    values = block_d(values, "mixed_8")
    values = block_e(values, "mixed_9", layers.AveragePooling2D)
    values = block_e(values, "mixed_10", layers.MaxPooling2D)
    pooled = layers.GlobalAveragePooling2D(dtype="float32", name="pool_3")(values)
    unbiased = layers.Dense(
        NUM_CLASSES,
        use_bias=False,
        kernel_initializer="zeros",
        dtype="float32",
        name="logits_unbiased",
    )(pooled)
    logits = Bias(dtype="float32", name="logits")(unbiased)
    outputs = {"pool_3": pooled, "logits_unbiased": unbiased, "logits": logits}
    model = keras.Model(images, outputs, name="inception_2015_12_05")
    model.trainable = False
    return model


def layer_name(name: str) -> str:
    """Returns the name of a unit's layer."""
    # Keras does not allow slashes in layer names.
    return name.replace("/", ".")


@functools.cache
def tensor_shapes() -> dict[str, Shape]:
    """Returns the shapes of the 472 tensors of the network by their names."""
    model = inception()
    shapes: dict[str, Shape] = {
        HEAD["kernel"]: (NUM_FEATURES, NUM_CLASSES),
        HEAD["bias"]: (NUM_CLASSES,),
    }
    for name in unit_names():
        kernel = tuple(model.get_layer(layer_name(name)).kernel.shape)
        shapes[f"{name}/conv2d_params"] = kernel
        for part in BATCH_NORMALIZATION:
            shapes[f"{name}/batchnorm/{part}"] = kernel[-1:]
    return shapes


def fill(model: Model, tensors: Mapping[str, Array]) -> None:
    """Sets the weights of the network, each normalization folded into its convolution.

    `kernel * s` and `beta - mean * s`, with `s = gamma / sqrt(variance + 1e-3)`, in
    float64, then float32.

    Args:
        model: Model of `inception`.
        tensors: Dictionary from the names of `tensor_shapes` to arrays.
    """
    for name in unit_names():
        kernel = np.asarray(tensors[f"{name}/conv2d_params"], np.float64)
        beta, gamma, mean, variance = (
            np.asarray(tensors[f"{name}/batchnorm/{part}"], np.float64)
            for part in BATCH_NORMALIZATION
        )
        scale = gamma / np.sqrt(variance + EPSILON)
        folded = kernel * scale, beta - mean * scale
        model.get_layer(layer_name(name)).set_weights(
            [values.astype(np.float32) for values in folded]
        )
    model.get_layer("logits_unbiased").set_weights([tensors[HEAD["kernel"]]])
    model.get_layer("logits").set_weights([tensors[HEAD["bias"]]])
