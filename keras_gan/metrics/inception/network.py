"""The 2015 Inception, layer by layer, and the tensors that its weights come as."""

import functools

import keras
import numpy as np
from keras import layers

from keras_gan.metrics.inception.names import BATCH_NORMALIZATION, HEAD, unit_names

NUM_FEATURES = 2048
NUM_CLASSES = 1008
SIDE = 299
"""Height and width in pixels of the images that the network was trained with."""

EPSILON = 1e-3
"""What the network's normalization adds to a variance."""

PADDED, CUT = "same", "valid"


class Bias(layers.Layer):
    """Adds one number to each of its inputs' last axis."""

    def build(self, input_shape):
        """Makes the numbers."""
        self.bias = self.add_weight(shape=(input_shape[-1],), name="bias")

    def call(self, inputs):
        """Adds them."""
        return inputs + self.bias


def pool(kind, inputs, strides=1, padding=PADDED):
    """Applies a 3x3 pool; TensorFlow's average leaves the padding out, as it must."""
    return kind(3, strides, padding, dtype="float32")(inputs)


def halved(inputs):
    """Applies the maximum of 3x3 pixels, two apart."""
    return pool(layers.MaxPooling2D, inputs, 2, CUT)


def unit(inputs, name, filters, size=1, strides=1, padding=PADDED):
    """Applies one unit: a convolution, the normalization folded into it, a ReLU."""
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


def chain(inputs, scope, *units):
    """Applies units one after the other; they are named `conv`, `conv_1`, ..."""
    for number, arguments in enumerate(units):
        name = f"conv_{number}" if number else "conv"
        inputs = unit(inputs, f"{scope}/{name}" if scope else name, *arguments)
    return inputs


def joined(*branches):
    """Puts the channels of branches behind each other."""
    return layers.Concatenate(dtype="float32")(branches)


def stem(images):
    """Applies the plain convolutions, to an eighth of the size."""
    values = chain(images, "", (32, 3, 2, CUT), (32, 3, 1, CUT), (64, 3))
    values = unit(halved(values), "conv_3", 80)
    return halved(unit(values, "conv_4", 192, 3, 1, CUT))


def block_a(values, scope, pooled):
    """Applies a block of 35x35 pixels: 1x1, 5x5, twice 3x3, and an average."""
    average = pool(layers.AveragePooling2D, values)
    return joined(
        chain(values, scope, (64,)),
        chain(values, f"{scope}/tower", (48,), (64, 5)),
        chain(values, f"{scope}/tower_1", (64,), (96, 3), (96, 3)),
        chain(average, f"{scope}/tower_2", (pooled,)),
    )


def block_b(values, scope):
    """Goes from 35x35 pixels to 17x17."""
    return joined(
        chain(values, scope, (384, 3, 2, CUT)),
        chain(values, f"{scope}/tower", (64,), (96, 3), (96, 3, 2, CUT)),
        halved(values),
    )


def block_c(values, scope, width):
    """Applies a block of 17x17 pixels: 7x7 as rows and columns, once and twice."""
    row, column = (width, (1, 7)), (width, (7, 1))
    first, last = (192, (1, 7)), (192, (7, 1))
    average = pool(layers.AveragePooling2D, values)
    return joined(
        chain(values, scope, (192,)),
        chain(values, f"{scope}/tower", (width,), row, last),
        chain(values, f"{scope}/tower_1", (width,), column, row, column, first),
        chain(average, f"{scope}/tower_2", (192,)),
    )


def block_d(values, scope):
    """Goes from 17x17 pixels to 8x8."""
    rows = (192,), (192, (1, 7)), (192, (7, 1))
    return joined(
        chain(values, f"{scope}/tower", (192,), (320, 3, 2, CUT)),
        chain(values, f"{scope}/tower_1", *rows, (192, 3, 2, CUT)),
        halved(values),
    )


def split(values, scope):
    """Looks at rows and columns side by side."""
    return joined(
        unit(values, f"{scope}/mixed/conv", 384, (1, 3)),
        unit(values, f"{scope}/mixed/conv_1", 384, (3, 1)),
    )


def block_e(values, scope, kind):
    """Applies a block of 8x8 pixels; its pool is an average once, a maximum once."""
    tower, other = f"{scope}/tower", f"{scope}/tower_1"
    return joined(
        chain(values, scope, (320,)),
        split(chain(values, tower, (384,)), tower),
        split(chain(values, other, (448,), (384, 3)), other),
        chain(pool(kind, values), f"{scope}/tower_2", (192,)),
    )


def inception():
    """Builds the Inception of 2015-12-05, without its weights.

    94 convolution units, 2,048 pooled features, 1,008 logits: the network with whose
    features the FID is defined (Heusel et al., 2017, https://arxiv.org/abs/1706.08500).
    It is not `keras.applications.InceptionV3`, which has other weights and other
    blocks: here averages leave the padding out, and the pool of the last block is a
    maximum. The batch normalization of a unit is folded into its convolution, so a
    unit is a convolution with a bias and a ReLU; `fill` folds.

    Returns:
        A Keras model from scaled images `(num_images, height, width, 3)`, about
        [-1, 1], of 75 pixels a side or more and 299 by rights, to a dictionary:
        `"pool_3"`, features `(num_images, 2048)`; `"logits"`, `(num_images, 1008)`; and
        `"logits_unbiased"`, the same without the bias, of which the Inception Score's
        own program takes its probabilities.

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


def layer_name(name):
    """Returns the name of a unit's layer: Keras wants no slash in it."""
    return name.replace("/", ".")


@functools.cache
def tensor_shapes():
    """Returns the shapes of the 472 tensors that make the network, by their names."""
    model = inception()
    shapes = {
        HEAD["kernel"]: (NUM_FEATURES, NUM_CLASSES),
        HEAD["bias"]: (NUM_CLASSES,),
    }
    for name in unit_names():
        kernel = tuple(model.get_layer(layer_name(name)).kernel.shape)
        shapes[f"{name}/conv2d_params"] = kernel
        for part in BATCH_NORMALIZATION:
            shapes[f"{name}/batchnorm/{part}"] = kernel[-1:]
    return shapes


def fill(model, tensors):
    """Puts weights into the network, each normalization folded into its convolution.

    `kernel * s` and `beta - mean * s`, with `s = gamma / sqrt(variance + 1e-3)`, in
    float64, then float32.

    Args:
        model: What `inception` returned.
        tensors: Dictionary from the names of `tensor_shapes` to arrays.
    """
    for name in unit_names():
        kernel = np.asarray(tensors[f"{name}/conv2d_params"], np.float64)
        beta, gamma, mean, variance = (
            np.asarray(tensors[f"{name}/batchnorm/{part}"], np.float64)
            for part in BATCH_NORMALIZATION
        )
        scale = gamma / np.sqrt(variance + EPSILON)
        folded = np.float32(kernel * scale), np.float32(beta - mean * scale)
        model.get_layer(layer_name(name)).set_weights(folded)
    model.get_layer("logits_unbiased").set_weights([tensors[HEAD["kernel"]]])
    model.get_layer("logits").set_weights([tensors[HEAD["bias"]]])
