"""BatchSizes: the numbers of images that growing networks plan with."""

import dataclasses

import keras
import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class BatchSizes:
    """Numbers of images of the batches of a data set; None where unknown.

    Args:
        first: Number of images of the first batch.
        last: Number of images of the last batch.
    """

    first: int | None = None
    last: int | None = None

    @classmethod
    def from_data(cls, data, images, batch_size):
        """Returns the sizes of what Keras's `fit` takes.

        Args:
            data: The data set or array.
            images: Images of its first batch, all images of an array, or None.
            batch_size: Of an array; None is Keras's 32.
        """
        if images is None:
            return cls()
        if isinstance(data, tf.data.Dataset):
            specs = tf.nest.flatten(data.element_spec)
            full = all(spec.shape[:1].is_fully_defined() for spec in specs)
            return cls(len(images), len(images) if full else None)
        if isinstance(data, keras.utils.PyDataset):
            return cls(len(images), len(tf.nest.flatten(data[len(data) - 1])[0]))
        size = min(batch_size or 32, len(images))
        return cls(size, len(images) % size or size)
