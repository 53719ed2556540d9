"""Metrics of generated images; they take images and do not depend on GANs."""

from keras_gan.metrics import features, inception
from keras_gan.metrics.checkerboard import checkerboard_energy
from keras_gan.metrics.classification import InceptionScore, inception_score
from keras_gan.metrics.extrapolation import frechet_distance_infinity
from keras_gan.metrics.fashion_mnist import fashion_mnist_classifier
from keras_gan.metrics.fid import FID
from keras_gan.metrics.frechet import (
    FrechetDistance,
    frechet_distance,
    frechet_distance_of_moments,
)
from keras_gan.metrics.kernel import KID, kernel_distance
from keras_gan.metrics.measurement import Measurement
from keras_gan.metrics.memorization import Memorization, memorization_report
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.modes import ModeCoverage, class_coverage, mode_coverage
from keras_gan.metrics.moments import Moments
from keras_gan.metrics.names import get
from keras_gan.metrics.neighbors import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    precision_recall,
)
from keras_gan.metrics.rows import Rows

__all__ = [
    "FID",
    "KID",
    "DensityCoverage",
    "FrechetDistance",
    "InceptionScore",
    "Measurement",
    "Memorization",
    "ModeCoverage",
    "Moments",
    "PrecisionRecall",
    "Rows",
    "SampleMetric",
    "checkerboard_energy",
    "class_coverage",
    "density_coverage",
    "fashion_mnist_classifier",
    "features",
    "frechet_distance",
    "frechet_distance_infinity",
    "frechet_distance_of_moments",
    "get",
    "inception",
    "inception_score",
    "kernel_distance",
    "memorization_report",
    "mode_coverage",
    "precision_recall",
]
