"""Types of arguments and results: those of Keras, TensorFlow and NumPy.

Keras and TensorFlow ship no type information, and a type checker knows nothing about
their classes. `typing.pyi` beside this file declares, for checkers and editors, what
this library uses of them. At run time each name here is the class itself.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

Tensor: TypeAlias = tf.Tensor
Variable: TypeAlias = keras.Variable
Dataset: TypeAlias = tf.data.Dataset
ImageDataset: TypeAlias = tf.data.Dataset
TensorSpec: TypeAlias = tf.TensorSpec
GradientTape: TypeAlias = tf.GradientTape
Layer: TypeAlias = keras.layers.Layer
Model: TypeAlias = keras.Model
Metric: TypeAlias = keras.metrics.Metric
Callback: TypeAlias = keras.callbacks.Callback
Optimizer: TypeAlias = keras.optimizers.Optimizer
LearningRateSchedule: TypeAlias = keras.optimizers.schedules.LearningRateSchedule
Initializer: TypeAlias = keras.initializers.Initializer
DTypePolicy: TypeAlias = keras.DTypePolicy
PyDataset: TypeAlias = keras.utils.PyDataset
Conv2D: TypeAlias = keras.layers.Conv2D
Conv2DTranspose: TypeAlias = keras.layers.Conv2DTranspose
BatchNormalization: TypeAlias = keras.layers.BatchNormalization
Embedding: TypeAlias = keras.layers.Embedding
Wrapper: TypeAlias = keras.layers.Wrapper
History: TypeAlias = keras.callbacks.History
ProgbarLogger: TypeAlias = keras.callbacks.ProgbarLogger
Mean: TypeAlias = keras.metrics.Mean
AdamOptimizer: TypeAlias = keras.optimizers.Adam
ExportArchive: TypeAlias = keras.export.ExportArchive
Operation: TypeAlias = tf.Operation

Array: TypeAlias = npt.NDArray[Any]
FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
IntArray: TypeAlias = npt.NDArray[np.integer[Any]]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
UInt8Array: TypeAlias = npt.NDArray[np.uint8]
TensorLike: TypeAlias = Tensor | Variable | Array | float

StrPath: TypeAlias = str | os.PathLike[str]
Shape: TypeAlias = tuple[int, ...]
Config: TypeAlias = dict[str, Any]
Logs: TypeAlias = Mapping[str, float]
ClassLabels: TypeAlias = int | str | Sequence[int | str] | Array
ImageData: TypeAlias = Dataset | PyDataset | Array | Tensor | Iterable[Any]
