"""Multilayer perceptrons, for points in the plane and small images."""

import math
from typing import Literal

import keras

from keras_gan.errors import check
from keras_gan.networks import layer_config
from keras_gan.networks.layer_config import LayerConfig
from keras_gan.networks.sizes import SampleShape
from keras_gan.typing import Model, Tensor
from keras_gan.validation import NonNegativeInt, Positive, PositiveInt, validated


@validated
def mlp_generator(
    image_shape: SampleShape = (2,),
    latent_dim: PositiveInt = 2,
    width: PositiveInt = 128,
    depth: NonNegativeInt = 2,
    data_std: Positive | None = None,
) -> Model:
    """Returns a generator of dense layers, from latents to samples.

    Dense layers with ReLU, and a last one without. Images are bounded to [-1, 1] by
    tanh; points (a shape of one number) are unbounded. With `data_std`, points are
    `data_std * (latents + f(latents))`, with leaky ReLU (0.2) in the dense layers f:
    before training the samples cover the region of the data.

    Args:
        image_shape: Shape of one sample: `(2,)` for points in the plane, or `(height,
            width, channels)`.
        latent_dim: Dimension of a latent vector.
        width: Units of each hidden layer.
        depth: Number of hidden layers, 0 or more.
        data_std: Standard deviation of the data, for points; None: no residual
            connection from the latents.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If `image_shape` is not a shape, a number is out of range, or
            `data_std` is given and `image_shape` is not `(latent_dim,)`.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.mlp_generator().output_shape
    (None, 2)
    """
    latents = keras.Input((latent_dim,), name="latents")
    if data_std is None:
        images = decode(latents, image_shape, width, depth, "images")
    else:
        images = residual_points(latents, image_shape, width, depth, data_std)
    return keras.Model(latents, images, name="mlp_generator")


@validated
def mlp_discriminator(
    image_shape: SampleShape = (2,),
    width: PositiveInt = 128,
    depth: NonNegativeInt = 2,
    normalization: Literal["layer", "spectral"] | None = None,
) -> Model:
    """Returns a discriminator of dense layers with leaky ReLU (0.2).

    Args:
        image_shape: Shape of one sample: `(2,)` for points in the plane, or `(height,
            width, channels)`.
        width: Units of each hidden layer.
        depth: Number of hidden layers, 0 or more.
        normalization: None; `"layer"`, over the units of each hidden layer; or
            `"spectral"`, which sets the spectral norm of every kernel to 1.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If `image_shape` is not a shape, a number is out of range, or the
            normalization is unknown.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.mlp_discriminator((28, 28, 1), normalization="layer").output_shape
    (None,)
    """
    config = layer_config.get(normalization)
    images = keras.Input(image_shape, name="images")
    x = encode(images, width, depth, config)
    x = config.wrap(keras.layers.Dense(1))(x)
    scores = keras.layers.Reshape((), dtype="float32", name="scores")(x)
    return keras.Model(images, scores, name="mlp_discriminator")


def decode(
    latents: Tensor, image_shape: SampleShape, width: int, depth: int, name: str
) -> Tensor:
    """Returns samples from latents: images in [-1, 1], or unbounded points.

    Args:
        latents: Shape `(batch, latent_dim)`.
        image_shape: Shape of one sample.
        width: Units of each hidden layer.
        depth: Number of hidden layers.
        name: Name of the last layer.
    """
    x = latents
    for _ in range(depth):
        x = keras.layers.Dense(width, "relu")(x)
    x = keras.layers.Dense(math.prod(image_shape))(x)
    x = keras.layers.Reshape(image_shape)(x)
    activation = "tanh" if len(image_shape) == 3 else "linear"
    return keras.layers.Activation(activation, dtype="float32", name=name)(x)


def residual_points(
    latents: Tensor, image_shape: SampleShape, width: int, depth: int, data_std: float
) -> Tensor:
    """Returns the points `data_std * (latents + f(latents))`.

    Args:
        latents: Shape `(batch, latent_dim)`.
        image_shape: `(latent_dim,)`.
        width: Units of each hidden layer of f.
        depth: Number of hidden layers of f.
        data_std: Standard deviation of the data.

    Raises:
        ValueError: If `image_shape` is not `(latent_dim,)`.
    """
    check(
        image_shape == latents.shape[1:],
        "`data_std` requires latents of the shape of the samples.",
        expected=f"image_shape=({latents.shape[-1]},), the same as latent_dim",
        received=f"image_shape={image_shape}",
        do="Pass latent_dim equal to the dimension of a point, or data_std=None.",
    )
    x = latents
    for _ in range(depth):
        x = keras.layers.LeakyReLU(0.2)(keras.layers.Dense(width)(x))
    x = keras.layers.Add()([latents, keras.layers.Dense(image_shape[0])(x)])
    return keras.layers.Rescaling(data_std, dtype="float32", name="images")(x)


def encode(images: Tensor, width: int, depth: int, config: LayerConfig) -> Tensor:
    """Returns the features of the last hidden layer, shape `(batch, width)`.

    Args:
        images: Shape `(batch, *image_shape)`.
        width: Units of each hidden layer.
        depth: Number of hidden layers.
        config: `LayerConfig` of the normalization.
    """
    x = keras.layers.Flatten()(images)
    for _ in range(depth):
        x = config.wrap(keras.layers.Dense(width))(x)
        x = config.normalize(x)
        x = keras.layers.LeakyReLU(0.2)(x)
    return x
