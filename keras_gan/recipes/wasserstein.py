"""Recipes of Wasserstein GANs."""

from keras_gan import losses, penalties
from keras_gan.gan import GAN
from keras_gan.networks.sizes import SampleShape
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled_gan, recipe
from keras_gan.validation import PositiveInt


@recipe
def wgan(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = None,
    seed: int | None = None,
) -> GAN:
    """WGAN: Wasserstein loss with weight clipping.

    RMSprop(5e-5), weights of the critic clipped to [-0.01, 0.01], five updates of the
    critic to one of G: the batch is five times that of an update. DCGAN's networks.

    Reference: [Wasserstein GAN](https://arxiv.org/abs/1701.07875), algorithm 1.
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        **common.rmsprop(5e-5),
        loss=losses.Wasserstein(),
        weight_clip=0.01,
        discriminator_steps=5,
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def wgan_gp(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = None,
    seed: int | None = None,
) -> GAN:
    """WGAN-GP: Wasserstein loss with gradient penalty.

    Adam(1e-4, beta_1=0, beta_2=0.9), gradient penalty of weight 10, five updates of the
    critic to one of G: the batch is five times that of an update. DCGAN's networks,
    with layer normalization in the critic.

    Reference: [Improved Training of Wasserstein
    GANs](https://arxiv.org/abs/1704.00028), algorithm 1.

    Example:
    >>> import keras_gan as kg
    >>> kg.recipes.wgan_gp((16, 16, 1), width=4).discriminator_steps
    5
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "layer"),
        **common.adam(1e-4, beta_1=0.0, beta_2=0.9),
        loss=losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0)],
        discriminator_steps=5,
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def ttur(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = None,
    seed: int | None = None,
) -> GAN:
    """TTUR: WGAN-GP with a larger critic learning rate, one step of each network.

    Adam(beta_1=0, beta_2=0.9) with learning rates of 1e-4 for G and 3e-4 for the
    critic, as in the paper's experiments on CIFAR-10; otherwise as `wgan_gp`, at a
    third of its time per step.

    Reference: [GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
    Equilibrium](https://arxiv.org/abs/1706.08500).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "layer"),
        **common.adam(1e-4, 3e-4, beta_1=0.0, beta_2=0.9),
        loss=losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0)],
        ema_momentum=ema_momentum,
        seed=seed,
    )
