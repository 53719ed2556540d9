"""Autoencoder discriminators: the score is the negative reconstruction error.

References: [Energy-based Generative Adversarial Network](
https://arxiv.org/abs/1609.03126); [BEGAN: Boundary Equilibrium Generative Adversarial
Networks](https://arxiv.org/abs/1703.10717).
"""

from collections.abc import Callable
from typing import Literal

import keras

from keras_gan.networks import dcgan, layer_config, mlp
from keras_gan.networks.layer_config import LayerConfig, Normalization
from keras_gan.networks.sizes import ImageShape, SampleShape
from keras_gan.typing import Model, Tensor
from keras_gan.validation import NonNegativeInt, PositiveInt, validated

ReconstructionError = Literal["squared", "absolute"]
"""Names of the reconstruction errors."""

ERRORS: dict[ReconstructionError, Callable[[Tensor], Tensor]] = {
    "squared": keras.ops.square,
    "absolute": keras.ops.abs,
}
"""Reconstruction errors per pixel and channel, by name."""

# Without normalization, DCGAN's N(0, 0.02) would shrink the signal at every layer.
HE_NORMAL = LayerConfig(initializer=keras.initializers.HeNormal)
"""Layers without normalization."""


@validated
def autoencoder_discriminator(
    image_shape: ImageShape,
    code_dim: PositiveInt = 64,
    width: PositiveInt = 64,
    error: ReconstructionError = "squared",
    normalization: Normalization | None = None,
) -> Model:
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
    config = layer_config.get(normalization, plain=HE_NORMAL)
    images = keras.Input(image_shape, name="images")
    x = dcgan.encode(images, width, config)
    code = to_code(keras.layers.Flatten()(x), code_dim, config)
    x = dcgan.decode(code, image_shape, width, config)
    tanh = keras.layers.Activation("tanh", dtype="float32", name="reconstruction")
    scores = reconstruction_score(images, tanh(x), error)
    return keras.Model(images, scores, name="autoencoder_discriminator")


@validated
def mlp_autoencoder(
    image_shape: SampleShape = (2,),
    code_dim: PositiveInt = 32,
    width: PositiveInt = 128,
    depth: NonNegativeInt = 2,
    error: ReconstructionError = "squared",
) -> Model:
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
        ValueError: If `image_shape` is not a shape, a count is out of range, or `error`
            is unknown.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.mlp_autoencoder().get_layer("code").output.shape
    (None, 32)
    """
    images = keras.Input(image_shape, name="images")
    x = mlp.encode(images, width, depth, layer_config.PLAIN)
    code = to_code(x, code_dim, layer_config.PLAIN)
    reconstruction = mlp.decode(code, image_shape, width, depth, "reconstruction")
    scores = reconstruction_score(images, reconstruction, error)
    return keras.Model(images, scores, name="mlp_autoencoder")


def to_code(features: Tensor, code_dim: int, config: LayerConfig) -> Tensor:
    """Returns the code of flat features: dense, `float32`, no activation."""
    x = config.wrap(keras.layers.Dense(code_dim))(features)
    return keras.layers.Activation("linear", dtype="float32", name="code")(x)


def reconstruction_score(
    images: Tensor, reconstruction: Tensor, error: ReconstructionError
) -> Tensor:
    """Returns the negative mean error of each image, shape `(batch,)`."""
    errors = ERRORS[error](images - reconstruction)
    scores = -keras.ops.mean(errors, axis=tuple(range(1, len(images.shape))))
    return keras.layers.Activation("linear", dtype="float32", name="scores")(scores)
