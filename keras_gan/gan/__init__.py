"""GAN: two networks and one training step.

The whole algorithm is on one screen of `gan.py`. The rest of the class is in a file for
each thing that one does with it: `binding` (what the algorithm is made of), `setting`
(how it is trained), `fitting`, `making` (images), `keeping` (saving and loading).
"""

from keras_gan.gan.gan import GAN

__all__ = ["GAN"]
