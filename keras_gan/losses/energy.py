"""Losses of energy-based GANs: the score is the negative energy, never above 0."""

import dataclasses
from typing import Annotated, ClassVar, Literal

import tensorflow as tf

from keras_gan.config import register
from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.replicas import global_mean
from keras_gan.typing import Tensor
from keras_gan.validation import NonNegative, Positive, within

__all__ = ["BEGAN", "EnergyMargin"]

EnergyName = Literal["began", "energy_margin"]


@register
@dataclasses.dataclass(frozen=True)
class EnergyMargin(AdversarialLoss):
    """EBGAN: energy-based loss with a margin.

    The score is the negative of an energy `E >= 0`, the reconstruction error of an
    autoencoder, as in `kg.networks.autoencoder_discriminator`. D minimizes
    `E(x) + max(0, m - E(G(z)))`, G minimizes `E(G(z))`: generated images of an energy
    above the margin `m` give D no gradient.

    Args:
        margin: `m`, above 0, in units of the energy.

    Reference: [Energy-based Generative Adversarial
    Network](https://arxiv.org/abs/1609.03126), equations 1 and 2.

    Example:
    >>> import tensorflow as tf
    >>> real_scores, fake_scores = tf.constant([-0.25]), tf.constant([-0.5])
    >>> EnergyMargin(1.0).discriminator(real_scores, fake_scores).numpy()
    array([0.75], dtype=float32)
    """

    is_energy: ClassVar[bool] = True

    margin: Annotated[
        Positive, "Pass a margin above the energy of real images, e.g. margin=1.0."
    ] = 1.0

    def discriminator(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Returns `E(x) + max(0, m - E(G(z)))`."""
        return -real_scores + tf.nn.relu(self.margin + fake_scores)

    def generator(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns `E(G(z))`."""
        return -fake_scores


@register
@dataclasses.dataclass(frozen=True)
class BEGAN(AdversarialLoss):
    """BEGAN: boundary equilibrium loss with the equilibrium variable `k`.

    With the reconstruction error `L` of an autoencoder and the score `-L`, D minimizes
    `L(x) - k L(G(z))` and G minimizes `L(G(z'))` for other latents `z'`. After each
    update of D, `k += k_learning_rate (gamma L(x) - L(G(z)))`, initialized at 0 and
    clipped to [0, 1], keeps the ratio of the two errors at `gamma`. Logged: `k` and
    `convergence = L(x) + |gamma L(x) - L(G(z))|`, which decreases as images improve.

    Args:
        gamma: Diversity ratio `L(G(z)) / L(x)` at equilibrium, in (0, 1]: high for
            diversity, low for image quality.
        k_learning_rate: Learning rate of `k`, lambda in the paper, 0 or above.

    Reference: [BEGAN: Boundary Equilibrium Generative Adversarial
    Networks](https://arxiv.org/abs/1703.10717), sections 3.3 and 3.4.

    Example:
    >>> loss = BEGAN()
    >>> state = loss.next_state(tf.constant([-2.0]), tf.constant([-0.5]), None, k=0.1)
    >>> round(float(state["k"]), 6)  # 0.1 + 0.001 (0.5 * 2.0 - 0.5)
    0.1005
    """

    resample_latents: ClassVar[bool] = True
    is_energy: ClassVar[bool] = True

    gamma: Annotated[float, within(0, 1, "(]")] = 0.5
    k_learning_rate: NonNegative = 0.001

    def initial_state(self) -> dict[str, float]:
        """Returns `k = 0`, at which D is an autoencoder of real images only."""
        return {"k": 0.0}

    def next_state(
        self, real_scores: Tensor, fake_scores: Tensor, losses: Tensor, k: Tensor
    ) -> dict[str, Tensor]:
        """Returns `k` after an update of D (section 3.4)."""
        balance = global_mean(fake_scores - self.gamma * real_scores)
        return {"k": tf.clip_by_value(k + self.k_learning_rate * balance, 0.0, 1.0)}

    def metrics(
        self, real_scores: Tensor, fake_scores: Tensor, losses: Tensor, k: Tensor
    ) -> dict[str, Tensor]:
        """Returns `k` and the convergence measure (section 3.4.1)."""
        balance = global_mean(fake_scores - self.gamma * real_scores)
        return {"k": k, "convergence": tf.abs(balance) - global_mean(real_scores)}

    def discriminator(
        self, real_scores: Tensor, fake_scores: Tensor, k: Tensor
    ) -> Tensor:
        """Returns `L(x) - k L(G(z))`."""
        return k * fake_scores - real_scores

    def generator(self, fake_scores: Tensor, real_scores: Tensor, k: Tensor) -> Tensor:
        """Returns `L(G(z))`."""
        return -fake_scores


NAMES: dict[str, type[AdversarialLoss]] = {
    "began": BEGAN,
    "energy_margin": EnergyMargin,
}
"""The classes by the names that strings use."""
