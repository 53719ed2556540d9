"""BatchChecks: what a GAN requires of the first batch of each pass over its data."""

import dataclasses
from typing import TYPE_CHECKING, Any

from keras_gan.data.feeding.batches import BatchFormat, unpack
from keras_gan.gan.batch_sizes import BatchSizes
from keras_gan.networks import growing, pair
from keras_gan.networks.labels import LabelFormat
from keras_gan.penalties.penalty import check_batch_size
from keras_gan.replicas import to_numpy

if TYPE_CHECKING:
    from keras_gan.gan.gan import GAN


class BatchChecks:
    """Checks of first batches; they warn once in a call of `fit` or `evaluate`.

    Args:
        gan: The GAN.

    Attributes:
        sizes: `BatchSizes` of the data of `fit`, for progressive growing.
    """

    def __init__(self, gan: "GAN") -> None:
        self.gan = gan
        self.sizes = BatchSizes()
        self.has_warned = False

    def start(self, data: Any = None) -> None:
        """Starts a call of `fit` with its data, or of `evaluate` without."""
        self.has_warned = False
        # Only ProgressiveGrowing uses these sizes, and they cost two batches of a
        # PyDataset.
        grows = growing.growth(self.gan.generator).num_stages > 1
        self.sizes = BatchSizes.from_data(data if grows else None)

    def expect_size(self, size: int) -> None:
        """Sets the number of images that the first batch of `fit` must have."""
        self.sizes = dataclasses.replace(self.sizes, expected=size)

    def format(self, labels: LabelFormat, parts: int = 1) -> BatchFormat:
        """Returns what the networks expect of a batch that is split into parts."""
        is_signed = not pair.ends_in_sigmoid(self.gan.generator)
        return BatchFormat(self.gan.image_shape, labels, parts, is_signed)

    def check_train_batch(self, batch: Any) -> None:
        """Validates the first batch of a pass over the training data."""
        gan = self.gan
        self.check(self.format(gan.labels, gan.discriminator_steps), batch)
        images, labels = unpack(batch)
        replicas = gan.distribute_strategy.num_replicas_in_sync
        self.sizes.check_first(len(images) * replicas)
        penalties = [*gan.penalties.values(), *gan.generator_penalties.values()]
        check_batch_size(penalties, len(images) // gan.discriminator_steps)
        if gan.loss.is_energy and not int(to_numpy(gan.steps)):
            gan.check_energy((images, *gan.labels.from_batch(labels)))

    def check_test_batch(self, batch: Any) -> None:
        """Validates the first batch of a pass over data that is evaluated."""
        self.check(self.format(self.gan.labels), batch)

    def check(self, batch_format: BatchFormat, batch: Any) -> None:
        """Validates a batch, and warns of it if it is the first one."""
        batch_format.check(batch)
        if not self.has_warned:
            batch_format.warn(batch)
        self.has_warned = True
