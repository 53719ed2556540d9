"""Wide networks that are told a class: BigGAN."""

from keras_gan import losses, networks, penalties
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled, given, recipe

WIDTH = 96
"""Channels next to the image in the paper."""


@recipe
def biggan(
    image_shape,
    num_classes,
    latent_dim=None,
    width=None,
    ema_momentum=0.9999,
    seed=None,
    weight=1e-4,
    rate=5e-5,
):
    """Wide networks, latents and the class in every block, orthogonal filters: BigGAN.

    Adam(beta_1=0, beta_2=0.999, epsilon=1e-8, the one that the author's program begins
    with), a `rate` of 5e-5 for G and four times as much for D, two updates of D to one
    of G: the batch is twice that of an update. The hinge loss; spectral normalization
    in both networks; orthogonal regularization of G by `weight`; images of an averaged
    generator. Latents are normal and made for `generate(truncation=0.5)`.

    The paper has batches of 2048 images, 128x128 large, and halves both rates for
    larger images. Unless named, `width` is its 96, and the base and each block of G
    have its 20 latents, 60 in all at 28x28. Small batches and few steps want an
    `ema_momentum` of 0.99 to 0.999, a `width` of 8 to 32, and a `rate` of 2e-4.

    Reference: [Large Scale GAN Training for High Fidelity Natural Image
    Synthesis](https://arxiv.org/abs/1809.11096).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.biggan((28, 28, 1), num_classes=10, width=4)
    >>> gan.discriminator_steps, gan.latents.dim
    (2, 60)
    """
    common.check_rate(rate, usual="5e-5")
    width = given(width, WIDTH)
    return compiled(
        networks.biggan_generator(image_shape, num_classes, latent_dim, width),
        networks.biggan_discriminator(image_shape, num_classes, width),
        **common.adam(rate, 4 * rate, beta_1=0.0),
        loss=losses.Hinge(),
        generator_penalties=[penalties.OrthogonalRegularization(weight)],
        discriminator_steps=2,
        ema_momentum=ema_momentum,
        seed=seed,
    )
