"""Games for large images: sizes one after the other, or all at once."""

from keras_gan import losses, networks, penalties
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled, recipe


@recipe
def progressive(
    image_shape, latent_dim=None, width=None, ema_momentum=0.999, seed=None
):
    """Small images first, then ever larger ones: progressive growing of WGAN-GP.

    Adam(1e-3, beta_1=0, beta_2=0.99), gradient penalty of weight 10, drift of weight
    0.001, one update of each network. The GAN grows while it is fitted with
    `kg.callbacks.ProgressiveGrowing()`, from its first step on. Without, it trains at
    the size that it has: the full one if it is new, else the one to which it has grown,
    and `fit` warns if that is not the last. The paper has latents of 512 numbers, and
    `width=256` at 64x64.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196).
    """
    latent_dim, width = common.sizes(image_shape, latent_dim, width)
    return compiled(
        networks.progressive_generator(image_shape, latent_dim, width),
        networks.progressive_discriminator(image_shape, width),
        **common.adam(1e-3, beta_1=0.0, beta_2=0.99),
        loss=losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0), penalties.Drift(0.001)],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def msg_gan(image_shape, latent_dim=None, width=None, ema_momentum=0.999, seed=None):
    """Images of every size at once, each with its gradient: MSG-GAN.

    The paper's MSG-ProGAN: the game of `progressive` (WGAN-GP with drift), of networks
    that do not grow, by RMSprop(0.003). It has latents of 512 numbers, and `width=256`
    at 64x64.

    Reference: [MSG-GAN: Multi-Scale Gradients for Generative Adversarial
    Networks](https://arxiv.org/abs/1903.06048).
    """
    latent_dim, width = common.sizes(image_shape, latent_dim, width)
    return compiled(
        networks.msg_generator(image_shape, latent_dim, width),
        networks.msg_discriminator(image_shape, width),
        **common.rmsprop(3e-3),
        loss=losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0), penalties.Drift(0.001)],
        ema_momentum=ema_momentum,
        seed=seed,
    )
