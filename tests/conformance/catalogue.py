"""Every public loss, latents, layer, network, metric and callback, once.

To add one: a line in its family below. The property tests beside this file loop over
all lines; `test_catalogue.py` fails while a public name is missing here.
"""

import dataclasses
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

import keras_gan as kg

BATCH = 6


@dataclasses.dataclass(frozen=True)
class Case:
    """How one public thing is made and run.

    Args:
        make: From nothing to the object.
        inputs: From nothing to arrays whose first axis is the batch.
        run: From the object and its inputs to a tensor whose first axis is the batch.
        whole: Whether it looks at the whole batch, so that a permuted batch need not
            give a permuted result.
    """

    make: Callable
    inputs: Callable
    run: Callable
    whole: bool = False


def arrays(*shapes, scale=1.0):
    """Returns a function that makes normal numbers of these shapes, for a batch."""

    def make():
        random = np.random.default_rng(0)
        return [
            scale * random.normal(size=(BATCH, *shape)).astype("float32")
            for shape in shapes
        ]

    return make


def loss(make):
    """Returns the case of an adversarial loss: both players' values side by side."""

    def run(loss, real, fake):
        values = loss.discriminator(real, fake), loss.generator(fake, real)
        return tf.stack(values, axis=1)

    return Case(make, arrays((), (), scale=3.0), run)


def prior(make):
    """Returns the case of latents: a draw."""

    def run(latents):
        return latents.draw(kg.random.Random(3), BATCH)

    return Case(make, arrays(), run)


def network(make, input_shape):
    """Returns the case of a network, in inference."""

    def made():
        keras.utils.set_random_seed(0)
        return make()

    def run(network, inputs):
        return network(inputs, training=False)

    return Case(made, arrays(input_shape), run)


def layer(make, input_shape, whole=False):
    """Returns the case of a layer, in training."""

    def made():
        keras.utils.set_random_seed(0)
        built = make()
        built.build((None, *input_shape))
        return built

    def run(layer, inputs):
        return layer(inputs, training=True)

    return Case(made, arrays(input_shape), run, whole)


LOSSES = {
    "Hinge": loss(kg.losses.Hinge),
    "LeastSquares": loss(lambda: kg.losses.LeastSquares(0.0, 1.0, 1.0)),
    "Minimax": loss(lambda: kg.losses.Minimax(real_target=0.9)),
    "NonSaturating": loss(lambda: kg.losses.NonSaturating(0.9, 0.1)),
}

LATENTS = {
    "Normal": prior(lambda: kg.latents.Normal(5)),
    "Sphere": prior(lambda: kg.latents.Sphere(5)),
    "Uniform": prior(lambda: kg.latents.Uniform(5)),
}

LAYERS = {
    "BatchNormalization": layer(
        lambda: kg.layers.BatchNormalization(epsilon=1e-4), (4, 3, 2), whole=True
    ),
    "Conv2D": layer(
        lambda: kg.layers.Conv2D(5, 4, 2, "same", use_bias=False), (8, 6, 3)
    ),
    "Conv2DTranspose": layer(
        lambda: kg.layers.Conv2DTranspose(3, 4, 2, "same", use_bias=False), (4, 3, 5)
    ),
}

NETWORKS = {
    "dcgan_discriminator": network(
        lambda: kg.networks.dcgan_discriminator((10, 8, 2), width=4), (10, 8, 2)
    ),
    "dcgan_generator": network(
        lambda: kg.networks.dcgan_generator((10, 8, 2), latent_dim=5, width=4), (5,)
    ),
    "mlp_discriminator": network(
        lambda: kg.networks.mlp_discriminator((3, 4, 2), width=8), (3, 4, 2)
    ),
    "mlp_generator": network(
        lambda: kg.networks.mlp_generator((3, 4, 2), latent_dim=5, width=8), (5,)
    ),
}

TENSORS = {
    f"{family}.{name}": case
    for family, cases in {
        "losses": LOSSES,
        "latents": LATENTS,
        "layers": LAYERS,
        "networks": NETWORKS,
    }.items()
    for name, case in cases.items()
}
"""All that runs on tensors."""


def toy_features():
    """Returns two features of an image, for metrics that cost nothing."""

    def shades(images):
        return np.stack([images.mean((1, 2, 3)), images.std((1, 2, 3))], axis=1)

    return kg.metrics.features.FunctionFeatures(shades, name="shades")


METRICS = {
    "FrechetDistance": lambda features: kg.metrics.FrechetDistance(features),
}
"""Metrics of samples, from a feature network."""

CALLBACKS = {
    "Curves": lambda folder, images: kg.callbacks.Curves(folder / "curves.png"),
    "Evaluation": lambda folder, images: kg.callbacks.Evaluation(
        kg.metrics.FrechetDistance(toy_features()), images, num_images=16
    ),
    "Progress": lambda folder, images: kg.callbacks.Progress(),
    "SampleGrid": lambda folder, images: kg.callbacks.SampleGrid(folder, num_images=4),
}
"""Callbacks, from a folder to write to and real images."""

BESIDE = {
    "losses.cross_entropy": "the formula of two losses",
    "losses.get": "resolves names",
    "latents.get": "resolves names",
    "metrics.Moments": "what a metric keeps: tests/metrics/test_moments.py",
    "metrics.fashion_mnist_classifier": "ships: tests/metrics/",
    "metrics.features": "feature networks: tests/metrics/test_features.py",
    "metrics.frechet_distance": "a formula: tests/metrics/test_frechet.py",
    "metrics.frechet_distance_of_moments": "a formula: tests/metrics/test_frechet.py",
    "metrics.get": "resolves names",
}
"""Public names that are no member of a family, and why."""
