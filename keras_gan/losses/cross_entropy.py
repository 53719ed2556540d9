"""The discriminator as a classifier: the losses of the first GAN.

sp is softplus, `sp(s) = log(1 + exp(s))`; `sp(-s)` is `-log(sigmoid(s))`.
"""

import dataclasses
from typing import ClassVar

import tensorflow as tf

from keras_gan.config import check, is_number, register
from keras_gan.losses.adversarial import AdversarialLoss


@dataclasses.dataclass(frozen=True)
class CrossEntropy(AdversarialLoss):
    """The discriminator as a classifier, whose score is the log-odds of "real".

    D minimizes `-t log p(real) - (1 - t) log(1 - p(real))` with the target t of real
    images, and the same with the target of generated ones; `p(x) = sigmoid(score(x))`.
    """

    real_target: float = 1.0
    fake_target: float = 0.0

    score_metrics: ClassVar = {"score": tf.identity, "probability": tf.sigmoid}

    def __post_init__(self):
        check(
            is_number(self.fake_target, self.real_target)
            and 0.0 <= self.fake_target < self.real_target <= 1.0,
            "The targets are probabilities that an image is real.",
            expected="0 <= fake_target < real_target <= 1",
            received=f"fake_target={self.fake_target!r}, "
            f"real_target={self.real_target!r}",
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
class NoGeneratorLoss(CrossEntropy):
    """D learns to tell real from fake; G is moved by its penalties alone.

    This is `loss=None` of `gan.compile`, for feature matching on its own.

    Args:
        real_target: Target of D for real images.
        fake_target: Target of D for generated images.
    """

    trains_generator: ClassVar = False

    def generator(self, fake_scores, real_scores):
        """Returns zeros, through which no gradient passes."""
        return tf.zeros_like(fake_scores)
