"""Differentiable augmentations of the images that the discriminator scores.

Real and generated images pass the same random transformations, through which gradients
reach the generator. They keep a discriminator from overfitting small datasets of
thousands, or with DiffAugment hundreds, of images.
"""

from typing import Literal, TypeAlias

from keras_gan import config
from keras_gan.augment.ada import ADA
from keras_gan.augment.augmentation import Augmentation
from keras_gan.augment.diff_augment import DiffAugment
from keras_gan.augment.no_augmentation import NoAugmentation
from keras_gan.typing import Config

__all__ = ["ADA", "Augmentation", "DiffAugment", "NoAugmentation", "get"]

AugmentationName = Literal["ada", "diff_augment"]

AugmentationLike: TypeAlias = (
    AugmentationName | Augmentation | type[Augmentation] | Config
)
"""What `get` takes."""

NAMES: dict[str, type[Augmentation]] = {"ada": ADA, "diff_augment": DiffAugment}
"""Names of augmentations, as in `kg.GAN(..., augment="diff_augment")`."""


def get(identifier: AugmentationLike | None) -> Augmentation:
    """Returns the augmentation of an identifier.

    Args:
        identifier: `"ada"`, `"diff_augment"`, `Augmentation` object or class, or the
            dictionary that `keras.saving.serialize_keras_object` returns. None:
            `NoAugmentation()`.

    Returns:
        An `Augmentation`.

    Raises:
        ValueError: If a name is unknown, with the nearest names.
        TypeError: If it is none of these.

    Example:
    >>> get("diff_augment")
    DiffAugment(color=1.0, translation=0.125, cutout=0.5)
    """
    if identifier is None:
        return NoAugmentation()
    return config.get(identifier, Augmentation, NAMES)
