"""Evaluation: metrics of generated images against real ones, among the logs."""

import itertools
import math

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data, metrics
from keras_gan.callbacks.interval import check_every, is_due
from keras_gan.config import check

BLOCK = 256
"""Real images that a metric gets at once, however they are batched: the number does not
depend on that."""


class Evaluation(keras.callbacks.Callback):
    """Measures generated images against real ones at the ends of epochs.

    The values go into the logs under the metrics' names, so that the callbacks that
    come after it in the list (ModelCheckpoint, EarlyStopping, CSVLogger, TensorBoard,
    `Curves`), the progress bar and the `History` see them. It measures after the first
    epoch of every `fit`, every `every`-th and the last. At the ends of the others the
    logs carry the latest values on: the columns of a CSV file and the lists of a
    `History` stay whole, ModelCheckpoint does not save what was not measured, and the
    patience of EarlyStopping counts epochs. A generator that makes NaN measures NaN.

    Args:
        metrics: Metrics of `kg.metrics` or their names, or one of them.
        dataset: The real images: a data set of `kg.data`, of which each image is taken
            once, in order; any other data set as it comes; or an array. Labels beside
            them are left out.
        num_images: Number of images on both sides; of real ones the first. None: as
            many as the data set has.
        every: Epochs from one measurement to the next.
        seed: Whole number that decides the generated images, those of
            `gan.generate(num_images, seed)`.

    Raises:
        ValueError: If an argument is out of range, a name is unknown or used twice;
            when training starts, if there are too few real images.

    Example:
    >>> import keras_gan as kg
    >>> real = kg.random.Random(0).uniform((32, 8, 8, 1), -1.0, 1.0).numpy()
    >>> evaluation = kg.callbacks.Evaluation("fd_fashion_mnist", real, num_images=32)
    >>> gan = kg.recipes.dcgan((8, 8, 1), width=4)
    >>> list(evaluation.measure(gan))
    ['fd_fashion_mnist']
    """

    def __init__(self, metrics, dataset, num_images=10_000, every=1, seed=0):
        super().__init__()
        check_every(every)
        check_number(num_images, dataset)
        self.metrics = resolve(metrics)
        self.dataset, self.num_images = dataset, num_images
        self.every, self.seed = every, seed
        self.num_real, self.values = None, None

    def measure(self, gan):
        """Measures a GAN, also one that is not being trained.

        Args:
            gan: The `kg.GAN`.

        Returns:
            Dictionary from the metrics' names to `float` values.

        Raises:
            ValueError: If there are too few real images.
        """
        self.prepare()
        for metric in self.metrics:
            metric.reset_fake()
        for images in gan.generate_batches(self.num_real, self.seed):
            if not np.isfinite(images).all():
                return {metric.name: math.nan for metric in self.metrics}
            for metric in self.metrics:
                metric.update_fake(images)
        return {metric.name: metric.result() for metric in self.metrics}

    def prepare(self):
        """Shows the real images to the metrics, once."""
        if self.num_real is not None:
            return
        for metric in self.metrics:
            metric.reset()
        images = itertools.islice(each_image(self.dataset), self.num_images)
        count = 0
        while block := list(itertools.islice(images, BLOCK)):
            for metric in self.metrics:
                metric.update_real(np.stack(block))
            count += len(block)
        check(
            count >= (self.num_images or 2),
            "There are too few real images to measure against.",
            expected=f"{self.num_images or 2} images",
            received=f"{count}",
            do=f"Add some, or pass num_images={count}: None for all.",
        )
        self.num_real = count

    def protocol(self):
        """Returns, by the metrics' names, what their values depend on."""
        return {
            metric.name: {**metric.protocol(), "seed": self.seed}
            for metric in self.metrics
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
        """Makes sure that the logs do not have the metrics' names yet."""
        clash = {metric.name for metric in self.metrics}.intersection(taken)
        check(
            not clash,
            "The logs have a value of the name of a metric already.",
            expected="a name of its own for every value in the logs",
            received=", ".join(sorted(clash)),
            do='Give the metric another name, e.g. metric.name = "fd_test".',
        )


def resolve(identifiers):
    """Returns the metrics of a list of names and objects, or of one."""
    if not isinstance(identifiers, list | tuple):
        identifiers = [identifiers]
    found = [metrics.get(identifier) for identifier in identifiers]
    names = [metric.name for metric in found]
    check(
        len(found) > 0 and len(set(names)) == len(names),
        "The metrics do not have a name each.",
        expected="one metric or more, of different names",
        received=", ".join(names) or "none",
        do='Give one another name, e.g. metric.name = "fd_test".',
    )
    return found


def check_number(num_images, dataset):
    """Makes sure that so many images can be measured."""
    check(
        num_images is None or (isinstance(num_images, int) and num_images >= 1),
        "The number of images to measure is out of range.",
        expected="num_images of 1 or more, an int, or None for all",
        received=f"num_images={num_images!r}",
        do="Use num_images=10_000: numbers of other sizes cannot be compared.",
    )
    endless = isinstance(dataset, tf.data.Dataset) and bool(
        dataset.cardinality() == tf.data.INFINITE_CARDINALITY
    )
    check(
        num_images is not None or not endless,
        "All real images are to be measured, but the data set has no end.",
        expected="a data set that ends, or a number of images",
        received="num_images=None and a data set that repeats for ever",
        do="Pass num_images=10_000, or the data set before its repeat().",
    )


def each_image(dataset):
    """Yields the images of a data set or an array, one after the other."""
    batches = dataset[0] if isinstance(dataset, tuple) else dataset
    if isinstance(batches, np.ndarray):
        batches = [batches]
    elif isinstance(batches, keras.utils.PyDataset):
        batches = map(batches.__getitem__, range(len(batches)))
    elif isinstance(batches, tf.data.Dataset):
        batches = data.unshuffled(batches)
    for batch in batches:
        images, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        yield from keras.ops.convert_to_numpy(images)
