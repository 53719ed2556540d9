"""Validation of a generator and a discriminator together, and copies of a network."""

import functools
from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from keras_gan.errors import check, user_error
from keras_gan.game import pack_inputs
from keras_gan.networks.growing import growth
from keras_gan.networks.inputs import (
    LatentDistribution,
    Role,
    check_label_input,
    has_auxiliary_outputs,
    may_take_labels,
    takes_labels,
)
from keras_gan.networks.labels import LabelFormat
from keras_gan.networks.scaling import average_pool
from keras_gan.random import Random
from keras_gan.typing import Model, Shape, Tensor, TensorLike

BOLD, RESET = "\x1b[1m", "\x1b[0m"
"""Escape codes in Keras's error messages."""

SIGMOIDS = (
    keras.activations.sigmoid,
    keras.activations.hard_sigmoid,
    keras.ops.sigmoid,
    keras.ops.hard_sigmoid,
    tf.sigmoid,
)
"""Activations whose values are in [0, 1]."""

SHAPE_OPERATIONS = ("Reshape", "Squeeze", "ExpandDims", "GetItem", "Cast", "Identity")
"""Operations of `keras.ops` that leave the values as they are."""


def check_network(network: object, role: Role) -> None:
    """Raises an error if this is not a Keras model.

    Args:
        network: Value of the argument.
        role: `"generator"` or `"discriminator"`.
    """
    check(
        isinstance(network, keras.Model),
        f"`{role}` must be a Keras model.",
        expected="a keras.Model: functional, Sequential or subclassed",
        received=repr(network),
        do="Call the function that builds it, e.g. "
        f"{role}=kg.networks.dcgan_{role}((64, 64, 3)).",
    )


def infer_latent_dim(generator: Model) -> int | None:
    """Returns the dimension of a generator's latents; None if it is not built.

    Raises:
        ValueError: If the input is not of shape `(batch, latent_dim)`.
    """
    check_network(generator, "generator")
    try:
        shape = generator.input_shape
    except AttributeError:  # a subclassed or Sequential network that was never called
        return None
    check_label_input(generator, "generator")
    conditional = (
        isinstance(shape, list) and len(shape) == 2 and takes_labels(generator)
    )
    latent_shape = shape[0] if conditional else shape
    check(
        isinstance(latent_shape, tuple) and len(latent_shape) == 2,
        "`generator` does not take latents of shape (batch, latent_dim).",
        expected="an input of shape (batch, latent_dim), alone or before labels",
        received=f"input shape {shape}",
        do="Use keras.Input((latent_dim,)), and reshape inside the network. Labels are "
        "the second input, keras.Input((), dtype='int32').",
    )
    return latent_shape[-1]


def check_pair(
    generator: Model,
    discriminator: Model,
    latents: LatentDistribution,
    labels: LabelFormat,
) -> list[Shape]:
    """Builds both networks, validates their shapes and returns the image shapes.

    Args:
        generator: Keras network.
        discriminator: Keras network.
        latents: A `kg.latents.Latents`.
        labels: `Labels` or `Unlabeled` of `keras_gan.networks.labels`.

    Returns:
        List of the shapes of one image, one for each resolution, the highest last.

    Raises:
        ValueError: If the generator's output shape does not match the discriminator's
            input shape, or the discriminator ends in a sigmoid.
    """
    check_network(discriminator, "discriminator")
    check(
        generator is not discriminator,
        "`generator` and `discriminator` must not be the same network.",
        expected="two networks with separate weights",
        received=f"{generator.name} twice",
        do="Build two networks.",
    )
    # Two samples: with one, a shape of (1,) could be (batch,) or a single feature.
    latent_batch, label_batch = latents.draw(Random(0), 2), labels.draw(Random(0), 2)
    images = call_network(generator, latent_batch, label_batch, "generator", "latents")
    inputs = label_batch if may_take_labels(discriminator) else ()
    outputs = call_network(
        discriminator, images, inputs, "discriminator", "the generator's images"
    )
    scores = tf.nest.flatten(outputs)[0]
    check(
        tuple(scores.shape) in [(2,), (2, 1)],
        "`discriminator` must return one score for each image.",
        expected="scores of shape (batch,) or (batch, 1), the first of several outputs",
        received=f"shape {('batch', *scores.shape[1:])}",
        do="End the discriminator with a layer of one unit, e.g. "
        "keras.layers.Dense(1).",
    )
    check(
        not ends_in_sigmoid(discriminator),
        "`discriminator` must return logits, but it ends in a sigmoid.",
        expected="unbounded scores, high for real: the losses apply the sigmoid",
        received=f"a sigmoid at the end of {discriminator.name}",
        do="Remove the sigmoid from the last layer, e.g. keras.layers.Dense(1).",
    )
    scales = [tuple(scale.shape[1:]) for scale in tf.nest.flatten(images)]
    check_scales(scales)
    return scales


def check_scales(scales: list[Shape]) -> None:
    """Raises an error if a resolution is not the last one, reduced by an integer.

    Args:
        scales: Shapes of one image, one for each resolution.

    Raises:
        ValueError: If the last is not the highest, or one does not divide it.
    """
    last = scales[-1]
    check(
        len(scales) == 1
        or all(
            len(shape) == 3
            and shape[2] == last[2]
            and all(side % part == 0 for side, part in zip(last, shape, strict=True))
            for shape in scales
        ),
        "`generator` must return images whose sizes divide that of the last one.",
        expected="sides that divide those of the last, the largest; the same channels",
        received=", ".join(map(str, scales)),
        do="Return the images from the smallest to the largest, each size a multiple "
        "of the others.",
    )


