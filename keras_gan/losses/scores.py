"""Losses of unbounded scores: squares, margins, differences, pairs."""

import dataclasses

import tensorflow as tf

from keras_gan.config import check, is_number, register
from keras_gan.losses.adversarial import AdversarialLoss


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
            is_number(self.fake_target, self.generator_target, self.real_target)
            and self.fake_target < self.generator_target <= self.real_target,
            "The targets are scores, high for real.",
            expected="fake_target < generator_target <= real_target",
            received=f"fake_target={self.fake_target!r}, real_target="
            f"{self.real_target!r}, generator_target={self.generator_target!r}",
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


@register
@dataclasses.dataclass(frozen=True)
class Wasserstein(AdversarialLoss):
    """The difference of mean scores: an estimate of the earth mover's distance.

    D minimizes `s_fake - s_real`, G minimizes `-s_fake`. It means something only while
    D is held back from steep slopes: by `gan.compile(weight_clip=0.01)`, as in the
    first paper, by `kg.penalties.GradientPenalty()`, or by spectral normalization.

    Reference: [Wasserstein GAN](https://arxiv.org/abs/1701.07875).

    Example:
    >>> import tensorflow as tf
    >>> Wasserstein().discriminator(tf.constant([2.0]), tf.constant([-0.5])).numpy()
    array([-2.5], dtype=float32)
    """

    def discriminator(self, real_scores, fake_scores):
        """Returns `s_fake - s_real`."""
        return fake_scores - real_scores

    def generator(self, fake_scores, real_scores):
        """Returns `-s_fake`."""
        return -fake_scores


@register
@dataclasses.dataclass(frozen=True)
class Relativistic(AdversarialLoss):
    """Scores count only beside those of the other kind, in pairs of real and fake.

    D minimizes `sp(-(s_real - s_fake))`, G minimizes `sp(-(s_fake - s_real))`. With the
    penalties R1 and R2 this is the loss of R3GAN.

    Reference: [The relativistic discriminator](https://arxiv.org/abs/1807.00734); [The
    GAN is dead; long live the GAN!](https://arxiv.org/abs/2501.05441), equation 2.

    Example:
    >>> import tensorflow as tf
    >>> Relativistic().generator(tf.constant([3.0]), tf.constant([3.0])).numpy()
    array([0.6931472], dtype=float32)
    """

    def discriminator(self, real_scores, fake_scores):
        """Returns `sp(s_fake - s_real)`."""
        return tf.nn.softplus(fake_scores - real_scores)

    def generator(self, fake_scores, real_scores):
        """Returns `sp(s_real - s_fake)`."""
        return tf.nn.softplus(real_scores - fake_scores)
