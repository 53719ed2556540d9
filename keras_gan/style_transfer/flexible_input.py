"""Networks of a fixed input size, rebuilt for images of any size."""

import contextlib

import keras
import tensorflow as tf

from keras_gan.errors import user_error


def with_flexible_input(network, **clone_arguments):
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


def fixed_size_error(network, layers):
    """Returns the error for layers that require a fixed size, with those that do not.

    Args:
        network: The network that has these layers.
        layers: Names of the layers that were requested.
    """
    flexible_layers = []

    def call_and_record(layer, *args, **kwargs):
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
