"""Every option changes the output: each public argument, at two values.

Two GANs of the same weights train two steps on the same data; whatever the argument is
of, it has to show in what training leaves behind.
"""

import dataclasses
import functools
import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RATE, pictures, points, set_seed, state

import keras_gan as kg

BATCH = 8


def judge(*ends):
    """Returns a discriminator of points whose layers have names."""
    dense = keras.layers.Dense
    return keras.Sequential(
        [
            keras.Input((2,)),
            dense(8, "leaky_relu", name="first"),
            dense(8, "leaky_relu", name="second"),
            *ends,
            dense(1),
        ]
    )


def play(data=None, discriminator=judge, width=8, constructor=None, **arguments):
    """Returns what two steps of training leave behind, by name.

    Args:
        data: Samples of a batch; None: points of the plane.
        discriminator: From nothing to the network.
        width: Of the generator.
        constructor: Further arguments of the GAN.
        **arguments: What `compile` is given beside plain gradient descent.
    """
    set_seed(0)
    data = points(BATCH) if data is None else data
    shape, constructor = data.shape[1:], constructor or {}
    generator = kg.networks.mlp_generator(shape, width=width, depth=1)
    gan = kg.GAN(generator, discriminator(), **{"seed": 0, **constructor})
    for player in ("generator_optimizer", "discriminator_optimizer"):
        arguments.setdefault(player, keras.optimizers.SGD(RATE))
    gan.compile(run_eagerly=True, **arguments)
    for _ in range(2):
        gan.train_on_batch(data)
    return state(gan)


def autoencoder():
    """Returns a discriminator of points for losses of an energy."""
    return kg.networks.mlp_autoencoder(code_dim=3, width=8, depth=1)


def with_loss(loss):
    """Returns what a loss leaves behind."""
    if loss.is_energy:
        return play(loss=loss, discriminator=autoencoder)
    matching = [kg.penalties.FeatureMatching()]
    return play(loss=loss, generator_penalties=matching)


def of_discriminator(penalty):
    """Returns what a penalty on D leaves behind."""
    return play(penalties=[penalty])


def of_generator(penalty):
    """Returns what a penalty on G leaves behind."""
    return play(generator_penalties=[penalty])


def with_augmentation(augment):
    """Returns what an augmentation leaves behind."""
    judge = functools.partial(kg.networks.mlp_discriminator, (8, 8, 1), 8, 1)
    return play(pictures(BATCH), discriminator=judge, constructor={"augment": augment})


def with_schedule(schedule):
    """Returns what a schedule leaves behind."""
    return play(schedule=schedule)


def with_unrolling(unrolling):
    """Returns what imagined steps leave behind."""
    return play(unrolling=unrolling)


def drawn(latents):
    """Returns what is drawn of latents."""
    return {"drawn": latents.draw(kg.random.Random(0), BATCH).numpy()}


def made_of(layer):
    """Returns what a layer makes of features, in training."""
    features = points(2 * BATCH).reshape(BATCH, 4)
    set_seed(0)
    return {"made": layer(tf.constant(features), training=True).numpy()}


