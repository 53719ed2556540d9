"""Annotations are checks: what each accepts, keeps, refuses and says."""

import dataclasses
import inspect
import math
from collections.abc import Callable
from fractions import Fraction as Ratio
from typing import Annotated, ClassVar, Literal

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import config, validation
from keras_gan.validation import (
    Fraction,
    NonNegative,
    NonNegativeInt,
    Positive,
    PositiveInt,
    Rule,
    above,
    rule_of,
    validated,
    within,
)


def kept(annotation, value):
    """Returns what an argument of an annotation becomes."""
    return rule_of(annotation)(value, "size", "box", None)


INTEGERS = [3, np.int8(3), np.int64(3), np.uint8(3), np.array(3)[()]]
FLOATS = [*INTEGERS, 3.0, np.float16(3), np.float32(3), np.float64(3), Ratio(3)]
NO_NUMBERS = [True, False, np.True_, "3", b"3", None, [3], (3,), {3}, 3j, len, object]
NOT_FINITE = [math.nan, math.inf, -math.inf, np.float32("nan")]
TENSORS = [np.array([3]), np.array([[3.0]]), tf.constant(3), keras.Variable(3.0)]


@pytest.mark.parametrize("value", INTEGERS, ids=repr)
@pytest.mark.parametrize("annotation", [int, PositiveInt, NonNegativeInt, int | None])
def test_integers_of_numpy_become_those_of_python(annotation, value):
    got = kept(annotation, value)
    assert (type(got), got) == (int, 3)


@pytest.mark.parametrize("value", FLOATS, ids=repr)
@pytest.mark.parametrize("annotation", [float, Positive, NonNegative, Positive | None])
def test_numbers_become_floats_of_python(annotation, value):
    got = kept(annotation, value)
    assert (type(got), got) == (float, 3.0)


@pytest.mark.parametrize("value", [*NO_NUMBERS, *NOT_FINITE, *TENSORS], ids=repr)
@pytest.mark.parametrize("annotation", [int, float, PositiveInt, Fraction])
def test_what_is_no_number_is_none(annotation, value):
    with pytest.raises(ValueError, match="`size` of box must be a"):
        kept(annotation, value)


@pytest.mark.parametrize("value", [2.0, np.float32(2), 2.5])
def test_a_float_is_no_integer(value):
    with pytest.raises(ValueError, match="must be an integer"):
        kept(int, value)


@pytest.mark.parametrize(
    ("annotation", "inside", "outside"),
    [
        (PositiveInt, [1, 2], [0, -1]),
        (NonNegativeInt, [0, 1], [-1]),
        (Positive, [1e-30, 1], [0, -1e-30]),
        (NonNegative, [0, 1], [-1e-30]),
        (Fraction, [0, 0.5, 1], [-1e-9, 1 + 1e-9]),
        (Annotated[float, within(-1, 1, "()")], [-0.999, 0], [-1, 1]),
        (Annotated[float, within(0, 1, "[)")], [0, 0.999], [1]),
        (Annotated[float, within(0, 0.5, "(]")], [1e-9, 0.5], [0, 0.6]),
        (Annotated[float, above(2), within(0, 9)], [3, 9], [2, 10]),
    ],
    ids=str,
)
def test_bounds(annotation, inside, outside):
    assert [kept(annotation, value) for value in inside] == inside
    for value in outside:
        with pytest.raises(ValueError, match="must be"):
            kept(annotation, value)
    # the value that the error advises is a valid one
    assert kept(annotation, rule_of(annotation).example) is not None


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
def test_booleans(value):
    assert kept(bool, value) is bool(value)


@pytest.mark.parametrize("value", [0, 1, None, "yes", 1.0, [True]])
def test_a_number_is_no_boolean(value):
    with pytest.raises(ValueError, match="must be True or False"):
        kept(bool, value)


def test_a_literal_is_one_of_its_values():
    annotation = Literal["sum", "mean"] | None
    assert [kept(annotation, value) for value in ("sum", None)] == ["sum", None]
    for wrong in ("men", 1, ["sum"], np.array(["sum", "mean"])):
        with pytest.raises(ValueError, match="must be one of"):
            kept(annotation, wrong)
    with pytest.raises(ValueError, match='What to do: Did you mean "mean"'):
        kept(annotation, "men")


