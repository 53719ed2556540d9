"""What the two players minimize: adversarial losses, one value per image.

Scores are the discriminator's raw outputs, high for real. A loss is a value: its fields
are its configuration. The training step averages; nothing here does.

sp is softplus, `sp(s) = log(1 + exp(s))`; `sp(-s)` is `-log(sigmoid(s))`.
"""

import abc
import dataclasses
from typing import ClassVar

import tensorflow as tf

from keras_gan import config
from keras_gan.config import Configurable, check, register


class AdversarialLoss(Configurable, abc.ABC):
    """The losses of both players, as functions of the discriminator's scores.

    To make a new one, subclass it, write the two methods, and put `@register` and
    `@dataclasses.dataclass(frozen=True)` above the class.

    Attributes:
        readings: What is logged of scores, by name: the score itself, and what the loss
            makes of it.
    """

    readings: ClassVar = {"score": tf.identity}

    @abc.abstractmethod
    def discriminator(self, real_scores, fake_scores):
        """Returns the discriminator's loss per pair of images, shape `(batch,)`.

        Args:
            real_scores: Scores of real images, shape `(batch,)`.
            fake_scores: Scores of generated images, shape `(batch,)`.
        """

    @abc.abstractmethod
    def generator(self, fake_scores, real_scores):
        """Returns the generator's loss per image, shape `(batch,)`.

        Args:
            fake_scores: Scores of generated images, shape `(batch,)`.
            real_scores: Scores of real images, for losses that compare; shape
                `(batch,)`.
        """


@dataclasses.dataclass(frozen=True)
class CrossEntropy(AdversarialLoss):
    """The discriminator as a classifier, whose score is the log-odds of "real".

    D minimizes `-t log p(real) - (1 - t) log(1 - p(real))` with the target t of real
    images, and the same with the target of generated ones; `p(x) = sigmoid(score(x))`.
    """

    real_target: float = 1.0
    fake_target: float = 0.0

    readings: ClassVar = {"score": tf.identity, "probability": tf.sigmoid}

    def __post_init__(self):
        check(
            0.0 <= self.fake_target < self.real_target <= 1.0,
            "The targets are probabilities that an image is real.",
            expected="0 <= fake_target < real_target <= 1",
            received=f"fake_target={self.fake_target}, real_target={self.real_target}",
            do="Smooth a little, e.g. real_target=0.9.",
        )

    def discriminator(self, real_scores, fake_scores):
        """Returns the cross-entropy of both scores against their targets."""
        return cross_entropy(real_scores, self.real_target) + cross_entropy(
            fake_scores, self.fake_target
        )


def cross_entropy(scores, target):
    """Returns `target sp(-score) + (1 - target) sp(score)`, the shape of `scores`."""
    return target * tf.nn.softplus(-scores) + (1.0 - target) * tf.nn.softplus(scores)


@register
@dataclasses.dataclass(frozen=True)
class Minimax(CrossEntropy):
    """The two-player game of the first GAN, whose generator saturates.

    D minimizes `sp(-s_real) + sp(s_fake)`, G minimizes `-sp(s_fake)`, which is
    `log(1 - p(fake))`: flat where D is sure, so that G stops learning there.

    Args:
        real_target: Target of D for real images; 0.9 is one-sided label smoothing.
        fake_target: Target of D for generated images; 0.1 smooths both sides.

    Reference: [Generative Adversarial Networks](https://arxiv.org/abs/1406.2661),
    equation 1. Smoothing: [Improved Techniques for Training
    GANs](https://arxiv.org/abs/1606.03498), section 3.4.

    Example:
    >>> import tensorflow as tf
    >>> scores = tf.constant([0.0])
    >>> Minimax().discriminator(scores, scores).numpy()  # 2 log 2
    array([1.3862944], dtype=float32)
    """

    def generator(self, fake_scores, real_scores):
        """Returns `-sp(s_fake)`."""
        return -tf.nn.softplus(fake_scores)


