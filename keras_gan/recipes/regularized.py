"""Games that hold the discriminator's slopes, or what it can learn by heart."""

import keras

from keras_gan import augment, losses, networks, penalties
from keras_gan.config import check_count
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled, recipe


@recipe
def sngan(image_shape, latent_dim=None, width=None, ema_momentum=0.99, seed=None):
    """Spectral normalization in every layer of D, and the hinge loss: SNGAN.

    Adam(2e-4, beta_1=0.5), one update each; DCGAN's networks.

    Reference: [Spectral Normalization for Generative Adversarial
    Networks](https://arxiv.org/abs/1802.05957).
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "spectral"),
        **common.adam(),
        loss=losses.Hinge(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def dragan(image_shape, latent_dim=None, width=None, ema_momentum=None, seed=None):
    """Slopes of 1 around the data: DRAGAN.

    Adam(2e-4, beta_1=0.5), the non-saturating loss, weight 10; DCGAN's networks with
    layer normalization in D.

    Reference: [On Convergence and Stability of GANs](https://arxiv.org/abs/1705.07215).
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "layer"),
        **common.adam(),
        loss=losses.NonSaturating(),
        penalties=[penalties.DRAGAN(10.0)],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def r1(image_shape, latent_dim=None, width=None, ema_momentum=0.999, seed=None):
    """No slope at the data: the non-saturating game with R1.

    Adam(1e-4, beta_1=0, beta_2=0.99), weight 10, averaged generator; DCGAN's networks
    with layer normalization in D.

    Reference: [Which Training Methods for GANs do actually
    Converge?](https://arxiv.org/abs/1801.04406).
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width, "layer"),
        **common.adam(1e-4, beta_1=0.0, beta_2=0.99),
        loss=losses.NonSaturating(),
        penalties=[penalties.R1(10.0)],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def diffaugment(image_shape, latent_dim=None, width=None, ema_momentum=0.99, seed=None):
    """DCGAN for few images: D sees all of them through random changes.

    Hinge loss and DiffAugment (color, translation, cutout) as in the paper, on DCGAN's
    networks and rates.

    Reference: [Differentiable Augmentation for Data-Efficient GAN
    Training](https://arxiv.org/abs/2006.10738).
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        augment=augment.DiffAugment(),
        **common.adam(),
        loss=losses.Hinge(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def ada(image_shape, latent_dim=None, width=None, ema_momentum=0.99, seed=None):
    """DCGAN for few images: D sees changes as often as it overfits.

    Adaptive augmentation with the paper's target of 0.6, on DCGAN's networks and rates.

    Reference: [Training Generative Adversarial Networks with Limited
    Data](https://arxiv.org/abs/2006.06676).
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        augment=augment.ADA(),
        **common.adam(),
        loss=losses.Hinge(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def r3gan(
    image_shape,
    latent_dim=None,
    width=None,
    ema_momentum=0.999,
    seed=None,
    weight=0.1,
    rate=1e-3,
    steps=20_000,
    spread=None,
):
    """Pairs of real and fake, no slope at either: the loss of R3GAN.

    The relativistic loss with R1 and R2 of the same `weight`, Adam(beta_1=0,
    beta_2=0.99) at a `rate` that falls to 0 along a cosine of so many `steps`, averaged
    generator. The networks are DCGAN's with no normalization, not the paper's. For
    points, `spread` is the data's standard deviation: a deep generator then moves its
    latents by a learned way, and covers the data from the start.

    Reference: [The GAN is dead; long live the GAN!](https://arxiv.org/abs/2501.05441).
    """
    common.check_rate(rate, usual="1e-3")
    check_count(steps, "steps")
    generator = common.generator(image_shape, latent_dim, width)
    discriminator = common.discriminator(image_shape, width, None)
    if spread is not None:
        latent_dim, width = common.sizes(image_shape, latent_dim, width)
        generator = networks.mlp_generator(
            image_shape, latent_dim, width, depth=8, spread=spread
        )
        discriminator = networks.mlp_discriminator(image_shape, width, depth=3)
    fall = keras.optimizers.schedules.CosineDecay
    return compiled(
        generator,
        discriminator,
        **common.adam(fall(rate, steps), fall(rate, steps), beta_1=0.0, beta_2=0.99),
        loss=losses.Relativistic(),
        penalties=[penalties.R1(weight), penalties.R2(weight)],
        ema_momentum=ema_momentum,
        seed=seed,
    )
