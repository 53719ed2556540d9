"""What a user passes to `fit`: looked at once, before anything is spent on it."""

import warnings

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import check, fault
from keras_gan.data.order import set_epoch
from keras_gan.data.validation import check_images


class EpochOrder(keras.callbacks.Callback):
    """Tells the data sets of `kg.data` which epoch begins, which decides their order."""

    def on_epoch_begin(self, epoch, logs=None):
        """Sets the epoch before its first batch is drawn."""
        set_epoch(epoch)


def check_data(data, image_shape, parts=1):
    """Makes sure that the first batch of some data suits the networks.

    Args:
        data: What Keras's `fit` takes.
        image_shape: Shape of one image of the networks.
        parts: Number of equal parts that a batch is split into.

    Raises:
        ValueError: If there is no batch, the images do not suit, or the batch cannot be
            split.

    Warns:
        UserWarning: If there are labels, which no network here uses.
    """
    images, labels = first_batch(data)
    check_images(images, image_shape)
    check(
        len(images) % parts == 0,
        f"discriminator_steps={parts} splits each batch in {parts} parts, but this "
        f"batch has {len(images)} images.",
        expected=f"a multiple of {parts} images in a batch",
        received=f"{len(images)} images",
        do=f"Batch the data set at {parts} times your batch size, e.g. "
        f"`dataset.batch({parts * len(images)})`.",
    )
    if labels is not None:
        warnings.warn(
            "The data has labels, but these networks take none: training goes on "
            "without them. Pass images alone to be rid of this message.",
            stacklevel=3,
        )


def first_batch(data):
    """Returns images and labels (or None) of the first batch, as arrays.

    What can be read only once, a Python generator say, is left alone: None, None.
    """
    if isinstance(data, tf.data.Dataset):
        batch = next(iter(data.take(1)), None)
    elif isinstance(data, keras.utils.PyDataset):
        batch = data[0] if len(data) else None
    else:
        batch = data
    if batch is None:
        raise fault(
            "The data set is empty.",
            expected="at least one batch of images",
            received="none",
            do="Look at the filters and the batch size: a batch that is not full is "
            "dropped.",
        )
    images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
    return np.asarray(images), labels
