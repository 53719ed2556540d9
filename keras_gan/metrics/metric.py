"""Base class of metrics that compare generated images with real ones."""

import abc
import collections
import math
from typing import Annotated, Any, Generic

import numpy as np
import tensorflow as tf

from keras_gan import errors
from keras_gan.metrics.feature_network import FeatureNetwork, FeaturesLike
from keras_gan.metrics.features import get_feature_network
from keras_gan.metrics.pixels import PIXEL_FORMAT, ValueRange, to_pixels
from keras_gan.metrics.summary import SummaryT, Values
from keras_gan.metrics.updates import (
    PendingBatch,
    process_pending,
    update_fake,
    update_real,
    update_states,
)
from keras_gan.typing import DTypePolicy, Metric, TensorLike
from keras_gan.validation import Rule, validated
from keras_gan.version import __version__


def as_name(value: object) -> str:
    """Returns a string that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


MetricName = Annotated[
    str,
    Rule("a non-empty string", as_name, 'Pass e.g. name="fd_test", or leave it out.'),
]
"""Name of a metric."""


class SampleMetric(Metric, abc.ABC, Generic[SummaryT]):
    """Base class of metrics that compare sets of generated and real images.

    A feature network maps the images to vectors; a subclass summarizes the vectors of
    each set (`summary`) and computes one or several values from two summaries
    (`compare`). The state is kept on the host and has no Keras variables. To a type
    checker `SampleMetric[Rows]` is a metric whose summaries are `Rows`.

    As any Keras metric it has `update_state`, `result` and `reset_state`. In
    `compile(metrics=[...])` of a `keras_gan.GAN` it is updated by `evaluate` and
    `validation_data`, not by training steps. Real images can also be added once, by
    `update_real`, and compared with several generated sets, by `update_fake` and
    `reset_fake`.

    Args:
        features: Feature network, as accepted by `keras_gan.metrics.features.get`: a
            name, the path of a `.keras` file, a Keras model, or a function of `uint8`
            images.
        name: Name of the metric. It replaces the log keys: a metric with one value logs
            as `name`, a metric with several values as described in its class. By
            default the name is the first log key, such as `"fd_fashion_mnist"`.
        dtype: Accepted as in every Keras metric. Values are computed in float64
            whatever it is.

    Attributes:
        features: The `FeatureNetwork`.
        keys: Tuple of log keys, one for each value.
        real: Summary of the real images. `kg.callbacks.Evaluation` and the cache of
            statistics assign one that was computed before.
        fake: Summary of the generated images.
        has_nan: Whether a generated image had NaN or infinity: all values are NaN.
        pending: Images of updates in a graph, which no feature network has processed.
    """

    runs_on_host = True
    """Whether updates need the host: they cannot be compiled by XLA."""

    measure: str | None = None
    """Full name of the quantity, for the protocol."""

    canonical_keys: tuple[str, ...] = ()
    """Log key of each value with the canonical Inception, such as `("kid",)`."""

    network_keys: tuple[str, ...] = ()
    """Log key of each value with any other network, such as `("kd_{}",)`; `{}` is
    replaced by the network's name."""

    key_suffixes: tuple[str, ...] = ()
    """Suffixes of the log keys of a metric with several values and a custom `name`: the
    keys are `name_suffix`, or `name` where the suffix is empty. By default they are the
    `network_keys` without the network."""

    summary: type[SummaryT]
    """Class of the summary of one set of images, with the methods of
    `keras_gan.metrics.summary.Summary`. `summary()` is empty,
    `summary.from_features(features, kind, start)` that of a batch; it has a `count`, a
    `merge` that returns a new summary, and is stored in files by `arrays()` and
    `summary.from_arrays(arrays)`.
    """

    needs_real = True
    """Whether the metric depends on real images."""

    min_images = 2
    """Smallest number of images of each set."""

    @validated
    def __init__(
        self,
        features: FeaturesLike = "fashion_mnist",
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        network = get_feature_network(features)
        default = self.keys_with(network.name, network.is_canonical)
        super().__init__(name=name or default[0], dtype=dtype)
        self.features: FeatureNetwork = network
        self.pending: collections.deque[PendingBatch] = collections.deque()
        self.reset_state()

    @classmethod
    def keys_with(cls, network: str, is_canonical: bool) -> tuple[str, ...]:
        """Returns the default log keys with a network of this name, a tuple."""
        keys = cls.canonical_keys if is_canonical else cls.network_keys
        return tuple(key.format(network) for key in keys)

    @property
    def keys(self) -> tuple[str, ...]:
        """Tuple of log keys, one for each value; a custom `name` changes them."""
        default = self.keys_with(self.features.name, self.features.is_canonical)
        if self.name == default[0]:
            return default
        if len(default) == 1:
            return (self.name,)
        suffixes = self.key_suffixes or tuple(
            key.replace("{}", "").strip("_") for key in self.network_keys
        )
        return tuple(f"{self.name}_{suffix}".strip("_") for suffix in suffixes)

    @abc.abstractmethod
    def compare(self, real: SummaryT, fake: SummaryT) -> Values:
        """Returns the values, a `float` or a tuple, of two summaries."""

    def update_state(
        self,
        real: TensorLike,
        fake: TensorLike,
        sample_weight: TensorLike | None = None,
    ) -> None:
        """Adds a batch of real and generated images, eagerly or in a `tf.function`.

        See `keras_gan.metrics.metric.update_states`.

        Args:
            real: Real images `(num_images, height, width, channels)`, float in [-1, 1]
                or `uint8`; array or tensor.
            fake: Generated images in the same form.
            sample_weight: Not supported.

        Raises:
            ValueError: If `sample_weight` is passed, or the images are invalid.
        """
        errors.check(
            sample_weight is None,
            "`sample_weight` is not supported by metrics of sets of images.",
            expected="sample_weight=None",
            received=f"{type(sample_weight).__name__}",
            do="Leave it out, or evaluate data without sample weights.",
        )
        update_states([self], real, fake)

    def update_real(
        self, images: TensorLike, value_range: ValueRange | None = None
    ) -> None:
        """Adds real images, `(num_images, height, width, channels)`.

        Args:
            images: `uint8` or float images.
            value_range: Range of float images: (-1, 1), (0, 1) or (0, 255).

        Raises:
            ValueError: If the images are invalid or outside `value_range`.
        """
        update_real([self], to_pixels(images, value_range))

    def update_fake(
        self, images: TensorLike, value_range: ValueRange | None = None
    ) -> None:
        """Adds generated images; arguments and errors of `update_real`."""
        update_fake([self], to_pixels(images, value_range))

    def results(self) -> dict[str, float]:
        """Returns all values, a dictionary from log keys to `float`.

        Raises:
            ValueError: If there are too few images, or in a `tf.function`.
        """
        errors.check(
            tf.executing_eagerly(),
            f"The result of `{self.name}` cannot be computed in a tf.function.",
            expected="a call outside of tf.function, after the last update",
            received="a call while a graph is traced",
            do="Call update_state in the function, and result() after it.",
        )
        process_pending([self])
        if self.has_nan:
            return dict.fromkeys(self.keys, math.nan)
        values = np.ravel(self.compare(self.real, self.fake))
        return dict(zip(self.keys, values.tolist(), strict=True))

    def result(self) -> float:
        """Returns the first value, a `float`; errors of `results`."""
        return next(iter(self.results().values()))

    def reset_fake(self) -> None:
        """Removes the generated images and keeps the real ones."""
        process_pending([self])
        self.fake: SummaryT = self.summary()
        self.has_nan: bool = False

    def reset_state(self) -> None:
        """Removes all images."""
        for batch in self.pending:
            batch.metrics = [other for other in batch.metrics if other is not self]
        self.pending.clear()
        self.real: SummaryT = self.summary()
        self.reset_fake()

    @property
    def num_real(self) -> int:
        """Number of real images added."""
        process_pending([self])
        return self.real.count

    @property
    def num_fake(self) -> int:
        """Number of generated images added."""
        process_pending([self])
        return self.fake.count

    def protocol(self) -> dict[str, Any]:
        """Returns the settings that the values depend on.

        Only values with equal protocols can be compared.

        Returns:
            Dictionary of strings and numbers, ready for JSON.
        """
        return {
            "metric": self.measure,
            "features": self.features.name,
            "fingerprint": self.features.fingerprint,
            "preprocessing": self.features.preprocessing,
            "pixels": PIXEL_FORMAT,
            "num_real": self.num_real,
            "num_fake": self.num_fake,
            "keras_gan": __version__,
        }

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor.

        A feature network is written as its name or path where it has one.
        """
        features = self.features.identifier or self.features
        return {"features": features, **super().get_config()}
