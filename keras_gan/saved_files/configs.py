"""Validation of the configs of saved models: their classes are known ones."""

from collections.abc import Iterator
from typing import Any

import keras

from keras_gan.errors import user_error
from keras_gan.saved_files.documents import children
from keras_gan.typing import StrPath

FOREIGN_CLASSES = ("TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper")
"""Layers that run a program of another file, or of the config."""

PACKAGES = ("keras", "keras_gan", "keras_hub", "keras_cv", "keras_nlp", "builtins")
"""Packages whose classes Keras imports by itself; `builtins` stands for Keras's own
functions."""

FUNCTION_MODULES = (
    *("activations", "losses", "metrics", "initializers", "regularizers"),
    *("constraints", "ops", "nn", "random", "quantizers"),
)
"""Modules of Keras whose functions a model may name."""

OTHER_MODULES = (
    *("utils", "config", "saving", "export", "datasets", "preprocessing", "callbacks"),
    *("backend", "distribution", "wrappers", "applications", "visualization", "tree"),
)
"""Modules of Keras that have no parts of models."""


def check_config(config: dict[str, Any], path: StrPath) -> None:
    """Validates that a config names only parts of Keras models and known classes.

    Keras itself refuses most of it, depending on its version. Python lambdas are left
    to its safe mode.

    Args:
        config: Parsed config.
        path: Its file, for errors.

    Raises:
        ValueError: If it names anything else.
    """
    for entry in objects(config):
        name, module = entry["class_name"], entry.get("module")
        registered = entry.get("registered_name") or name
        if not isinstance(name, str) or not isinstance(module, str | None):
            raise ValueError("its config has a class without a name")
        if is_registered(registered) or module is None:
            continue
        function = entry["config"] if name == "function" else None
        if is_foreign(name, module, entry["config"]):
            raise unsafe_error(path, f"{module}.{function or name}")
        if module.partition(".")[0] not in PACKAGES:
            raise unknown_error(path, f"{module}.{function or name}")


def objects(config: object) -> Iterator[dict[str, Any]]:
    """Yields the dictionaries of a config that stand for objects."""
    values = [config]
    while values:
        value = values.pop()
        if isinstance(value, dict) and {"class_name", "config"} <= value.keys():
            yield value
        values += children(value)


def is_registered(name: object) -> bool:
    """Returns whether a class or function is registered with Keras by this name."""
    return (
        isinstance(name, str) and keras.saving.get_registered_object(name) is not None
    )


def is_foreign(name: str, module: str, config: object) -> bool:
    """Returns whether an object of Keras is no part of a model, or runs a program."""
    package, _, rest = module.partition(".")
    part = rest.partition(".")[0]
    if package != "keras":
        return False
    if name == "function":
        return part not in FUNCTION_MODULES
    reads_file = isinstance(config, dict) and isinstance(config.get("vocabulary"), str)
    # Functions of these modules have small letters.
    is_function = not name[:1].isupper()
    return name in FOREIGN_CLASSES or part in OTHER_MODULES or is_function or reads_file


def unsafe_error(path: StrPath, name: str) -> Exception:
    """Returns the error for what may run a program or read another file."""
    return user_error(
        f"{path} is not loaded: its model is not made of parts of Keras models alone.",
        expected="layers, losses and other parts of models; none that reads a file or "
        "runs a program",
        received=name,
        do="Do not load it if you do not know its origin; build the network in Python "
        "and load its weights.",
    )


def unknown_error(path: StrPath, name: str) -> Exception:
    """Returns the error for a class of another package."""
    return user_error(
        f"{path} has a class that is not known here.",
        expected="classes of Keras and keras_gan, and registered ones",
        received=name,
        do="Import the module that defines it first, if you trust it, and decorate the "
        "class with keras.saving.register_keras_serializable().",
    )
