"""Small GANs, small data and helpers that the tests share."""

import contextlib
import dataclasses
import functools
import os
import pathlib
import random
import re
import subprocess
import sys

import keras
import numpy as np
import tensorflow as tf

import keras_gan as kg

RATE = 0.1
"""Learning rate of the optimizers that `descend` compiles."""

FACTS = r"(?s).*\n  Expected: .*\n  Received: .*\n  What to do: "
"""Pattern of an error message with its four facts."""


def has_keras(major, minor):
    """Returns whether Keras is of this version or later."""
    return tuple(map(int, keras.__version__.split(".")[:2])) >= (major, minor)


def facts(*words):
    """Returns a pattern of an error message that begins with words, in this order."""
    return "(?s)" + ".*".join(words) + FACTS.removeprefix("(?s)")


def stated(*words):
    """Returns a pattern of an error message that contains words anywhere."""
    ahead = "".join(f"(?=.*{re.escape(word)})" for word in words)
    return "(?s)" + ahead + FACTS.removeprefix("(?s)")


def set_seed(seed):
    """Determines initial weights and drawn seeds, as `keras.utils.set_random_seed`.

    TensorFlow's own seed, from which nothing here draws, stays: to set it empties the
    cache of TensorFlow's kernels, after which eager steps take half as long again.
    """
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002


def points(count=64, seed=0):
    """Returns normal 2D points, `float32`, shape `(count, 2)`."""
    return np.random.default_rng(seed).normal(0.5, 0.3, (count, 2)).astype("float32")


def pictures(count=32, shape=(8, 8, 1), seed=0):
    """Returns uniform noise images in [-1, 1], `float32`, shape `(count, *shape)`."""
    return np.random.default_rng(seed).uniform(-1, 1, (count, *shape)).astype("float32")


def dataset(count=64, batch_size=16, seed=0):
    """Returns a dataset of 2D points in full batches."""
    return kg.data.from_arrays(points(count), batch_size=batch_size, seed=seed)


def toy(**changes):
    """Returns a GAN of 2D points; `changes` go to its constructor."""
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
    """Normal latents that record the samples drawn eagerly."""

    drawn: list = dataclasses.field(default_factory=list, compare=False)

    def draw(self, random, count, start=None):
        self.drawn.append(random.normal((count, self.dim), start))
        return self.drawn[-1]


@dataclasses.dataclass(frozen=True)
class RecordingRandom(kg.random.Random):
    """Random numbers that record what is drawn eagerly, from forks too, in order.

    With it a test knows the numbers drawn without the names of the streams.
    """

    draws: list = dataclasses.field(default_factory=list, compare=False)

    def recorded(self, random):
        return RecordingRandom(random.key, random.start, self.draws)

    def fork(self, name, number=0):
        return self.recorded(super().fork(name, number))

    def with_start(self, start):
        return self.recorded(super().with_start(start))

    def uniform(self, *args, **kwargs):
        self.draws.append(super().uniform(*args, **kwargs))
        return self.draws[-1]

    def normal(self, *args, **kwargs):
        plain = kg.random.Random(self.key, self.start)  # whose uniform numbers are none
        self.draws.append(plain.normal(*args, **kwargs))
        return self.draws[-1]


def linear(**changes):
    """Returns a GAN whose networks are one dense layer each."""
    layers = keras.layers
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    return kg.GAN(generator, discriminator, seed=0, **changes)


def descend(gan, loss="non_saturating", **arguments):
    """Compiles a GAN with SGD optimizers, to train eagerly, and returns it.

    A few eager steps of small networks take less time than the trace of a graph.
    """
    arguments.setdefault("run_eagerly", "jit_compile" not in arguments)
    optimizers = [keras.optimizers.SGD(RATE) for _ in range(2)]
    gan.compile(*optimizers, loss=loss, **arguments)
    return gan


def sigmoid(scores):
    """Returns the logistic function of scores, in NumPy."""
    return 1.0 / (1.0 + np.exp(-scores))


def state(gan):
    """Returns the full training state, a dictionary from names to arrays."""
    variables = [*gan.weights, *gan.optimizer.variables]
    arrays = {f"{i} {v.path}": np.asarray(v) for i, v in enumerate(variables)}
    return arrays | {name: np.asarray(v) for name, v in gan.extra_variables.items()}


@contextlib.contextmanager
def precision(policy):
    """Sets Keras's dtype policy, such as `"mixed_float16"`, within a block."""
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


def twins(make):
    """Returns two GANs built by `make()`, with the same weights."""
    gan, twin = make(), make()
    twin.set_weights(gan.get_weights())
    return gan, twin


@functools.cache
def two_replicas():
    """Returns a strategy of two replicas, on the two devices of `conftest.py`.

    It is one for the whole process: those of TensorFlow count their collective
    operations from the same number, and meet those of each other.
    """
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def parts_of(strategy, batch):
    """Returns a batch as a part for each of two replicas."""
    return strategy.experimental_distribute_values_from_function(
        lambda context: tf.split(batch, 2)[context.replica_id_in_sync_group]
    )


def run_python(code, **environment):
    """Runs code in a new Python process that can import this package and module."""
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
