"""What the discriminator sees instead of the images, so that it cannot learn by heart.

Real and generated images pass the same random transformations, which gradients pass
too: a discriminator that never sees an image twice can be trained on a thousand.
"""

from keras_gan.augment.ada import ADA
from keras_gan.augment.augmentation import Augmentation
from keras_gan.augment.diff_augment import DiffAugment
from keras_gan.augment.no_augmentation import NoAugmentation
from keras_gan.config import check

__all__ = ["ADA", "Augmentation", "DiffAugment", "NoAugmentation"]


def get(augment):
    """Returns an augmentation; None means that the images are left as they are.

    Raises:
        ValueError: If it is none.
    """
    augment = NoAugmentation() if augment is None else augment
    check(
        isinstance(augment, Augmentation),
        "This is no augmentation.",
        expected="an object of kg.augment, or None",
        received=f"augment={augment!r}",
        do="Pass e.g. augment=kg.augment.DiffAugment().",
    )
    return augment
