"""Half-precision networks in float32, which every runtime computes alike."""

import dataclasses
from typing import Any

import keras
import tensorflow as tf

from keras_gan.layers.search import find_layers
from keras_gan.networks.sampler import Sampler
from keras_gan.typing import Model

HALF = ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16")
"""Names of dtype policies that compute in half precision."""


def is_half_precision(network: Model) -> bool:
    """Returns whether a layer of a network computes in half precision."""
    layers = find_layers(network, keras.layers.Layer)
    return any(layer.compute_dtype in HALF for layer in layers)


def in_float32(sampler: Sampler) -> Sampler:
    """Returns a sampler whose generator computes in float32, with the same weights.

    The weights of a mixed policy are in float32 already: only the rounding between the
    operations is gone.

    Raises:
        Exception: Any, if the network cannot be created from its config.
    """
    network = sampler.generator
    if not is_half_precision(network):
        return sampler
    copy = type(network).from_config(without_half_precision(network.get_config()))
    single = dataclasses.replace(sampler, generator=copy)
    # Builds a subclassed network.
    single.generate(tf.zeros((1, sampler.latents.dim)), sampler.labels.examples(1))
    for weight, own in zip(copy.weights, network.weights, strict=True):
        weight.assign(tf.cast(tf.convert_to_tensor(own), weight.dtype))
    return single


def without_half_precision(config: Any, key: str = "") -> Any:
    """Returns a serialized config in which half-precision policies are float32.

    Args:
        config: Dictionary, list or value of a config.
        key: Key of this part of the config.

    Example:
    >>> without_half_precision({"units": 3, "dtype": "mixed_float16"})
    {'units': 3, 'dtype': 'float32'}
    """
    if key == "dtype":
        name = config
        if isinstance(config, dict):
            name = config.get("config", {}).get("name")
        return "float32" if name in HALF else config
    if isinstance(config, dict):
        return {one: without_half_precision(config[one], one) for one in config}
    if isinstance(config, list | tuple):
        return type(config)(without_half_precision(one) for one in config)
    return config
