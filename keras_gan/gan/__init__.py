"""GAN: two networks, how they are trained, and one training step.

`gan.py` has the algorithm; `generative_model.py` what does not depend on it: sampling,
export, saving and loading. The other files are what they use.
"""

from keras_gan.gan.gan import GAN

__all__ = ["GAN"]
