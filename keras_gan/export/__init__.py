"""Export of a generator: as a SavedModel, or as a file of another runtime."""

from keras_gan.export.exporting import export
from keras_gan.export.formats import FORMATS

__all__ = ["FORMATS", "export"]
