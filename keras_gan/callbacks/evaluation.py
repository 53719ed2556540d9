"""Evaluation: metrics of generated and real images in the training logs."""

import collections.abc
import functools
import itertools
import math
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np

from keras_gan import metrics
from keras_gan.callbacks.interval import is_due
from keras_gan.callbacks.real_images import check_finite, real_blocks
from keras_gan.errors import check
from keras_gan.files import writable_folder
from keras_gan.gan import GAN
from keras_gan.metrics import Measurement, SampleMetric, statistics
from keras_gan.metrics.pixels import GAN_RANGE, to_pixels
from keras_gan.metrics.statistics import Fingerprint
from keras_gan.metrics.updates import update_fake
from keras_gan.networks.sampler import TruncationAmount
from keras_gan.typing import Callback, Config, ImageData, Logs, StrPath
from keras_gan.validation import PositiveInt, validated

SampleMetricLike: TypeAlias = str | SampleMetric | type[SampleMetric] | Config
"""What `kg.metrics.get` takes."""


class Evaluation(Callback):
    """Computes metrics of generated and real images at the end of epochs.

    The values are added to the logs under the metrics' keys, for the callbacks after it
    in the list (ModelCheckpoint, EarlyStopping, CSVLogger, TensorBoard, `Curves`), the
    progress bar and the `History`. It evaluates after the first epoch of every `fit`,
    every `every`-th and the last one. Between evaluations the last value is repeated in
    the logs, so that all epochs have the same keys; ModelCheckpoint saves only at new
    values, and the patience of EarlyStopping counts epochs. The metrics of a generator
    that returns NaN are NaN.

    Each generated image passes a feature network once, however many metrics share it.
    The statistics of the real images are computed once and cached in a folder, by their
    pixels and the network.

    Args:
        metrics: Metrics of `kg.metrics`, as objects, classes or names; a list or one.
        dataset: Real images: a dataset of `kg.data`, which is read in order, without
            shuffling and augmentation; any other dataset; or an array. Labels are
            ignored.
        num_images: Number of generated images and of real images, the first ones of the
            dataset. None: the size of the dataset.
        every: Epochs between evaluations.
        seed: Random seed of the generated images, `gan.generate(num_images, seed)`;
            classes are uniform for networks with labels.
        cache: Folder of the cached statistics of real images; `"auto"`:
            `~/.keras/keras_gan/statistics`; None: no cache.
        truncation: As in `gan.generate`.

    Raises:
        ValueError: If an argument is out of range, a name is unknown, or a log key is
            not unique; when training starts, if there are too few real images.

    Example:
    >>> import keras_gan as kg
    >>> real = kg.random.Random(0).uniform((32, 8, 8, 1), -1.0, 1.0).numpy()
    >>> metric = kg.metrics.KID("fashion_mnist")
    >>> evaluation = kg.callbacks.Evaluation(metric, real, num_images=32)
    >>> gan = kg.recipes.dcgan((8, 8, 1), width=4)
    >>> list(evaluation.measure(gan))
    ['kd_fashion_mnist', 'kd_fashion_mnist_std']
    """

    @validated
    def __init__(
        self,
        metrics: SampleMetricLike | Sequence[SampleMetricLike],
        dataset: ImageData,
        num_images: PositiveInt | None = 10_000,
        every: PositiveInt = 1,
        seed: int | None = 0,
        cache: StrPath | Literal["auto"] | None = "auto",
        truncation: TruncationAmount | None = None,
    ) -> None:
        super().__init__()
        check_finite(num_images, dataset)
        self.metrics: list[SampleMetric] = resolve_metrics(metrics)
        self.dataset = dataset
        self.num_images = num_images
        self.every = every
        self.seed = seed
        self.truncation = truncation
        self.cache: pathlib.Path | None = cache_folder(cache)
        self.fingerprint: Fingerprint = Fingerprint()
        self.real_statistics: list[object] = []  # empty before `prepare`
        self.ema_momentum: float | None = None
        self.values: dict[str, float] = {}

    def measure(self, gan: GAN) -> dict[str, float]:
        """Computes the metrics of a GAN, in training or not.

        Args:
            gan: The `kg.GAN`.

        Returns:
            Dictionary from the metrics' log keys to `float` values.

        Raises:
            ValueError: If there are too few real images.
        """
        self.prepare()
        self.ema_momentum = gan.ema_momentum
        for metric, real in zip(self.metrics, self.real_statistics, strict=True):
            metric.reset_state()
            # Set each time: another Evaluation may share the metric.
            metric.real = real
        for images in gan.generate_batches(
            self.num_real, self.seed, truncation=self.truncation
        ):
            if not np.isfinite(images).all():
                return dict.fromkeys(keys_of(self.metrics), math.nan)
            update_fake(self.metrics, to_pixels(images, GAN_RANGE))
        results = (metric.results() for metric in self.metrics)
        return dict(itertools.chain.from_iterable(map(dict.items, results)))

    def prepare(self) -> None:
        """Adds the real images to the metrics, at the first call."""
        if not self.real_statistics:
            read_blocks = functools.partial(real_blocks, self.dataset, self.num_images)
            # The cache reads the images twice, which an iterator does not allow.
            one_pass = isinstance(self.dataset, collections.abc.Iterator)
            folder = None if one_pass else self.cache
            fingerprint = statistics.load_real(self.metrics, read_blocks, folder)
            check_min_images(self.metrics, fingerprint.count)
            self.fingerprint = fingerprint
            self.real_statistics = [metric.real for metric in self.metrics]

    @property
    def num_real(self) -> int:
        """Number of real images and of generated images, after `prepare`."""
        return self.fingerprint.count

    def protocol(self) -> dict[str, Config]:
        """Returns the protocols of the last values by the metrics' log keys."""
        settings = {
            "data": self.fingerprint.hexdigest,
            "ema_momentum": self.ema_momentum,
            "seed": self.seed,
            "truncation": self.truncation,
        }
        return {
            key: {**metric.protocol(), **settings}
            for metric in self.metrics
            for key in metric.keys
        }

    def measurements(self, gan: GAN) -> dict[str, Measurement]:
        """Computes the metrics of a GAN, each value with its protocol.

        Args:
            gan: The `kg.GAN`.

        Returns:
            Dictionary from the metrics' log keys to `kg.metrics.Measurement`.

        Raises:
            ValueError: If there are too few real images.
        """
        return self.with_protocol(self.measure(gan))

    def with_protocol(self, values: Mapping[str, float]) -> dict[str, Measurement]:
        """Returns the last values of `measure` as `Measurement`s."""
        protocols = self.protocol()
        return {
            key: Measurement(key, value, protocols[key])
            for key, value in values.items()
        }

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Reads the real images, so that errors precede the training."""
        # Sample metrics of `compile` are logged by validation alone, as `val_<key>`.
        trained = [m for m in self.model.metrics if not isinstance(m, SampleMetric)]
        self.check_unique(metric.name for metric in trained)
        self.prepare()
        self.values = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Adds the values to the logs."""
        logs = {} if logs is None else logs
        self.check_unique(logs)
        if not self.values or is_due(self, epoch, self.every):
            self.values = self.measure(self.model)
        logs.update(self.values)

    def check_unique(self, log_keys: Iterable[str]) -> None:
        """Raises an error if the logs already have a key of the metrics."""
        duplicates = set(keys_of(self.metrics)).intersection(log_keys)
        check(
            not duplicates,
            "The logs already have the key of a metric.",
            expected="unique log keys",
            received=", ".join(sorted(duplicates)),
            do='Rename the metric, e.g. kg.metrics.FrechetDistance(name="fd_test").',
        )


