"""Datasets of images, by name or path, from a folder, arrays or TFRecords, in [-1, 1].

Every loader returns a `tf.data.Dataset`, shuffled, batched and prefetched, in an order
that is a function of its seed and the epoch.
"""

from keras_gan.data.arrays import from_arrays
from keras_gan.data.folders.directory import from_directory
from keras_gan.data.mixtures import Mixture, grid, ring, stacked
from keras_gan.data.named import load
from keras_gan.data.order import set_epoch
from keras_gan.data.rebatching import rebatch, unshuffled
from keras_gan.data.report import Report, check
from keras_gan.data.tfrecords import from_tfrecords
from keras_gan.data.validation import check_images

__all__ = [
    "Mixture",
    "Report",
    "check",
    "check_images",
    "from_arrays",
    "from_directory",
    "from_tfrecords",
    "grid",
    "load",
    "rebatch",
    "ring",
    "set_epoch",
    "stacked",
    "unshuffled",
]
