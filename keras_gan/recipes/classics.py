"""The first games, and what was learned from them."""

import keras

from keras_gan import layers, losses, networks, penalties
from keras_gan.game.score import inner_features
from keras_gan.recipes import common
from keras_gan.recipes.common import compiled, recipe
from keras_gan.unrolling import Unrolling


@recipe
def gan(image_shape, latent_dim=None, width=128, ema_momentum=None, seed=None):
    """The first GAN: dense networks, uniform latents, the non-saturating game.

    The paper trains by stochastic gradient descent with momentum, and maxout units in
    the discriminator; here it is Adam(2e-4, beta_1=0.5) and leaky ReLU.

    Reference: [Generative Adversarial Networks](https://arxiv.org/abs/1406.2661).
    """
    latent_dim, width = common.sizes(image_shape, latent_dim, width)
    return compiled(
        networks.mlp_generator(image_shape, latent_dim, width),
        networks.mlp_discriminator(image_shape, width),
        latents="uniform",
        **common.adam(),
        loss=losses.NonSaturating(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def dcgan(image_shape, latent_dim=None, width=None, ema_momentum=0.99, seed=None):
    """Convolutions all the way: DCGAN, by its paper's rates and weights.

    Adam(2e-4, beta_1=0.5, epsilon=1e-8) for both networks, the non-saturating loss,
    N(0, 0.02) weights. The latents are normal, as in the program of the NYU lecture;
    the paper's are uniform. Images are made by an averaged generator.

    Reference: [Unsupervised Representation Learning with Deep Convolutional Generative
    Adversarial Networks](https://arxiv.org/abs/1511.06434).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.dcgan((28, 28, 1), width=8)
    >>> gan.loss
    NonSaturating(real_target=1.0, fake_target=0.0)
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        **common.adam(),
        loss=losses.NonSaturating(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def conditional(
    image_shape,
    num_classes,
    latent_dim=None,
    width=None,
    ema_momentum=0.99,
    seed=None,
):
    """Both networks are told the class: a conditional GAN, of DCGAN's networks.

    A learned vector of the class is joined to the latents, and one channel made of such
    a vector to the images; rates and loss are those of `dcgan`. The paper's networks
    are dense.

    Reference: [Conditional Generative Adversarial
    Nets](https://arxiv.org/abs/1411.1784).
    """
    latent_dim, width = common.sizes(image_shape, latent_dim, width)
    return compiled(
        networks.dcgan_generator(image_shape, latent_dim, width, num_classes),
        networks.dcgan_discriminator(image_shape, width, num_classes=num_classes),
        **common.adam(),
        loss=losses.NonSaturating(),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def lsgan(image_shape, latent_dim=None, width=None, ema_momentum=0.99, seed=None):
    """Squared distances instead of cross-entropy: LSGAN with the targets 0 and 1.

    Adam(2e-4, beta_1=0.5) and DCGAN's networks; the targets of the paper's experiments.

    Reference: [Least Squares Generative Adversarial
    Networks](https://arxiv.org/abs/1611.04076).
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        **common.adam(),
        loss=losses.LeastSquares(0.0, 1.0, 1.0),
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def improved_gan(
    image_shape, latent_dim=None, width=None, ema_momentum=0.99, seed=None
):
    """Minibatch discrimination, feature matching and smoothed labels, together.

    Adam(2e-4, beta_1=0.5) and DCGAN's networks; the features behind the score go
    through `kg.layers.MinibatchDiscrimination`. The feature matching is beside the
    loss.

    Reference: [Improved Techniques for Training
    GANs](https://arxiv.org/abs/1606.03498).
    """
    plain = common.discriminator(image_shape, width)
    x = keras.layers.Flatten()(inner_features(plain))
    x = keras.layers.Dense(1)(layers.MinibatchDiscrimination()(x))
    scores = keras.layers.Reshape((), dtype="float32", name="scores")(x)
    return compiled(
        common.generator(image_shape, latent_dim, width),
        keras.Model(plain.inputs, scores, name="discriminator"),
        **common.adam(),
        loss=losses.NonSaturating(real_target=0.9),
        generator_penalties=[penalties.FeatureMatching()],
        ema_momentum=ema_momentum,
        seed=seed,
    )


@recipe
def unrolled(
    image_shape, latent_dim=None, width=None, ema_momentum=None, steps=5, seed=None
):
    """G faces D five imagined steps ahead: unrolled GAN.

    Adam(beta_1=0.5), 1e-3 for G and 1e-4 for D, as in the paper's experiments on
    mixtures of Gaussians; DCGAN's networks for images. Each of the imagined `steps`
    costs the time and the memory of an update of D.

    Reference: [Unrolled Generative Adversarial
    Networks](https://arxiv.org/abs/1611.02163).
    """
    return compiled(
        common.generator(image_shape, latent_dim, width),
        common.discriminator(image_shape, width),
        **common.adam(1e-3, 1e-4),
        loss=losses.NonSaturating(),
        unrolling=Unrolling(steps),
        ema_momentum=ema_momentum,
        seed=seed,
    )
