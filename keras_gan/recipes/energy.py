"""Recipes whose discriminator is an autoencoder."""

from typing import Literal

from keras_gan import losses, networks, penalties
from keras_gan.gan import GAN
from keras_gan.networks.sizes import SampleShape
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled_gan, recipe
from keras_gan.typing import Model
from keras_gan.validation import Positive, PositiveInt


@recipe
def ebgan(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = None,
    seed: int | None = None,
) -> GAN:
    """EBGAN-PT: autoencoder energy with a margin loss and the pulling-away term.

    Adam(2e-4, beta_1=0.5). The energy is the mean squared reconstruction error of
    images in [-1, 1], and the margin of 0.2 is in the same unit; the pulling-away term
    has the paper's weight of 0.1.

    Reference: [Energy-based Generative Adversarial
    Network](https://arxiv.org/abs/1609.03126).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        autoencoder(image_shape, width, "squared"),
        **common.adam(),
        loss=losses.EnergyMargin(0.2),
        generator_penalties=[penalties.PullingAway(0.1, layer="code")],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def began(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = None,
    seed: int | None = None,
    gamma: float = 0.5,
    k_learning_rate: float = 0.001,
    learning_rate: Positive = 1e-4,
) -> GAN:
    """BEGAN: autoencoder loss with the equilibrium variable `k`.

    Adam(`learning_rate`, beta_1=0.5), uniform latents, diversity ratio `gamma`; `k`
    starts at 0 and is updated with `k_learning_rate` (lambda in the paper).
    `convergence` in the logs decreases as images improve; halve the learning rate when
    it stalls. Runs of some thousand steps need `learning_rate=1e-3`, `gamma=1.0` and
    `k_learning_rate=0.002`: with the paper's values k stays near 0, and on data that is
    mostly black all generated images become black.

    Reference: [BEGAN: Boundary Equilibrium Generative Adversarial
    Networks](https://arxiv.org/abs/1703.10717).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        autoencoder(image_shape, width, "absolute"),
        latents="uniform",
        **common.adam(learning_rate),
        loss=losses.BEGAN(gamma, k_learning_rate),
        ema_momentum=ema_momentum,
        seed=seed,
    )


def autoencoder(
    image_shape: SampleShape, width: int | None, error: Literal["absolute", "squared"]
) -> Model:
    """Returns a convolutional autoencoder for images, a dense one for points."""
    _, width = common.network_sizes(image_shape, None, width)
    if len(image_shape) == 1:
        return networks.mlp_autoencoder(image_shape, width=width, error=error)
    return networks.autoencoder_discriminator(image_shape, width=width, error=error)
