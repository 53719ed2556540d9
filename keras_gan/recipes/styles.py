"""Games whose generator is ruled by styles."""

from keras_gan import losses, networks, penalties
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled, recipe


@recipe
def stylegan(image_shape, latent_dim=None, width=None, ema_momentum=0.999, seed=None):
    """Styles rule every layer, noise makes the details: StyleGAN with R1.

    Adam(1e-3, beta_1=0, beta_2=0.99), the non-saturating loss, R1 of weight 10; nine
    images of ten are made of two styles in training. A style has as many numbers as a
    latent vector. The paper has 512 of them, and `width=256` at 64x64; here it is 100
    and 64 unless named. Its images grow from 8x8, these have their size from the start.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948).
    """
    latent_dim, width = common.sizes(image_shape, latent_dim, width)
    return compiled(
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
