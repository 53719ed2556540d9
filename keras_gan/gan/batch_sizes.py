"""BatchSizes: batch sizes of the data of `fit`, for progressive growing."""

import dataclasses
from typing import Any

import keras
import tensorflow as tf

from keras_gan.errors import check


@dataclasses.dataclass(frozen=True)
class BatchSizes:
    """Numbers of images of the batches of a dataset; None where unknown.

    Args:
        first: Number of images of the first batch.
        last: Number of images of the last batch.
        may_vary: Whether the data is a dataset that does not say its batch size.
        expected: Number of images that the first batch must have, or None.
    """

    first: int | None = None
    last: int | None = None
    may_vary: bool = False
    expected: int | None = None

    @classmethod
    def from_data(cls, data: Any) -> "BatchSizes":
        """Returns the batch sizes of a dataset, `PyDataset`, generator or loader."""
        if isinstance(data, keras.utils.PyDataset):
            count = data.num_batches
            last = None if count is None else num_images(data[count - 1])
            return cls(num_images(data[0]), last)
        if not isinstance(data, tf.data.Dataset):
            return cls()
        if hasattr(data, "loading_options"):  # one of this package
            first = min(data.loading_options.batch_size, data.num_images)
            size = tf.nest.flatten(data.element_spec)[0].shape[0]
            return cls(first, size or data.num_images % first or first)
        sizes = {spec.shape[:1] for spec in tf.nest.flatten(data.element_spec)}
        is_known = all(size.is_fully_defined() for size in sizes)
        size = sizes.pop()[0] if is_known else None
        return cls(size, size, may_vary=not is_known)

    def check_first(self, count: int) -> None:
        """Raises an error if the first batch has not the size that is expected."""
        check(
            self.expected in (None, count),
            "The batches of the data do not match `batch_size` of the callback.",
            expected=f"batches of {self.expected} images",
            received=f"a batch of {count} images",
            do=f"Batch the data by {self.expected}, or change batch_size.",
        )


def num_images(batch: Any) -> int:
    """Returns the number of images of a batch."""
    return len(tf.nest.flatten(batch)[0])
