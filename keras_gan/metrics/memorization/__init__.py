"""Detection of memorization: samples that are copies of training images."""

from keras_gan.metrics.memorization.report import Memorization, memorization_report

__all__ = ["Memorization", "memorization_report"]
