"""BatchSizes: batch sizes of the data of `fit`, for progressive growing."""

import dataclasses

import keras
import tensorflow as tf

from keras_gan.typing import Array, ImageData, Tensor


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
        """Returns the batch sizes of the data of `fit`.

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
