"""Recipes of residual networks with optional labels: projection and SAGAN."""

from keras_gan import losses, networks
from keras_gan.errors import check
from keras_gan.gan import GAN
from keras_gan.networks.resnet import discriminator_blocks
from keras_gan.networks.sizes import ImageShape, upsampling_sizes
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled_gan, default_if_none, recipe
from keras_gan.validation import PositiveInt

LATENT_DIM = 128
"""Dimension of the latent vectors in both papers."""

WIDTH = 64
"""Channels of the layer nearest to the image in both papers."""

ATTENTION_HEIGHT = 32
"""Height of the feature maps with self-attention in the paper."""


@recipe
def projection(
    image_shape: ImageShape,
    num_classes: PositiveInt | None = None,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.99,
    seed: int | None = None,
) -> GAN:
    """Projection discriminator: class-conditional ResNets of SNGAN, hinge loss.

    Adam(2e-4, beta_1=0, beta_2=0.9), five updates of D to one of G: the batch is five
    times that of an update. Spectral normalization in D. With labels, G has conditional
    batch normalization and D adds the inner product of its features with an embedding
    of the class. The paper decays the learning rates to 0; here they are constant.
    Latents have 128 dimensions by default.

    Reference: [cGANs with Projection Discriminator](https://arxiv.org/abs/1802.05637).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.projection((28, 28, 1), num_classes=10, width=4)
    >>> gan.discriminator_steps
    5
    """
    latent_dim, width = (
        default_if_none(latent_dim, LATENT_DIM),
        default_if_none(width, WIDTH),
    )
    return compiled_gan(
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
    image_shape: ImageShape,
    num_classes: PositiveInt | None = None,
    latent_dim: PositiveInt | None = None,
    width: PositiveInt | None = None,
    ema_momentum: float | None = 0.99,
    seed: int | None = None,
) -> GAN:
    """SAGAN: self-attention in both networks, hinge loss.

    Adam(beta_1=0, beta_2=0.9) with learning rates of 1e-4 for G and 4e-4 for D, one
    update each; spectral normalization in both networks. Self-attention is applied to
    the largest feature maps of at most 32 rows that both networks have, e.g. 32 at
    64x64 and 14 at 28x28, or to the smallest common ones if all have more. Images have
    at least 8x8 pixels. Labels as in `projection`; latents of 128 dimensions by
    default.

    Reference: [Self-Attention Generative Adversarial
    Networks](https://arxiv.org/abs/1805.08318).
    """
    latent_dim, width = (
        default_if_none(latent_dim, LATENT_DIM),
        default_if_none(width, WIDTH),
    )
    attention = attention_height(image_shape)
    return compiled_gan(
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


def attention_height(image_shape: ImageShape) -> int:
    """Returns the height of SAGAN's self-attention: a height that both networks have.

    It is the largest of at most 32, or the smallest of all if none is that small.

    Raises:
        ValueError: If the networks cannot generate images of this shape, or have no
            common feature maps below the full resolution.

    Example:
    >>> [attention_height((side, side, 3)) for side in (128, 64, 28, 8)]
    [32, 32, 14, 4]
    """
    heights = {height for height, _ in upsampling_sizes(image_shape, "SAGAN")[:-1]}
    heights &= {height for _, _, height in discriminator_blocks(image_shape, WIDTH)}
    check(
        heights,
        "`image_shape` is too small for the self-attention of SAGAN.",
        expected="sides of at least 8 pixels",
        received=f"image_shape={image_shape!r}",
        do=f"Resize the images to {(8, 8, int(image_shape[-1]))} or larger, or use "
        "kg.recipes.projection, which has no self-attention.",
    )
    low = [height for height in heights if height <= ATTENTION_HEIGHT]
    return max(low, default=min(heights))
