"""Registration, serialization of configurable values, errors, and atomic files."""

import contextlib
import difflib
import functools
import inspect
import math
import numbers
import pathlib
import uuid

import keras

register = keras.saving.register_keras_serializable(package="keras_gan")
"""Registers a class of this library with Keras serialization."""


class UserError(Exception):
    """Base class of the errors that this library raises for a user's mistake.

    Each is also an error of a built-in kind: `except ValueError` catches it, too.
    """


@functools.cache
def error_class(kind):
    """Returns the subclass of `UserError` and of a built-in exception class."""
    return type(f"User{kind.__name__}", (UserError, kind), {"__module__": __name__})


def user_error(what, *, expected, received, do, kind=ValueError):
    """Returns an error that states four facts: what, expected, received, what to do.

    Args:
        what: Sentence that names the argument and what is wrong with it.
        expected: Valid values.
        received: Value that was passed.
        do: What the user should do next.
        kind: Built-in exception class that the error is also a subclass of.

    Returns:
        A `UserError` of this kind, for the caller to raise.

    Example:
    >>> raise user_error("`interval` must be a positive integer.",
    ...                  expected="at least 1", received=0, do="Pass interval=1.")
    Traceback (most recent call last):
    ...
    keras_gan.config.UserValueError: `interval` must be a positive integer.
      Expected: at least 1
      Received: 0
      What to do: Pass interval=1.
    """
    return error_class(kind)(
        f"{what}\n  Expected: {expected}\n  Received: {received}\n  What to do: {do}"
    )


def check(condition, what, *, expected, received, do):
    """Raises `user_error(...)` if `condition` is false.

    Args:
        condition: Any value; its truth value counts.
        what: As in `user_error`.
        expected: As in `user_error`.
        received: As in `user_error`.
        do: As in `user_error`.

    Raises:
        ValueError: If the condition is false.
    """
    if not condition:
        raise user_error(what, expected=expected, received=received, do=do)


def check_seed(seed):
    """Validates a random seed.

    Raises:
        ValueError: If it is neither an integer nor None.
    """
    check(
        seed is None or isinstance(seed, numbers.Integral),
        "`seed` must be an integer or None.",
        expected="an integer, or None",
        received=f"seed={seed!r}",
        do="Pass e.g. seed=0.",
    )


def is_number(*values):
    """Returns whether all values are finite real numbers; booleans count as 0 and 1.

    Example:
    >>> is_number(0, 1.5), is_number("1"), is_number(1, float("nan")), is_number(None)
    (True, False, False, False)
    """
    return all(
        isinstance(value, numbers.Real) and math.isfinite(value) for value in values
    )


def is_integer(value, minimum):
    """Returns whether a value is an integer of at least `minimum`; booleans are not.

    Example:
    >>> is_integer(1, 1), is_integer(0, 1), is_integer(1.0, 1), is_integer(True, 1)
    (True, False, False, False)
    """
    integer = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    return integer and value >= minimum


def check_count(value, name):
    """Validates that an argument is a positive integer.

    Args:
        value: Value of the argument.
        name: Name of the argument.

    Raises:
        ValueError: If it is not.
    """
    check(
        is_integer(value, 1),
        f"`{name}` must be a positive integer.",
        expected="an integer of at least 1",
        received=f"{name}={value!r}",
        do=f"Pass e.g. {name}=1.",
    )


def identity(value):
    """Returns its argument."""
    return value


def suggest(name, names):
    """Returns the names nearest to a misspelled one, then all names.

    Example:
    >>> suggest("hing", ["hinge", "minimax"])
    'Did you mean "hinge"? Known names: hinge, minimax.'
    """
    close = difflib.get_close_matches(str(name), names, n=3, cutoff=0.5)
    quoted = " or ".join(f'"{one}"' for one in close)
    hint = f"Did you mean {quoted}? " if close else ""
    return f"{hint}Known names: {', '.join(sorted(names))}."


class Configurable:
    """A value whose constructor arguments are its Keras config.

    Subclasses of this library are frozen dataclasses: equality, `repr` and the config
    follow from the fields. A user's subclass need not be one. It is registered with
    Keras under the package `Custom` when it is defined, so that a GAN that has it can
    be saved, and loaded wherever the class is imported.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.__module__.partition(".")[0] != "keras_gan":
            keras.saving.register_keras_serializable("Custom")(cls)

    def get_config(self):
        """Returns the arguments of the constructor, from attributes of the same names.

        Raises:
            TypeError: If an argument is not kept as an attribute.
        """
        names = inspect.signature(type(self)).parameters
        missing = [name for name in names if not hasattr(self, name)]
        check_config(type(self).__name__, missing)
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config):
        """Returns the object of a config; arguments that are objects are restored."""
        # Keras serializes nested objects, and leaves them to `from_config`.
        arguments = {
            name: keras.saving.deserialize_keras_object(value)
            if isinstance(value, dict | list)
            else value
            for name, value in config.items()
        }
        return cls(**arguments)


def check_config(name, missing):
    """Raises an error if arguments of a class were not kept as attributes."""
    if missing:
        raise user_error(
            f"{name} cannot be saved: its config is not known.",
            expected="each argument of __init__ kept as an attribute of the same name",
            received=f"no attribute {', '.join(missing)}",
            do=f"Assign self.{missing[0]} in __init__, or write get_config.",
            kind=TypeError,
        )


def get(identifier, base_class, names):
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


def writable_folder(path):
    """Creates a folder if it does not exist, and checks that it can be written.

    Raises:
        OSError: If it cannot be created or written.
    """
    path = pathlib.Path(path)
    probe = path / f".probe-{uuid.uuid4().hex}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise user_error(
            "The folder cannot be written.",
            expected="a folder that can be created and written",
            received=f"{path} ({error.strerror})",
            do="Pass another folder, or change its permissions.",
            kind=type(error),
        ) from error
    return path


@contextlib.contextmanager
def atomic_file(path, overwrite=True):
    """Yields a temporary path, which replaces `path` when the block has succeeded.

    Args:
        path: File to write; its folder is created.
        overwrite: Whether to replace an existing file.

    Yields:
        Path in the same folder, with the same extension.

    Raises:
        OSError: If the folder cannot be written, or the file exists and `overwrite` is
            False.
    """
    path = pathlib.Path(path)
    if path.exists() and not overwrite:
        raise user_error(
            "The file exists.",
            expected="a new path, or overwrite=True",
            received=str(path),
            do="Choose another path, or pass overwrite=True.",
            kind=FileExistsError,
        )
    part = writable_folder(path.parent) / f".part-{path.name}"
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
