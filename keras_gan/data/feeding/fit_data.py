"""The data of `GAN.fit`: from what a user passes to what Keras iterates over."""

import dataclasses
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from keras_gan.data.arrays import dataset_of
from keras_gan.data.feeding.batches import BatchFormat
from keras_gan.data.feeding.inputs import (
    Inputs,
    check_has_end,
    checked_array,
    from_user,
    is_endless,
    validation_inputs,
)
from keras_gan.data.feeding.py_datasets import ShuffledBatches
from keras_gan.data.options import LoadingOptions
from keras_gan.data.order import set_epoch
from keras_gan.errors import check, user_error, warn
from keras_gan.replicas import to_numpy
from keras_gan.typing import Callback, ImageDataset, Logs


class FitData(NamedTuple):
    """Data of `fit` as Keras takes it.

    Args:
        training: Dataset, generator or loader for training.
        validation: `Inputs` for validation, or None.
    """

    training: Any
    validation: Inputs | None


def prepare(
    x: Any,
    y: Any,
    batches: BatchFormat,
    *,
    batch_size: int | None,
    shuffle: bool,
    seed: int,
    steps_per_epoch: int | None = None,
    validation_data: Any = None,
    validation_split: float = 0.0,
    validation_batch_size: int | None = None,
    validation_steps: int | None = None,
) -> FitData:
    """Returns the data of `fit`: arrays as datasets, orders from the seed.

    Args:
        x: Data of any kind that `inputs.from_user` takes.
        y: Labels of an array, or None.
        batches: What the networks expect of a batch.
        batch_size: Images of an array in a batch; None: 64 for each part of the
            batches, or Keras's 32 if they are not shuffled.
        shuffle: Whether arrays and the batches of a `PyDataset` are shuffled.
        seed: Integer that decides the order.
        steps_per_epoch: As in `fit`: data whose order is ours is then repeated.
        validation_data: As in `fit`.
        validation_split: As in `fit`.
        validation_batch_size: As in `fit`.
        validation_steps: As in `fit`.

    Raises:
        ValueError: If the data does not match the networks.
    """
    inputs = from_user(x, y, batches)
    held_out: Inputs | None = None
    if inputs.is_array:
        size = batch_size or (64 * batches.parts if shuffle else 32)
        # As in Keras, `validation_data` has precedence.
        split = 0.0 if validation_data is not None else validation_split
        kept, rest = split_inputs(inputs, split)
        training = array_dataset(kept, batches, size, shuffle, seed)
        if rest is not None:
            validation_size = min(validation_batch_size or size, len(rest.x))
            whole = dataclasses.replace(batches, parts=1)
            held_out = Inputs(array_dataset(rest, whole, validation_size, False, seed))
    else:
        check_only_for_arrays(x, batch_size=batch_size, labels=y)
        check_is_not_split(x, validation_split if validation_data is None else 0.0)
        training = inputs.x
        warn_if_endless(training, steps_per_epoch)
    if validation_data is not None:
        whole = dataclasses.replace(batches, parts=1)
        held_out = validation_inputs(validation_data, whole)
        name = "validation_data"
        check_has_end(held_out.x, name, validation_steps, "validation_steps")
    return FitData(ordered(training, shuffle, seed, steps_per_epoch), held_out)


def split_inputs(inputs: Inputs, split: float) -> tuple[Inputs, Inputs | None]:
    """Returns an array for training, and its last part for validation or None."""
    check(
        0.0 <= split < 1.0,
        "`validation_split` must be a share of the array.",
        expected="a number of at least 0 and below 1",
        received=split,
        do="Pass e.g. validation_split=0.1, for a tenth.",
    )
    images, labels = inputs
    count = int(len(images) * (1.0 - split))
    parts = [slice(0, count), slice(count, None)]
    kept, rest = (
        Inputs(images[part], None if labels is None else labels[part]) for part in parts
    )
    return kept, rest if len(rest.x) else None


def array_dataset(
    inputs: Inputs, batches: BatchFormat, batch_size: int, shuffle: bool, seed: int
) -> ImageDataset:
    """Returns the dataset of an array: shuffled, or all images in their order."""
    count = len(inputs.x)
    if not shuffle:
        batch_size = min(batch_size, count)
    options = LoadingOptions(batch_size, seed, labels=inputs.y is not None)
    dataset = dataset_of(inputs.x, inputs.y, options)
    batches.check_spec(dataset.element_spec)
    if inputs.y is not None:
        batches.labels.check_batch(inputs.y)
    return dataset if shuffle else dataset.unshuffled


def evaluation_inputs(
    x: Any,
    y: Any,
    batches: BatchFormat,
    batch_size: int | None,
    steps: int | None = None,
) -> Inputs:
    """Returns the data of `evaluate` as Keras takes it; arrays are checked as a whole.

    Args:
        x: Data of any kind that `inputs.from_user` takes.
        y: Labels of an array, or None.
        batches: What the networks expect of a batch.
        batch_size: Images of an array in a batch, or None.
        steps: Number of batches, or None for all.
    """
    inputs = checked_array(from_user(x, y, batches), batches)
    if not inputs.is_array:
        check_only_for_arrays(x, batch_size=batch_size, labels=y)
        check_has_end(inputs.x, "x", steps, "steps")
    return inputs


