"""The discriminator as an energy: its score is minus what it never goes below, 0."""

import dataclasses
from typing import ClassVar

import tensorflow as tf

from keras_gan.config import check, is_number, register
from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.replicas import global_mean


@register
@dataclasses.dataclass(frozen=True)
class EnergyMargin(AdversarialLoss):
    """D gives data low energy, and generated images no less than a margin.

    The score is minus the energy E, which is never negative: an autoencoder's error, as
    in `kg.networks.autoencoder_discriminator`. D minimizes
    `E(x) + max(0, m - E(G(z)))`, G minimizes `E(G(z))`.

    Args:
        margin: m, above 0, in units of the energy.

    Reference: [Energy-based Generative Adversarial
    Network](https://arxiv.org/abs/1609.03126), equations 1 and 2.

    Example:
    >>> import tensorflow as tf
    >>> real_scores, fake_scores = tf.constant([-0.25]), tf.constant([-0.5])
    >>> EnergyMargin(1.0).discriminator(real_scores, fake_scores).numpy()
    array([0.75], dtype=float32)
    """

    margin: float = 1.0

    is_energy: ClassVar = True

    def __post_init__(self):
        check(
            is_number(self.margin) and self.margin > 0.0,
            "The margin is out of range.",
            expected="margin above 0, in units of the energy",
            received=f"margin={self.margin!r}",
            do="Use a margin somewhat above the energy of data, e.g. 1.0.",
        )

    def discriminator(self, real_scores, fake_scores):
        """Returns the energy of data, and what fakes lack of the margin."""
        return -real_scores + tf.nn.relu(self.margin + fake_scores)

    def generator(self, fake_scores, real_scores):
        """Returns the energy of generated images."""
        return -fake_scores


@register
@dataclasses.dataclass(frozen=True)
class BEGAN(AdversarialLoss):
    """An autoencoder as D, and a balance k that keeps the two players level.

    With the error L of the autoencoder, and the score `-L`: D minimizes
    `L(x) - k L(G(z))`, G minimizes `L(G(z'))` with latents of its own, and after every
    update of D `k += rate (gamma L(x) - L(G(z)))`, kept in [0, 1], from 0. Logged: `k`
    and `convergence = L(x) + |gamma L(x) - L(G(z))|`, which falls as images improve.

    Args:
        gamma: Error of generated images as a share of that of data, in (0, 1]: high for
            diversity, low for quality.
        rate: Step of k, lambda in the paper.

    Reference: [BEGAN: Boundary Equilibrium Generative Adversarial
    Networks](https://arxiv.org/abs/1703.10717), sections 3.3 and 3.4.

    Example:
    >>> loss = BEGAN()
    >>> after = loss.next_state(tf.constant([-2.0]), tf.constant([-0.5]), None, k=0.1)
    >>> round(float(after["k"]), 6)  # 0.1 + 0.001 (0.5 * 2.0 - 0.5)
    0.1005
    """

    gamma: float = 0.5
    rate: float = 0.001

    resample_latents: ClassVar = True
    is_energy: ClassVar = True

    def __post_init__(self):
        check(
            is_number(self.gamma, self.rate)
            and 0.0 < self.gamma <= 1.0
            and self.rate >= 0.0,
            "The balance of BEGAN is out of range.",
            expected="gamma in (0, 1] and rate of 0 or more",
            received=f"gamma={self.gamma!r}, rate={self.rate!r}",
            do="Use the paper's gamma=0.5 and rate=0.001.",
        )

    def initial_state(self):
        """Returns k = 0: D begins as an autoencoder of data alone."""
        return {"k": 0.0}

    def next_state(self, real_scores, fake_scores, losses, k):
        """Moves k towards the balance of both errors."""
        balance = global_mean(fake_scores - self.gamma * real_scores)
        return {"k": tf.clip_by_value(k + self.rate * balance, 0.0, 1.0)}

    def watch(self, real_scores, fake_scores, losses, k):
        """Returns k, and the measure of convergence."""
        balance = global_mean(fake_scores - self.gamma * real_scores)
        return {"k": k, "convergence": tf.abs(balance) - global_mean(real_scores)}

    def discriminator(self, real_scores, fake_scores, k):
        """Returns `L(x) - k L(G(z))`."""
        return k * fake_scores - real_scores

    def generator(self, fake_scores, real_scores, k):
        """Returns `L(G(z))`."""
        return -fake_scores
