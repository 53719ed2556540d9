"""Checks of arguments, declared by their types.

An annotation is the check: `steps: PositiveInt`, `momentum: Fraction | None`,
`order: Literal["sum", "mean"]`. `Configurable` checks the fields of a class, and
`validated` the arguments of a function. Integers and floats of NumPy are accepted and
become those of Python; booleans are never numbers; NaN and infinity are no numbers.

This module imports neither Keras nor TensorFlow.
"""

import contextlib
import dataclasses
import functools
import inspect
import math
import numbers
import types
import typing
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, ParamSpec, TypeVar

from keras_gan.errors import suggest, user_error

P = ParamSpec("P")
R = TypeVar("R")


@dataclasses.dataclass(frozen=True)
class Rule:
    """What the value of an argument must be.

    Args:
        expected: Noun phrase for the valid values: "an integer of at least 1".
        convert: Function from a valid value to the value that is kept. Raises
            `ValueError` for any other value.
        advice: Sentence for the last line of the error, or a function from the invalid
            value to it. Empty: to pass the default or `example`.
        example: A valid value.
    """

    expected: str
    convert: Callable[[Any], Any] = dataclasses.field(repr=False)
    advice: str | Callable[[Any], str] = dataclasses.field(default="", repr=False)
    example: object = dataclasses.field(default=None, repr=False)

    def __call__(self, value: object, name: str, owner: str, default: object) -> Any:
        """Returns the value to keep of an argument.

        Args:
            value: Value of the argument.
            name: Name of the argument.
            owner: Name of the class or function that it belongs to.
            default: Default value of the argument, or None.

        Raises:
            ValueError: If the value is invalid.
        """
        try:
            return self.convert(value)
        except ValueError:
            raise user_error(
                f"`{name}` of {owner} must be {self.expected}.",
                expected=self.expected,
                received=f"{name}={value!r}",
                do=self.advise(value, name, default),
            ) from None

    def advise(self, value: object, name: str, default: object) -> str:
        """Returns the last fact of the error."""
        if callable(self.advice):
            return self.advice(value)
        example = self.example if default is None else default
        return self.advice or f"Pass e.g. {name}={example!r}."


@dataclasses.dataclass(frozen=True)
class Bound:
    """Restricts a number, in an annotation: `Annotated[float, at_least(0)]`.

    Args:
        text: Words after "a number": "of at least 0".
        holds: Function from a number to whether it is valid.
        example: A valid value.
    """

    text: str
    holds: Callable[[Any], bool] = dataclasses.field(repr=False)
    example: float = dataclasses.field(repr=False)


def at_least(minimum: float) -> Bound:
    """Returns the bound of numbers of `minimum` or more."""
    return Bound(f"of at least {minimum}", lambda value: value >= minimum, minimum)


def above(minimum: float) -> Bound:
    """Returns the bound of numbers greater than `minimum`."""
    return Bound(f"above {minimum}", lambda value: value > minimum, minimum + 1)


def within(low: float, high: float, ends: str = "[]") -> Bound:
    """Returns the bound of numbers from `low` to `high`.

    Args:
        low: Smallest number.
        high: Largest number.
        ends: Brackets of the interval: `"()"` excludes both ends, `"[)"` the last.

    Example:
    >>> within(0, 1, "[)").text
    'in [0, 1)'
    """
    return Bound(
        f"in {ends[0]}{low}, {high}{ends[1]}",
        lambda value: (
            (low <= value if ends[0] == "[" else low < value)
            and (value <= high if ends[1] == "]" else value < high)
        ),
        (low + high) / 2,
    )


PositiveInt = Annotated[int, at_least(1)]
NonNegativeInt = Annotated[int, at_least(0)]
Positive = Annotated[float, above(0)]
NonNegative = Annotated[float, at_least(0)]
Fraction = Annotated[float, within(0, 1)]


def as_integer(value: Any) -> int:
    """Returns an integer of Python or NumPy as an `int`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise ValueError
    return int(value)


def as_float(value: Any) -> float:
    """Returns a finite number of Python or NumPy as a `float`."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        raise ValueError
    return float(value)


def as_boolean(value: Any) -> bool:
    """Returns a boolean of Python or NumPy as a `bool`."""
    if type(value).__name__ not in ("bool", "bool_"):  # NumPy's names for its own
        raise ValueError
    return bool(value)


def as_instance(value: Any, kind: type) -> Any:
    """Returns a value of a class."""
    if not isinstance(value, kind):
        raise ValueError
    return value


NONE = Rule("None", functools.partial(as_instance, kind=type(None)))
RULES: dict[object, Rule] = {
    int: Rule("an integer", as_integer, example=1),
    float: Rule("a finite number", as_float, example=1.0),
    bool: Rule("True or False", as_boolean, example=True),
    str: Rule("a string", functools.partial(as_instance, kind=str), example="name"),
    type(None): NONE,
}
"""Rules of the plain types."""