def highest_resolution(images: Tensor | Sequence[Tensor]) -> Tensor:
    """Returns the images of the highest resolution, from a tensor or a list."""
    return tf.nest.flatten(images)[-1]


def growth_stages(*networks: Model) -> tuple[int, ...]:
    """Returns the active stage of each network; 0 for networks that do not grow."""
    return tuple(growth(network).stage for network in networks)


def match_resolution(
    generator: Model, real: Tensor, scales: list[Shape]
) -> Tensor | list[Tensor]:
    """Returns real images at the resolutions of the generator's images.

    For a generator of several resolutions, a list of average-pooled images; for one
    that grows progressively, images at the resolution of its active stage.

    Args:
        generator: Keras network.
        real: Images, shape `(batch, *image_shape)`.
        scales: Shapes of the generator's images, the highest resolution last.
    """
    real = growth(generator).match_resolution(real)
    if len(scales) == 1:
        return real
    height, width, _ = scales[-1]
    factors = [(height // rows, width // columns) for rows, columns, _ in scales]
    return [average_pool(real, factor) for factor in factors]


def resolution_matcher(
    generator: Model, scales: list[Shape]
) -> Callable[[Tensor], Tensor | list[Tensor]]:
    """Returns `match_resolution` as a function of real images alone.

    For a network of one resolution that does not grow it is the identity.
    """
    if len(scales) == 1 and growth(generator).num_stages == 1:
        return tf.identity
    return functools.partial(match_resolution, generator, scales=scales)


def check_energy(scores: TensorLike) -> None:
    """Raises an error if scores are not the negative of a non-negative energy.

    Raises:
        ValueError: If a score is above 0.
    """
    scores = np.asarray(scores)
    check(
        float(scores.max()) <= 0.0,
        "`discriminator` must return minus an energy, at most 0, for this loss.",
        expected="scores of 0 or less, such as an autoencoder's negative error",
        received=f"a score of {scores.max():.4g}",
        do="Use kg.networks.autoencoder_discriminator(image_shape) or another network "
        "with such scores.",
    )


def call_network(
    network: Model,
    inputs: Tensor | list[Tensor],
    labels: tuple[Tensor, ...],
    role: Role,
    input_name: str,
) -> Tensor | list[Tensor]:
    """Returns a network's outputs in inference mode, or raises an error with shapes.

    Args:
        network: Keras network.
        inputs: Tensor, or list of images of several resolutions.
        labels: Tuple of the label inputs.
        role: `"generator"` or `"discriminator"`.
        input_name: Name of the inputs in the error message.

    Raises:
        ValueError: If the network fails; the message has both shapes and the cause.
    """
    try:
        return network(pack_inputs(inputs, labels), training=False)
    except Exception as error:
        expected = getattr(network, "input_shape", "of its layers")
        shapes = [("batch", *tensor.shape[1:]) for tensor in tf.nest.flatten(inputs)]
        received = shapes if len(shapes) > 1 else shapes[0]
        raise user_error(
            f"`{role}` cannot take {input_name}: the shapes do not match.",
            expected=f"inputs of shape {expected}",
            received=f"inputs of shape {received} ({first_line(error)})",
            do="Build both networks with the same image_shape, and pass latents of the "
            "generator's latent_dim.",
        ) from error


def first_line(error: Exception) -> str:
    """Returns the first line of an error's message, without Keras's header."""
    lines = [
        line.replace(BOLD, "").replace(RESET, "") for line in str(error).split("\n")
    ]
    # Keras puts "Exception encountered when calling ..." above the original message.
    messages = [line for line in lines if line and "Exception encountered" not in line]
    return messages[0] if messages else type(error).__name__


def ends_in_sigmoid(network: Model) -> bool:
    """Returns whether the last layer with weights or an activation is a sigmoid.

    So is a functional network that ends in `keras.ops.sigmoid`.
    """
    if has_auxiliary_outputs(network):
        network = keras.Model(network.inputs, network.outputs[0])  # scores alone
    for layer in reversed(getattr(network, "operations", network.layers)):
        if isinstance(layer, keras.Model):
            return ends_in_sigmoid(layer)
        if isinstance(layer, keras.layers.Rescaling):
            return False
        if not isinstance(layer, keras.layers.Layer):  # an operation of `keras.ops`
            if type(layer).__name__ in SHAPE_OPERATIONS:
                continue
            return type(layer).__name__ in ("Sigmoid", "HardSigmoid")
        activation = getattr(layer, "activation", None)
        if layer.weights or activation not in (None, keras.activations.linear):
            return activation in SIGMOIDS
    return False


def copy_network(
    network: Model, latents: LatentDistribution, labels: LabelFormat
) -> Model:
    """Returns a non-trainable copy of a generator with the same weights.

    Args:
        network: Keras network.
        latents: A `kg.latents.Latents`.
        labels: `Labels` or `Unlabeled` of `keras_gan.networks.labels`.

    Raises:
        ValueError: If the network cannot be created from its config.
    """
    try:
        # Not `clone_model`, which does not support subclassed networks.
        copy = type(network).from_config(network.get_config())
        batch = latents.draw(Random(0), 2), labels.draw(Random(0), 2)
        copy(pack_inputs(*batch), training=False)  # builds a subclassed network
        copy.set_weights([np.asarray(weight) for weight in network.get_weights()])
    except Exception as error:
        raise user_error(
            "`generator` cannot be copied for `ema_momentum`.",
            expected="a network that from_config(get_config()) recreates",
            received=f"{type(network).__name__} ({error})",
            do="Implement get_config in the network, or pass ema_momentum=None.",
        ) from error
    copy.trainable = False
    copy.name = f"ema_{network.name}"
    return copy
