"""Updates of several metrics with the same images: each feature network runs once."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Self

import keras
import numpy as np
import tensorflow as tf

from keras_gan.metrics.pixels import GAN_RANGE, to_pixels
from keras_gan.typing import FloatArray, TensorLike, UInt8Array

if TYPE_CHECKING:  # it imports this module
    from keras_gan.metrics.metric import SampleMetric


def extract_features(
    metrics: Sequence["SampleMetric"], pixels: UInt8Array
) -> list[tuple["SampleMetric", FloatArray]]:
    """Returns pairs of a metric and the features of images; each network runs once.

    Args:
        metrics: List of `SampleMetric`.
        pixels: `uint8` images, as returned by `to_pixels`.
    """
    networks = {metric.features for metric in metrics}
    features = {network: network(pixels) for network in networks}
    return [(metric, features[metric.features]) for metric in metrics]


def update_real(metrics: Sequence["SampleMetric"], pixels: UInt8Array) -> None:
    """Adds real `uint8` images to several metrics; each feature network runs once."""
    metrics = [metric for metric in metrics if metric.needs_real]
    for metric, features in extract_features(metrics, pixels):
        batch = metric.summary.from_features(features, "real", metric.real.count)
        metric.real = metric.real.merge(batch)


def update_fake(metrics: Sequence["SampleMetric"], pixels: UInt8Array) -> None:
    """Adds generated `uint8` images to several metrics; each network runs once."""
    for metric, features in extract_features(metrics, pixels):
        batch = metric.summary.from_features(features, "fake", metric.fake.count)
        metric.fake = metric.fake.merge(batch)


def update_states(
    metrics: Sequence["SampleMetric"], real: TensorLike, fake: TensorLike
) -> None:
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

    def store(real_batch: TensorLike, fake_batch: TensorLike) -> None:
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


def process_pending(metrics: Iterable["SampleMetric"]) -> None:
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

    metrics: list["SampleMetric"]
    real: UInt8Array | None
    fake: UInt8Array | None

    @classmethod
    def from_images(
        cls, metrics: Sequence["SampleMetric"], real: TensorLike, fake: TensorLike
    ) -> Self:
        """Returns a batch of arrays or eager tensors, float in [-1, 1] or `uint8`."""
        array = keras.ops.convert_to_numpy(fake)
        finite = array.dtype == np.uint8 or np.isfinite(array.astype(np.float64)).all()
        needs_real = any(metric.needs_real for metric in metrics)
        # Copied: a graph may reuse the memory of the arrays.
        return cls(
            list(metrics),
            np.array(to_pixels(real, GAN_RANGE)) if needs_real else None,
            np.array(to_pixels(array, GAN_RANGE)) if finite else None,
        )

    def process(self) -> None:
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
