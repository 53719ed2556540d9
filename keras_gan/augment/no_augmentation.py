"""No augmentation: the identity."""

import dataclasses

from keras_gan.augment.augmentation import Augmentation
from keras_gan.config import register


@register
@dataclasses.dataclass(frozen=True)
class NoAugmentation(Augmentation):
    """No augmentation: returns its input, of any shape. `augment=None` selects it."""

    def check_image_shape(self, image_shape):
        """Accepts every shape, such as that of points in the plane."""

    def __call__(self, images, random, **state):
        """Returns `images`."""
        return images
