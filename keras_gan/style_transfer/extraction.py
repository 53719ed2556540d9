"""The features of some layers of a network, for images of any size."""

import bisect
import contextlib
import functools
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_gan.errors import check, suggest, user_error
from keras_gan.typing import Layer, Model, Tensor


def extractor(network: Model, layers: Sequence[str]) -> Model:
    """Returns the feature extractor that outputs some layers of a network.

    It takes images of any size: a network of a fixed input size, such as a classifier,
    is rebuilt up to these layers, with the same weights.

    Args:
        network: A functional or Sequential network of RGB images.
        layers: Names of layers whose features have a height and a width.

    Raises:
        ValueError: If the network is not functional or not of RGB images; if a layer
            does not exist, with those that do; if a layer requires a fixed size, with
            those that do not.
    """
    check_rgb_input(network)
    names = [layer.name for layer in network.layers]
    for name in layers:
        if name not in names:
            raise user_error(
                "The feature network has no such layer.",
                expected="names of layers of the network",
                received=repr(name),
                do=suggest(name, names),
            )
    images = network.inputs[0]
    try:
        outputs = [network.get_layer(name).output for name in layers]
        truncated = keras.Model(images, outputs)
        if tuple(images.shape[1:3]) != (None, None):
            truncated = with_flexible_input(truncated)
        shapes = [output.shape for output in truncated.outputs]
    except Exception as error:  # layers of a fixed size raise errors of any kind
        raise fixed_size_error(network, layers) from error
    if any(len(shape) != 4 for shape in shapes):
        raise fixed_size_error(network, layers)
    return truncated


def check_rgb_input(network: Model) -> None:
    """Validates that a network is functional and takes floating-point RGB images."""
    inputs: Any = getattr(network, "inputs", None)  # subclassed networks have none
    check(
        inputs,
        "`features` must be a functional or built Sequential network.",
        expected="a functional network, or a Sequential one that begins with an Input",
        received=f"a {type(network).__name__} without inputs",
        do="Build it from keras.Input((None, None, 3)).",
    )
    (*_, channels), dtype = inputs[0].shape, tf.as_dtype(inputs[0].dtype)
    descriptions = [f"{tensor.shape[1:]}, {tensor.dtype}" for tensor in inputs]
    check(
        len(inputs) == 1 and len(inputs[0].shape) == 4 and channels == 3,
        "`features` must take RGB images.",
        expected="one input of shape (height, width, 3)",
        received=" and ".join(descriptions),
        do="Use a network of RGB images: the loss of a grayscale network does not "
        "determine the colors of the result.",
    )
    check(
        dtype.is_floating,
        "`features` must take floating-point images: integers have no gradient.",
        expected="floats in [-1, 1]",
        received=descriptions[0],
        do="Begin with keras.Input((None, None, 3)), and if levels are needed "
        "keras.layers.Rescaling(127.5, offset=127.5).",
    )


def min_side(network: Model, largest: int = 1024) -> int:
    """Returns the minimum side, in pixels, of the images that a network accepts.

    At least 2: the total variation of a single pixel is undefined.
    """
    upper = 2
    while upper < largest and not accepts_side(network, upper):
        upper *= 2
    accepts = functools.partial(accepts_side, network)
    return bisect.bisect_left(range(upper), True, lo=upper // 2 + 1, key=accepts)


def accepts_side(network: Model, side: int) -> bool:
    """Returns whether all outputs of a network are non-empty for a square image."""
    try:
        shapes = network.compute_output_shape((1, side, side, 3))
    except ValueError:
        return False
    return all(length > 0 for length in tf.nest.flatten(shapes))


def with_flexible_input(network: Model, **clone_arguments: Any) -> Model:
    """Returns a clone of a network, with the same weights, for images of any size.

    Args:
        network: A functional network of a fixed input size.
        **clone_arguments: More arguments of `keras.models.clone_model`.

    Raises:
        Exception: Whatever a layer raises that requires the fixed size.
    """
    images = keras.Input((None, None, 3), dtype=network.inputs[0].dtype)
    clone = keras.models.clone_model(network, images, **clone_arguments)
    clone.set_weights(network.get_weights())
    # Some layers (Reshape) accept unknown sizes and only fail at a known, different
    # one: a symbolic call at twice the size detects them.
    height, width = (2 * (side or 32) for side in network.inputs[0].shape[1:3])
    clone(keras.Input((height, width, 3), 1))
    return clone


def fixed_size_error(network: Model, layers: Sequence[str]) -> Exception:
    """Returns the error for layers that require a fixed size, with those that do not.

    Args:
        network: The network that has these layers.
        layers: Names of the layers that were requested.
    """
    flexible_layers: list[str] = []

    def call_and_record(layer: Layer, *args: Any, **kwargs: Any) -> Tensor:
        outputs = layer(*args, **kwargs)
        ranks = [len(output.shape) for output in tf.nest.flatten(outputs)]
        if ranks == [4] and not isinstance(layer, keras.Model):
            flexible_layers.append(layer.name)
        return outputs

    # Cloning fails at the first layer that requires a fixed size: those before it
    # have been recorded by then.
    with contextlib.suppress(Exception):
        whole = keras.Model(network.inputs[0], network.outputs)
        with_flexible_input(whole, call_function=call_and_record)
    names = ", ".join(flexible_layers)
    return user_error(
        "The layers must accept images of any size.",
        expected="layers whose features have a height and a width, and no layer before "
        "them that requires a fixed size, such as a dense layer on all pixels",
        received=", ".join(layers),
        do=f"Choose from: {names}." if names else "Use another network.",
    )
