"""The Inception Score: how sure a classifier is of each image, and how varied."""

import numpy as np
import scipy.special

from keras_gan import config
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.moments import checked_features
from keras_gan.metrics.rows import Rows

TOLERANCE = 1e-2
"""How far from 1 the probabilities of an image may add up: half precision rounds."""


def inception_score(probabilities, splits=10):
    """Returns the Inception Score of the class probabilities of generated images.

    `exp(mean_i KL(p(y | x_i) || p(y)))`, where `p(y)` is the mean over the images
    (Salimans et al., 2016, https://arxiv.org/abs/1606.03498), in float64. It lies
    between 1 (all images have the same probabilities) and the number of classes (each
    image is surely of one class, and the classes are equally frequent). Real images
    play no part in it.

    Args:
        probabilities: Array `(num_images, num_classes)`, rows of numbers in [0, 1] that
            add up to 1. The score of the papers is that of the 2015 Inception.
        splits: Number of parts that are scored apart. As in the paper's program the
            parts are contiguous, part i from image `i * num_images // splits`: where
            the number does not divide, sizes differ by one and no image is left out.

    Returns:
        The mean and the standard deviation (`ddof=0`) over the parts, two `float`s.

    Raises:
        ValueError: If a row is no distribution (the image is named), or there are fewer
            images than two for each part.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> kg.metrics.inception_score(np.eye(2), splits=1)
    (2.0, 0.0)
    """
    check_splits(splits)
    probabilities = checked_probabilities(probabilities)
    count = len(probabilities)
    config.check(
        count >= 2 * splits,
        "Each part of an Inception Score needs two images: one alone has no spread.",
        expected=f"{2 * splits} images or more for splits={splits}; papers take 50,000",
        received=f"{count} images",
        do="Generate more images, or pass splits=1.",
    )
    edges = np.arange(splits + 1) * count // splits
    parts = np.split(probabilities, edges[1:-1])
    scores = [score(part) for part in parts]
    return float(np.mean(scores)), float(np.std(scores))


def score(probabilities):
    """Returns the score of one part: `KL = sum_y p (log p - log mean p)`, 0 log 0 = 0.

    Where the mean is 0, so is each p.
    """
    mean = probabilities.mean(axis=0)
    divergences = scipy.special.rel_entr(probabilities, mean).sum(axis=1)
    return np.exp(divergences.mean())


def checked_probabilities(probabilities):
    """Returns probabilities as float64, or says what is wrong with them."""
    probabilities = checked_features(probabilities, "fake")
    totals = probabilities.sum(axis=1)
    wrong = (probabilities < 0.0).any(axis=1) | (np.abs(totals - 1.0) > TOLERANCE)
    first = np.flatnonzero(wrong)[:1]
    config.check(
        not wrong.any(),
        "These are no class probabilities.",
        expected="numbers of 0 or more that add up to 1 for each image",
        received=f"{wrong.sum()} images with others, the first is image {first} "
        f"(counted from 0), which add up to {totals[first]}, the least is "
        f"{probabilities[first].min(initial=np.inf):g}",
        do="Apply a softmax to the classifier's logits.",
    )
    return probabilities


def check_splits(splits):
    """Makes sure that there is a part or more."""
    config.check_count(splits, "splits")


@config.register
class InceptionScore(SampleMetric):
    """The Inception Score of generated images.

    The mean of `keras_gan.metrics.inception_score` and, beside it, its standard
    deviation over the parts (Salimans et al., 2016, https://arxiv.org/abs/1606.03498).
    Higher is better; the number of classes is the limit. It looks at no real image, and
    cannot see images that are copied, or variety within a class: read it beside a
    distance.

    Logs `inception_score` and `inception_score_std` with the canonical Inception,
    `class_score_<features>` and `class_score_<features>_std` with another classifier.

    Args:
        features: A feature network that is a classifier: `"inception"`,
            `"fashion_mnist"`, or one of your own with a method `classify`.
        splits: Number of parts that are scored apart, in the order of the images.

    Raises:
        ValueError: If the network is no classifier, or `splits` is out of range.

    Example:
    >>> import keras_gan as kg
    >>> metric = kg.metrics.InceptionScore("fashion_mnist", splits=1)
    >>> images = kg.random.Random(0).uniform((8, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_fake(images, value_range=(-1, 1))
    >>> 1.0 <= metric.result() <= 10.0
    True
    """

    measure = "inception_score"
    canonical_keys = ("inception_score", "inception_score_std")
    network_keys = ("class_score_{}", "class_score_{}_std")
    summary = Rows
    needs_real = False

    def __init__(self, features="inception", splits=10):
        check_splits(splits)
        super().__init__(features)
        self.classify, self.splits = self.features.classify, splits
        self.least = 2 * splits

    def compare(self, real, fake):
        """Returns the mean and the standard deviation over the parts."""
        return inception_score(self.classify(fake.matrix), self.splits)

    def protocol(self):
        """Returns what the number depends on."""
        return {**super().protocol(), "splits": self.splits}

    def get_config(self):
        """Returns the arguments of the constructor; the network goes by its name."""
        return {**super().get_config(), "splits": self.splits}
