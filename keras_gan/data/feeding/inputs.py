"""The kinds of data that `fit` and `evaluate` take: arrays, datasets, iterators."""

import itertools
import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from keras_gan.data import sources, validation
from keras_gan.data.feeding.batches import BatchFormat, check_is_dense, unpack
from keras_gan.data.reading import kept_errors
from keras_gan.errors import check, user_error
from keras_gan.typing import Dataset

KINDS = (
    "an array of images, a tf.data.Dataset, a keras.utils.PyDataset, a PyTorch "
    "DataLoader, or an iterator of batches"
)


class Inputs(NamedTuple):
    """Data as Keras takes it: `x`, and the labels `y` of an array or None."""

    x: Any
    y: Any = None

    @property
    def is_array(self) -> bool:
        """Whether the images are one array in memory."""
        return isinstance(self.x, np.ndarray)


def from_user(x: Any, y: Any, batches: BatchFormat, name: str = "x") -> Inputs:
    """Returns data of any kind as Keras takes it, checked before it is trained on.

    An array of any library becomes one of NumPy, and an iterator a dataset.

    Args:
        x: Data, as `fit` takes it.
        y: Labels of an array, or None.
        batches: What the networks expect of a batch.
        name: Name of the argument in error messages.

    Raises:
        ValueError: If the data is of a kind that no network can be trained on, it is
            empty, or what a dataset says of its batches does not match the networks.
    """
    if isinstance(x, tf.data.Dataset | tf.distribute.DistributedDataset):
        batches.check_spec(x.element_spec)
        count = x.cardinality() if isinstance(x, tf.data.Dataset) else 1
        check_has_batches(count, name)
        return Inputs(x, y)
    if isinstance(x, keras.utils.PyDataset):
        check_has_batches(x.num_batches, name)
        return Inputs(x, y)
    if is_loader(x):
        return Inputs(x, y)
    if isinstance(x, Iterator):
        return Inputs(stream_dataset(x, batches), y)
    check_kind(x, name)
    array = np.asarray(x)
    check_has_batches(len(array) if array.ndim else None, name)
    # Levels 0..255 of arrays are scaled; in a variable they were forgotten.
    if isinstance(x, tf.Variable | keras.Variable):
        validation.check_floating(array.dtype, name)
    return Inputs(array, None if y is None else np.asarray(y))


def stream_dataset(stream: Iterator[Any], batches: BatchFormat) -> Dataset:
    """Returns the dataset of an iterator, each batch of which is read once.

    Keras, too, reads the first batches of a generator for their shapes, and then gives
    them again in each epoch after the last one.
    """
    first = next(stream, None)
    check_has_batches(0 if first is None else None)
    batches.check(first)
    rest = itertools.chain([first], stream)

    def batches_of_one_shape() -> Iterator[tuple[Any, ...]]:
        for batch in rest:
            images, labels = unpack(batch)
            validation.check_shape(np.shape(images), batches.image_shape, "the data")
            yield (images,) if labels is None else (images, labels)

    def read() -> Iterator[tuple[Any, ...]]:
        return kept_errors(batches_of_one_shape())

    signature = tuple(
        tf.TensorSpec((None, *np.shape(part)[1:]), tf.convert_to_tensor(part).dtype)
        for part in unpack(first)
        if part is not None
    )
    dataset = tf.data.Dataset.from_generator(read, output_signature=signature)
    return dataset.prefetch(tf.data.AUTOTUNE)


def checked_array(inputs: Inputs, batches: BatchFormat) -> Inputs:
    """Returns inputs whose array, if they are one, was checked as a whole."""
    if not inputs.is_array:
        return inputs
    batches.check(inputs if inputs.y is not None else inputs.x)
    return inputs._replace(x=inputs.x.astype(keras.config.floatx(), copy=False))


def validation_inputs(data: Any, batches: BatchFormat) -> Inputs:
    """Returns validation data as Keras takes it, with its first batch checked.

    Args:
        data: As for `from_user`, or a tuple or list of images and labels.
        batches: What the networks expect of a batch.
    """
    pair = tuple(data) if isinstance(data, tuple | list) else (data,)
    check(
        1 <= len(pair) <= 2,
        "`validation_data` must be data, or a pair of images and labels.",
        expected="images, (images, labels), or a dataset",
        received=f"a {type(data).__name__} of {len(pair)}",
        do="Pass validation_data=(images, labels), without weights.",
    )
    images, labels = (*pair, None)[:2]
    inputs = from_user(images, labels, batches, "validation_data")
    if isinstance(inputs.x, tf.data.Dataset):
        for batch in inputs.x.take(1):
            batches.check(batch, "validation_data")
    elif isinstance(inputs.x, keras.utils.PyDataset):
        batches.check(inputs.x[0], "validation_data")
    return checked_array(inputs, batches)


