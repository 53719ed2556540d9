"""Loading of Keras models and weights from files, within limits."""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_gan.errors import UserError, user_error
from keras_gan.saved_files import limits
from keras_gan.saved_files.archives import check_model_file
from keras_gan.typing import Model, StrPath, Variable

LAMBDA_ADVICE = (
    "Replace the lambda by a function that is registered with "
    "keras.saving.register_keras_serializable(), and save the model again. If you "
    "trust its origin, call keras.config.enable_unsafe_deserialization() first."
)


def load_model(path: StrPath, compile: bool = True) -> Model:
    """Loads the model of a `.keras` file, of any origin.

    Args:
        path: The file.
        compile: As in Keras.

    Raises:
        ValueError: If it contains no model, would run code, or exceeds a limit; or if
            a weight is NaN or infinite, or missing.
    """
    contents = check_model_file(path)
    try:
        with limited_variables(path, contents.weights.num_bytes), complete_loading():
            model = keras.saving.load_model(path, compile=compile)
    except UserError:  # it has its own advice
        raise
    except Exception as error:  # Keras and layers raise errors of any kind
        if "lambda" in str(error):
            raise lambda_error(path) from error
        raise ValueError(first_line(error)) from error
    check_finite(model, path)
    return model


def lambda_error(path: StrPath) -> Exception:
    """Returns the error for a model with a Python lambda, which is code."""
    return user_error(
        f"{path} is not loaded: its model has a Python lambda, which is code.",
        expected="layers, registered classes and registered functions",
        received="a lambda in its config",
        do=LAMBDA_ADVICE,
    )


@contextlib.contextmanager
def complete_loading() -> Iterator[None]:
    """Makes an error of Keras's warning that it has not loaded an optimizer's state."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Skipping variable loading for optimizer")
        yield


@contextlib.contextmanager
def limited_variables(path: StrPath, num_bytes: int) -> Iterator[None]:
    """Limits the memory of the variables that are created in a block.

    A config of some bytes can name a layer of any size. The weights of a saved model
    are in its file, so the model has no more of them.

    Args:
        path: Path of the file, for the error.
        num_bytes: Bytes of the weights in it.

    Raises:
        ValueError: In the block, if there are many more.
    """
    left = 2 * num_bytes + limits.MAX_EXTRA_BYTES

    def create(next_creator: Any, **arguments: Any) -> Any:
        nonlocal left
        left -= size_of(arguments.get("initial_value"))
        if left < 0:
            raise user_error(
                f"The model of {path} has more weights than the file.",
                expected=f"variables of about the {num_bytes:,} bytes of its weights",
                received=f"{limits.MAX_EXTRA_BYTES:,} bytes more than twice as many",
                do=limits.ADVICE.format("MAX_EXTRA_BYTES"),
            )
        return next_creator(**arguments)

    with tf.variable_creator_scope(create):
        yield


def size_of(initial_value: Any) -> int:
    """Returns the bytes of a variable of Keras that is about to be initialized.

    Args:
        initial_value: What Keras passes to `tf.Variable`: a function without arguments,
            which refers to the variable of Keras.
    """
    for cell in getattr(initial_value, "__closure__", None) or ():
        variable = cell.cell_contents
        if isinstance(variable, keras.Variable):
            sides = [int(side) for side in variable.shape]
            # Not `np.prod`, which overflows.
            size = int(tf.as_dtype(variable.dtype).size)
            for side in sides:
                size *= side
            return size
    return 0


def check_finite(model: Any, path: StrPath) -> None:
    """Raises an error if a weight, or the state of an optimizer, is NaN or infinite.

    Raises:
        ValueError: If one is.
    """
    optimizer = getattr(model, "optimizer", None)
    variables = [*getattr(model, "weights", ()), *getattr(optimizer, "variables", ())]
    broken = [one.path for one in variables if not is_finite(one)]
    if broken:
        raise user_error(
            f"{path} has weights that are NaN or infinite.",
            expected="finite weights",
            received=f"{len(broken)} arrays that are not: {', '.join(broken[:3])}",
            do="Its training has diverged, or the file was altered: load a checkpoint "
            "from before.",
        )


def is_finite(variable: Variable) -> bool:
    """Returns whether all values of a variable are finite."""
    array = np.asarray(variable.numpy())
    if array.dtype.kind in "biuSO":
        return True
    return bool(np.isfinite(array.astype(np.float32, copy=False)).all())


def first_line(error: Exception) -> str:
    """Returns the first line of the message of an error, without Keras's header."""
    # Keras puts a config and other text before the message of a constructor.
    message = str(error).rpartition("Exception encountered: ")[2].strip()
    return next(iter(message.splitlines()), type(error).__name__)
