"""Games whose discriminator is an autoencoder."""

from keras_gan import losses, networks, penalties
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled, recipe


@recipe
def ebgan(image_shape, latent_dim=None, width=None, ema_momentum=None, seed=None):
    """The energy of an autoencoder, with a margin and the pulling-away term: EBGAN-PT.

    Adam(2e-4, beta_1=0.5). The energy is the mean squared error of an autoencoder of
    images in [-1, 1]; the margin of 0.2 is in its unit, the pulling-away term has the
    paper's weight of 0.1.

    Reference: [Energy-based Generative Adversarial
    Network](https://arxiv.org/abs/1609.03126).
    """
    return compiled(
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
    image_shape,
    latent_dim=None,
    width=None,
    ema_momentum=None,
    seed=None,
    gamma=0.5,
    k_rate=0.001,
    rate=1e-4,
):
    """Two autoencoders' errors in balance: BEGAN.

    Adam(beta_1=0.5) at a `rate` of 1e-4, uniform latents, `gamma` 0.5, k from 0 at
    `k_rate`, 0.001. `convergence` in the logs falls as images improve; halve the rate
    where it stands. A run of some thousand steps wants a `rate` of 1e-3, a `gamma` of 1
    and a `k_rate` of 0.002: at the paper's numbers k is next to 0 all along, and where
    much of the data is black so are all images.

    Reference: [BEGAN: Boundary Equilibrium Generative Adversarial
    Networks](https://arxiv.org/abs/1703.10717).
    """
    common.check_rate(rate, usual="1e-4")
    return compiled(
        common.generator(image_shape, latent_dim, width),
        autoencoder(image_shape, width, "absolute"),
        latents="uniform",
        **common.adam(rate),
        loss=losses.BEGAN(gamma, k_rate),
        ema_momentum=ema_momentum,
        seed=seed,
    )


def autoencoder(image_shape, width, error):
    """Returns a convolutional autoencoder for images, a dense one for points."""
    _, width = common.sizes(image_shape, None, width)
    make = networks.autoencoder_discriminator
    if len(image_shape) == 1:
        make = networks.mlp_autoencoder
    return make(image_shape, width=width, error=error)
