"""Inception Score: confidence and diversity of a classifier's predictions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special

from keras_gan import config, errors
from keras_gan.metrics.feature_network import FeaturesLike
from keras_gan.metrics.metric import MetricName, SampleMetric
from keras_gan.metrics.moments import validate_features
from keras_gan.metrics.rows import Rows
from keras_gan.metrics.summary import Values
from keras_gan.typing import Array, DTypePolicy, FloatArray, TensorLike
from keras_gan.validation import PositiveInt, validated

SUM_TOLERANCE = 1e-2
"""Deviation from 1 of the sum of an image's probabilities: half precision rounds."""


@validated
def inception_score(
    probabilities: TensorLike, splits: PositiveInt = 10
) -> tuple[float, float]:
    """Computes the Inception Score from class probabilities of generated images.

    `exp(mean_i KL(p(y | x_i) || p(y)))`, where `p(y)` is the mean over the images
    (Salimans et al., 2016, https://arxiv.org/abs/1606.03498), in float64. It is between
    1 (all images have the same probabilities) and the number of classes (each image is
    certainly of one class, and the classes are equally frequent). It does not depend on
    real images.

    Args:
        probabilities: Array `(num_images, num_classes)`, rows of values in [0, 1] that
            sum to 1. The score of the papers uses those of the 2015 Inception.
        splits: Number of parts that are scored separately. As in the paper's program
            the parts are contiguous, part i from image `i * num_images // splits`:
            sizes differ by at most one and no image is left out.

    Returns:
        The mean and the standard deviation (`ddof=0`) over the parts, two `float`s.

    Raises:
        ValueError: If a row is not a distribution (the image is named), or a part has
            fewer than two images.

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> kg.metrics.inception_score(np.eye(2), splits=1)
    (2.0, 0.0)
    """
    rows = validate_probabilities(probabilities)
    count = len(rows)
    errors.check(
        count >= 2 * splits,
        "An Inception Score needs at least two images for each of `splits` parts.",
        expected=f"at least {2 * splits} images for splits={splits}; papers use 50,000",
        received=f"{count} images",
        do="Generate more images, or pass splits=1.",
    )
    edges = np.arange(splits + 1) * count // splits
    parts = np.split(rows, edges[1:-1])
    scores = [score_of_part(part) for part in parts]
    return float(np.mean(scores)), float(np.std(scores))


def score_of_part(probabilities: FloatArray) -> float:
    """Computes the score of one part."""
    mean = probabilities.mean(axis=0)
    # rel_entr is p log(p / mean), and 0 where p is 0, also if the mean is.
    divergences = scipy.special.rel_entr(probabilities, mean).sum(axis=1)
    return float(np.exp(divergences.mean()))


def validate_probabilities(probabilities: TensorLike) -> FloatArray:
    """Returns probabilities as `float64`, or raises an error if they are invalid."""
    rows = validate_features(probabilities, "fake")
    totals = rows.sum(axis=1)
    negative = (rows < 0.0).any(axis=1)
    invalid = negative | (np.abs(totals - 1.0) > SUM_TOLERANCE)
    first = np.flatnonzero(invalid)[:1]
    errors.check(
        not invalid.any(),
        "`probabilities` must be class probabilities.",
        expected="non-negative values that sum to 1 for each image",
        received=f"{invalid.sum()} invalid images, the first is image {first} (from 0) "
        f"with the sum {totals[first]} and the minimum "
        f"{rows[first].min(initial=np.inf):g}",
        do="Apply a softmax to the classifier's logits.",
    )
    return rows


@config.register
class InceptionScore(SampleMetric[Rows]):
    """Inception Score of generated images.

    The mean and the standard deviation of `keras_gan.metrics.inception_score` over the
    splits (Salimans et al., 2016, https://arxiv.org/abs/1606.03498). Higher is better;
    the number of classes is the upper bound. It does not use real images, and detects
    neither copies of them nor missing diversity within a class: report it together with
    a distance.

    Logs `inception_score` and `inception_score_std` with the canonical Inception,
    `class_score_<features>` and `class_score_<features>_std` with another classifier.

    Args:
        features: Feature network that is a classifier: `"inception"`,
            `"fashion_mnist"`, or your own with a method `classify`.
        splits: Number of parts that are scored separately, in the order of the images.
        name: Log key of the mean; the standard deviation logs as `<name>_std`.
        dtype: As in `SampleMetric`.

    Raises:
        ValueError: If the network is not a classifier, or `splits` is out of range.

    Example:
    >>> import keras_gan as kg
    >>> metric = kg.metrics.InceptionScore("fashion_mnist", splits=1)
    >>> images = kg.random.Random(0).uniform((8, 28, 28, 1), -1.0, 1.0)
    >>> metric.update_fake(images, value_range=(-1, 1))
    >>> 1.0 <= metric.result() <= 10.0
    True
    """

    measure: str | None = "inception_score"
    canonical_keys: tuple[str, ...] = ("inception_score", "inception_score_std")
    network_keys: tuple[str, ...] = ("class_score_{}", "class_score_{}_std")
    key_suffixes: tuple[str, ...] = ("", "std")
    summary = Rows
    needs_real = False

    @validated
    def __init__(
        self,
        features: FeaturesLike = "inception",
        splits: PositiveInt = 10,
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        super().__init__(features, name, dtype)
        self.classify: Callable[[Array], FloatArray] = self.features.classify
        self.splits: int = splits
        self.min_images: int = 2 * splits

    def compare(self, real: Rows, fake: Rows) -> Values:
        """Returns the mean and the standard deviation over the parts."""
        return inception_score(self.classify(fake.matrix), self.splits)

    def protocol(self) -> dict[str, Any]:
        """Returns the settings that the values depend on."""
        return {**super().protocol(), "splits": self.splits}

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "splits": self.splits}