def check_evaluated(num_images: int, is_in_fit: bool) -> None:
    """Raises an error, or warns within `fit`, if an evaluation has had no image."""
    if num_images:
        return
    error = user_error(
        "There was no batch to evaluate: the data is empty, or an iterator that can be "
        "read only once.",
        expected="at least one batch of images",
        received="none",
        do="Check the filters and the batch size; pass data that starts again in each "
        "evaluation, e.g. a tf.data.Dataset.",
    )
    if not is_in_fit:
        raise error
    warn(str(error))


def check_only_for_arrays(x: Any, **arguments: object) -> None:
    """Raises an error if an argument for arrays is passed beside data in batches."""
    for name, value in arguments.items():
        check(
            value is None,
            f"`{name}` is for arrays only: this data is in batches already.",
            expected=f"{name}=None",
            received=f"{name} beside a {type(x).__name__}",
            do="Batch the dataset, e.g. dataset.batch(64), or kg.data.rebatch(dataset, "
            "64) of this package; labels belong into its batches, and validation data "
            "into validation_data.",
        )


def check_is_not_split(data: Any, split: float) -> None:
    """Raises an error if data in batches is to be split for validation."""
    check(
        not split,
        "`validation_split` is for arrays only: it would have no effect on this data.",
        expected="validation_split=0.0",
        received=f"validation_split={split} beside a {type(data).__name__}",
        do="Pass the images that are held out as validation_data=....",
    )


def warn_if_endless(data: Any, steps_per_epoch: int | None) -> None:
    """Warns if the first epoch would have no end, so that no callback ends it."""
    if steps_per_epoch is None and is_endless(data):
        warn(
            "The dataset is repeated without end, and steps_per_epoch is None: the "
            "first epoch never ends, and nothing that runs between epochs will. Pass "
            "e.g. steps_per_epoch=1000, or leave out `.repeat()`."
        )


def ordered(data: Any, shuffle: bool, seed: int, steps_per_epoch: int | None) -> Any:
    """Returns data whose order, where it is ours, is a function of the position.

    With `steps_per_epoch` it is repeated: Keras would cut an epoch short where the data
    ends, and the position of the next one would not be known.
    """
    if isinstance(data, keras.utils.PyDataset):
        if shuffle and data.num_batches is not None:
            return ShuffledBatches(data, seed, steps_per_epoch is not None)
    elif steps_per_epoch is not None and hasattr(data, "loaded_images"):
        return data.repeat()
    return data


class Feeding(Callback):
    """Callback that sets the position in the data, and notices an epoch without any.

    Args:
        data: What Keras iterates over.
        steps_per_epoch: As in `fit`.
    """

    def __init__(self, data: Any, steps_per_epoch: int | None) -> None:
        super().__init__()
        self.data = data
        self.steps_per_epoch = steps_per_epoch
        self.steps: int = 0
        self.is_first = True
        self.epochs_before: int = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts anew."""
        self.is_first = True

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Sets the position before the first batch of an epoch is read."""
        self.steps = self.count_steps()
        if self.is_first:
            self.epochs_before = 0 if epoch else self.count_epochs()
        epoch += self.epochs_before
        if self.steps_per_epoch is None:
            self.set_position(epoch, 0)
        elif self.is_first:  # later epochs continue the iterator of the first one
            self.set_position(0, epoch * self.steps_per_epoch)
        self.is_first = False

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Raises an error if the epoch had no batch."""
        if self.count_steps() == self.steps:
            raise user_error(
                f"There was no batch in epoch {epoch + 1}: the data is empty, or an "
                "iterator that can be read only once.",
                expected="at least one batch of images in each epoch",
                received=f"a {type(self.data).__name__} without a further batch",
                do="Check the filters and the batch size; pass steps_per_epoch for a "
                "generator, or data that starts again in each epoch.",
            )

    def set_position(self, epoch: int, batch: int) -> None:
        """Sets where the datasets of this package and a `PyDataset` start."""
        set_epoch(epoch, batch)
        if isinstance(self.data, ShuffledBatches):
            self.data.set_position(epoch, batch)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Lets loops over datasets begin with epoch 0, as before the training."""
        set_epoch(0)

    def count_epochs(self) -> int:
        """Returns the number of epochs of earlier calls, for an `initial_epoch` of 0.

        So `fit` in a loop sees another order in each call.
        """
        size = self.steps_per_epoch
        if size is None and isinstance(self.data, keras.utils.PyDataset):
            size = self.data.num_batches
        elif size is None and isinstance(self.data, tf.data.Dataset):
            size = int(self.data.cardinality())
        return -(-self.steps // size) if size and size > 0 else self.steps

    def count_steps(self) -> int:
        """Returns the number of training steps so far."""
        return int(to_numpy(self.model.steps))
