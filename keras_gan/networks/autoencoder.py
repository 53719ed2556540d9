"""Discriminators that are autoencoders: the score is minus the reconstruction error.

References: [Energy-based Generative Adversarial Network](
https://arxiv.org/abs/1609.03126); [BEGAN: Boundary Equilibrium Generative Adversarial
Networks](https://arxiv.org/abs/1703.10717).
"""

import keras

from keras_gan.config import check, suggest
from keras_gan.networks import dcgan, layer_config, mlp
from keras_gan.networks.sizes import (
    check_counts,
    check_image_shape,
    check_sample_shape,
)

ERRORS = {"squared": keras.ops.square, "absolute": keras.ops.abs}
"""What is averaged over the differences between an image and its reconstruction."""

LARGE = layer_config.LayerConfig(weights=keras.initializers.HeNormal)
"""No normalization: N(0, 0.02) would let almost nothing through a deep network."""


def autoencoder_discriminator(
    image_shape, code_dim=64, width=64, error="squared", normalization=None
):
    """Returns a discriminator that scores an image by how well it can repeat it.

    `score = -mean((x - decoder(encoder(x)))^2)` over pixels and channels, at most 0 and
    high for real; EBGAN's energy is `-score`. BEGAN takes the absolute difference. The
    encoder is the way down of `dcgan_discriminator` to a dense code, the decoder the
    way up of `dcgan_generator`, which ends in tanh. Convolutions have no biases.

    Two inner layers have names: `"code"`, what `kg.penalties.PullingAway` looks at,
    shape `(batch, code_dim)`, and `"reconstruction"`, the images as they are repeated.
    The example shows how to look at one.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        code_dim: Numbers in the code of an image.
        width: Channels next to the image, on both sides; they double towards the base,
            up to 8 times.
        error: `"squared"` (EBGAN) or `"absolute"` (BEGAN).
        normalization: None, `"batch"`, `"layer"` or `"spectral"`, as in
            `dcgan_discriminator`, in encoder and decoder. What stands next to the image
            and the code itself are never normalized by batch or layer.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, a count is below 1, or a name is
            unknown.

    Example:
    >>> import keras
    >>> import keras_gan as kg
    >>> network = kg.networks.autoencoder_discriminator((16, 16, 1), width=8)
    >>> layer = network.get_layer("reconstruction")
    >>> repeat = keras.Model(network.input, layer.output)
    >>> repeat.output_shape
    (None, 16, 16, 1)
    """
    check_image_shape(image_shape, "An autoencoder")
    check_counts(code_dim=code_dim, width=width)
    style = layer_config.get(normalization, plain=LARGE)
    images = keras.Input(image_shape, name="images")
    x = dcgan.downward_path(images, width, style)
    code = encoded(keras.layers.Flatten()(x), code_dim, style)
    x = dcgan.upward_path(code, image_shape, width, style)
    tanh = keras.layers.Activation("tanh", dtype="float32", name="reconstruction")
    scores = score(images, tanh(x), error)
    return keras.Model(images, scores, name="autoencoder_discriminator")


def mlp_autoencoder(image_shape=(2,), code_dim=32, width=128, depth=2, error="squared"):
    """Returns a dense discriminator that scores a sample by how well it repeats it.

    As `autoencoder_discriminator`, of the layers of `mlp_discriminator` and
    `mlp_generator`; the inner layers `"code"` and `"reconstruction"` are here too.

    Args:
        image_shape: Shape of one sample: `(2,)` for points in the plane, or `(height,
            width, channels)`.
        code_dim: Numbers in the code of a sample. It may be more than the sample has:
            the generated samples then keep the network from repeating everything.
        width: Units of each hidden layer.
        depth: Hidden layers of the encoder, and of the decoder.
        error: `"squared"` (EBGAN) or `"absolute"` (BEGAN).

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If this is no shape, a count is below 1, or there is no error of
            this name.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.mlp_autoencoder().get_layer("code").output.shape
    (None, 32)
    """
    check_sample_shape(image_shape)
    check_counts(code_dim=code_dim, width=width)
    images = keras.Input(image_shape, name="images")
    x = mlp.downward(images, width, depth, layer_config.PLAIN)
    code = encoded(x, code_dim, layer_config.PLAIN)
    repeated = mlp.upward(code, image_shape, width, depth, "reconstruction")
    scores = score(images, repeated, error)
    return keras.Model(images, scores, name="mlp_autoencoder")


def encoded(features, code_dim, style):
    """Makes the code of flat features: dense, single precision, no activation."""
    x = style.wrap(keras.layers.Dense(code_dim))(features)
    return keras.layers.Activation("linear", dtype="float32", name="code")(x)


def score(images, reconstruction, error):
    """Returns minus the mean error of each image, shape `(batch,)`."""
    check(
        error in ERRORS,
        "There is no reconstruction error of this name.",
        expected='"squared" or "absolute"',
        received=repr(error),
        do=suggest(error, list(ERRORS)),
    )
    errors = ERRORS[error](images - reconstruction)
    means = -keras.ops.mean(errors, axis=tuple(range(1, len(images.shape))))
    return keras.layers.Activation("linear", dtype="float32", name="scores")(means)
