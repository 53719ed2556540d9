"""Two replicas are one device with the same global batch, whatever the game is."""

import json

import pytest
from toys import run_python

CODE = """
import json
import os
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


def smooth():
    # Where an activation has a kink, a rounding moves a penalty on slopes by 1e-2.
    layers = [keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)]
    judge = keras.Sequential([keras.Input((2,)), *layers])
    return toys.toy(discriminator=judge, ema_momentum=0.5)


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


began = kg.losses.BEGAN(gamma=1.0, k_learning_rate=0.1)
matching = kg.penalties.FeatureMatching(weight=2.0)
CASES = {
    "began": (energetic, {"loss": began, "generator_penalties": [matching]}),
    "ada": (adaptive, {"loss": "hinge", "weight_clip": 0.5}),
    "lazy": (
        smooth,
        {
            "loss": "relativistic",
            "penalties": [
                kg.penalties.R1(1.0, interval=2),
                kg.penalties.DRAGAN(1.0, interval=2),
                kg.penalties.GradientPenalty(),
            ],
            "schedule": kg.schedules.AccuracyBalancedUpdates(accuracy_threshold=0.51),
        },
    ),
    "unrolled": (
        lambda: dense(normalization="spectral"),
        {
            "penalties": [kg.penalties.R2(0.1)],
            "unrolling": kg.Unrolling(2),
            "skip_discriminator_below": 1.386,
        },
    ),
    "batch statistics": (
        batched,
        {
            "penalties": [kg.penalties.R1(1.0, interval=2)],
            "unrolling": kg.Unrolling(1, 0.1),
        },
    ),
}


def train(case):
    make, arguments = CASES[case]
    toys.set_seed(0)
    gan = make()
    rates = [keras.optimizers.Adam(0.01, beta_1=0.5, epsilon=1e-3) for _ in range(2)]
    gan.compile(*rates, **arguments, jit_compile=False)
    images = len(gan.image_shape) == 3
    real = toys.pictures(24) if images else 3.0 * toys.points(24)
    data = kg.data.from_arrays(real, batch_size=8, seed=0)
    history = gan.fit(data, verbose=0).history
    return history, toys.state(gan)


strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
for case in os.environ["CASES"].split(", "):
    history, one = train(case)
    with strategy.scope():
        mirrored, other = train(case)
    assert len(one) == len(other) and set(history) == set(mirrored)
    logs = {name: abs(history[name][0] - mirrored[name][0]) for name in history}
    pairs = zip(one, one.values(), other.values(), strict=True)
    weights = {name: float(np.abs(a - b).max()) for name, a, b in pairs}
    print("RESULT", json.dumps([case, strategy.num_replicas_in_sync, logs | weights]))
"""


@pytest.mark.parametrize(
    "cases",
    [
        "lazy",
        pytest.param("began, ada", marks=pytest.mark.slow),
        pytest.param("unrolled, batch statistics", marks=pytest.mark.slow),
    ],
)
def test_two_replicas_are_one_device(cases):
    done = run_python(CODE, CASES=cases)
    results = [
        json.loads(line.removeprefix("RESULT"))
        for line in done.stdout.splitlines()
        if line.startswith("RESULT")
    ]
    assert len(results) == len(cases.split(", ")), done.stderr[-2000:]
    for case, replicas, differences in results:
        assert replicas == 2
        # Where D normalizes over replicas, a lazy penalty looks at every batch.
        lenient = "moving_" if case == "batch statistics" else "nothing"
        for name, difference in differences.items():
            assert difference < 1e-5 or lenient in name, (case, name)
