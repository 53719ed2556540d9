"""Registration, configuration as a dataclass, `get`; the law of errors and of files."""

import contextlib
import dataclasses
import difflib
import inspect
import math
import numbers
import pathlib
import uuid

import keras

register = keras.saving.register_keras_serializable(package="keras_gan")
"""Makes a class known to Keras, so that a saved model finds it again."""


def fault(what, *, expected, received, do, kind=ValueError):
    """Returns an error that states four facts: what, expected, received, what to do.

    Args:
        what: One sentence: what is wrong.
        expected: What would have been right.
        received: What was given.
        do: The next thing that the user should do or type.
        kind: Class of the exception.

    Returns:
        An exception for the caller to raise.

    Example:
    >>> raise fault("The interval is too short.", expected="1 or more", received=0,
    ...             do="Pass interval=1.")
    Traceback (most recent call last):
    ...
    ValueError: The interval is too short.
      Expected: 1 or more
      Received: 0
      What to do: Pass interval=1.
    """
    return kind(
        f"{what}\n  Expected: {expected}\n  Received: {received}\n  What to do: {do}"
    )


def check(condition, what, *, expected, received, do):
    """Raises `fault(...)` unless `condition` holds."""
    if not condition:
        raise fault(what, expected=expected, received=received, do=do)


def check_seed(seed):
    """Makes sure that a seed is a whole number, or None.

    Raises:
        ValueError: If it is neither.
    """
    check(
        seed is None or isinstance(seed, numbers.Integral),
        "A seed is a whole number.",
        expected="a whole number, or None",
        received=f"seed={seed!r}",
        do="Pass e.g. seed=0.",
    )


def is_number(*values):
    """Whether all values are finite real numbers.

    Example:
    >>> is_number(0, 1.5), is_number("1"), is_number(1, float("nan")), is_number(None)
    (True, False, False, False)
    """
    return all(
        isinstance(value, numbers.Real) and math.isfinite(value) for value in values
    )


def is_whole(value, least):
    """Whether a value is a whole number of `least` or more, and no truth value.

    Example:
    >>> is_whole(1, 1), is_whole(0, 1), is_whole(1.0, 1), is_whole(True, 1)
    (True, False, False, False)
    """
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    return whole and value >= least


def check_count(value, name, what):
    """Makes sure that an argument is a whole number of 1 or more.

    Args:
        value: What was given.
        name: Name of the argument.
        what: One sentence: what it counts.

    Raises:
        ValueError: If it is not.
    """
    check(
        is_whole(value, 1),
        what,
        expected=f"{name} of 1 or more, an int",
        received=f"{name}={value!r}",
        do=f"Pass e.g. {name}=1.",
    )


def near(name, names):
    """Returns a hint at what was meant by `name`: its near ones, then all names.

    Example:
    >>> near("hing", ["hinge", "minimax"])
    'Did you mean "hinge"? Known names: hinge, minimax.'
    """
    close = difflib.get_close_matches(str(name), names, n=3, cutoff=0.5)
    quoted = " or ".join(f'"{one}"' for one in close)
    hint = f"Did you mean {quoted}? " if close else ""
    return f"{hint}Known names: {', '.join(sorted(names))}."


class Configurable:
    """A frozen dataclass whose fields are its Keras config.

    Subclass it, decorate the class with `@register` and
    `@dataclasses.dataclass(frozen=True)`: equality, `repr`, and saving follow from
    the fields.
    """

    def get_config(self):
        """Returns the fields as a dictionary that `from_config` takes."""
        return {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self)
        }

    @classmethod
    def from_config(cls, config):
        """Builds the object from what `get_config` returned."""
        return cls(**config)


def get(identifier, family, names):
    """Resolves what a user may pass for an object of one family.

    Args:
        identifier: A name of `names`, an object of `family`, a class of it, or the
            dictionary that `keras.saving.serialize_keras_object` makes.
        family: The base class.
        names: Dictionary from names to classes.

    Returns:
        An object of `family`.

    Raises:
        ValueError: If a name is unknown, with the near ones.
        TypeError: If it is none of these.
    """
    kind = family.__name__
    known = f"a name ({', '.join(names)}) or an" if names else "an"
    if isinstance(identifier, str) and names:
        if identifier not in names:
            raise fault(
                f"There is no {kind} of this name.",
                expected=f"a known name or an object of {kind}",
                received=f'"{identifier}"',
                do=near(identifier, names),
            )
        return names[identifier]()
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if inspect.isclass(identifier) and issubclass(identifier, family):
        identifier = identifier()
    if not isinstance(identifier, family):
        raise fault(
            f"This is not a {kind}.",
            expected=f"{known} object of {kind}",
            received=repr(identifier),
            do=f"Pass one of them, or subclass {kind}.",
            kind=TypeError,
        )
    return identifier


def writable_folder(path):
    """Makes a folder if it is not there, proves that it can be written, returns it.

    Raises:
        OSError: If it cannot be made or written.
    """
    path = pathlib.Path(path)
    probe = path / f".probe-{uuid.uuid4().hex}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise fault(
            "This folder cannot be written.",
            expected="a folder that can be made and written",
            received=f"{path} ({error.strerror})",
            do="Name another folder, or change its permissions.",
            kind=type(error),
        ) from error
    return path


@contextlib.contextmanager
def whole_file(path, overwrite=True):
    """Gives a path to write to; the file appears under its own name when it is whole.

    Args:
        path: File to write; its folder is made.
        overwrite: Whether to replace a file of this name.

    Yields:
        Path beside it, with the same ending.

    Raises:
        OSError: If the folder cannot be written, or the file exists and is to stay.
    """
    path = pathlib.Path(path)
    if path.exists() and not overwrite:
        raise fault(
            "There is a file of this name.",
            expected="a new name, or overwrite=True",
            received=str(path),
            do="Choose another name, or pass overwrite=True.",
            kind=FileExistsError,
        )
    part = writable_folder(path.parent) / f".part-{path.name}"
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
