"""Saved GANs: variables that Keras does not save, and the version of the format."""

import pathlib
import types
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

import keras
import numpy as np

from keras_gan.errors import check
from keras_gan.files import atomic_file
from keras_gan.game import TermState
from keras_gan.gan import formats, network_checks
from keras_gan.saved_files import limits
from keras_gan.typing import Array, Config, Model, StrPath, Variable

EMPTY: Mapping[str, Variable] = types.MappingProxyType({})
"""No variables."""


def save_whole(
    save: Callable[[pathlib.Path], object], filepath: StrPath, overwrite: bool
) -> None:
    """Calls `save(path)` with a temporary path, which replaces `filepath` at the end.

    Raises:
        ValueError: If `filepath` does not end in `.keras`.
        OSError: If the folder cannot be written, or the file must not be replaced.
    """
    check(
        str(filepath).endswith(".keras"),
        "`filepath` must end in .keras.",
        expected="one file in Keras's format, e.g. gan.keras",
        received=filepath,
        do='Call gan.save("gan.keras"), or gan.save_weights for weights alone.',
    )
    with atomic_file(filepath, overwrite) as part:
        save(part)


def deserialize_networks(config: Config) -> Config:
    """Returns the constructor's arguments that a config of any version stands for."""
    config = formats.upgrade(config)
    names = ("generator", "discriminator", "latents", "augment")
    objects = {
        name: keras.saving.deserialize_keras_object(config[name]) for name in names
    }
    for name in ("generator", "discriminator"):
        network_checks.check_layer_outputs(objects[name])
    what = "The latents of the saved GAN have too many components."
    limits.check_limit(objects["latents"].dim, "MAX_VALUES", what, "components")
    return {**config, **objects}


def serialize_arguments(arguments: Mapping[str, object]) -> Config:
    """Returns the config of the arguments of `compile`, a dictionary."""
    serialized = {
        name: keras.saving.serialize_keras_object(value)
        for name, value in arguments.items()
    }
    return formats.stamp(serialized)


def deserialize_arguments(config: Config) -> Config:
    """Returns the arguments of `compile` that a config of any version stands for."""
    return keras.saving.deserialize_keras_object(formats.upgrade(config))


def extra_variables(
    term_states: Mapping[str, TermState], networks: Iterable[Model]
) -> dict[str, Variable]:
    """Returns the variables that Keras does not save, by name.

    Args:
        term_states: Dictionary from names to `TermState`.
        networks: The generator and the discriminator.
    """
    states = {
        f"{owner}_{name}": variable
        for owner, state in term_states.items()
        for name, variable in state.variables.items()
    }
    randoms = enumerate(seed_states(networks))
    return states | {f"random_{number}": state for number, state in randoms}


def seed_states(networks: Iterable[Model]) -> list[Variable]:
    """Returns the states of layers that draw random numbers, such as Dropout.

    They are variables of a network, but not among its weights, and no file of Keras
    has them: without them training does not resume exactly.
    """
    weights = {id(weight) for network in networks for weight in network.weights}
    variables = [v for network in networks for v in network.variables]
    return [variable for variable in variables if id(variable) not in weights]


class Weights(list[Array]):
    """The values of a GAN's weights, and those of its extra variables.

    It is the list of Keras's `get_weights`, with as many arrays as there are weights.

    Args:
        weights: Arrays.
        variables: Further variables by name.

    Attributes:
        extra_variables: Their values by name.
    """

    def __init__(
        self, weights: Iterable[Array] = (), variables: Mapping[str, Variable] = EMPTY
    ) -> None:
        super().__init__(weights)
        self.extra_variables: dict[str, Array] = {
            # Copies: an array may share the memory of its variable.
            name: np.array(keras.ops.convert_to_numpy(variable))
            for name, variable in variables.items()
        }


def assign(variables: Mapping[str, Variable], values: Mapping[str, Any]) -> None:
    """Assigns values to variables of the same names; the others remain."""
    for name in set(variables).intersection(values):
        variables[name].assign(values[name])


def save_extra_variables(
    store: MutableMapping[str, Any], variables: Mapping[str, Variable]
) -> None:
    """Writes the variables into the store of a saved model."""
    for key, variable in variables.items():
        store[key] = keras.ops.convert_to_numpy(variable)


def load_extra_variables(
    store: Mapping[str, Any], variables: Mapping[str, Variable]
) -> dict[str, Any]:
    """Assigns the variables that the store of a saved model has.

    Returns:
        Dictionary of the other entries, the model's own weights by number, for Keras.
    """
    # An h5 store is no dictionary: it iterates over keys only by `keys()`.
    keys = [*store.keys()]
    assign(variables, {key: store[key] for key in keys if key in variables})
    return {key: store[key] for key in keys if key.isdigit()}
