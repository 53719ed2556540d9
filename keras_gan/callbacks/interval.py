"""At the end of which epochs a callback acts."""

from keras_gan.config import check


def check_every(every):
    """Makes sure that an interval of epochs is a whole number of 1 or more."""
    check(
        isinstance(every, int) and every >= 1,
        "The interval between two epochs is out of range.",
        expected="every of 1 or more epochs, an int",
        received=f"every={every!r}",
        do="Use every=1 for each epoch.",
    )


def is_due(callback, epoch, every):
    """Tells whether an epoch is an `every`-th one, or the last of the training.

    Args:
        callback: The Keras callback that asks.
        epoch: Number of the epoch that ends, counted from 0 as Keras does.
        every: Epochs from one time to the next.
    """
    last = epoch + 1 == callback.params["epochs"] or callback.model.stop_training
    return last or (epoch + 1) % every == 0
