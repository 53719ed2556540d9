"""What the discriminator sees instead of the images, so that it cannot learn by heart.

Real and generated images pass the same random transformations, which gradients pass
too: a discriminator that never sees an image twice can be trained on a thousand.
"""

from keras_gan.augment.ada import ADA
from keras_gan.augment.augmentation import Augmentation
from keras_gan.augment.diff_augment import DiffAugment
from keras_gan.augment.unaugmented import Unaugmented

__all__ = ["ADA", "Augmentation", "DiffAugment", "Unaugmented"]
