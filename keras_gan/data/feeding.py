"""Validation and batching of the data that a user passes to `GAN.fit`."""

import warnings
from typing import Protocol

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from keras_gan.data.arrays import from_arrays
from keras_gan.data.order import set_epoch
from keras_gan.data.validation import check_images
from keras_gan.errors import check, user_error
from keras_gan.typing import (
    Array,
    Callback,
    Dataset,
    ImageDataset,
    Logs,
    Shape,
    Tensor,
    TensorLike,
)


class LabelFormat(Protocol):
    """The label format of the networks: see `keras_gan.networks.labels`."""

    @property
    def num_classes(self) -> int:
        """Number of classes; 0 for networks without labels."""

    def check_batch(self, labels: TensorLike | None, /) -> None:
        """Raises an error if the labels of a batch do not match the networks."""

    def from_batch(self, labels: TensorLike | None, /) -> tuple[Tensor, ...]:
        """Returns the label inputs for a batch."""


class EpochOrder(Callback):
    """Callback that sets the epoch, which decides the order of `kg.data` datasets."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Sets the epoch before its first batch is read."""
        set_epoch(epoch)


def shuffled(
    images: npt.ArrayLike,
    labels: npt.ArrayLike | None,
    batch_size: int,
    validation_split: float,
    seed: int,
) -> tuple[ImageDataset, Dataset | None]:
    """Returns the datasets of an array for training and for validation.

    As in Keras, the last part of the array is for validation, and not shuffled.

    Args:
        images: Array of images, or of points.
        labels: Array of labels, or None.
        batch_size: Images in a batch.
        validation_split: Fraction of the images for validation.
        seed: Integer that decides the order.

    Returns:
        Two datasets, the second one None where `validation_split` is 0.
    """
    array = np.asarray(images)
    split = int(len(array) * (1.0 - validation_split))
    training_labels = validation_labels = None
    if labels is not None:
        label_array = np.asarray(labels)
        training_labels, validation_labels = label_array[:split], label_array[split:]
    dataset = from_arrays(array[:split], training_labels, batch_size, seed)
    if split == len(array):
        return dataset, None
    validation_size = min(batch_size, len(array) - split)
    validation = from_arrays(array[split:], validation_labels, validation_size)
    return dataset, validation.unshuffled


def check_fit(
    data: object,
    labels: TensorLike | None,
    validation_data: object,
    image_shape: Shape,
    parts: int,
    label_format: LabelFormat,
) -> tuple[Array | Tensor, ...] | None:
    """Validates the data of `fit` against the inputs of the networks.

    Args:
        data: Dataset, array or `PyDataset`, as for Keras's `fit`.
        labels: Labels of an array, or None.
        validation_data: The same for validation, or None.
        image_shape: Shape of one image of the networks.
        parts: Number of equal parts that a batch is split into.
        label_format: Label format of the networks.

    Returns:
        The first batch: a tuple of its images, and of its labels if the networks take
        any; None for an iterator, which can be read only once.

    Raises:
        ValueError: If there is no batch, the images or labels do not match the
            networks, or a batch cannot be split.

    Warns:
        UserWarning: If there are labels that no network uses.
    """
    check(
        not isinstance(data, tuple),
        "`x` must not combine images and labels in one argument.",
        expected="gan.fit(images, labels), or a dataset of both",
        received="a tuple",
        do="Pass the images as `x` and the labels as `y`.",
    )
    images, batch_labels = check_data(data, image_shape, parts)
    batch_labels = batch_labels if labels is None else labels
    first_batches = [(images, batch_labels)]
    if validation_data is not None:
        first_batches.append(check_data(validation_data, image_shape))
    for first_images, first_labels in first_batches:
        if first_images is not None:
            label_format.check_batch(first_labels)
    has_labels = any(first_labels is not None for _, first_labels in first_batches)
    if has_labels and not label_format.num_classes:
        warnings.warn(
            "The data has labels, but the networks take none: they are ignored. Pass "
            "images without labels to avoid this warning.",
            stacklevel=4,  # the line that calls `gan.fit`
        )
    return None if images is None else (images, *label_format.from_batch(batch_labels))


def check_data(
    data: object, image_shape: Shape, parts: int = 1
) -> tuple[Array, TensorLike | None] | tuple[None, None]:
    """Validates the first batch of data.

    Args:
        data: As in `check_fit`.
        image_shape: Shape of one image of the networks.
        parts: Number of equal parts that a batch is split into.

    Returns:
        Its images and labels, as `first_batch` returns them.

    Raises:
        ValueError: If the images do not match the networks, or do not divide into
            `parts`.
    """
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
        do=f"Batch the dataset at {parts} times your batch size, e.g. "
        f"`dataset.batch({parts * len(images)})`.",
    )
    return images, labels


def first_batch(data: object) -> tuple[Array, TensorLike | None] | tuple[None, None]:
    """Returns images and labels (or None) of the first batch, as arrays.

    For a Python generator or another iterator both are None: a batch that is read here
    would be lost for training.

    Raises:
        ValueError: If the data is empty.
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
            "`x` must not be empty.",
            expected="at least one batch of images",
            received="none",
            do="Check the filters and the batch size: a last batch that is not full is "
            "dropped.",
        )
    images, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
    return np.asarray(images), labels
