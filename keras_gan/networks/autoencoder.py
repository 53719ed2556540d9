"""Autoencoder discriminators: the score is the negative reconstruction error.

References: [Energy-based Generative Adversarial Network](
https://arxiv.org/abs/1609.03126); [BEGAN: Boundary Equilibrium Generative Adversarial
Networks](https://arxiv.org/abs/1703.10717).
"""

import keras

from keras_gan.errors import check, suggest
from keras_gan.networks import dcgan, layer_config, mlp
from keras_gan.networks.sizes import (
    check_counts,
    check_image_shape,
    check_sample_shape,
)

ERRORS = {"squared": keras.ops.square, "absolute": keras.ops.abs}
"""Reconstruction errors per pixel and channel, by name."""

# Without normalization, DCGAN's N(0, 0.02) would shrink the signal at every layer.
HE_NORMAL = layer_config.LayerConfig(initializer=keras.initializers.HeNormal)
"""Layers without normalization."""


def autoencoder_discriminator(
    image_shape, code_dim=64, width=64, error="squared", normalization=None
):
    """Returns the autoencoder discriminator of EBGAN and BEGAN.

    `score = -mean((x - decoder(encoder(x)))^2)` over pixels and channels, at most 0 and
    high for real; EBGAN's energy is `-score`. BEGAN uses the absolute difference. The
    encoder is that of `dcgan_discriminator` followed by a dense layer to the code, the
    decoder is that of `dcgan_generator`, which ends in tanh. Convolutions have no
    biases.

    Two inner layers have names: `"code"`, shape `(batch, code_dim)`, the features for
    `kg.penalties.PullingAway`, and `"reconstruction"`, the decoded images. The example
    shows how to read one.

    Args:
        image_shape: `(height, width, channels)`, sides of 4 pixels or more.
        code_dim: Dimension of the code.
        width: Channels after the first and before the last convolution; they double
            towards the base, up to 8 times.
        error: `"squared"` (EBGAN) or `"absolute"` (BEGAN).
        normalization: None, `"batch"`, `"layer"` or `"spectral"`, as in
            `dcgan_discriminator`, in encoder and decoder. Batch and layer normalization
            are not applied to the first and last convolution and to the code.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If a side is shorter than 4 pixels, a count is not a positive
            integer, or a name is unknown.

    Example:
    >>> import keras
    >>> import keras_gan as kg
    >>> network = kg.networks.autoencoder_discriminator((16, 16, 1), width=8)
    >>> layer = network.get_layer("reconstruction")
    >>> autoencoder = keras.Model(network.input, layer.output)
    >>> autoencoder.output_shape
    (None, 16, 16, 1)
    """
    check_image_shape(image_shape, "an autoencoder")
    check_counts(code_dim=code_dim, width=width)
    config = layer_config.get(normalization, plain=HE_NORMAL)
    images = keras.Input(image_shape, name="images")
    x = dcgan.encode(images, width, config)
    code = to_code(keras.layers.Flatten()(x), code_dim, config)
    x = dcgan.decode(code, image_shape, width, config)
    tanh = keras.layers.Activation("tanh", dtype="float32", name="reconstruction")
    scores = reconstruction_score(images, tanh(x), error)
    return keras.Model(images, scores, name="autoencoder_discriminator")


def mlp_autoencoder(image_shape=(2,), code_dim=32, width=128, depth=2, error="squared"):
    """Returns an autoencoder discriminator of dense layers.

    `autoencoder_discriminator` with the layers of `mlp_discriminator` as the encoder
    and of `mlp_generator` as the decoder; the inner layers `"code"` and
    `"reconstruction"` have the same names.

    Args:
        image_shape: Shape of one sample: `(2,)` for points in the plane, or `(height,
            width, channels)`.
        code_dim: Dimension of the code. It may exceed the dimension of a sample: the
            loss on generated samples prevents the identity map.
        width: Units of each hidden layer.
        depth: Number of hidden layers of the encoder, and of the decoder.
        error: `"squared"` (EBGAN) or `"absolute"` (BEGAN).

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If `image_shape` is not a shape, a count is not a positive integer,
            or `error` is unknown.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.mlp_autoencoder().get_layer("code").output.shape
    (None, 32)
    """
    check_sample_shape(image_shape)
    check_counts(code_dim=code_dim, width=width)
    images = keras.Input(image_shape, name="images")
    x = mlp.encode(images, width, depth, layer_config.PLAIN)
    code = to_code(x, code_dim, layer_config.PLAIN)
    reconstruction = mlp.decode(code, image_shape, width, depth, "reconstruction")
    scores = reconstruction_score(images, reconstruction, error)
    return keras.Model(images, scores, name="mlp_autoencoder")


def to_code(features, code_dim, config):
    """Returns the code of flat features: dense, `float32`, no activation."""
    x = config.wrap(keras.layers.Dense(code_dim))(features)
    return keras.layers.Activation("linear", dtype="float32", name="code")(x)


def reconstruction_score(images, reconstruction, error):
    """Returns the negative mean error of each image, shape `(batch,)`."""
    check(
        error in ERRORS,
        "`error` must be the name of a reconstruction error.",
        expected='"squared" or "absolute"',
        received=repr(error),
        do=suggest(error, list(ERRORS)),
    )
    errors = ERRORS[error](images - reconstruction)
    scores = -keras.ops.mean(errors, axis=tuple(range(1, len(images.shape))))
    return keras.layers.Activation("linear", dtype="float32", name="scores")(scores)
