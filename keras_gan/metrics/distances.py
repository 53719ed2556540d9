"""Names of the sample metrics."""

from keras_gan.metrics.names import NAMES, get

__all__ = ["NAMES", "get"]
