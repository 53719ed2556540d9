"""Right and mistaken arguments, for the tests of properties."""

import contextlib
import warnings
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from keras_gan.errors import UserError

NAN, INF = float("nan"), float("inf")

IMAGE_SHAPES = [(8, 8, 1), (8, 8, 3), (4, 4, 1), (16, 16, 3), (8, 16, 1), (12, 12, 3)]
IMAGE_SHAPES += [(8, 8, 4), [8, 8, 1], (np.int64(8), 8, 1), (10, 10, 1), (5, 7, 2)]
NO_SHAPES = [(0, 8, 1), (8, 8), 8, None, "8,8,1", (None, None, 3), (-8, 8, 1)]
NO_SHAPES += [(8.0, 8, 1), (8, 8, 0), (8, 8, 1, 1), (1, 1, 1), (2, 2, 3), (), (8,)]


class Values(NamedTuple):
    """Right and mistaken values of an argument: lists, or strategies."""

    right: object
    mistaken: object = ()


SHAPES = Values([*IMAGE_SHAPES, (2,), (3,)], NO_SHAPES)
COUNTS = Values([1, 2, 3, 4, np.int64(2)], [0, -1, 2.5, "2", None, True, NAN, [2]])
NUMBERS = Values(
    [0.0, 0.1, 0.5, 0.9, 1.0, 2, np.float32(0.5), 10.0],
    [-1.0, NAN, INF, "0.5", None, True, [0.5], 1j],
)
RATES = Values([1e-4, 1e-3, 0.01], [0, -1e-3, NAN, "fast", True])
SEEDS = Values([None, 0, 7, 2**40, np.int64(3)], [-1, 1.5, "0", NAN])
MOMENTA = Values([None, 0.0, 0.5, 0.999], [1.0, -0.1, NAN, "0.9", 1.5, True])
SIZES = Values([2, 4, 8, np.int64(4)], [None, 0, -1, 2.5, "4", 100, True])


def as_strategy(values):
    return values if isinstance(values, st.SearchStrategy) else st.sampled_from(values)


def can_fail(values):
    return isinstance(values.mistaken, st.SearchStrategy) or len(values.mistaken) > 0


@st.composite
def chosen(draw, known, required=(), most=2):
    """Returns a dictionary of arguments, at most `most` of which are mistaken.

    So each mistake is met alone, too, and not hidden behind another one.

    Args:
        draw: Of Hypothesis.
        known: Dictionary from names to `Values`.
        required: Names that are always there; the others are there or not.
        most: Number of mistakes.
    """
    names = [name for name in known if name in required or draw(st.booleans())]
    faulty = [name for name in names if can_fail(known[name])]
    count = draw(st.integers(0, min(most, len(faulty))))
    wrong = draw(st.permutations(faulty))[:count] if count else []
    return {name: draw(as_strategy(known[name][name in wrong])) for name in names}


def calls(count):
    """Returns the settings of a property: the same calls in every run."""
    return settings(
        derandomize=True,
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@contextlib.contextmanager
def in_words():
    """Records the warnings of a call, which may be refused, but only in words."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            yield said
        except (ValueError, TypeError, OSError, RuntimeError, ImportError) as error:
            check_words(error)


PUZZLES = (
    *("{{node", "NoneType", "object is not", "unsupported operand", "InvalidArgument"),
    *("could not broadcast", "truth value", "has no attribute", "Traceback"),
    *("not supported between", "cannot be interpreted as", "in user code:"),
    *("Invalid value in tensor", "inhomogeneous", "has no len()"),
)
"""Words of errors that only who reads the library's code understands."""


def check_words(error):
    """Asserts that an error says what is wrong with an argument."""
    if isinstance(error, UserError):
        lines = str(error).splitlines()
        for fact in ("  Expected: ", "  Received: ", "  What to do: "):
            assert any(line.startswith(fact) for line in lines), error
        return
    # Of Keras, or of Python for arguments that a function does not have.
    assert type(error) in (ValueError, TypeError), error
    assert len(str(error)) > 20, error
    assert not any(word in str(error) for word in PUZZLES), error


def was_said(said):
    return any(issubclass(one.category, UserWarning) for one in said)


def assert_finite(values, said, context=""):
    """Asserts that all numbers are finite, unless a warning was given."""
    for value in tf.nest.flatten(values):
        array = np.asarray(value)
        if array.dtype.kind == "f" and not was_said(said):
            assert np.isfinite(array).all(), f"{context} {value}"
