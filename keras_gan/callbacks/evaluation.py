"""Evaluation: metrics of generated images against real ones, among the logs."""

import collections.abc
import functools
import itertools
import math

import keras
import numpy as np

from keras_gan import metrics
from keras_gan.callbacks.interval import check_every, is_due
from keras_gan.callbacks.real_images import blocks_of, check_number
from keras_gan.config import check, check_seed, writable_folder
from keras_gan.metrics import Measurement, statistics
from keras_gan.metrics.metric import OWN_RANGE, pixels, update_fake


class Evaluation(keras.callbacks.Callback):
    """Measures generated images against real ones at the ends of epochs.

    The values go into the logs under the metrics' keys, so that the callbacks that come
    after it in the list (ModelCheckpoint, EarlyStopping, CSVLogger, TensorBoard,
    `Curves`), the progress bar and the `History` see them. It measures after the first
    epoch of every `fit`, every `every`-th and the last. At the ends of the others the
    logs carry the latest values on: the columns of a CSV file and the lists of a
    `History` stay whole, ModelCheckpoint does not save what was not measured, and the
    patience of EarlyStopping counts epochs. A generator that makes NaN measures NaN.
    An image passes a feature network once, however many metrics share it, and
    a real one once for ever: what the metrics keep of the real images goes to a folder,
    where it is found again by the pixels and the network.

    Args:
        metrics: Metrics of `kg.metrics` or their names, or one of them.
        dataset: The real images: a data set of `kg.data`, of which each image is taken
            once, in order; any other data set as it comes; or an array. Labels beside
            them are left out.
        num_images: Number of images on both sides; of real ones the first. None: as
            many as the data set has.
        every: Epochs from one measurement to the next.
        seed: Whole number that decides the generated images, those of
            `gan.generate(num_images, seed)`: of networks with labels every class is as
            likely.
        truncation: As in `gan.generate`.
        cache: Folder for what is kept of real images; `"auto"`: one beside Keras's own,
            `~/.keras/keras_gan/statistics`; None: nothing is kept.

    Raises:
        ValueError: If an argument is out of range, a name is unknown, or a log key is
            used twice; when training starts, if there are too few real images.

    Example:
    >>> import keras_gan as kg
    >>> real = kg.random.Random(0).uniform((32, 8, 8, 1), -1.0, 1.0).numpy()
    >>> metric = kg.metrics.KID("fashion_mnist")
    >>> evaluation = kg.callbacks.Evaluation(metric, real, num_images=32)
    >>> gan = kg.recipes.dcgan((8, 8, 1), width=4)
    >>> list(evaluation.measure(gan))
    ['kd_fashion_mnist', 'kd_fashion_mnist_std']
    """

    def __init__(
        self,
        metrics,
        dataset,
        num_images=10_000,
        every=1,
        seed=0,
        cache="auto",
        truncation=None,
    ):
        super().__init__()
        check_every(every)
        check_seed(seed)
        check_number(num_images, dataset)
        self.metrics = resolve(metrics)
        self.dataset, self.num_images = dataset, num_images
        self.every, self.seed, self.truncation = every, seed, truncation
        self.cache = cache_folder(cache)
        self.fingerprint, self.kept = None, None
        self.ema_momentum, self.values = None, None

    def measure(self, gan):
        """Measures a GAN, also one that is not being trained.

        Args:
            gan: The `kg.GAN`.

        Returns:
            Dictionary from the metrics' log keys to `float` values.

        Raises:
            ValueError: If there are too few real images.
        """
        self.prepare()
        self.ema_momentum = gan.ema_momentum
        for metric, kept in zip(self.metrics, self.kept, strict=True):
            metric.real = kept  # another evaluation may have the same metric
            metric.reset_fake()
        wanted = {"seed": self.seed, "truncation": self.truncation}
        for images in gan.generate_batches(self.num_real, **wanted):
            if not np.isfinite(images).all():
                return dict.fromkeys(keys_of(self.metrics), math.nan)
            update_fake(self.metrics, pixels(images, OWN_RANGE))
        results = (metric.results() for metric in self.metrics)
        return dict(itertools.chain.from_iterable(map(dict.items, results)))

    def prepare(self):
        """Shows the real images to the metrics, once."""
        if self.fingerprint is None:
            blocks = functools.partial(blocks_of, self.dataset, self.num_images)
            once = isinstance(self.dataset, collections.abc.Iterator)
            folder = None if once else self.cache
            fingerprint = statistics.show_real(self.metrics, blocks, folder)
            check_enough(self.metrics, fingerprint.count)
            self.kept = [metric.real for metric in self.metrics]
            self.fingerprint = fingerprint

    @property
    def num_real(self):
        """Number of images on either side, after `prepare`."""
        return self.fingerprint.count

    def protocol(self):
        """Returns, by the metrics' log keys, what the last values depend on."""
        beside = {
            "data": self.fingerprint.hexdigest,
            "ema_momentum": self.ema_momentum,
            "seed": self.seed,
            "truncation": self.truncation,
        }
        return {
            key: {**metric.protocol(), **beside}
            for metric in self.metrics
            for key in metric.keys
        }

    def measurements(self, gan):
        """Measures a GAN, and returns each value with its protocol.

        Args:
            gan: The `kg.GAN`.

        Returns:
            Dictionary from the metrics' log keys to `kg.metrics.Measurement`.

        Raises:
            ValueError: If there are too few real images.
        """
        return self.with_protocol(self.measure(gan))

    def with_protocol(self, values):
        """Returns values that `measure` just gave as a `Measurement` each."""
        protocol = self.protocol()
        return {
            key: Measurement(key, value, protocol[key]) for key, value in values.items()
        }

    def on_train_begin(self, logs=None):
        """Looks at the real images, before anything is trained."""
        self.check_free(metric.name for metric in self.model.metrics)
        self.prepare()
        self.values = None

    def on_epoch_end(self, epoch, logs=None):
        """Writes the values into the logs."""
        self.check_free(logs)
        if self.values is None or is_due(self, epoch, self.every):
            self.values = self.measure(self.model)
        logs.update(self.values)

    def check_free(self, taken):
        """Makes sure that the logs do not have the metrics' keys yet."""
        clash = set(keys_of(self.metrics)).intersection(taken)
        check(
            not clash,
            "The logs have a value under the key of a metric already.",
            expected="a key of its own for every value in the logs",
            received=", ".join(sorted(clash)),
            do='Give the metric other keys, e.g. metric.keys = ["fd_test"].',
        )


def resolve(identifiers):
    """Returns the metrics of a list of names and objects, or of one."""
    if not isinstance(identifiers, list | tuple):
        identifiers = [identifiers]
    found = [metrics.get(identifier) for identifier in identifiers]
    keys = keys_of(found)
    check(
        len(found) > 0 and len(set(keys)) == len(keys),
        "The values of the metrics do not have a log key each.",
        expected="one metric or more, of different log keys",
        received=", ".join(keys) or "none",
        do='Give one other keys, e.g. metric.keys = ["fd_test"].',
    )
    return found


def keys_of(metrics):
    """Returns the log keys of all metrics, a list."""
    return [key for metric in metrics for key in metric.keys]


def check_enough(metrics, count):
    """Makes sure that so many images are enough for each metric."""
    for metric in metrics:
        check(
            count >= metric.least,
            f"{metric.name} needs more images.",
            expected=f"{metric.least} images or more on either side, better 10,000",
            received=f"{count}",
            do="Measure more of them, or ask less of the metric: fewer neighbors, "
            "fewer splits.",
        )


def cache_folder(cache):
    """Returns the folder for real statistics that a user means, or None."""
    if cache is None:
        return None
    return statistics.default_folder() if cache == "auto" else writable_folder(cache)
