"""Callbacks: what is watched while a GAN trains.

Keras's own callbacks work beside them. `Evaluation` writes into the logs, so put it
before all that read them.
"""

from keras_gan.callbacks.curves import Curves
from keras_gan.callbacks.evaluation import Evaluation
from keras_gan.callbacks.growth import ProgressiveGrowing
from keras_gan.callbacks.progress import Progress
from keras_gan.callbacks.sample_grid import SampleGrid

__all__ = ["Curves", "Evaluation", "Progress", "ProgressiveGrowing", "SampleGrid"]
