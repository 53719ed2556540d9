"""Callbacks for the training of GANs.

Keras's own callbacks can be used as well. `Evaluation` adds to the logs, so it must
precede the callbacks that read them.
"""

from keras_gan.callbacks.curves import Curves
from keras_gan.callbacks.evaluation import Evaluation
from keras_gan.callbacks.growth import ProgressiveGrowing
from keras_gan.callbacks.progress import Progress
from keras_gan.callbacks.sample_grid import SampleGrid

__all__ = ["Curves", "Evaluation", "Progress", "ProgressiveGrowing", "SampleGrid"]
