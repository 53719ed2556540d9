"""What a user passes to `fit`: looked at once, before anything is spent on it."""

import warnings

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import check, user_error
from keras_gan.data.arrays import from_arrays
from keras_gan.data.order import set_epoch
from keras_gan.data.validation import check_images


class EpochOrder(keras.callbacks.Callback):
    """Tells the data sets of `kg.data` which epoch begins: it decides their order."""

    def on_epoch_begin(self, epoch, logs=None):
        """Sets the epoch before its first batch is drawn."""
        set_epoch(epoch)


def shuffled(images, labels, batch_size, validation_split, seed):
    """Makes a data set of an array; the last part of it is held out, unshuffled.

    Returns:
        Two data sets, the second one None where `validation_split` is 0.
    """
    images = np.asarray(images)
    kept = int(len(images) * (1.0 - validation_split))
    labels = None if labels is None else np.asarray(labels)
    first, last = (
        None if labels is None else labels[part]
        for part in (np.s_[:kept], np.s_[kept:])
    )
    dataset = from_arrays(images[:kept], first, batch_size, seed)
    if kept == len(images):
        return dataset, None
    size = min(batch_size, len(images) - kept)
    return dataset, from_arrays(images[kept:], last, batch_size=size).unshuffled


def check_fit(data, labels, validation_data, image_shape, parts, classes):
    """Makes sure that what `fit` was given suits the networks.

    Args:
        data: What Keras's `fit` takes.
        labels: The labels of an array, or None.
        validation_data: What Keras's `fit` takes, or None.
        image_shape: Shape of one image of the networks.
        parts: Number of equal parts that a batch is split into.
        classes: The labels that the networks take: see `keras_gan.networks.labels`.

    Returns:
        The first batch: a tuple of its images, and of its labels if the networks take
        any; None where it can be read only once.

    Raises:
        ValueError: If there is no batch, the images or labels do not suit, or a batch
            cannot be split.

    Warns:
        UserWarning: If there are labels, which no network here uses.
    """
    check(
        not isinstance(data, tuple),
        "Images and labels came as one argument.",
        expected="gan.fit(images, labels), or a data set of both",
        received="a tuple",
        do="Pass them one after the other.",
    )
    images, batch_labels = check_data(data, image_shape, parts)
    batch_labels = batch_labels if labels is None else labels
    seen = [(images, batch_labels)]
    if validation_data is not None:
        seen.append(check_data(validation_data, image_shape))
    for some, its_labels in seen:
        if some is not None:
            classes.check_batch(its_labels)
    labeled = any(its_labels is not None for _, its_labels in seen)
    if labeled and not classes.num_classes:
        warnings.warn(
            "The data has labels, but these networks take none: training goes on "
            "without them. Pass images alone to be rid of this message.",
            stacklevel=4,
        )
    return None if images is None else (images, *classes.of_batch(batch_labels))


def check_data(data, image_shape, parts=1):
    """Checks the first batch of some data, and returns its images and labels."""
    images, labels = first_batch(data)
    if images is None:
        return None, None
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
    return images, labels


def first_batch(data):
    """Returns images and labels (or None) of the first batch, as arrays.

    What can be read only once, a Python generator say, is left alone: None, None.
    """
    if isinstance(data, tf.data.Dataset):
        batch = next(iter(data.take(1)), None)
    elif isinstance(data, keras.utils.PyDataset):
        batch = data[0] if len(data) else None
    elif isinstance(data, np.ndarray | tf.Tensor | tuple):
        batch = data
    else:
        return None, None
    if batch is None:
        raise user_error(
            "The data set is empty.",
            expected="at least one batch of images",
            received="none",
            do="Look at the filters and the batch size: a batch that is not full is "
            "dropped.",
        )
    images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
    return np.asarray(images), labels
