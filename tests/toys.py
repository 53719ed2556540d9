"""Small GANs, small data and a fresh Python, which the tests share."""

import contextlib
import dataclasses
import os
import pathlib
import re
import subprocess
import sys

import keras
import numpy as np

import keras_gan as kg

RATE = 0.1
"""Learning rate of `descend`."""

FACTS = r"(?s).*\n  Expected: .*\n  Received: .*\n  What to do: "
"""Pattern of an error of four facts."""


def facts(*words):
    """Returns a pattern for an error of four facts that says some words first."""
    return "(?s)" + ".*".join(words) + FACTS.removeprefix("(?s)")


def stated(*words):
    """Returns a pattern for an error of four facts with some words anywhere in it."""
    ahead = "".join(f"(?=.*{re.escape(word)})" for word in words)
    return "(?s)" + ahead + FACTS.removeprefix("(?s)")


def points(count=64, seed=0):
    """Returns points of the plane, `float32`, shape `(count, 2)`."""
    return np.random.default_rng(seed).normal(0.5, 0.3, (count, 2)).astype("float32")


def pictures(count=32, shape=(8, 8, 1), seed=0):
    """Returns images in [-1, 1], `float32`, shape `(count, *shape)`."""
    return np.random.default_rng(seed).uniform(-1, 1, (count, *shape)).astype("float32")


def dataset(count=64, batch_size=16, seed=0):
    """Returns points as a data set of full batches."""
    return kg.data.from_arrays(points(count), batch_size=batch_size, seed=seed)


def toy(**changes):
    """Returns a GAN of points; `changes` go to its constructor."""
    networks = {
        "generator": kg.networks.mlp_generator(width=8, depth=1),
        "discriminator": kg.networks.mlp_discriminator(width=8, depth=1),
    }
    return kg.GAN(**{**networks, "seed": 0, **changes})


def toy_dcgan(**changes):
    """Returns a GAN of 8x8 images with batch normalization."""
    networks = {
        "generator": kg.networks.dcgan_generator((8, 8, 1), latent_dim=4, width=4),
        "discriminator": kg.networks.dcgan_discriminator((8, 8, 1), width=4),
    }
    return kg.GAN(**{**networks, "seed": 0, **changes})


@kg.config.register
@dataclasses.dataclass(frozen=True)
class Recorded(kg.latents.Latents):
    """Normal latents that remember what was drawn, eagerly."""

    drawn: list = dataclasses.field(default_factory=list, compare=False)

    def draw(self, random, count, start=None):
        self.drawn.append(random.normal((count, self.dim), start))
        return self.drawn[-1]


def linear(**changes):
    """Returns a GAN whose networks are one dense layer each."""
    layers = keras.layers
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    return kg.GAN(generator, discriminator, seed=0, **changes)


def descend(gan, loss="non_saturating", **arguments):
    """Compiles a GAN for plain gradient descent, and returns it."""
    rates = [keras.optimizers.SGD(RATE) for _ in range(2)]
    gan.compile(*rates, loss=loss, **arguments)
    return gan


def sigmoid(scores):
    """Returns the logistic function of scores, in NumPy."""
    return 1.0 / (1.0 + np.exp(-scores))


def state(gan):
    """Returns everything that training changes, by name, as arrays."""
    variables = [*gan.weights, *gan.optimizer.variables]
    kept = {f"{i} {v.path}": np.asarray(v) for i, v in enumerate(variables)}
    return kept | {name: np.asarray(v) for name, v in gan.own_states.items()}


@contextlib.contextmanager
def precision(policy):
    """Makes networks of a precision, such as `"mixed_float16"`."""
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


def twins(make):
    """Returns two GANs with the same weights, each made by `make()`."""
    one, other = make(), make()
    other.set_weights(one.get_weights())
    return one, other


def run_python(code, **environment):
    """Runs code in a new Python that finds this package and these toys."""
    here = pathlib.Path(__file__).parent
    package = pathlib.Path(kg.__file__).parents[1]
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(package), str(here)]),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