def test_a_union_takes_each_of_its_members():
    annotation = float | keras.optimizers.schedules.LearningRateSchedule | None
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    assert kept(annotation, schedule) is schedule
    assert kept(annotation, None) is None
    assert kept(annotation, 1) == 1.0
    for wrong in ("0.1", True, math.nan, keras.optimizers.Adam()):
        with pytest.raises(ValueError, match="a finite number or a LearningRate"):
            kept(annotation, wrong)


@pytest.mark.parametrize(
    "annotation",
    [
        *(list, dict[str, int], str | keras.Model, list | None, tf.Tensor, object),
        *(Callable[[int], int], int | Callable[[int], int], "int"),
        inspect.Parameter.empty,
    ],
    ids=str,
)
def test_an_annotation_without_a_rule_checks_nothing(annotation):
    assert rule_of(annotation) is None


def test_a_rule_of_ones_own():
    def even(value):
        if value % 2:
            raise ValueError
        return value

    annotation = Annotated[int, Rule("even", even, "Add one.")]
    assert kept(annotation, 4) == 4
    with pytest.raises(ValueError, match=r"(?s)must be even.*Add one\."):
        kept(annotation, 3)


@dataclasses.dataclass(frozen=True)
class Box(config.Configurable):
    kinds: ClassVar = ("box",)
    depth: ClassVar[PositiveInt] = 1
    size: Annotated[float, above(0), "Use 0.5, the paper's size."] = 0.5
    count: PositiveInt = dataclasses.field(default=2, kw_only=True)
    lid: bool = False


def test_fields_are_checked_and_converted():
    box = Box(np.float32(1), count=np.int64(3), lid=np.True_)
    assert [type(value) for value in vars(box).values()] == [float, int, bool]
    assert box == Box(1, count=3, lid=True)


def test_an_error_states_four_facts_with_the_default_or_the_advice():
    with pytest.raises(ValueError, match="count") as refused:
        Box(count=0)
    assert str(refused.value).splitlines() == [
        "`count` of Box must be an integer of at least 1.",
        "  Expected: an integer of at least 1",
        "  Received: count=0",
        "  What to do: Pass e.g. count=2.",
    ]
    with pytest.raises(ValueError, match=r"What to do: Use 0\.5, the paper's size\."):
        Box(-1.0)


def test_a_subclass_keeps_the_rules_of_its_base():
    @dataclasses.dataclass(frozen=True)
    class Crate(Box):
        size: float = 2.0
        count: Annotated[int, within(1, 3)] = 3

    assert Crate().size == 2.0
    with pytest.raises(ValueError, match="`size` of Crate must be a finite number abo"):
        Crate(-1.0)
    with pytest.raises(ValueError, match="`count` of Crate must be an integer in "):
        Crate(count=4)


def test_class_attributes_are_checked_too():
    @dataclasses.dataclass(frozen=True)
    class Flat(Box):
        depth = 0

    with pytest.raises(ValueError, match="`depth` of Flat must be an integer of at"):
        Flat()


@validated
def build(size: PositiveInt, *rest: int, mode: Literal["a", "b"] = "a", **more: int):
    """Builds."""
    return size, rest, mode, more


def test_arguments_of_a_function_are_checked_and_converted():
    assert build(np.int32(2), 5, mode="b", other=7) == (2, (5,), "b", {"other": 7})
    assert type(build(np.int32(2))[0]) is int
    with pytest.raises(ValueError, match="`size` of build must be an integer of at l"):
        build(True)
    with pytest.raises(ValueError, match='`mode` of build must be one of "a", "b"'):
        build(1, mode="c")


def test_a_call_that_python_refuses_has_pythons_own_error():
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        build()


def test_the_signature_stays():
    assert build.__doc__ == "Builds."
    assert list(inspect.signature(build).parameters) == ["size", "rest", "mode", "more"]
    # as Keras reads the constructor of a layer, which does not follow `__wrapped__`
    assert inspect.getfullargspec(build).args == ["size"]


def test_the_owner_of_a_constructor_is_its_class():
    class Shelf:
        @validated
        def __init__(self, boards: PositiveInt = 3):
            self.boards = boards

        @validated
        def load(self, weight: Positive):
            return weight

    assert Shelf(np.int64(4)).boards == 4
    with pytest.raises(ValueError, match="`boards` of Shelf must be"):
        Shelf(0)
    with pytest.raises(ValueError, match="`weight` of load must be"):
        Shelf().load("1")


def test_it_loads_neither_keras_nor_tensorflow():
    for module in (validation, validation.user_error.__globals__):
        source = module if isinstance(module, dict) else vars(module)
        assert not {"keras", "tf", "tensorflow"} & set(source)
