"""Recipes with a regularized discriminator: normalization, penalties, augmentation."""

import keras

from keras_gan import augment, losses, networks, penalties
from keras_gan.gan import GAN
from keras_gan.networks.sizes import ImageShape, SampleShape
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled_gan, recipe
from keras_gan.validation import Positive, PositiveInt


@recipe
def sngan(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.99,
    seed: int | None = None,
) -> GAN:
    """SNGAN: spectral normalization of the discriminator, hinge loss.

    Adam(2e-4, beta_1=0.5), one update each; DCGAN's networks.

    Reference: [Spectral Normalization for Generative Adversarial
    Networks](https://arxiv.org/abs/1802.05957).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "spectral"),
        **common.adam(),
        loss=losses.Hinge(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def dragan(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = None,
    seed: int | None = None,
) -> GAN:
    """DRAGAN: gradient penalty at noisy real images, non-saturating loss.

    Adam(2e-4, beta_1=0.5), penalty of weight 10; DCGAN's networks with layer
    normalization in D.

    Reference: [On Convergence and Stability of GANs](https://arxiv.org/abs/1705.07215).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "layer"),
        **common.adam(),
        loss=losses.NonSaturating(),
        penalties=[penalties.DRAGAN(10.0)],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def r1(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.999,
    seed: int | None = None,
) -> GAN:
    """R1: zero-centered gradient penalty at real images, non-saturating loss.

    Adam(1e-4, beta_1=0, beta_2=0.99), penalty of weight 10, averaged generator; DCGAN's
    networks with layer normalization in D.

    Reference: [Which Training Methods for GANs do actually
    Converge?](https://arxiv.org/abs/1801.04406).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "layer"),
        **common.adam(1e-4, beta_1=0.0, beta_2=0.99),
        loss=losses.NonSaturating(),
        penalties=[penalties.R1(10.0)],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def diffaugment(
    image_shape: ImageShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.99,
    seed: int | None = None,
) -> GAN:
    """DiffAugment: DCGAN with differentiable augmentation, for small datasets.

    Hinge loss and the paper's color, translation and cutout, on the networks and
    optimizers of `dcgan`.

    Reference: [Differentiable Augmentation for Data-Efficient GAN
    Training](https://arxiv.org/abs/2006.10738).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        augment=augment.DiffAugment(),
        **common.adam(),
        loss=losses.Hinge(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def ada(
    image_shape: ImageShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.99,
    seed: int | None = None,
) -> GAN:
    """ADA: DCGAN with adaptive discriminator augmentation, for small datasets.

    Hinge loss and the paper's target of 0.6, on the networks and optimizers of `dcgan`.

    Reference: [Training Generative Adversarial Networks with Limited
    Data](https://arxiv.org/abs/2006.06676).
    """
    return compiled_gan(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        augment=augment.ADA(),
        **common.adam(),
        loss=losses.Hinge(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def relativistic(
    image_shape: SampleShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.999,
    seed: int | None = None,
    weight: float = 0.1,
    learning_rate: Positive = 1e-3,
    steps: PositiveInt = 20_000,
    data_std: float | None = None,
) -> GAN:
    """Relativistic GAN: R3GAN's pairing loss with R1 and R2 penalties.

    R1 and R2 have the same `weight`; Adam(beta_1=0, beta_2=0.99) whose `learning_rate`
    decays to 0 within `steps` training steps along a cosine; averaged generator. The
    networks are DCGAN's without normalization, not the paper's. For points, `data_std`
    is the standard deviation of the data: the generator is then a deep residual
    function of the latents, scaled to the data, which covers it from the first step.

    Reference: [The GAN is dead; long live the GAN!](https://arxiv.org/abs/2501.05441).
    """
    generator = common.generator(image_shape, latent_dim, width)
    discriminator = common.discriminator(image_shape, width, None)
    if data_std is not None:
        latent_dim, width = common.network_sizes(image_shape, latent_dim, width)
        generator = networks.mlp_generator(
            image_shape, latent_dim, width, depth=8, data_std=data_std
        )
        discriminator = networks.mlp_discriminator(image_shape, width, depth=3)
    # each optimizer counts its own iterations, so one schedule serves both
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    return compiled_gan(
        generator,
        discriminator,
        **common.adam(schedule, beta_1=0.0, beta_2=0.99),
        loss=losses.Relativistic(),
        penalties=[penalties.R1(weight), penalties.R2(weight)],
        ema_momentum=ema_momentum,
        seed=seed,
    )
