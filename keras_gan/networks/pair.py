"""Two networks that are to play together: do they fit, and a copy of one."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import check, user_error
from keras_gan.game import pack_inputs
from keras_gan.networks.growing import growth
from keras_gan.networks.inputs import check_label_input, takes_labels
from keras_gan.networks.scaling import averaged
from keras_gan.random import Random

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
"""How Keras prints in bold."""


def check_network(network, player):
    """Makes sure that a player is a network of Keras."""
    check(
        isinstance(network, keras.Model),
        f"The {player} is not a Keras network.",
        expected="a keras.Model: functional, Sequential or subclassed",
        received=repr(network),
        do="Call the function that builds it, e.g. "
        f"{player}=kg.networks.dcgan_{player}((64, 64, 3)).",
    )


def infer_latent_dim(generator):
    """Returns the numbers in a generator's latent vector; None if it is not built."""
    check_network(generator, "generator")
    try:
        shape = generator.input_shape
    except AttributeError:  # a subclassed or Sequential network that was never called
        return None
    check_label_input(generator, "generator")
    labeled = isinstance(shape, list) and len(shape) == 2 and takes_labels(generator)
    first = shape[0] if labeled else shape
    check(
        isinstance(first, tuple) and len(first) == 2,
        "The generator does not take latents.",
        expected="an input of shape (batch, latent_dim), alone or before labels",
        received=f"input shape {shape}",
        do="Give it keras.Input((latent_dim,)), and reshape inside. Labels come "
        "second, by keras.Input((), dtype='int32').",
    )
    return first[-1]


def check_pair(generator, discriminator, latents, labels):
    """Builds both networks, makes sure that they fit, and returns the images' shapes.

    Args:
        generator: Keras network.
        discriminator: Keras network.
        latents: A `kg.latents.Latents`.
        labels: What `keras_gan.networks.labels.infer_labels` returned.

    Returns:
        List of the shapes of one image, of one scale or of several, the finest last.

    Raises:
        ValueError: If one cannot eat what the other makes, or the discriminator ends in
            a sigmoid.
    """
    check_network(discriminator, "discriminator")
    check(
        generator is not discriminator,
        "Generator and discriminator are the same network.",
        expected="two networks with weights of their own",
        received=f"{generator.name} twice",
        do="Build two networks.",
    )
    drawn, classes = latents.draw(Random(0), 2), labels.draw(Random(0), 2)
    images = call_network(generator, drawn, classes, "generator", "latents")
    what = "the generator's images"
    scores = call_network(discriminator, images, classes, "discriminator", what)
    check(
        tuple(scores.shape) in [(2,), (2, 1)],
        "The discriminator does not return one score for each image.",
        expected="scores of shape (batch,) or (batch, 1)",
        received=f"shape {('batch', *scores.shape[1:])}",
        do="End the discriminator with a layer that makes one number of an image.",
    )
    check(
        not ends_in_sigmoid(discriminator),
        "The discriminator ends in a sigmoid.",
        expected="scores without bound, high for real: the losses take their sigmoid",
        received=f"a sigmoid at the end of {discriminator.name}",
        do="Leave the sigmoid out of the last layer, e.g. keras.layers.Dense(1).",
    )
    scales = [tuple(scale.shape[1:]) for scale in tf.nest.flatten(images)]
    check_scales(scales)
    return scales


def check_scales(scales):
    """Makes sure that images of every scale are averages of those of the last.

    Args:
        scales: Shapes of one image, of one scale or of several.

    Raises:
        ValueError: If the last is not the finest, or one does not divide it.
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
        "The generator's scales are not made of one image by averaging.",
        expected="sides that divide those of the last, the finest; as many channels",
        received=", ".join(map(str, scales)),
        do="Return the images from coarse to fine, each size a multiple of the others.",
    )


def highest_resolution(images):
    """Returns the images of the finest scale, which users see, of one or several."""
    return tf.nest.flatten(images)[-1]


def growth_stages(*networks):
    """Returns the stages that networks have grown to; those that do not grow have 0."""
    return tuple(growth(network).stage for network in networks)


def match_resolution(generator, real, scales):
    """Returns real images as they look beside the generator's.

    A generator of several scales faces them at every scale, averaged over squares of
    pixels; one that grows faces them as its present stage would make them.

    Args:
        generator: Keras network.
        real: Images, shape `(batch, *image_shape)`.
        scales: Shapes of its images, one or several, the finest last.
    """
    real = growth(generator).match(real)
    if len(scales) == 1:
        return real
    height, width, _ = scales[-1]
    factors = [(height // rows, width // columns) for rows, columns, _ in scales]
    return [averaged(real, factor) for factor in factors]


def check_energy(scores):
    """Makes sure that scores are minus an energy: none is above 0.

    Raises:
        ValueError: If one is.
    """
    scores = np.asarray(scores)
    check(
        float(scores.max()) <= 0.0,
        "This loss takes scores for minus an energy, which is never below 0.",
        expected="scores of 0 or less, such as minus an autoencoder's error",
        received=f"a score of {scores.max():.4g}",
        do="Use kg.networks.autoencoder_discriminator(image_shape) or another network "
        "that ends so.",
    )


def call_network(network, inputs, labels, player, what):
    """Returns a network's outputs, or an error that names both shapes."""
    try:
        return network(pack_inputs(inputs, labels), training=False)
    except Exception as error:
        wanted = getattr(network, "input_shape", "that its layers take")
        shapes = [("batch", *one.shape[1:]) for one in tf.nest.flatten(inputs)]
        shape = shapes if len(shapes) > 1 else shapes[0]
        raise user_error(
            f"The {player} cannot take {what}: the networks do not fit together.",
            expected=f"inputs of shape {wanted}",
            received=f"inputs of shape {shape} ({first_line(error)})",
            do="Give both networks the same image_shape, and the generator latents of "
            "its own dimension.",
        ) from error


def first_line(error):
    """Returns what an error says first, without what Keras puts around it."""
    lines = [
        line.replace(BOLD, "").replace(PLAIN, "") for line in str(error).split("\n")
    ]
    said = [line for line in lines if line and "Exception encountered" not in line]
    return said[0] if said else type(error).__name__


def ends_in_sigmoid(network):
    """Tells whether the last layer that computes applies a sigmoid."""
    for layer in reversed(network.layers):
        if isinstance(layer, keras.Model):
            return ends_in_sigmoid(layer)
        activation = getattr(layer, "activation", None)
        if layer.weights or activation not in (None, keras.activations.linear):
            return activation is keras.activations.sigmoid
    return False


def copy_network(network, latents, labels):
    """Returns an untrainable copy of a generator, of the same weights.

    Raises:
        ValueError: If the network is subclassed and cannot be made from its config.
    """
    try:
        copy = type(network).from_config(network.get_config())
        drawn = latents.draw(Random(0), 2), labels.draw(Random(0), 2)
        copy(pack_inputs(*drawn), training=False)
        copy.set_weights([np.asarray(weight) for weight in network.get_weights()])
    except Exception as error:
        raise user_error(
            "The generator cannot be copied for averaging.",
            expected="a network whose from_config(get_config()) makes one like it",
            received=f"{type(network).__name__} ({error})",
            do="Write get_config in your network, or pass ema_momentum=None.",
        ) from error
    copy.trainable = False
    copy.name = f"ema_{network.name}"
    return copy
