"""Shapes as arguments, and checks of the shapes of a layer's inputs."""

from collections.abc import Iterable
from typing import cast

import keras
import numpy as np

from keras_gan.errors import check, user_error
from keras_gan.typing import Shape
from keras_gan.validation import as_integer

FEATURES = "(batch, height, width, channels)"
"""Axes of images and of their features."""


def as_shape(value: object) -> Shape:
    """Returns positive integers of Python or NumPy as a tuple of `int`.

    Raises:
        ValueError: If it is not a sequence of them, or empty.

    Example:
    >>> import numpy as np
    >>> as_shape(np.array([28, 28, 1]))
    (28, 28, 1)
    """
    lengths = cast(Iterable[object], value) if np.iterable(value) else ()
    shape = tuple(map(as_integer, lengths))
    if min(shape, default=0) < 1:
        raise ValueError
    return shape


def check_channels_last() -> None:
    """Raises an error if Keras's layers are set to `channels_first`.

    Raises:
        RuntimeError: If so: images and features have their channels last here. It is
            no `ValueError`, since no argument is invalid.
    """
    received = keras.config.image_data_format()
    if received != "channels_last":
        raise user_error(
            f"Keras is set to images in the format {received}.",
            expected='image_data_format="channels_last": (height, width, channels)',
            received=f'image_data_format="{received}", from ~/.keras/keras.json or '
            "keras.config.set_image_data_format",
            do='Call keras.config.set_image_data_format("channels_last") first.',
            kind=RuntimeError,
        )


def check_input(
    shape: Shape, axes: str, *known: str, name: str = "inputs", do: str
) -> None:
    """Raises an error if an input of a layer has another rank, or an unknown axis.

    Args:
        shape: Shape of the input; None for an unknown axis.
        axes: Names of its axes, such as `"(batch, features)"`.
        *known: Names of the axes that must be known.
        name: Name of the input.
        do: Advice of the error.

    Raises:
        ValueError: If so.
    """
    names = axes.strip("(,)").split(", ")
    lengths = dict(zip(names, shape, strict=False))
    expected = f"shape {axes}" + (f" with {' and '.join(known)} known" if known else "")
    check(
        len(shape) == len(names) and all(lengths[axis] is not None for axis in known),
        f"`{name}` must be of shape {axes}.",
        expected=expected,
        received=f"shape {tuple(shape)}",
        do=do,
    )
