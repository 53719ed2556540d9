"""Two replicas are one device with the same global batch, whatever the game is."""

import json

import pytest
from toys import run_python

CODE = """
import json, sys
import keras
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)

import keras_gan as kg
import toys


def dense(**arguments):
    discriminator = kg.networks.mlp_discriminator(width=8, depth=1, **arguments)
    return toys.toy(discriminator=discriminator, ema_momentum=0.5)


def energetic():
    network = kg.networks.mlp_autoencoder(code_dim=3, width=8, depth=1)
    return toys.toy(discriminator=network)


def adaptive():
    shape = (8, 8, 1)
    return toys.toy(
        generator=kg.networks.mlp_generator(shape, width=8, depth=1),
        discriminator=kg.networks.mlp_discriminator(shape, width=8, depth=1),
        augment=kg.augment.ADA(target=-0.9, horizon=30),
    )


def batched():
    layers = keras.layers
    body = [layers.Dense(8), kg.layers.BatchNormalization(), layers.LeakyReLU()]
    judge = keras.Sequential([keras.Input((2,)), *body, layers.Dense(1)])
    return toys.toy(discriminator=judge)


began = kg.losses.BEGAN(gamma=1.0, rate=0.1)
matching = kg.penalties.FeatureMatching(weight=2.0)
CASES = {
    "began": (energetic, {"loss": began, "generator_penalties": [matching]}),
    "ada": (adaptive, {"loss": "hinge", "weight_clip": 0.5}),
    "lazy": (
        dense,
        {
            "penalties": [kg.penalties.R1(1.0, interval=2)],
            "schedule": kg.schedules.ByWinner(caught=0.51),
        },
    ),
    "slopes": (
        dense,
        {
            "penalties": [kg.penalties.GradientPenalty(), kg.penalties.DRAGAN()],
            "loss": "relativistic",
        },
    ),
    "lazy batch mean": (
        dense, {"penalties": [kg.penalties.DRAGAN(1.0, interval=2)]}
    ),
    "unrolled": (
        lambda: dense(normalization="spectral"),
        {
            "penalties": [kg.penalties.R2(0.1)],
            "unrolling": kg.Unrolling(2),
            "skip_discriminator_below": 1.386,
        },
    ),
    "batch statistics": (batched, {"unrolling": kg.Unrolling(1, 0.1)}),
}


def train(case):
    make, arguments = CASES[case]
    keras.utils.set_random_seed(0)
    gan = make()
    rates = [keras.optimizers.Adam(0.01, beta_1=0.5, epsilon=1e-3) for _ in range(2)]
    gan.compile(*rates, **arguments, jit_compile=False)
    images = len(gan.image_shape) == 3
    real = toys.pictures(24) if images else 3.0 * toys.points(24)
    data = kg.data.from_arrays(real, batch_size=8, seed=0)
    history = gan.fit(data, verbose=0).history
    return history, toys.state(gan)


def largest(one, other):
    return max(np.abs(np.asarray(a) - b).max() for a, b in zip(one, other) if np.size(a))


case = sys.argv[1] if len(sys.argv) > 1 else {case!r}
history, weights = train(case)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    histories, mirrored = train(case)
logs = {name: [history[name][0], histories[name][0]] for name in history}
names = [name for name in weights if "seed_generator" not in name]
off = {name: float(np.abs(weights[name] - mirrored[other]).max())
       for name, other in zip(weights, mirrored, strict=True)}
print("RESULT", json.dumps([strategy.num_replicas_in_sync, logs, off]))
"""