VALUES = {
    "losses.BEGAN": {"gamma": (0.5, 1.0), "k_learning_rate": (0.5, 1.0)},
    "losses.NoGeneratorLoss": {"real_target": (1.0, 0.9), "fake_target": (0.0, 0.1)},
    "losses.EnergyMargin": {"margin": (0.01, 2.0)},
    "losses.LeastSquares": {
        "fake_target": (-1.0, -2.0),
        "real_target": (1.0, 2.0),
        "generator_target": (0.0, 0.5),
    },
    "losses.Minimax": {"real_target": (1.0, 0.9), "fake_target": (0.0, 0.1)},
    "losses.NonSaturating": {"real_target": (1.0, 0.9), "fake_target": (0.0, 0.1)},
    "penalties.DRAGAN": {"weight": (1.0, 2.0), "interval": (1, 2)},
    "penalties.Drift": {"weight": (1.0, 2.0), "interval": (1, 2)},
    "penalties.FeatureMatching": {
        "layer": (None, "first"),
        "weight": (1.0, 2.0),
        "interval": (1, 2),
    },
    "penalties.GradientPenalty": {"weight": (1.0, 2.0), "interval": (1, 2)},
    "penalties.ModeSeeking": {"weight": (1.0, 2.0), "interval": (1, 2)},
    "penalties.OrthogonalRegularization": {"weight": (1.0, 2.0), "interval": (1, 2)},
    "penalties.PullingAway": {
        "layer": (None, "first"),
        "weight": (1.0, 2.0),
        "interval": (1, 2),
    },
    "penalties.R1": {"weight": (1.0, 2.0), "interval": (1, 2)},
    "penalties.R2": {"weight": (1.0, 2.0), "interval": (1, 2)},
    "augment.ADA": {"target": (-0.9, 0.9), "horizon": (20, 40), "limit": (0.8, 0.1)},
    "augment.DiffAugment": {
        "color": (1.0, 0.0),
        "translation": (0.25, 0.0),
        "cutout": (0.5, 0.0),
    },
    "schedules.AccuracyBalancedUpdates": {"accuracy_threshold": (0.5, 1.0)},
    "schedules.SkipDiscriminator": {"threshold": (0.1, 5.0)},
    "latents.Normal": {"dim": (3, 4)},
    "latents.Sphere": {"dim": (3, 4)},
    "latents.Uniform": {"dim": (3, 4)},
    "Unrolling": {"steps": (1, 2), "learning_rate": (None, 2 * RATE)},
    "layers.MinibatchDiscrimination": {"num_kernels": (3, 4), "kernel_dim": (2, 3)},
    "layers.MinibatchStddev": {"group_size": (2, 4)},
    "layers.SpectralNormalization": {"power_iterations": (1, 3)},
}
"""Two values of every field."""

OTHERS = {"layers.SpectralNormalization": {"layer": keras.layers.Dense(3)}}
"""What is needed besides those fields."""

OUTCOMES = {
    "losses": with_loss,
    "penalties": of_discriminator,
    "penalties.FeatureMatching": of_generator,
    "penalties.ModeSeeking": of_generator,
    "penalties.OrthogonalRegularization": of_generator,
    "penalties.PullingAway": of_generator,
    "augment": with_augmentation,
    "schedules": with_schedule,
    "latents": drawn,
    "layers": made_of,
    "Unrolling": with_unrolling,
}
"""What an object leaves behind, by its name or its family's."""

FIELDS = [(name, field) for name, fields in VALUES.items() for field in fields]


def differ(one, other):
    """Tells whether two outcomes differ in a number that counts, or in a shape."""
    arrays = list(zip(one.values(), other.values(), strict=False))
    shapes = len(one) != len(other) or any(a.shape != b.shape for a, b in arrays)
    return shapes or any(np.abs(a - b).max() > 1e-6 for a, b in arrays if a.size)


def outcome(name, **fields):
    """Returns what an object leaves behind, whose other fields have the first value."""
    kind = functools.reduce(getattr, name.split("."), kg)
    first = {field: values[0] for field, values in VALUES[name].items()}
    leaves = OUTCOMES.get(name) or OUTCOMES[name.split(".")[0]]
    return leaves(kind(**OTHERS.get(name, {}), **(first | fields)))


first_outcome = functools.cache(outcome)
"""Returns what an object leaves behind, all of whose fields have the first value."""


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_every_field_changes_the_outcome(name, field):
    one, other = first_outcome(name), outcome(name, **{field: VALUES[name][field][1]})
    assert all(np.isfinite(array).all() for array in [*one.values(), *other.values()])
    assert differ(one, other)


def test_the_same_value_gives_the_same_outcome():
    for name in ("penalties.GradientPenalty", "losses.BEGAN", "augment.ADA"):
        assert not differ(outcome(name), outcome(name))


