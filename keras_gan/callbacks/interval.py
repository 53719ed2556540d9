"""Interval of epochs of a callback."""

from keras_gan.config import is_integer
from keras_gan.errors import check


def check_every(every):
    """Validates an interval of epochs.

    Raises:
        ValueError: If it is not a positive integer.
    """
    check(
        is_integer(every, 1),
        "`every` must be a positive integer.",
        expected="a number of epochs, at least 1",
        received=f"every={every!r}",
        do="Pass every=1 for each epoch.",
    )


def is_due(callback, epoch, every):
    """Returns whether an epoch is an `every`-th one, or the last of the training.

    Args:
        callback: Keras callback, for the model and the number of epochs.
        epoch: Index of the epoch that ends, from 0 as in Keras.
        every: Interval in epochs.
    """
    last = epoch + 1 == callback.params["epochs"] or callback.model.stop_training
    return last or (epoch + 1) % every == 0
