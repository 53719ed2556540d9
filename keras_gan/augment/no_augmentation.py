"""No augmentation, for whoever asks none."""

import dataclasses

from keras_gan.augment.augmentation import Augmentation
from keras_gan.config import register


@register
@dataclasses.dataclass(frozen=True)
class NoAugmentation(Augmentation):
    """Leaves images as they are, of any shape: what `augment=None` means."""

    def check_image_shape(self, image_shape):
        """Takes every shape, points of the plane too."""

    def __call__(self, images, random, **state):
        """Returns the images."""
        return images