def concrete(module):
    """Returns the public classes of a module that can be made, by name."""
    return {
        name: kind
        for name, kind in vars(module).items()
        if inspect.isclass(kind)
        and not inspect.isabstract(kind)
        and issubclass(kind, kg.config.Configurable)
        and kind.__module__.startswith(f"{module.__name__.rpartition('.')[0]}.")
        and dataclasses.is_dataclass(kind)
    }


@pytest.mark.parametrize(
    "family", ["losses", "penalties", "augment", "schedules", "latents"]
)
def test_no_field_is_left_out(family):
    kinds = concrete(getattr(kg, family))
    assert len(kinds) >= 3
    for name, kind in kinds.items():
        fields = {field.name for field in dataclasses.fields(kind)}
        assert fields == set(VALUES.get(f"{family}.{name}", {})), name


@pytest.mark.parametrize(
    "name", ["Unrolling", *(name for name in VALUES if name.startswith("layers."))]
)
def test_no_argument_of_a_layer_is_left_out(name):
    kind = functools.reduce(getattr, name.split("."), kg)
    takes = set(inspect.signature(kind).parameters) - {"kwargs", "layer"}
    assert takes == set(VALUES[name])


def sgd(rate):
    """Returns a function that makes plain gradient descent."""
    return lambda: keras.optimizers.SGD(rate)


COMPILE = {
    "generator_optimizer": (sgd(0.1), sgd(0.2)),
    "discriminator_optimizer": (sgd(0.1), sgd(0.2)),
    "loss": ("non_saturating", "hinge"),
    "penalties": ([], [kg.penalties.R1()]),
    "generator_penalties": ([], [kg.penalties.ModeSeeking()]),
    "discriminator_steps": (1, 2),
    "weight_clip": (None, 0.1),
    "unrolling": (None, kg.Unrolling(1)),
    "skip_discriminator_below": (None, 5.0),
    "schedule": (None, kg.schedules.AccuracyBalancedUpdates()),
}
"""Two values of every argument of `compile`; what is called makes the value."""

COMPUTED = {
    "metrics": "is told, not learned from: tests/test_gan_compile.py",
    "run_eagerly": "changes nothing but time: tests/test_gan.py",
    "steps_per_execution": "changes nothing but time: tests/test_gan.py",
    "jit_compile": "changes nothing but time: tests/test_gan.py",
    "auto_scale_loss": "in half precision only: below",
}
"""Arguments of `compile` that are to change no weight, and why."""


def value_of(choice):
    """Returns a value, made if it is a function that makes it."""
    return choice() if inspect.isfunction(choice) else choice


@pytest.mark.parametrize("argument", COMPILE)
def test_every_argument_of_compile_changes_the_outcome(argument):
    choices = COMPILE[argument]
    one, other = (play(**{argument: value_of(choice)}) for choice in choices)
    assert differ(one, other)


CONSTRUCTOR = {
    "generator": (8, 9),
    "discriminator": (judge, lambda: judge(keras.layers.ReLU())),
    "latents": ("normal", "sphere"),
    "ema_momentum": (0.5, 0.9),
    "augment": (None, kg.augment.DiffAugment()),
    "seed": (0, 1),
}
"""Two values of every argument of the GAN; of the generator its width."""


@pytest.mark.parametrize("argument", CONSTRUCTOR)
def test_every_argument_of_a_gan_changes_the_outcome(argument):
    plays = {
        "generator": lambda value: play(width=value),
        "discriminator": lambda value: play(discriminator=value),
        "augment": with_augmentation,
    }
    leaves = plays.get(argument, lambda value: play(constructor={argument: value}))
    one, other = map(leaves, CONSTRUCTOR[argument])
    assert differ(one, other)


def test_no_argument_of_a_gan_is_left_out():
    takes = set(inspect.signature(kg.GAN.compile).parameters) - {"self", "kwargs"}
    assert takes == set(COMPILE) | set(COMPUTED)
    takes = set(inspect.signature(kg.GAN.__init__).parameters) - {"self", "kwargs"}
    assert takes == set(CONSTRUCTOR) | {"class_names"}  # see test_gan_labels.py
