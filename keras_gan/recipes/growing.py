"""Recipes for large images: resolutions in turn, or all resolutions at once."""

from keras_gan import losses, networks, penalties
from keras_gan.gan import GAN
from keras_gan.networks.sizes import ImageShape
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled_gan, recipe
from keras_gan.validation import PositiveInt


@recipe
def progressive(
    image_shape: ImageShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.999,
    seed: int | None = None,
) -> GAN:
    """PGGAN: progressive growing from low to full resolution, WGAN-GP loss.

    Adam(1e-3, beta_1=0, beta_2=0.99), gradient penalty of weight 10, drift penalty of
    weight 0.001, one update of each network. The networks grow during `fit` with
    `kg.callbacks.ProgressiveGrowing()`, which must be there from the first step on.
    Without it a new GAN trains at full resolution, and a partly grown one at the
    resolution that it has reached, with a warning. The paper has `latent_dim=512`, and
    `width=256` at 64x64.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196).
    """
    latent_dim, width = common.network_sizes(image_shape, latent_dim, width)
    return compiled_gan(
        networks.progressive_generator(image_shape, latent_dim, width),
        networks.progressive_discriminator(image_shape, width),
        **common.adam(1e-3, beta_1=0.0, beta_2=0.99),
        loss=losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0), penalties.Drift(0.001)],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def msg_gan(
    image_shape: ImageShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.999,
    seed: int | None = None,
) -> GAN:
    """MSG-GAN: generates and scores images of all resolutions at once.

    The paper's MSG-ProGAN: the loss and penalties of `progressive` (WGAN-GP with drift)
    on networks that do not grow, RMSprop(0.003). The paper has `latent_dim=512`, and
    `width=256` at 64x64.

    Reference: [MSG-GAN: Multi-Scale Gradients for Generative Adversarial
    Networks](https://arxiv.org/abs/1903.06048).
    """
    latent_dim, width = common.network_sizes(image_shape, latent_dim, width)
    return compiled_gan(
        networks.msg_generator(image_shape, latent_dim, width),
        networks.msg_discriminator(image_shape, width),
        **common.rmsprop(3e-3),
        loss=losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0), penalties.Drift(0.001)],
        ema_momentum=ema_momentum,
        seed=seed,
    )
