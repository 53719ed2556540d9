"""Recipe of wide class-conditional networks: BigGAN."""

from keras_gan import losses, networks, penalties
from keras_gan.gan import GAN
from keras_gan.networks.sizes import ImageShape
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled_gan, default_if_none, recipe
from keras_gan.validation import Positive, PositiveInt

WIDTH = 96
"""Channels of the layer nearest to the image in the paper."""


@recipe
def biggan(
    image_shape: ImageShape,
    num_classes: PositiveInt,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.9999,
    seed: int | None = None,
    weight: float = 1e-4,
    learning_rate: Positive = 5e-5,
) -> GAN:
    """BigGAN: class and latents in every block, orthogonal regularization, hinge loss.

    Adam(beta_1=0, beta_2=0.999, epsilon=1e-8, the default of the author's program),
    `learning_rate` for G and four times as much for D, two updates of D to one of G:
    the batch is twice that of an update. Spectral normalization in both networks;
    orthogonal regularization of G by `weight`; averaged generator. The latents are
    normal, for the truncation trick, `generate(truncation=0.5)`.

    The paper has batches of 2048 images at 128x128, and halves both learning rates for
    larger images. By default `width` is its 96, and the base and each block of G have
    its 20 latents, 60 in total at 28x28. Small batches and few steps need an
    `ema_momentum` of 0.99 to 0.999, a `width` of 8 to 32, and a `learning_rate` of
    2e-4.

    Reference: [Large Scale GAN Training for High Fidelity Natural Image
    Synthesis](https://arxiv.org/abs/1809.11096).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.biggan((28, 28, 1), num_classes=10, width=4)
    >>> gan.discriminator_steps, gan.latents.dim
    (2, 60)
    """
    width = default_if_none(width, WIDTH)
    return compiled_gan(
        networks.biggan_generator(image_shape, num_classes, latent_dim, width),
        networks.biggan_discriminator(image_shape, num_classes, width),
        **common.adam(learning_rate, 4 * learning_rate, beta_1=0.0),
        loss=losses.Hinge(),
        generator_penalties=[penalties.OrthogonalRegularization(weight)],
        discriminator_steps=2,
        ema_momentum=ema_momentum,
        seed=seed,
    )
