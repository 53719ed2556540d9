"""Reading of images again in each epoch, and of those that have become unreadable."""

import collections
import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import tensorflow as tf

from keras_gan.data.options import OnError
from keras_gan.data.scanning import reason_of
from keras_gan.errors import UserError, user_error
from keras_gan.typing import IntArray, Shape, UInt8Array

T = TypeVar("T")

ERRORS: collections.deque[Exception] = collections.deque(maxlen=16)
"""The last errors of images: TensorFlow turns them into errors of its graph."""

LOST_FILES = (tf.errors.NotFoundError, tf.errors.DataLossError)
"""TensorFlow's errors of files that were deleted or cut short."""


class Reader:
    """Function from the indices of a batch to its images and their indices.

    Args:
        source_name: Name of the images in error messages.
        name_of: Function from an index to the name of the image.
        decode: Function from an index to the `uint8` array of the image.
        image_shape: `(height, width, channels)` of what `decode` returns.
        on_error: `"raise"` an error of an image that cannot be read; or `"replace"` it
            with the next one of its batch, with a warning.
    """

    def __init__(
        self,
        source_name: str,
        name_of: Callable[[int], str],
        decode: Callable[[int], UInt8Array],
        image_shape: Shape,
        on_error: OnError = "raise",
    ) -> None:
        self.source_name = source_name
        self.name_of = name_of
        self.decode = decode
        self.image_shape = image_shape
        self.on_error = on_error
        self.warned: set[int] = set()

    def __call__(self, indices: IntArray) -> tuple[UInt8Array, IntArray]:
        """Returns the images of a batch, and the index of each.

        An index differs from the given one where its image was replaced.

        Raises:
            OSError: If an image cannot be read; of `"replace"`, if none can.
        """
        images = np.empty((len(indices), *self.image_shape), np.uint8)
        unreadable: dict[int, Exception] = {}
        for row, index in enumerate(indices):
            try:
                images[row] = self.decode(index)
            except MemoryError:
                raise
            except Exception as error:  # Pillow's decoders raise any class
                unreadable[row] = error
                self.report(int(index), error, is_last=len(unreadable) == len(indices))
        readable = [row for row in range(len(indices)) if row not in unreadable]
        rows = np.arange(len(indices))
        for row in unreadable:
            rows[row] = min(readable, key=lambda other: (other - row) % len(indices))
        return images[rows], indices[rows]

    def report(self, index: int, error: Exception, is_last: bool) -> None:
        """Raises the error of an image, or warns of it once."""
        failure = unreadable_image(self.name_of(index), self.source_name, error)
        if self.on_error == "raise" or is_last:
            raise failure from error
        if index not in self.warned:
            self.warned.add(index)
            warnings.warn(
                f"{self.name_of(index)} in {self.source_name} can no longer be read "
                f"({reason_of(error)}): the next image of its batch replaces it.",
                stacklevel=2,
            )


def unreadable_image(name: str, source_name: str, error: Exception) -> Exception:
    """Returns the error of an image that could be read before, and keeps it."""
    failure = user_error(
        f"An image can no longer be read: {name}.",
        expected=f"the images that were in {source_name} when it was loaded",
        received=reason_of(error),
        do="Restore the file and train on, or load the data again; from_directory has "
        'on_error="replace" to train on with other images in place of such.',
        kind=OSError,
    )
    ERRORS.append(failure)
    return failure


def head_of(error: Exception) -> str:
    """Returns the part of an error's message by which it is found in another one."""
    first = str(error).partition("\n")[0]
    # A message of a user, such as that of a KeyError, may be a single letter.
    is_own = isinstance(error, UserError)
    return first if is_own else f"{type(error).__name__}: {first}"


def kept_errors(iterator: Iterator[T]) -> Iterator[T]:
    """Yields what an iterator does, and keeps its error for `named_errors`."""
    try:
        yield from iterator
    except Exception as error:
        ERRORS.append(error)
        raise


@contextlib.contextmanager
def named_errors() -> Iterator[None]:
    """Raises the error of an image in place of TensorFlow's error of its graph.

    A context manager and a decorator, of everything that iterates over datasets. The
    error of an iterator of a user is raised as it is.

    Raises:
        OSError: If an image, or a file with images, can no longer be read.
    """
    try:
        yield
    except tf.errors.OpError as error:
        for failure in reversed(ERRORS):
            if head_of(failure) in error.message:
                raise failure from None
        if isinstance(error, LOST_FILES) and "IteratorGetNext" in error.message:
            raise user_error(
                "The data can no longer be read.",
                expected="the files that were there when the data was loaded",
                received=error.message.splitlines()[0],
                do="Restore the file and train on, or load the data again.",
                kind=OSError,
            ) from None
        raise
