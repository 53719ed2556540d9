"""Registration and serialization of configurable values."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

import keras

from keras_gan.errors import suggest, user_error
from keras_gan.validation import validate_fields

T = TypeVar("T")


def register(cls: type[T]) -> type[T]:
    """Registers a class of this library with Keras serialization."""
    return keras.saving.register_keras_serializable(package="keras_gan")(cls)


def identity(value: T) -> T:
    """Returns its argument."""
    return value


class Configurable:
    """A value whose constructor arguments are its Keras config.

    Subclasses of this library are frozen dataclasses: equality, `repr` and the config
    follow from the fields. A user's subclass need not be one. It is registered with
    Keras under the package `Custom` when it is defined, so that a GAN that has it can
    be saved, and loaded wherever the class is imported.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__.partition(".")[0] != "keras_gan":
            keras.saving.register_keras_serializable("Custom")(cls)

    def __post_init__(self) -> None:
        """Checks the fields of a dataclass by their annotations.

        A subclass that also compares fields with each other calls it first.
        """
        validate_fields(self)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor, from attributes of the same names.

        Raises:
            TypeError: If an argument is not kept as an attribute.
        """
        names = inspect.signature(type(self)).parameters
        missing = [name for name in names if not hasattr(self, name)]
        check_config(type(self).__name__, missing)
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Returns the object of a config; arguments that are objects are restored."""
        # Keras serializes nested objects, and leaves them to `from_config`.
        arguments = {
            name: keras.saving.deserialize_keras_object(value)
            if isinstance(value, dict | list)
            else value
            for name, value in config.items()
        }
        return cls(**arguments)


def check_config(name: str, missing: list[str]) -> None:
    """Raises an error if arguments of a class were not kept as attributes."""
    if missing:
        raise user_error(
            f"{name} cannot be saved: its config is not known.",
            expected="each argument of __init__ kept as an attribute of the same name",
            received=f"no attribute {', '.join(missing)}",
            do=f"Assign self.{missing[0]} in __init__, or write get_config.",
            kind=TypeError,
        )


def get(
    identifier: object, base_class: type[T], names: Mapping[str, Callable[..., T]]
) -> T:
    """Returns the object of an identifier.

    Args:
        identifier: A name of `names`, an object or a subclass of `base_class`, or the
            dictionary that `keras.saving.serialize_keras_object` returns. A class is
            called without arguments.
        base_class: Base class of the valid objects.
        names: Dictionary from names to classes.

    Returns:
        An object of `base_class`.

    Raises:
        ValueError: If a name is unknown, with the nearest names.
        TypeError: If it is none of these.
    """
    kind = base_class.__name__
    if isinstance(identifier, str):
        if identifier not in names:
            raise user_error(
                f"Unknown {kind}.",
                expected=f"a known name or an object of {kind}",
                received=f'"{identifier}"',
                do=suggest(identifier, names),
            )
        identifier = names[identifier]
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if inspect.isclass(identifier) and issubclass(identifier, base_class):
        identifier = identifier()
    if not isinstance(identifier, base_class):
        raise user_error(
            f"Expected an object of {kind}.",
            expected=f"a name ({', '.join(names)}), or an object or class of {kind}",
            received=repr(identifier),
            do=f"Pass one of them, or subclass {kind}.",
            kind=TypeError,
        )
    return identifier