def check_has_batches(count: Any, name: str = "x") -> None:
    """Raises an error if the number of batches is known to be 0."""
    check(
        count is None or int(count) != 0,
        f"`{name}` must not be empty.",
        expected="at least one batch of images",
        received="none",
        do="Check the filters and the batch size: a last batch that is not full is "
        "dropped.",
    )


def is_endless(data: Any) -> bool:
    """Returns whether data is a dataset that is known to have no end."""
    endless = tf.data.INFINITE_CARDINALITY
    return isinstance(data, tf.data.Dataset) and int(data.cardinality()) == endless


def check_has_end(data: Any, name: str, steps: int | None, argument: str) -> None:
    """Raises an error if an evaluation of data would have no end.

    Args:
        data: What Keras iterates over.
        name: Name of the data in the message.
        steps: Number of batches to evaluate, or None for all.
        argument: Name of the argument `steps`.
    """
    check(
        steps is not None or not is_endless(data),
        f"`{name}` has no end: it could never be evaluated.",
        expected=f"data with a last batch, or {argument}=...",
        received=f"a dataset that is repeated without end, {argument}=None",
        do=f"Leave out `.repeat()`, or pass e.g. {argument}=100.",
    )


def is_loader(x: Any) -> bool:
    """Returns whether data is a loader that Keras adapts: PyTorch's, Grain's, own."""
    modules = {parent.__module__.split(".")[0] for parent in type(x).__mro__}
    names = {parent.__name__ for parent in type(x).__mro__}
    return bool(
        ("torch" in modules and "DataLoader" in names)
        or ("grain" in modules and names & {"MapDataset", "IterDataset", "DataLoader"})
        or "DataAdapter" in names
    )


def check_kind(x: Any, name: str) -> None:
    """Raises an error with advice for the kind of `x`, unless it is an array."""
    check_is_dense(x)
    what = f"`{name}` must be data that can be trained on."
    advice = "Pass e.g. kg.data.from_arrays(images, batch_size=64)."
    if isinstance(x, str | os.PathLike):
        advice = (
            f"Load it: kg.data.load({str(x)!r}), or kg.data.from_directory(folder)."
        )
    elif isinstance(x, Mapping):
        keys = ", ".join(map(repr, x))
        advice = f"Pass one array of it, e.g. x[{next(iter(x), 'image')!r}] of {keys}."
    elif type(x).__module__.split(".")[0] == "datasets":
        advice = (
            "Convert it: images = np.stack(x['image']), then kg.data.from_arrays("
            "images); or x.to_tf_dataset(columns='image', batch_size=64), mapped to "
            "[-1, 1]."
        )
    elif isinstance(x, tuple):
        what = f"`{name}` must not combine images and labels in one argument."
        advice = "Pass the images as `x` and the labels as `y`."
    elif isinstance(x, list):
        advice = "Stack images of one shape: np.stack(images)."
    elif callable(x):
        advice = "Call it: pass the generator that it returns, not the function."
    elif hasattr(x, "__iter__") and not hasattr(x, "shape"):
        advice = (
            "Pass iter(x) for one pass, or for several epochs a keras.utils.PyDataset, "
            "or tf.data.Dataset.from_generator(lambda: x, output_signature=...)."
        )
    elif hasattr(x, "shape") and not isinstance(x, type):
        check_fits_in_memory(x, name)
        return
    raise user_error(
        what,
        expected=KINDS,
        received="None" if x is None else f"a {type(x).__name__}",
        do=advice,
    )


def check_fits_in_memory(x: Any, name: str) -> None:
    """Raises an error if an array of a file is too large to be read as a whole."""
    size = getattr(x, "nbytes", 0)
    is_file = type(x).__module__.split(".")[0] in ("h5py", "zarr")
    check(
        not is_file or size <= sources.MAX_CACHE_BYTES,
        f"`{name}` is an array in a file, and larger than what is kept in memory.",
        expected=f"at most {sources.MAX_CACHE_BYTES:,} bytes",
        received=f"{size:,} bytes",
        do="Load the file: kg.data.load(path), which reads it batch by batch.",
    )
