"""Recipe of the style-based generator: StyleGAN."""

from keras_gan import losses, networks, penalties
from keras_gan.gan import GAN
from keras_gan.networks.sizes import ImageShape
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled_gan, recipe
from keras_gan.validation import PositiveInt


@recipe
def stylegan(
    image_shape: ImageShape,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.999,
    seed: int | None = None,
) -> GAN:
    """StyleGAN: style-based generator, non-saturating loss with R1.

    Adam(1e-3, beta_1=0, beta_2=0.99), R1 of weight 10, style mixing with probability
    0.9. The style dimension equals `latent_dim`. The paper has `latent_dim=512`, and
    `width=256` at 64x64; here the defaults are 100 and 64. The paper's images grow from
    8x8, these have full resolution from the start.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948).
    """
    latent_dim, width = common.network_sizes(image_shape, latent_dim, width)
    return compiled_gan(
        networks.stylegan_generator(
            image_shape, latent_dim, style_dim=latent_dim, width=width
        ),
        networks.stylegan_discriminator(image_shape, width),
        **common.adam(1e-3, beta_1=0.0, beta_2=0.99),
        loss=losses.NonSaturating(),
        penalties=[penalties.R1(10.0)],
        ema_momentum=ema_momentum,
        seed=seed,
    )
