"""Base class of metrics that compare generated images with real ones."""

import abc
import collections
import dataclasses
import math

import keras
import numpy as np
import tensorflow as tf

from keras_gan import config
from keras_gan.images import to_uint8
from keras_gan.metrics import features as feature_networks
from keras_gan.version import __version__

RANGE_TOLERANCE = 1e-3
"""Distance, in units of [-1, 1], by which rounding may exceed the pixel range."""

GAN_RANGE = (-1, 1)
"""Range of float images in this library."""

RANGES = (GAN_RANGE, (0, 1), (0, 255))
"""Valid ranges of float images."""

PIXEL_FORMAT = "uint8, round((image + 1) * 127.5)"
"""Conversion of float images, as recorded in a metric's protocol."""


def to_pixels(images, value_range=None):
    """Returns images as `uint8`, as an image file would store them.

    Floats become `round(255 (value - low) / (high - low))`, half to even.

    Args:
        images: Array or tensor `(num_images, height, width, channels)`, `uint8` or
            float.
        value_range: `(low, high)` of float images: (-1, 1), (0, 1) or (0, 255). It is
            required because a wrong guess would not show in the metric.

    Returns:
        `uint8` array of the same shape.

    Raises:
        ValueError: If the shape or the dtype is invalid, or `value_range` is missing,
            unknown, or not the range of the images.
    """
    images = keras.ops.convert_to_numpy(images)
    floating = tf.as_dtype(images.dtype).is_floating
    config.check(
        images.ndim == 4 and (floating or images.dtype == np.uint8),
        "`images` must be a batch of uint8 or float images.",
        expected="uint8 or float images (num_images, height, width, channels)",
        received=f"{images.dtype} {images.shape}",
        do="Add the channel axis of grayscale images, images[..., None]; cast integer "
        "pixels to uint8.",
    )
    if not floating:
        return images
    low, high = check_value_range(images, value_range)
    tolerance = RANGE_TOLERANCE * (high - low) / 2
    # NaN compares false, so it counts as outside.
    inside = (images >= low - tolerance) & (images <= high + tolerance)
    outside = np.flatnonzero(~inside.all(axis=(1, 2, 3)))
    config.check(
        len(outside) == 0,
        "`images` has pixels outside `value_range`.",
        expected=f"pixels in [{low}, {high}], no NaN",
        received=f"{np.sum(~inside)} pixels outside in {len(outside)} of {len(images)} "
        f"images, the first {images[~inside][:1]} in image {outside[:1]} (from 0)",
        do="Pass the range of the images, or uint8 images. NaN from a generator means "
        "that its training has diverged.",
    )
    return to_uint8((np.float64(images) - low) * (2.0 / (high - low)) - 1.0)


def check_value_range(images, value_range):
    """Returns `value_range`, or raises an error if float images lack a valid one."""
    extent = f"{images.min(initial=np.inf):.3g} to {images.max(initial=-np.inf):.3g}"
    config.check(
        value_range in RANGES,
        "`value_range` is required for float images: white may be 1 or 255, black 0 or "
        "-1.",
        expected=f"value_range, one of {', '.join(map(str, RANGES))}, or uint8 images",
        received=f"value_range={value_range} for {images.dtype} images from {extent}",
        do="For images of a GAN of this library pass value_range=(-1, 1).",
    )
    return value_range


def extract_features(metrics, pixels):
    """Returns pairs of a metric and the features of images; each network runs once.

    Args:
        metrics: List of `SampleMetric`.
        pixels: `uint8` images, as returned by `to_pixels`.
    """
    networks = {metric.features for metric in metrics}
    features = {network: network(pixels) for network in networks}
    return [(metric, features[metric.features]) for metric in metrics]


def update_real(metrics, pixels):
    """Adds real `uint8` images to several metrics; each feature network runs once."""
    metrics = [metric for metric in metrics if metric.needs_real]
    for metric, features in extract_features(metrics, pixels):
        batch = metric.summary.from_features(features, "real", metric.real.count)
        metric.real = metric.real.merge(batch)