def rule_of(annotation: object) -> Rule | None:
    """Returns the rule that an annotation declares, or None if it declares none.

    Args:
        annotation: A type. Rules are declared by `int`, `float`, `bool`, `str`,
            `Literal`, `Annotated` with a `Rule`, `Bound` or a sentence of advice, and
            by unions in which at least one member other than a string declares one.

    Example:
    >>> rule_of(PositiveInt | None).expected
    'an integer of at least 1 or None'
    >>> rule_of(list) is None
    True
    """
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is ClassVar:
        return rule_of(arguments[0]) if arguments else None
    if origin is Literal:
        return one_of(arguments)
    if origin is Annotated:
        return functools.reduce(restrict, arguments[1:], rule_of(arguments[0]))
    if origin in (typing.Union, types.UnionType):
        return any_of(arguments)
    return RULES.get(annotation) if isinstance(annotation, type) else None


def restrict(rule: Rule | None, metadata: object) -> Rule | None:
    """Returns a rule with one more metadata value of `Annotated`."""
    if isinstance(metadata, Rule):
        return metadata
    if rule is not None and isinstance(metadata, str):
        return dataclasses.replace(rule, advice=metadata)
    if rule is None or not isinstance(metadata, Bound):
        return rule

    def convert(value: Any) -> Any:
        converted = rule.convert(value)
        if converted is not None and not metadata.holds(converted):
            raise ValueError
        return converted

    expected = f"{rule.expected} {metadata.text}"
    example = (int if isinstance(rule.example, int) else float)(metadata.example)
    return dataclasses.replace(
        rule, expected=expected, convert=convert, example=example
    )


def one_of(values: tuple[object, ...]) -> Rule:
    """Returns the rule of a `Literal`."""
    quoted = [f'"{one}"' if isinstance(one, str) else str(one) for one in values]
    names = [one for one in values if isinstance(one, str)]

    def convert(value: Any) -> Any:
        # Not `value in values`: an array is compared with each element.
        if not isinstance(value, str | int | None) or value not in values:
            raise ValueError
        return value

    expected = quoted[0] if len(quoted) == 1 else f"one of {', '.join(quoted)}"
    return Rule(expected, convert, lambda value: suggest(value, names), values[0])


def any_of(members: tuple[object, ...]) -> Rule | None:
    """Returns the rule of a union: a value of its classes, or of one of its rules.

    Strings beside a class are names, which the `get` of a family looks up: such a
    union declares no rule.
    """
    rules = {member: rule_of(member) for member in members}
    classes = [member for member, rule in rules.items() if rule is None]
    known = [rule for rule in rules.values() if rule is not None]
    if not all(isinstance(one, type) for one in classes):
        return None
    if (str in members and classes) or known in ([], [NONE]):
        return None
    known += [instance_of(one) for one in classes if isinstance(one, type)]

    def convert(value: Any) -> Any:
        for rule in known:
            with contextlib.suppress(ValueError):
                return rule.convert(value)
        raise ValueError

    known.sort(key=lambda rule: rule is NONE)
    expected = " or ".join(rule.expected for rule in known)
    return Rule(expected, convert, known[0].advice, known[0].example)


def instance_of(kind: type) -> Rule:
    """Returns the rule of the objects of a class."""
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    return Rule(f"{article} {kind.__name__}", functools.partial(as_instance, kind=kind))


@functools.cache
def rules_of_fields(owner: type[Any]) -> dict[str, tuple[Rule, object]]:
    """Returns the rules and defaults of the annotated attributes of a class by name.

    An attribute that a subclass annotates again by a plain type, such as `float`,
    keeps the rule of its base class.
    """
    rules: dict[str, tuple[Rule, object]] = {}
    for base in reversed(owner.__mro__):
        for name, annotation in inspect.get_annotations(base).items():
            rule = rule_of(annotation)
            if rule is not None and not (annotation in RULES and name in rules):
                rules[name] = (rule, getattr(owner, name, None))
    return rules


def validate_fields(instance: object) -> None:
    """Checks the annotated attributes of an object, and converts its numbers.

    Raises:
        ValueError: If one is not what its annotation declares.
    """
    owner: Any = type(instance)
    for name, (rule, default) in rules_of_fields(owner).items():
        value = rule(getattr(instance, name), name, owner.__name__, default)
        if name in vars(instance):
            object.__setattr__(instance, name, value)  # the dataclass is frozen


def validated(function: Callable[P, R]) -> Callable[P, R]:
    """Decorates a function: its arguments are checked by their annotations.

    Example:
    >>> @validated
    ... def repeat(text: str, count: PositiveInt = 2) -> str:
    ...     return text * count
    >>> repeat("a", count=0)
    Traceback (most recent call last):
    ...
    keras_gan.errors.UserValueError: `count` of repeat must be an integer of ...
      Expected: an integer of at least 1
      Received: count=0
      What to do: Pass e.g. count=2.
    """
    signature = inspect.signature(function)
    rules = {
        name: (rule, None if one.default is inspect.Parameter.empty else one.default)
        for name, one in signature.parameters.items()
        if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        and (rule := rule_of(one.annotation)) is not None
    }
    owner = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # raises Python's own error
        for name in bound.arguments.keys() & rules:
            rule, default = rules[name]
            value = bound.arguments[name]
            bound.arguments[name] = rule(value, name, owner, default)
        return function(*bound.args, **bound.kwargs)

    # Keras reads the arguments of a layer without following `__wrapped__`.
    wrapper.__signature__ = signature  # type: ignore[attr-defined]
    return wrapper