def resolve_metrics(
    identifiers: SampleMetricLike | Sequence[SampleMetricLike],
) -> list[SampleMetric]:
    """Returns the metrics of a list of identifiers, or of one.

    Raises:
        ValueError: If there is none, or log keys are not unique.
    """
    if isinstance(identifiers, str) or not isinstance(identifiers, Sequence):
        identifiers = [identifiers]
    resolved = [metrics.get(identifier) for identifier in identifiers]
    keys = keys_of(resolved)
    check(
        len(resolved) > 0 and len(set(keys)) == len(keys),
        "`metrics` must have unique log keys.",
        expected="at least one metric, all of different log keys",
        received=", ".join(keys) or "none",
        do='Rename one, e.g. kg.metrics.FrechetDistance(name="fd_test").',
    )
    return resolved


def keys_of(sample_metrics: Iterable[SampleMetric]) -> list[str]:
    """Returns the log keys of all metrics, a list."""
    return [key for metric in sample_metrics for key in metric.keys]


def check_min_images(sample_metrics: Iterable[SampleMetric], num_images: int) -> None:
    """Raises an error if a metric needs more images."""
    for metric in sample_metrics:
        check(
            num_images >= metric.min_images,
            f"{metric.name} needs more images.",
            expected=f"at least {metric.min_images} real images, better 10,000",
            received=f"{num_images}",
            do="Pass more images, or change the metric: fewer neighbors, fewer splits.",
        )


def cache_folder(cache: StrPath | None) -> pathlib.Path | None:
    """Returns the folder of the argument `cache`, or None."""
    if cache is None:
        return None
    return statistics.default_folder() if cache == "auto" else writable_folder(cache)