def update_fake(metrics, pixels):
    """Adds generated `uint8` images to several metrics; each network runs once."""
    for metric, features in extract_features(metrics, pixels):
        batch = metric.summary.from_features(features, "fake", metric.fake.count)
        metric.fake = metric.fake.merge(batch)


def update_states(metrics, real, fake):
    """Adds a batch of real and generated images to several metrics.

    Each feature network runs once per batch, however many metrics share it. NaN or
    infinity in `fake`, which means that the training has diverged, makes all results
    NaN until `reset_state`.

    In a `tf.function` the images are stored on the host by a `tf.numpy_function`, which
    XLA (`jit_compile=True`) cannot compile; the feature networks run in the next
    `process_pending`, or when a result is read.

    Args:
        metrics: List of `SampleMetric`.
        real: Real images `(num_images, height, width, channels)`, float in [-1, 1] or
            `uint8`; array or tensor.
        fake: Generated images in the same form.
    """

    def store(real_batch, fake_batch):
        batch = PendingBatch.from_images(metrics, real_batch, fake_batch)
        for metric in metrics:
            metric.pending.append(batch)

    if tf.executing_eagerly():
        store(real, fake)
        process_pending(metrics)
    else:
        # A plain call would run once, when the function is traced. The operation is
        # stateful, so that a graph runs it although it has no output. It must not run
        # a TensorFlow function: waiting for one in a thread of the inter-op pool
        # deadlocks if the pool has no other thread, as on a machine with one core.
        tf.numpy_function(store, [real, fake], [], stateful=True)


def process_pending(metrics):
    """Runs the feature networks on the images that graphs have stored.

    Call it outside of a `tf.function`, e.g. after each batch of an evaluation, which
    limits the memory to the images of a batch. Reading a result calls it as well.

    Args:
        metrics: Iterable of `SampleMetric`.
    """
    for metric in metrics:
        while metric.pending:
            metric.pending.popleft().process()


@dataclasses.dataclass(eq=False)
class PendingBatch:
    """Images that were added to several metrics and did not pass the networks yet.

    Args:
        metrics: List of the metrics.
        real: Real images, `uint8`, or None if no metric needs them.
        fake: Generated images, `uint8`, or None if they have NaN or infinity.
    """

    metrics: list
    real: object
    fake: object

    @classmethod
    def from_images(cls, metrics, real, fake):
        """Returns a batch of arrays or eager tensors, float in [-1, 1] or `uint8`."""
        fake = keras.ops.convert_to_numpy(fake)
        finite = fake.dtype == np.uint8 or np.isfinite(np.float64(fake)).all()
        needs_real = any(metric.needs_real for metric in metrics)
        # Copied: a graph may reuse the memory of the arrays.
        return cls(
            list(metrics),
            np.array(to_pixels(real, GAN_RANGE)) if needs_real else None,
            np.array(to_pixels(fake, GAN_RANGE)) if finite else None,
        )

    def process(self):
        """Adds the images to the metrics, at the first call."""
        # Emptied first: the other metrics still refer to the batch.
        metrics, self.metrics = self.metrics, []
        real, self.real = self.real, None
        fake, self.fake = self.fake, None
        if real is not None:
            update_real(metrics, real)
        if fake is not None:
            update_fake(metrics, fake)
        else:
            for metric in metrics:
                metric.has_nan = True


