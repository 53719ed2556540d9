"""GAN: two networks, how they are trained, and one training step.

`gan.py` has the algorithm; `generative_model.py` what remains after training: sampling
and export. The other files are what they use.
"""

from keras_gan.gan.gan import GAN

__all__ = ["GAN"]
