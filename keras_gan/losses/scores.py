"""Least-squares, hinge, Wasserstein and relativistic losses."""

import dataclasses
from typing import Literal

import tensorflow as tf

from keras_gan.config import register
from keras_gan.errors import check
from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.typing import Tensor

__all__ = ["Hinge", "LeastSquares", "Relativistic", "Wasserstein"]

ScoreName = Literal["hinge", "least_squares", "relativistic", "wasserstein"]


@register
@dataclasses.dataclass(frozen=True)
class LeastSquares(AdversarialLoss):
    """LSGAN: least-squares loss to target scores.

    D minimizes `1/2 (s_real - real_target)^2 + 1/2 (s_fake - fake_target)^2`, G
    minimizes `1/2 (s_fake - generator_target)^2`. Unlike cross-entropy it also
    penalizes generated images far on the real side of the decision boundary.

    Args:
        fake_target: Target score of D for generated images, `a` in the paper.
        real_target: Target score of D for real images, `b` in the paper.
        generator_target: Target score of G for generated images, `c` in the paper.

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

    def __post_init__(self) -> None:
        super().__post_init__()
        check(
            self.fake_target < self.generator_target <= self.real_target,
            "`fake_target`, `generator_target` and `real_target` must be ascending.",
            expected="fake_target < generator_target <= real_target",
            received=f"fake_target={self.fake_target!r}, real_target="
            f"{self.real_target!r}, generator_target={self.generator_target!r}",
            do="Use the paper's (-1, 1, 0) or (0, 1, 1) as (fake_target, real_target, "
            "generator_target).",
        )

    def discriminator(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Returns half the squared distances of the scores to their targets."""
        return 0.5 * (
            tf.square(real_scores - self.real_target)
            + tf.square(fake_scores - self.fake_target)
        )

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns half the squared distance to `generator_target`."""
        return 0.5 * tf.square(fake_scores - self.generator_target)


@register
@dataclasses.dataclass(frozen=True)
class Hinge(AdversarialLoss):
    """Hinge loss of D, with a linear loss of G.

    D minimizes `max(0, 1 - s_real) + max(0, 1 + s_fake)`, G minimizes `-s_fake`.
    Images that D scores beyond the margin of 1 give it no gradient. SNGAN, SAGAN and
    BigGAN use it with spectral normalization.

    Reference: [Geometric GAN](https://arxiv.org/abs/1705.02894), equations 14 and 15.

    Example:
    >>> import tensorflow as tf
    >>> Hinge().discriminator(tf.constant([2.0]), tf.constant([-0.5])).numpy()
    array([0.5], dtype=float32)
    """

    def discriminator(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Returns `max(0, 1 - s_real) + max(0, 1 + s_fake)`."""
        return tf.nn.relu(1.0 - real_scores) + tf.nn.relu(1.0 + fake_scores)

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns `-s_fake`."""
        return -fake_scores


@register
@dataclasses.dataclass(frozen=True)
class Wasserstein(AdversarialLoss):
    """WGAN: Wasserstein loss, the difference of D's mean scores.

    D minimizes `s_fake - s_real`, G minimizes `-s_fake`. The negative of D's loss
    estimates the earth mover's distance of real and generated images, up to a factor.
    It requires a Lipschitz constraint on D: weight clipping, as in the paper
    (`gan.compile(weight_clip=0.01)`), a gradient penalty
    (`kg.penalties.GradientPenalty()`) or spectral normalization.

    Reference: [Wasserstein GAN](https://arxiv.org/abs/1701.07875).

    Example:
    >>> import tensorflow as tf
    >>> Wasserstein().discriminator(tf.constant([2.0]), tf.constant([-0.5])).numpy()
    array([-2.5], dtype=float32)
    """

    def discriminator(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Returns `s_fake - s_real`."""
        return fake_scores - real_scores

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns `-s_fake`."""
        return -fake_scores


@register
@dataclasses.dataclass(frozen=True)
class Relativistic(AdversarialLoss):
    """RpGAN: relativistic pairing loss, of score differences of real and fake pairs.

    D minimizes `sp(-(s_real - s_fake))`, G minimizes `sp(-(s_fake - s_real))`, where
    `sp` is softplus. With the penalties R1 and R2 it is the loss of R3GAN.

    Reference: [The relativistic discriminator](https://arxiv.org/abs/1807.00734); [The
    GAN is dead; long live the GAN!](https://arxiv.org/abs/2501.05441), equation 2.

    Example:
    >>> import tensorflow as tf
    >>> Relativistic().generator(tf.constant([3.0]), tf.constant([3.0])).numpy()
    array([0.6931472], dtype=float32)
    """

    def discriminator(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Returns `sp(s_fake - s_real)`."""
        return tf.nn.softplus(fake_scores - real_scores)

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns `sp(s_real - s_fake)`."""
        return tf.nn.softplus(real_scores - fake_scores)


NAMES: dict[str, type[AdversarialLoss]] = {
    "hinge": Hinge,
    "least_squares": LeastSquares,
    "relativistic": Relativistic,
    "wasserstein": Wasserstein,
}
"""The classes by the names that strings use."""
