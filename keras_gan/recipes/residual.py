"""Residual networks that may be told a class: the projection discriminator, SAGAN."""

from keras_gan import losses, networks
from keras_gan.config import check
from keras_gan.networks.resnet import blocks_downward
from keras_gan.networks.sizes import levels
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled, given, recipe

LATENT_DIM = 128
"""Numbers in a latent vector, in both papers."""

WIDTH = 64
"""Unit of the channels, in both papers."""

HEIGHT = 32
"""Height of the features that SAGAN's attention looks at."""


@recipe
def projection(
    image_shape,
    num_classes=None,
    latent_dim=None,
    width=None,
    ema_momentum=0.99,
    seed=None,
):
    """Residual networks, and a score of how well an image fits its class: SNGAN.

    Adam(2e-4, beta_1=0, beta_2=0.9), five updates of D to one of G: the batch is five
    times that of an update. The hinge loss; spectral normalization in D. With classes G
    has conditional batch normalization, and D is a projection discriminator. The paper
    lets the rates fall to 0 at its end; here they stay. Latents have 128 numbers unless
    named.

    Reference: [cGANs with Projection Discriminator](https://arxiv.org/abs/1802.05637).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.projection((28, 28, 1), num_classes=10, width=4)
    >>> gan.discriminator_steps
    5
    """
    latent_dim, width = given(latent_dim, LATENT_DIM), given(width, WIDTH)
    return compiled(
        networks.resnet_generator(image_shape, latent_dim, width, num_classes),
        networks.resnet_discriminator(image_shape, width, num_classes=num_classes),
        **common.adam(2e-4, beta_1=0.0, beta_2=0.9),
        loss=losses.Hinge(),
        discriminator_steps=5,
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def sagan(
    image_shape,
    num_classes=None,
    latent_dim=None,
    width=None,
    ema_momentum=0.99,
    seed=None,
):
    """Each place of an image sees the others: self-attention in both networks, SAGAN.

    Adam(beta_1=0, beta_2=0.9), 1e-4 for G and 4e-4 for D, one update each; the hinge
    loss; spectral normalization in both networks. The attention looks at the highest
    features of 32 rows or fewer that both networks have, such as 32 at 64x64 and 14 at
    28x28; where there are none, at the lowest that both have. The smallest images are
    8x8. With classes as `projection`, and latents of 128 numbers too.

    Reference: [Self-Attention Generative Adversarial
    Networks](https://arxiv.org/abs/1805.08318).
    """
    latent_dim, width = given(latent_dim, LATENT_DIM), given(width, WIDTH)
    attention = attention_height(image_shape)
    return compiled(
        networks.resnet_generator(
            image_shape, latent_dim, width, num_classes, attention, "spectral"
        ),
        networks.resnet_discriminator(
            image_shape, width, "spectral", num_classes, attention
        ),
        **common.adam(1e-4, 4e-4, beta_1=0.0, beta_2=0.9),
        loss=losses.Hinge(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


def attention_height(image_shape):
    """Returns a height that both networks have: the largest of 32 or less.

    Where there is none, it is the smallest of all.

    Raises:
        ValueError: If the networks cannot make images of this shape, or the image is
            the base: there is no height but its own.

    Example:
    >>> [attention_height((side, side, 3)) for side in (128, 64, 28, 8)]
    [32, 32, 14, 4]
    """
    heights = {height for height, _ in levels(image_shape, "SAGAN")[:-1]}
    heights &= {height for _, _, height in blocks_downward(image_shape, WIDTH)}
    check(
        heights,
        "SAGAN has no features to attend to at this size of images.",
        expected="sides of 8 pixels or more",
        received=f"image_shape={image_shape!r}",
        do=f"Bring the images to {(8, 8, int(image_shape[-1]))} or more, or take "
        "kg.recipes.projection, which has no attention.",
    )
    low = [height for height in heights if height <= HEIGHT]
    return max(low, default=min(heights))
