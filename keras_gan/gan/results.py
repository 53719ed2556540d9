"""Results of metrics, as logs by log key."""

from collections.abc import Iterable
from typing import TypeVar

import keras
import numpy as np

from keras_gan.metrics import SampleMetric
from keras_gan.typing import Metric, Tensor

T = TypeVar("T")


def results_of(metrics: Iterable[Metric]) -> dict[str, Tensor]:
    """Returns the results of all metrics but those of samples, by log key."""
    logs: dict[str, Tensor] = {}
    for metric in metrics:
        # Keras builds its metrics at their first update, which training lacks.
        built = getattr(metric, "built", True)
        if built and not isinstance(metric, SampleMetric):
            result = metric.result()
            logs |= result if isinstance(result, dict) else {metric.name: result}
    return logs


def to_floats(logs: T) -> T:
    """Returns logs, a list or a dictionary, whose scalars are floats.

    Keras before 3.15 returns tensors and arrays.
    """
    return keras.tree.map_structure(
        lambda value: value if np.ndim(value) else float(value), logs
    )
