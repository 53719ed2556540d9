"""Measures of generated images; they know nothing of GANs."""

from keras_gan.metrics import features
from keras_gan.metrics.checkerboard import checkerboard_energy
from keras_gan.metrics.distances import FrechetDistance, get
from keras_gan.metrics.fashion_mnist import fashion_mnist_classifier
from keras_gan.metrics.frechet import frechet_distance, frechet_distance_of_moments
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.modes import ModeCoverage, class_coverage, mode_coverage
from keras_gan.metrics.moments import Moments

__all__ = [
    "FrechetDistance",
    "ModeCoverage",
    "Moments",
    "SampleMetric",
    "checkerboard_energy",
    "class_coverage",
    "fashion_mnist_classifier",
    "features",
    "frechet_distance",
    "frechet_distance_of_moments",
    "get",
    "mode_coverage",
]