@register
@dataclasses.dataclass(frozen=True)
class NonSaturating(CrossEntropy):
    """The game that trains: G raises the score of its images, however low it is.

    D minimizes `sp(-s_real) + sp(s_fake)`, G minimizes `sp(-s_fake)`, which is
    `-log p(fake)`; G's own target stays 1 where D's targets are smoothed.

    Args:
        real_target: Target of D for real images; 0.9 is one-sided label smoothing.
        fake_target: Target of D for generated images; 0.1 smooths both sides.

    Reference: [Generative Adversarial Networks](https://arxiv.org/abs/1406.2661),
    section 3. Smoothing: [Improved Techniques for Training
    GANs](https://arxiv.org/abs/1606.03498), section 3.4.

    Example:
    >>> import tensorflow as tf
    >>> NonSaturating().generator(tf.constant([0.0]), None).numpy()  # log 2
    array([0.6931472], dtype=float32)
    """

    def generator(self, fake_scores, real_scores):
        """Returns `sp(-s_fake)`."""
        return tf.nn.softplus(-fake_scores)


@register
@dataclasses.dataclass(frozen=True)
class LeastSquares(AdversarialLoss):
    """Squared distances to targets: fakes that D calls real are still pulled to data.

    D minimizes `1/2 (s_real - real_target)^2 + 1/2 (s_fake - fake_target)^2`, G
    minimizes `1/2 (s_fake - generator_target)^2`.

    Args:
        fake_target: a in the paper.
        real_target: b in the paper.
        generator_target: c in the paper.

    Reference: [Least Squares Generative Adversarial
    Networks](https://arxiv.org/abs/1611.04076), equations 2 and 8.

    Example:
    >>> import tensorflow as tf
    >>> LeastSquares().generator(tf.constant([3.0]), None).numpy()
    array([4.5], dtype=float32)
    """

    fake_target: float = -1.0
    real_target: float = 1.0
    generator_target: float = 0.0

    def __post_init__(self):
        check(
            self.fake_target < self.generator_target <= self.real_target,
            "The targets are scores, high for real.",
            expected="fake_target < generator_target <= real_target",
            received=f"fake_target={self.fake_target}, real_target="
            f"{self.real_target}, generator_target={self.generator_target}",
            do="Use the paper's (-1, 1, 0) or (0, 1, 1).",
        )

    def discriminator(self, real_scores, fake_scores):
        """Returns half the squared distances of both scores to their targets."""
        return 0.5 * (
            tf.square(real_scores - self.real_target)
            + tf.square(fake_scores - self.fake_target)
        )

    def generator(self, fake_scores, real_scores):
        """Returns half the squared distance to `generator_target`."""
        return 0.5 * tf.square(fake_scores - self.generator_target)


@register
@dataclasses.dataclass(frozen=True)
class Hinge(AdversarialLoss):
    """D learns only from scores inside the margin; G raises its score without end.

    D minimizes `max(0, 1 - s_real) + max(0, 1 + s_fake)`, G minimizes `-s_fake`.

    Reference: [Geometric GAN](https://arxiv.org/abs/1705.02894), equations 14 and 15.

    Example:
    >>> import tensorflow as tf
    >>> Hinge().discriminator(tf.constant([2.0]), tf.constant([-0.5])).numpy()
    array([0.5], dtype=float32)
    """

    def discriminator(self, real_scores, fake_scores):
        """Returns how far both scores are inside the margin."""
        return tf.nn.relu(1.0 - real_scores) + tf.nn.relu(1.0 + fake_scores)

    def generator(self, fake_scores, real_scores):
        """Returns `-s_fake`."""
        return -fake_scores


NAMES = {
    "hinge": Hinge,
    "least_squares": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
}
"""The losses that a string names in `gan.compile(loss=...)`."""


def get(identifier):
    """Returns the adversarial loss of a name, a class, a config or an object.

    Example:
    >>> get("non_saturating")
    NonSaturating(real_target=1.0, fake_target=0.0)
    """
    return config.get(identifier, AdversarialLoss, NAMES)
