"""Cache of the statistics of real images on disk, keyed by all that they depend on."""

import contextlib
import hashlib
import json
import os
import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import numpy as np

from keras_gan.files import atomic_file
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.pixels import GAN_RANGE, PIXEL_FORMAT, to_pixels
from keras_gan.metrics.summary import Summary
from keras_gan.metrics.updates import update_real
from keras_gan.saved_files import npz
from keras_gan.typing import StrPath, TensorLike
from keras_gan.version import __version__

KEY = "key"
"""Member of a file that holds the cache key of its statistics."""


class Fingerprint:
    """Computes the sha256 of a set of images, independently of their batches.

    It covers the pixels after conversion to `uint8`, the shapes, the order and the
    number of the images.

    Example:
    >>> import numpy as np
    >>> from keras_gan.metrics.statistics import Fingerprint
    >>> whole, parts = Fingerprint(), Fingerprint()
    >>> images = np.zeros((3, 8, 8, 1), np.uint8)
    >>> whole.update(images)
    >>> for image in images:
    ...     parts.update(image[None])
    >>> whole.hexdigest == parts.hexdigest
    True
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.count: int = 0

    def update(self, images: TensorLike) -> None:
        """Adds images: `uint8`, or float in [-1, 1], `(n, height, width, channels)`."""
        pixels = to_pixels(images, GAN_RANGE)
        self.count += len(pixels)
        for image in pixels:
            self._digest.update(f"{image.shape}".encode())
            self._digest.update(np.ascontiguousarray(image).tobytes())

    @classmethod
    def from_batches(cls, batches: Iterable[TensorLike]) -> Self:
        """Returns the fingerprint of an iterable of arrays of images."""
        fingerprint = cls()
        for images in batches:
            fingerprint.update(images)
        return fingerprint

    @property
    def hexdigest(self) -> str:
        """The sha256 of all images so far, in hexadecimal."""
        return self._digest.hexdigest()


def default_folder() -> pathlib.Path:
    """Returns `keras_gan/statistics` in KERAS_HOME, or in `~/.keras`."""
    home = os.environ.get("KERAS_HOME", pathlib.Path.home() / ".keras")
    return pathlib.Path(home) / "keras_gan" / "statistics"


def cache_key(metric: SampleMetric, fingerprint: Fingerprint) -> dict[str, Any]:
    """Returns all that a metric's statistics of real images depend on, for JSON."""
    return {
        "data": fingerprint.hexdigest,
        "features": metric.features.name,
        "fingerprint": metric.features.fingerprint,
        "keras_gan": __version__,
        "num_real": fingerprint.count,
        "pixels": PIXEL_FORMAT,
        "summary": metric.summary.__name__,
    }


def load_real(
    metrics: Sequence[SampleMetric],
    read_batches: Callable[[], Iterable[TensorLike]],
    folder: StrPath | None,
) -> Fingerprint:
    """Resets metrics and adds real images, from a cache of statistics if possible.

    If the cache lacks the statistics of a metric, the images pass the feature networks
    and the statistics are written to it. A network without a fingerprint and a folder
    that cannot be written are not cached.

    Args:
        metrics: List of `SampleMetric`.
        read_batches: Function that returns an iterable of arrays of images.
        folder: Folder of the cache, or `None`.

    Returns:
        `Fingerprint` of the images.
    """
    for metric in metrics:
        metric.reset_state()
    dependent = [metric for metric in metrics if metric.needs_real]
    if folder is not None and all(map(is_cacheable, dependent)):
        fingerprint = Fingerprint.from_batches(read_batches())
        cached = [read_statistics(folder, metric, fingerprint) for metric in dependent]
        if all(cached):
            for metric, statistics in zip(dependent, cached, strict=True):
                metric.real = statistics
            return fingerprint
    # Computed again from this pass: a dataset may have shuffled itself.
    fingerprint = Fingerprint()
    for images in read_batches():
        fingerprint.update(images)
        update_real(metrics, to_pixels(images, GAN_RANGE))
    for metric in dependent:
        write_statistics(folder, metric, fingerprint)
    return fingerprint


def cache_path(folder: StrPath, key: str) -> pathlib.Path:
    """Returns the file of a cache key."""
    return pathlib.Path(folder) / f"{hashlib.sha256(key.encode()).hexdigest()}.npz"


def is_cacheable(metric: SampleMetric) -> bool:
    """Returns whether a metric's statistics can be cached."""
    return metric.features.fingerprint is not None


def read_statistics(
    folder: StrPath, metric: SampleMetric, fingerprint: Fingerprint
) -> Summary | None:
    """Returns a metric's cached statistics of some images.

    Returns:
        A `metric.summary`, or None if there is no file or it is broken.
    """
    key = json.dumps(cache_key(metric, fingerprint))
    try:
        arrays = npz.read(cache_path(folder, key))
        matches = str(arrays.pop(KEY, None)) == key
        return metric.summary.from_arrays(arrays) if matches else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_statistics(
    folder: StrPath | None, metric: SampleMetric, fingerprint: Fingerprint
) -> None:
    """Writes a metric's statistics of real images atomically, if possible."""
    if folder is None or not is_cacheable(metric):
        return
    key = json.dumps(cache_key(metric, fingerprint))
    with (
        contextlib.suppress(OSError),
        atomic_file(cache_path(folder, key)) as part,
        open(part, "wb") as file,
    ):
        members: dict[str, Any] = {KEY: key, **metric.real.arrays()}
        np.savez(file, **members)
