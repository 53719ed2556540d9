"""Dense networks: for points in the plane, where a GAN can be watched in seconds."""

import math

import keras

from keras_gan.config import check
from keras_gan.networks import layer_config
from keras_gan.networks.sizes import check_counts, check_sample_shape


def mlp_generator(image_shape=(2,), latent_dim=2, width=128, depth=2, data_std=None):
    """Returns a generator of dense layers with ReLU.

    Images end in tanh, in [-1, 1]; points (a shape of one number) have no bound. With a
    `data_std`, points are `data_std * (latents + f(latents))`: the layers f learn how far a
    point is to move, and before training all of the data is covered.

    Args:
        image_shape: Shape of one sample: `(2,)` for points in the plane, or `(height,
            width, channels)`.
        latent_dim: Numbers in a latent vector.
        width: Units of each hidden layer.
        depth: Hidden layers.
        data_std: Standard deviation of the data, for points; None: no path past the
            layers.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *image_shape)`.

    Raises:
        ValueError: If this is no shape or a count is below 1; if a data_std is given,
            and a latent vector is not of the sample's shape.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.mlp_generator().output_shape
    (None, 2)
    """
    check_sample_shape(image_shape)
    check_counts(latent_dim=latent_dim, width=width)
    latents = keras.Input((latent_dim,), name="latents")
    if data_std is None:
        images = upward(latents, image_shape, width, depth, "images")
    else:
        images = displaced(latents, image_shape, width, depth, data_std)
    return keras.Model(latents, images, name="mlp_generator")


def mlp_discriminator(image_shape=(2,), width=128, depth=2, normalization=None):
    """Returns a discriminator of dense layers with leaky ReLU (0.2).

    Args:
        image_shape: Shape of one sample: `(2,)` for points in the plane, or `(height,
            width, channels)`.
        width: Units of each hidden layer.
        depth: Hidden layers.
        normalization: None; `"layer"`, of each hidden layer over one sample alone; or
            `"spectral"`, which gives every layer a kernel of spectral norm 1.

    Returns:
        A `keras.Model` from `(batch, *image_shape)` to `(batch,)`.

    Raises:
        ValueError: If this is no shape, the width is below 1, or there is no
            normalization of this name.

    Example:
    >>> import keras_gan as kg
    >>> kg.networks.mlp_discriminator((28, 28, 1), normalization="layer").output_shape
    (None,)
    """
    check_sample_shape(image_shape)
    check_counts(width=width)
    style = layer_config.get(normalization, ("layer", "spectral"))
    images = keras.Input(image_shape, name="images")
    x = downward(images, width, depth, style)
    x = style.wrap(keras.layers.Dense(1))(x)
    scores = keras.layers.Reshape((), dtype="float32", name="scores")(x)
    return keras.Model(images, scores, name="mlp_discriminator")


def upward(latents, image_shape, width, depth, name):
    """Makes samples of latents; images are in [-1, 1], points have no bound."""
    x = latents
    for _ in range(depth):
        x = keras.layers.Dense(width, "relu")(x)
    x = keras.layers.Dense(int(math.prod(image_shape)))(x)
    x = keras.layers.Reshape(image_shape)(x)
    bound = "tanh" if len(image_shape) == 3 else "linear"
    return keras.layers.Activation(bound, dtype="float32", name=name)(x)


def displaced(latents, image_shape, width, depth, data_std):
    """Makes points of latents by moving them, as wide as the data from the start."""
    check(
        tuple(image_shape) == tuple(latents.shape[1:]),
        "A generator with a data_std moves its latents, which must be of the samples' "
        "shape.",
        expected=f"image_shape=({latents.shape[-1]},), as latent_dim says",
        received=f"image_shape={tuple(image_shape)}",
        do="Pass latent_dim of the sample's numbers, or data_std=None.",
    )
    x = latents
    for _ in range(depth):
        x = keras.layers.LeakyReLU(0.2)(keras.layers.Dense(width)(x))
    x = keras.layers.Add()([latents, keras.layers.Dense(int(image_shape[0]))(x)])
    return keras.layers.Rescaling(data_std, dtype="float32", name="images")(x)


def downward(images, width, depth, style):
    """Makes the features of the last hidden layer of samples."""
    x = keras.layers.Flatten()(images)
    for _ in range(depth):
        x = style.wrap(keras.layers.Dense(width))(x)
        x = style.normalize(x)
        x = keras.layers.LeakyReLU(0.2)(x)
    return x
