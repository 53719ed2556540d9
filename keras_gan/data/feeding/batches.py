"""Checks of a batch: its structure, its images and its labels."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from keras_gan.data import validation
from keras_gan.errors import check, user_error, warn
from keras_gan.typing import Array, Shape, Tensor, TensorLike


class LabelFormat(Protocol):
    """The label format of the networks: see `keras_gan.networks.labels`."""

    @property
    def num_classes(self) -> int:
        """Number of classes; 0 for networks without labels."""

    def check_batch(self, labels: TensorLike | None, /) -> None:
        """Raises an error if the labels of a batch do not match the networks."""

    def from_batch(self, labels: TensorLike | None, /) -> tuple[Tensor, ...]:
        """Returns the label inputs for a batch."""


@dataclasses.dataclass(frozen=True)
class BatchFormat:
    """What networks expect of a batch.

    Args:
        image_shape: Shape of one image.
        labels: Label format of the networks.
        parts: Number of equal parts that each batch is split into.
        is_signed: Whether the generator makes images in [-1, 1], not in [0, 1].
    """

    image_shape: Shape
    labels: LabelFormat
    parts: int = 1
    is_signed: bool = True

    def check_spec(self, spec: Any) -> None:
        """Validates what a dataset says about its batches without reading any.

        Args:
            spec: `element_spec` of a dataset.
        """
        images, _ = unpack(spec)
        check_is_dense(images)
        # Of a dataset that is distributed already, the replicas' specs say less.
        if isinstance(images, tf.TensorSpec) and images.shape.rank is not None:
            shape = tuple(images.shape)
            validation.check_shape(shape, self.image_shape, "the data")
            validation.check_floating(images.dtype, "the data")
            if tf.distribute.get_strategy().num_replicas_in_sync == 1:
                self.check_size(shape[0])

    def check(self, batch: Any, where: str = "the data") -> None:
        """Validates the values of a batch.

        Raises:
            ValueError: If images or labels do not match the networks, or the batch
                does not divide into `parts`.
        """
        images, labels = unpack(batch)
        check_is_dense(images)
        array = as_array(images, where)
        validation.check_images(array, self.image_shape, where)
        check(
            len(array),
            f"A batch of {where} is empty.",
            expected="at least one image",
            received=f"shape {array.shape}",
            do="Leave empty batches out, e.g. by dataset.filter.",
        )
        self.check_size(len(array))
        self.labels.check_batch(labels)

    def warn(self, batch: Any) -> None:
        """Warns if no network uses the labels, or the images are in [0, 1]."""
        images, labels = unpack(batch)
        array = np.asarray(images)
        if labels is not None and not self.labels.num_classes:
            warn(
                "The data has labels, but the networks take none: they are ignored. "
                "Pass images without labels to avoid this warning."
            )
        if self.is_signed:
            validation.warn_if_unsigned(array)
        else:
            validation.warn_if_signed(array)

    def check_size(self, size: int | None) -> None:
        """Raises an error if a batch does not divide into `parts`."""
        check(
            size is None or size % self.parts == 0,
            f"discriminator_steps={self.parts} splits each batch in {self.parts} "
            f"parts, but this batch has {size} images.",
            expected=f"a multiple of {self.parts} images in a batch",
            received=f"{size} images",
            do=f"Batch the dataset at {self.parts} times your batch size, e.g. "
            f"`dataset.batch({self.parts * (size or 1)})`.",
        )


def as_array(images: Any, where: str) -> Array:
    """Returns the images of a batch as an array.

    Raises:
        ValueError: If they are lists of several shapes.
    """
    try:
        return np.asarray(images)
    except ValueError as error:  # NumPy names its own arguments only
        raise user_error(
            f"The images of {where} have several shapes.",
            expected="one array, or lists of one shape",
            received=f"a {type(images).__name__} ({error})",
            do="Pass np.stack(images), after resizing each of them to one shape.",
        ) from error


def unpack(batch: Any) -> tuple[Any, Any]:
    """Returns images, and labels or None, of a batch, or of its specification.

    Args:
        batch: Images, `(images,)` or `(images, labels)`.

    Raises:
        ValueError: If the batch has another structure, or weights of its images.
    """
    expected = "images, or (images, labels)"
    if isinstance(batch, Mapping):
        keys = [f'"{key}"' for key in batch]
        image = next((key for key in keys if "im" in key), '"image"')
        label = next((key for key in keys if "label" in key), '"label"')
        raise user_error(
            "Batches of the data must not be dictionaries.",
            expected=expected,
            received=f"a dictionary of {', '.join(keys)}",
            do="Select the images, in [-1, 1], e.g. dataset.map(lambda row: tf.cast("
            f"row[{image}], tf.float32) / 127.5 - 1), or return a tuple of them and "
            f"row[{label}] for class-conditional networks.",
        )
    batch = tuple(batch) if isinstance(batch, list) else batch
    is_pair = not isinstance(batch, tuple) or 1 <= len(batch) <= 3
    images, labels, weights = (
        keras.utils.unpack_x_y_sample_weight(batch) if is_pair else (None, None, None)
    )
    check(
        is_pair and not isinstance(images, Mapping | tuple | list),
        "Batches of the data must have one tensor of images.",
        expected=expected,
        received=f"a {type(images).__name__} as images"
        if is_pair
        else f"a tuple of {len(batch)}",
        do="Select the images and labels, e.g. dataset.map(lambda images, labels, "
        "*others: (images, labels)).",
    )
    check_no_weights(weights=without_optional(weights))
    return images, without_optional(labels)


def without_optional(value: Any) -> Any:
    """Returns None for the placeholder that a dataset has for None."""
    optional = tf.experimental.Optional | tf.OptionalSpec
    return None if isinstance(value, optional) else value


def check_no_weights(**weights: object) -> None:
    """Raises an error if a weight of classes or images is not None, by its name."""
    for name, value in weights.items():
        check(
            value is None,
            f"`{name}` of images cannot be used: the losses of a GAN compare whole "
            "batches of real and generated images.",
            expected="no weights",
            received=f"{name} of type {type(value).__name__}",
            do="Draw the images as often as they are to count, e.g. by "
            "tf.data.Dataset.sample_from_datasets([first, second], weights=[0.8, 0.2])"
            " or dataset.rejection_resample(...).",
        )


def check_is_dense(images: Any) -> None:
    """Raises an error if images are a ragged or sparse tensor, or a spec of one."""
    sparse = (tf.RaggedTensor, tf.RaggedTensorSpec, tf.SparseTensor)
    check(
        not np.ma.is_masked(images),
        "The images of the data have masked values.",
        expected="an array whose every value counts",
        received=f"a {type(images).__name__} with masked values",
        do="Fill them, e.g. images.filled(-1.0), or leave these images out.",
    )
    check(
        not isinstance(images, (*sparse, tf.SparseTensorSpec)),
        "The images of the data have several shapes.",
        expected="dense batches of one shape",
        received=f"a {type(images).__name__}",
        do="Resize each image before batching, e.g. dataset.map(lambda image: "
        "tf.image.resize(image, (64, 64))).batch(64).",
    )
