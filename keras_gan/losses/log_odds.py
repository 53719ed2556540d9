"""Cross-entropy losses of the original GAN.

`sp` is softplus, `sp(s) = log(1 + exp(s))`; `sp(-s) = -log(sigmoid(s))`.
"""

import dataclasses
from typing import ClassVar, Literal

import tensorflow as tf

from keras_gan.config import register
from keras_gan.errors import check
from keras_gan.losses.adversarial import AdversarialLoss, ScoreMetrics
from keras_gan.typing import Tensor
from keras_gan.validation import Fraction

__all__ = [
    "CrossEntropy",
    "Minimax",
    "NoGeneratorLoss",
    "NonSaturating",
    "cross_entropy",
]

LogOddsName = Literal["minimax", "non_saturating"]


@dataclasses.dataclass(frozen=True)
class CrossEntropy(AdversarialLoss):
    """Binary cross-entropy of D, whose score is the logit of "real".

    D minimizes `-t log p(x) - (1 - t) log(1 - p(x))`, with the target `t` of real or of
    generated images and `p(x) = sigmoid(score(x))`. Base class of the losses of the
    original GAN, which differ in G's loss.

    Args:
        real_target: Target of D for real images.
        fake_target: Target of D for generated images.
    """

    score_metrics: ClassVar[ScoreMetrics] = {
        "score": tf.identity,
        "probability": tf.sigmoid,
    }

    real_target: Fraction = 1.0
    fake_target: Fraction = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check(
            self.fake_target < self.real_target,
            "`fake_target` and `real_target` must be ascending probabilities.",
            expected="0 <= fake_target < real_target <= 1",
            received=f"fake_target={self.fake_target!r}, "
            f"real_target={self.real_target!r}",
            do="Pass e.g. real_target=0.9 for one-sided label smoothing.",
        )

    def discriminator(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Returns the sum of the cross-entropies of both scores."""
        return cross_entropy(real_scores, self.real_target) + cross_entropy(
            fake_scores, self.fake_target
        )


def cross_entropy(scores: Tensor, target: float) -> Tensor:
    """Returns `target sp(-score) + (1 - target) sp(score)` per sample.

    It equals `keras.losses.binary_crossentropy(target, scores, from_logits=True)`
    without the mean over the last axis.

    Args:
        scores: Tensor of any shape.
        target: Probability that an image is real, 0 to 1.

    Returns:
        Tensor of the shape of `scores`.
    """
    return target * tf.nn.softplus(-scores) + (1.0 - target) * tf.nn.softplus(scores)


@register
@dataclasses.dataclass(frozen=True)
class Minimax(CrossEntropy):
    """Minimax loss of the original GAN, with the saturating generator loss.

    D minimizes `sp(-s_real) + sp(s_fake)`, G minimizes `-sp(s_fake)`, which is
    `log(1 - p(fake))`. Its gradient vanishes where D rejects generated images with
    confidence.

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

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns `-sp(s_fake)`."""
        return -tf.nn.softplus(fake_scores)


@register
@dataclasses.dataclass(frozen=True)
class NonSaturating(CrossEntropy):
    """Non-saturating loss of the original GAN, the default.

    D minimizes `sp(-s_real) + sp(s_fake)`, G minimizes `sp(-s_fake)`, which is
    `-log p(fake)`. Its gradient does not vanish where D rejects generated images with
    confidence. Label smoothing applies to D only: G's target is always 1.

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

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns `sp(-s_fake)`."""
        return tf.nn.softplus(-fake_scores)


@register
@dataclasses.dataclass(frozen=True)
class NoGeneratorLoss(CrossEntropy):
    """Cross-entropy for D and no loss for G, which its penalties alone train.

    `gan.compile(loss=None)` selects it, e.g. for feature matching without an
    adversarial loss.

    Args:
        real_target: Target of D for real images.
        fake_target: Target of D for generated images.
    """

    trains_generator: ClassVar[bool] = False

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns zeros, without a gradient."""
        return tf.zeros_like(fake_scores)


NAMES: dict[str, type[AdversarialLoss]] = {
    "minimax": Minimax,
    "non_saturating": NonSaturating,
}
"""The classes by the names that strings use."""
