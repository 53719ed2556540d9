"""Batches of the data of `fit`: their tensors, equal parts of them, and their sizes."""

import dataclasses
from typing import TypeAlias

import keras
import tensorflow as tf

from keras_gan.networks.labels import LabelFormat
from keras_gan.typing import Array, ImageData, Shape, Tensor

Batch: TypeAlias = tuple[Tensor, ...]
"""The tensors of a batch with the same number of rows: `(images, *labels)`."""


def unpack_batch(data: object, image_shape: Shape, labels: LabelFormat) -> Batch:
    """Returns a batch as the tuple `(images, *labels)`.

    Args:
        data: A batch as Keras gives it: images, or `(images, labels)`.
        image_shape: Shape of one image.
        labels: `Labels` of the networks, or `Unlabeled`, with which the tuple has none.

    Raises:
        ValueError: If the images have another shape, or labels are missing or invalid.
    """
    images, batch_labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    images = tf.ensure_shape(images, (None, *image_shape))
    return (images, *labels.from_batch(batch_labels))


def split(batch: Batch, num_parts: int) -> list[Batch]:
    """Returns equal parts of a batch, a list; the remainder of a batch is dropped.

    Args:
        batch: Tuple of tensors with the same number of rows.
        num_parts: Number of parts.

    Raises:
        InvalidArgumentError: If there are fewer rows than parts; at run time, but not
            under XLA, if their number is unknown while tracing.
    """
    images = batch[0]
    count = tf.shape(images)[0] if images.shape[0] is None else images.shape[0]
    size = count // num_parts
    tf.debugging.assert_positive(
        size,
        f"A batch has fewer images than the {num_parts} parts that it is split into. "
        "Batch the data with drop_remainder=True.",
    )
    starts = [part * size for part in range(num_parts)]
    return [tuple(rows[start : start + size] for rows in batch) for start in starts]


@dataclasses.dataclass(frozen=True)
class BatchSizes:
    """Numbers of images of the batches of a dataset; None where unknown.

    Args:
        first: Number of images of the first batch.
        last: Number of images of the last batch.
    """

    first: int | None = None
    last: int | None = None

    @classmethod
    def from_data(
        cls,
        data: ImageData | None,
        images: Array | Tensor | None,
        batch_size: int | None,
    ) -> "BatchSizes":
        """Returns the batch sizes of the data of `fit`, for progressive growing.

        Args:
            data: Dataset, `PyDataset` or array.
            images: Images of its first batch, or all images of an array; None if they
                are not known, as for an iterator.
            batch_size: Batch size of an array; None: Keras's 32.
        """
        if images is None:
            return cls()
        count = images.shape[0]
        if isinstance(data, tf.data.Dataset):
            specs = tf.nest.flatten(data.element_spec)
            full = all(spec.shape[:1].is_fully_defined() for spec in specs)
            return cls(count, count if full else None)
        if isinstance(data, keras.utils.PyDataset):
            return cls(count, len(tf.nest.flatten(data[len(data) - 1])[0]))
        size = min(batch_size or 32, count)
        return cls(size, count % size or size)
