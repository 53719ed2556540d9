"""Validation of the networks of a GAN beyond their shapes."""

import math

import keras
import tensorflow as tf

from keras_gan.errors import check
from keras_gan.latents import Latents
from keras_gan.layers.shapes import check_channels_last
from keras_gan.saved_files.limits import check_limit
from keras_gan.typing import Model, Shape

MAX_CHANNELS = 4
"""Largest number of channels of an image: a larger last side is a width."""


def shared_variables(network: Model, other: Model) -> list[str]:
    """Returns the paths of the variables that two networks have in common.

    They are those of a layer in both, at any depth, weights or random states.
    """
    known = {id(variable) for variable in other.variables}
    return [one.path for one in network.variables if id(one) in known]


def check_latents(latents: Latents, dim: int | None) -> None:
    """Raises an error if latents do not fit the generator, before one is drawn.

    Args:
        latents: Their distribution.
        dim: Dimension of the generator's input, or None if it is unknown.

    Raises:
        ValueError: If so.
    """
    check(
        dim is None or latents.dim == dim,
        "`generator` cannot take latents: the shapes do not match.",
        expected=f"latents of dimension {dim}, as the input of the generator",
        received=f"latents={latents!r}",
        do="Build both networks with the same image_shape, and pass latents of the "
        "generator's latent_dim.",
    )


def check_layer_outputs(network: Model) -> None:
    """Raises an error if a layer of a network from a file has a gigantic output.

    It is called before the network is. Layers whose shapes are not known are left out.

    Args:
        network: Functional or Sequential network.

    Raises:
        ValueError: If so.
    """
    for layer in getattr(network, "layers", ()):
        if isinstance(layer, keras.Model):
            check_layer_outputs(layer)
        try:
            outputs = tf.nest.flatten(layer.output)
        except (AttributeError, ValueError):  # called several times, or never
            continue
        for output in outputs:
            sides = [side for side in output.shape[1:] if side is not None]
            what = f"The layer {layer.name} of {network.name} has a gigantic output."
            check_limit(math.prod(sides), "MAX_VALUES", what, "values for one sample")


def check_separate(generator: Model, discriminator: Model) -> None:
    """Raises an error if a variable belongs to both networks.

    Training one network would change the other, and a saved GAN could not be loaded:
    each network has its own layers there.
    """
    shared = shared_variables(generator, discriminator)
    check(
        not shared,
        "`generator` and `discriminator` share variables.",
        expected="two networks with separate layers; layers without variables, such as "
        "activations, may be in both",
        received=f"{len(shared)} variables in both: {', '.join(shared[:3])}",
        do="Create one layer for each network, e.g. two keras.layers.Embedding.",
    )


def check_copy(generator: Model, copy: Model) -> None:
    """Raises an error if the averaged generator has variables of the generator.

    Args:
        generator: The generator.
        copy: Its copy, from its config.
    """
    shared = shared_variables(generator, copy)
    check(
        not shared,
        "`generator` cannot be copied for `ema_momentum`: its config has its own "
        "layers.",
        expected="a network whose from_config(get_config()) has new layers",
        received=f"a copy with the same variables: {', '.join(shared[:3])}",
        do="Serialize layers in get_config, e.g. by keras.saving."
        "serialize_keras_object, or pass ema_momentum=None.",
    )


def check_data_format(*networks: Model) -> None:
    """Raises an error if Keras's setting makes layers of images channels-first.

    Args:
        *networks: The generator and the discriminator.

    Raises:
        RuntimeError: If so.
    """
    if data_formats(*networks):
        check_channels_last()


def check_images(image_shape: Shape, *networks: Model) -> None:
    """Raises an error if images have their channels first.

    Args:
        image_shape: Shape of one image, or of a point.
        *networks: The generator and the discriminator.

    Raises:
        ValueError: If so.
        RuntimeError: If Keras is set to that.
    """
    if len(image_shape) == 3:
        check_channels_last()
    formats = data_formats(*networks)
    first = [name for name, value in formats.items() if value == "channels_first"]
    few_first = len(image_shape) == 3 and image_shape[0] <= MAX_CHANNELS
    check(
        not (first and few_first) or image_shape[-1] <= MAX_CHANNELS,
        "The networks are of images in the format channels_first.",
        expected="images of shape (height, width, channels), as from kg.data",
        received=f"shape {image_shape}, and layers with "
        f"data_format='channels_first': {', '.join(first[:3])}",
        do="Build the networks with data_format='channels_last', and move the "
        "channels of the data to the end: np.moveaxis(images, 1, -1).",
    )


def data_formats(*networks: Model) -> dict[str, str]:
    """Returns the data format of each layer of images, at any depth, by name.

    `Flatten` has one, too, and takes points.
    """
    layers = [layer for network in networks for layer in network._flatten_layers()]
    return {
        layer.name: layer.data_format
        for layer in layers
        if isinstance(getattr(layer, "data_format", None), str)
        and not isinstance(layer, keras.layers.Flatten)
    }
