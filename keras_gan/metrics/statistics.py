"""What a metric keeps of real images, on disk, found again by what it depends on."""

import contextlib
import hashlib
import json
import os
import pathlib
import zipfile

import numpy as np

from keras_gan.config import atomic_file
from keras_gan.metrics.metric import OWN_RANGE, PIXELS, pixels, update_real
from keras_gan.version import __version__

KEY = "key"
"""Member of a file that tells what its statistics depend on."""


class Fingerprint:
    """The sha256 of images as a metric sees them, however they are batched.

    It covers every pixel, the shapes, the order and the number of the images: a data
    set that was changed in any way has another one.

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

    def __init__(self):
        self.digest, self.count = hashlib.sha256(), 0

    def update(self, images):
        """Adds images: `uint8`, or float in [-1, 1], `(n, height, width, channels)`."""
        levels = pixels(images, OWN_RANGE)
        self.count += len(levels)
        for image in levels:
            self.digest.update(f"{image.shape}".encode())
            self.digest.update(np.ascontiguousarray(image).tobytes())

    @classmethod
    def of(cls, blocks):
        """Returns the fingerprint of an iterable of arrays of images."""
        fingerprint = cls()
        for images in blocks:
            fingerprint.update(images)
        return fingerprint

    @property
    def hexdigest(self):
        """The sha256 of all images so far, in hexadecimal."""
        return self.digest.hexdigest()


def default_folder():
    """Returns `keras_gan/statistics` in KERAS_HOME, or in `~/.keras`."""
    home = os.environ.get("KERAS_HOME", pathlib.Path.home() / ".keras")
    return pathlib.Path(home) / "keras_gan" / "statistics"


def key_of(metric, fingerprint):
    """Returns all that a metric's statistics of real images depend on, for JSON."""
    return {
        "data": fingerprint.hexdigest,
        "features": metric.features.name,
        "fingerprint": metric.features.fingerprint,
        "keras_gan": __version__,
        "num_real": fingerprint.count,
        "pixels": PIXELS,
        "summary": metric.summary.__name__,
    }


def show_real(metrics, blocks, folder):
    """Shows real images to metrics, which take what is kept of them in a folder.

    If nothing is kept of them, or not by all metrics, they pass the feature networks,
    and what the metrics make of them is kept; a network whose weights nobody knows
    keeps nothing. A folder that cannot be written keeps nothing.

    Args:
        metrics: List of `SampleMetric`; what they were shown before is forgotten.
        blocks: Function that returns an iterable of arrays of images.
        folder: Where statistics are kept, or `None`.

    Returns:
        `Fingerprint` of the images that the metrics have seen.
    """
    for metric in metrics:
        metric.reset()
    seeing = [metric for metric in metrics if metric.needs_real]
    if all(is_kept(folder, metric) for metric in seeing):
        fingerprint = Fingerprint.of(blocks())
        found = [recall(folder, metric, fingerprint) for metric in seeing]
        if all(found):
            for metric, kept in zip(seeing, found, strict=True):
                metric.real = kept
            return fingerprint
    fingerprint = Fingerprint()  # anew: a data set may shuffle itself
    for images in blocks():
        fingerprint.update(images)
        update_real(metrics, pixels(images, OWN_RANGE))
    for metric in seeing:
        keep(folder, metric, fingerprint)
    return fingerprint


def path_of(folder, key):
    """Returns the file of a key."""
    return pathlib.Path(folder) / f"{hashlib.sha256(key.encode()).hexdigest()}.npz"


def is_kept(folder, metric):
    """Whether a metric's statistics may be kept."""
    return folder is not None and metric.features.fingerprint is not None


def recall(folder, metric, fingerprint):
    """Returns what was kept for a metric of some images, or None.

    A broken file is as good as none: it is written anew.
    """
    key = json.dumps(key_of(metric, fingerprint))
    try:
        with open(path_of(folder, key), "rb") as file:  # closed, if broken too
            arrays = {**np.load(file, allow_pickle=False)}
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    whole = str(arrays.pop(KEY, None)) == key
    return metric.summary.from_arrays(arrays) if whole else None


def keep(folder, metric, fingerprint):
    """Writes what a metric has of some images, whole or not at all, if it can be."""
    if not is_kept(folder, metric):
        return
    key = json.dumps(key_of(metric, fingerprint))
    with (
        contextlib.suppress(OSError),
        atomic_file(path_of(folder, key)) as part,
        open(part, "wb") as file,
    ):
        np.savez(file, **{KEY: key}, **metric.real.arrays())
