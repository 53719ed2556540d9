"""Interval of epochs of a callback."""

from keras_gan.typing import Callback


def is_due(callback: Callback, epoch: int, every: int) -> bool:
    """Returns whether an epoch is an `every`-th one, or the last of the training.

    Args:
        callback: Keras callback, for the model and the number of epochs.
        epoch: Index of the epoch that ends, from 0 as in Keras.
        every: Interval in epochs.
    """
    last = epoch + 1 == callback.params["epochs"] or callback.model.stop_training
    return last or (epoch + 1) % every == 0
