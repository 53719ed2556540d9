"""Types of the arguments of `GAN`, `GAN.compile` and `GAN.fit`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal, TypeAlias, TypedDict

from keras_gan.typing import Callback, Config, Metric, Optimizer, Tensor
from keras_gan.validation import Positive, within

Momentum = Annotated[float, within(0, 1, "[)"), "Use 0.999, or 0.9999 for long runs."]
"""Momentum of the averaged generator."""

WeightClip = Annotated[Positive, "Use 0.01, as in the WGAN paper."]
"""Bound of the discriminator's weights."""

RunningLoss = Annotated[float, "Use 0.1, or None to skip no update."]
"""Running loss of the discriminator below which its updates are skipped."""

OptimizerLike: TypeAlias = str | Optimizer | Config
"""A Keras optimizer, its name, or its serialized dictionary."""

MetricLike: TypeAlias = (
    str | Metric | type[Metric] | Config | Callable[[Tensor, Tensor], Tensor]
)
"""Metric of samples or of Keras, its class, name or dictionary; or a function."""

Metrics: TypeAlias = MetricLike | Sequence[MetricLike] | Mapping[str, MetricLike]
Batch: TypeAlias = tuple[Tensor, ...]
"""The tensors of a batch with the same number of rows: `(images, *labels)`."""

Callbacks: TypeAlias = Callback | Sequence[Callback]
Verbosity: TypeAlias = bool | int | Literal["auto"]


class ModelArguments(TypedDict, total=False):
    """Arguments of Keras's models."""

    name: str
    dtype: object
    trainable: bool


FIT_NUMBERS = (
    "initial_epoch",
    "steps_per_epoch",
    "validation_steps",
    "validation_batch_size",
)
"""Further arguments of `fit` that are numbers."""


class FitArguments(TypedDict, total=False):
    """Further arguments of Keras's `fit`."""

    initial_epoch: int
    steps_per_epoch: int | None
    validation_steps: int | None
    validation_batch_size: int | None
    validation_freq: int


EVALUATE_ORDER = ("batch_size", "verbose", "sample_weight", "steps", "callbacks")
"""Order of further positional arguments of Keras's `evaluate`."""


class EvaluateArguments(TypedDict, total=False):
    """Further arguments of Keras's `evaluate`."""

    batch_size: int | None
    verbose: Verbosity
    steps: int | None
    callbacks: Callbacks | None
