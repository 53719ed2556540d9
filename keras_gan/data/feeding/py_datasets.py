"""The order of the batches of a `keras.utils.PyDataset`."""

from typing import Any

import keras
import tensorflow as tf

from keras_gan.data import order
from keras_gan.random import Random
from keras_gan.typing import IntArray, PyDataset


class ShuffledBatches(keras.utils.PyDataset):
    """The batches of a `PyDataset` in an order of seed and epoch, as in `kg.data`.

    Keras draws the order from the state of Python's `random`, so that a resumed run has
    another one.

    Args:
        dataset: `PyDataset` of a known number of batches.
        seed: Integer.
        is_endless: Whether epochs follow each other without end, for `steps_per_epoch`.
    """

    def __init__(self, dataset: PyDataset, seed: int, is_endless: bool) -> None:
        super().__init__(
            workers=dataset.workers,
            use_multiprocessing=dataset.use_multiprocessing,
            max_queue_size=dataset.max_queue_size,
        )
        self.dataset = dataset
        self.seed = seed
        self.count: int = dataset.num_batches or 0
        self.is_endless = is_endless
        self.start = 0  # batches before the first one
        self.epoch_order: tuple[int, IntArray | None] = -1, None

    @property
    def num_batches(self) -> int | None:
        """Number of batches, None for an endless one."""
        return None if self.is_endless else self.count

    def set_position(self, epoch: int, batch: int) -> None:
        """Sets the position of batch 0."""
        self.start = epoch * self.count + batch

    def __getitem__(self, index: int) -> Any:
        epoch, batch = divmod(self.start + index, self.count)
        known, permutation = self.epoch_order
        if permutation is None or known != epoch:
            with tf.device("CPU:0"):
                random = Random(self.seed).fork("epoch", epoch)
                numbers = order.permutation(random, self.count)
            permutation = numbers.numpy()
            self.epoch_order = epoch, permutation
        return self.dataset[int(permutation[batch])]

    def on_epoch_begin(self) -> None:
        """As in Keras."""
        begin = getattr(self.dataset, "on_epoch_begin", None)  # Keras 3.11 and later
        if begin is not None:
            begin()

    def on_epoch_end(self) -> None:
        """As in Keras."""
        self.dataset.on_epoch_end()
