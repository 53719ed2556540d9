"""Networks that were built for one size of pictures, made to take any."""

import contextlib

import keras
import tensorflow as tf

from keras_gan.config import user_error


def of_any_size(network, **how):
    """Returns a network of the same layers and weights, for pictures of any size.

    Args:
        network: A functional network for pictures of one size.
        **how: More arguments of `keras.models.clone_model`.

    Raises:
        Exception: Whatever a layer raises that cannot be built.
    """
    images = keras.Input((None, None, 3), dtype=network.inputs[0].dtype)
    anew = keras.models.clone_model(network, images, **how)
    anew.set_weights(network.get_weights())
    height, width = (2 * (side or 32) for side in network.inputs[0].shape[1:3])
    anew(keras.Input((height, width, 3), 1))  # some see only here that it is another
    return anew


def needs_one_size(network, layers):
    """Returns the error that names the layers that any size will do for."""
    able = []

    def call(layer, *arguments, **others):
        outputs = layer(*arguments, **others)
        ranks = [len(one.shape) for one in tf.nest.flatten(outputs)]
        if ranks == [4] and not isinstance(layer, keras.Model):
            able.append(layer.name)
        return outputs

    with contextlib.suppress(Exception):  # from the first on that needs one size
        whole = keras.Model(network.inputs[0], network.outputs)
        of_any_size(whole, call_function=call)
    return user_error(
        "Not all of these layers can look at pictures of any size.",
        expected="layers whose features have a height and a width, and none before "
        "them that needs one size, as a dense layer on all pixels does",
        received=", ".join(layers),
        do=f"Name some of: {', '.join(able)}." if able else "Take another network.",
    )
