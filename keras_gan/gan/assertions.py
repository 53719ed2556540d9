"""Errors of the assertions in a training step, without TensorFlow's traceback."""

import contextlib
import re
from collections.abc import Iterator

import tensorflow as tf

from keras_gan.errors import user_error

LABELS = re.compile(
    r"`labels` are outside the classes of the networks: expected (.*?)\."
)
PARTS = re.compile(r"A batch has fewer images than the (\d+) parts")


@contextlib.contextmanager
def named_assertions() -> Iterator[None]:
    """Raises the error of a later batch in place of TensorFlow's error of its graph.

    The first batch of a pass is checked before its step, the others in it.

    Raises:
        ValueError: If a batch has labels outside the classes, or too few images.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        if found := LABELS.search(error.message):
            raise user_error(
                "`labels` are outside the classes of the networks: expected "
                f"{found[1]}.",
                expected=f"labels of {found[1]}, in every batch",
                received="another label, in a batch after the first one",
                do="Build both networks with num_classes above every label, or number "
                "the classes from 0.",
            ) from None
        if found := PARTS.search(error.message):
            raise user_error(
                "A batch has fewer images than the parts that it is split into.",
                expected=f"at least {found[1]} images in every batch, on each replica",
                received="fewer, in a batch after the first one",
                do="Drop a short last batch: dataset.batch(size, drop_remainder=True).",
            ) from None
        raise
