"""No augmentation: the identity."""

import dataclasses

from keras_gan.augment.augmentation import Augmentation
from keras_gan.config import register
from keras_gan.random import Random
from keras_gan.typing import Shape, Tensor, TensorLike


@register
@dataclasses.dataclass(frozen=True)
class NoAugmentation(Augmentation):
    """No augmentation: returns its input, of any shape. `augment=None` selects it."""

    def check_image_shape(self, image_shape: Shape) -> None:
        """Accepts every shape, such as that of points in the plane."""

    def __call__(self, images: Tensor, random: Random, **state: TensorLike) -> Tensor:
        """Returns `images`."""
        return images