class SampleMetric(keras.metrics.Metric, abc.ABC):
    """Base class of metrics that compare sets of generated and real images.

    A feature network maps the images to vectors; a subclass summarizes the vectors of
    each set (`summary`) and computes one or several values from two summaries
    (`compare`). The state is kept on the host and has no Keras variables.

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

    measure = None
    """Full name of the quantity, for the protocol."""

    canonical_keys = ()
    """Log key of each value with the canonical Inception, such as `("kid",)`."""

    network_keys = ()
    """Log key of each value with any other network, such as `("kd_{}",)`; `{}` is
    replaced by the network's name."""

    key_suffixes = ()
    """Suffixes of the log keys of a metric with several values and a custom `name`: the
    keys are `name_suffix`, or `name` where the suffix is empty. By default they are the
    `network_keys` without the network."""

    summary = None
    """Class of the summary of one set of images. `summary()` is empty,
    `summary.from_features(features, kind, start)` that of a batch; it has a `count`, a
    `merge` that returns a new summary, and is stored in files by `arrays()` and
    `summary.from_arrays(arrays)`.
    """

    needs_real = True
    """Whether the metric depends on real images."""

    min_images = 2
    """Smallest number of images of each set."""

    def __init__(self, features="fashion_mnist", name=None, dtype=None):
        network = feature_networks.get(features)
        config.check(
            name is None or (isinstance(name, str) and name),
            "`name` must be a non-empty string or None.",
            expected="a string, or None for the default log key",
            received=f"name={name!r}",
            do='Pass e.g. name="fd_test", or leave it out.',
        )
        default = self.keys_with(network.name, network.is_canonical)
        super().__init__(name=name or default[0], dtype=dtype)
        self.features, self.pending = network, collections.deque()
        self.reset_state()

    @classmethod
    def keys_with(cls, network, is_canonical):
        """Returns the default log keys with a network of this name, a tuple."""
        keys = cls.canonical_keys if is_canonical else cls.network_keys
        return tuple(key.format(network) for key in keys)

    @property
    def keys(self):
        """Tuple of log keys, one for each value; a custom `name` changes them."""
        default = self.keys_with(self.features.name, self.features.is_canonical)
        if self.name == default[0]:
            return default
        if len(default) == 1:
            return (self.name,)
        suffixes = self.key_suffixes or [
            key.replace("{}", "").strip("_") for key in self.network_keys
        ]
        return tuple(f"{self.name}_{suffix}".strip("_") for suffix in suffixes)

    @abc.abstractmethod
    def compare(self, real, fake):
        """Returns the values, a `float` or a tuple, of two summaries."""

    def update_state(self, real, fake, sample_weight=None):
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
        config.check(
            sample_weight is None,
            "`sample_weight` is not supported by metrics of sets of images.",
            expected="sample_weight=None",
            received=f"{type(sample_weight).__name__}",
            do="Leave it out, or evaluate data without sample weights.",
        )
        update_states([self], real, fake)

    def update_real(self, images, value_range=None):
        """Adds real images, `(num_images, height, width, channels)`.

        Args:
            images: `uint8` or float images.
            value_range: Range of float images: (-1, 1), (0, 1) or (0, 255).

        Raises:
            ValueError: If the images are invalid or outside `value_range`.
        """
        update_real([self], to_pixels(images, value_range))

    def update_fake(self, images, value_range=None):
        """Adds generated images; arguments and errors of `update_real`."""
        update_fake([self], to_pixels(images, value_range))

    def results(self):
        """Returns all values, a dictionary from log keys to `float`.

        Raises:
            ValueError: If there are too few images, or in a `tf.function`.
        """
        config.check(
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

    def result(self):
        """Returns the first value, a `float`; errors of `results`."""
        return next(iter(self.results().values()))

    def reset_fake(self):
        """Removes the generated images and keeps the real ones."""
        process_pending([self])
        self.fake, self.has_nan = self.summary(), False

    def reset_state(self):
        """Removes all images."""
        for batch in self.pending:
            batch.metrics = [other for other in batch.metrics if other is not self]
        self.pending.clear()
        self.real = self.summary()
        self.reset_fake()

    @property
    def num_real(self):
        """Number of real images added."""
        process_pending([self])
        return self.real.count

    @property
    def num_fake(self):
        """Number of generated images added."""
        process_pending([self])
        return self.fake.count

    def protocol(self):
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

    def get_config(self):
        """Returns the arguments of the constructor.

        A feature network is written as its name or path where it has one.
        """
        features = self.features.identifier or self.features
        return {"features": features, **super().get_config()}
