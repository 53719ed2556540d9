"""Any choice works beside any other: every pair of them trains, or is refused.

The fast suite trains the rows of a pairwise array, eagerly: that takes a third of the
time of a graph, which is traced for two steps only. `-m slow` trains whole products as
graphs, and samples of the whole space under XLA and in half precision.
"""

import contextlib
import gc
import itertools

import keras
import numpy as np
import pytest
from pairwise import Space
from toys import FACTS, pictures, precision, state

import keras_gan as kg
from keras_gan.penalties import (
    DRAGAN,
    R1,
    R2,
    FeatureMatching,
    GradientPenalty,
    ModeSeeking,
    PullingAway,
)

SMALL, SHAPE = (8, 8, 1), (16, 16, 1)
"""Images of dense networks, and the smallest whose DCGAN normalizes a layer of D."""

FACTORS = {
    "loss": {**{name: name for name in kg.losses.NAMES}, "none": None},
    "penalty": {
        "none": [],
        "GradientPenalty": [GradientPenalty()],
        "lazy GradientPenalty": [GradientPenalty(interval=2)],
        "R1": [R1()],
        "lazy R1": [R1(interval=2)],
        "R2": [R2()],
        "DRAGAN": [DRAGAN()],
    },
    "generator_penalty": {
        "none": lambda layer: [],
        "FeatureMatching": lambda layer: [FeatureMatching(layer=layer)],
        "PullingAway": lambda layer: [PullingAway(layer=layer)],
        "ModeSeeking": lambda layer: [ModeSeeking()],
    },
    "schedule": {
        "EveryStep": {},
        "SkipDiscriminator": {"skip_discriminator_below": 2.0},
        "AccuracyBalancedUpdates": {
            "schedule": kg.schedules.AccuracyBalancedUpdates(accuracy_threshold=0.51)
        },
        "two steps of D": {"discriminator_steps": 2},
    },
    "unrolling": {
        "none": None,
        "two of SGD": kg.Unrolling(2, learning_rate=0.01),
        "one of Adam": kg.Unrolling(1),
    },
    "clip": {"none": None, "0.5": 0.5},
    "augment": {
        "none": None,
        "DiffAugment": kg.augment.DiffAugment(),
        "ADA": kg.augment.ADA(target=-0.9, horizon=20),  # p is 0.4 after a step
    },
    "normalization": {
        name: name for name in (None, *kg.networks.layer_config.LAYER_CONFIGS)
    },
    "average": {"none": None, "0.5": 0.5},
    "labels": {"none": False, "some": True},
}
"""Every choice by its name."""

IMPOSSIBLE = [
    {("penalty", "GradientPenalty"), ("normalization", "batch")},
    {("penalty", "lazy GradientPenalty"), ("normalization", "batch")},
    {("loss", "none"), ("generator_penalty", "none")},
]
"""Pairs that are refused."""

ENERGY = tuple(kg.losses.energy.NAMES)
DIFFERENCES = ("hinge", "relativistic", "wasserstein")
"""Losses of differences of scores, hinge between its margins: D's bias is free."""

DOUBTFUL = ("R1", "lazy R1", "R2", "DRAGAN")
PLAYERS = ("generator", "discriminator")


SPACE = Space(FACTORS, IMPOSSIBLE)
ROWS = SPACE.pairwise()


def rows_of(rows):
    """Makes a test one of each row; its id names what is chosen."""
    ids = [
        ", ".join(str(one) for one in row.values() if one not in ("none", None))
        for row in rows
    ]
    return pytest.mark.parametrize("row", rows, ids=ids)


def test_every_pair_of_choices_stands_in_a_row():
    count = 0
    for one, other in itertools.combinations(FACTORS, 2):
        seen = {(row[one], row[other]) for row in ROWS}
        refused = sum({one, other} == {name for name, _ in p} for p in IMPOSSIBLE)
        count += len(seen)
        assert len(seen) == len(FACTORS[one]) * len(FACTORS[other]) - refused
    sizes = [len(levels) for levels in FACTORS.values()]
    everything = (sum(sizes) ** 2 - sum(size**2 for size in sizes)) // 2
    assert count == everything - len(IMPOSSIBLE)
    assert all(list(row) == list(FACTORS) and SPACE.possible(row) for row in ROWS)
    assert len(ROWS) <= 75  # 63 pairs of a loss and a penalty are the least


def players(row, dense):
    """Returns both networks of a row, and the layer of D that its penalties look at."""
    networks, energy = kg.networks, row["loss"] in ENERGY
    layer, code = ("code", {"code_dim": 8}) if energy else (None, {})
    normalization = FACTORS["normalization"][row["normalization"]]
    if dense or normalization is None:  # dense ones take less time
        generator = networks.mlp_generator(SMALL, 4, width=8, depth=1)
        make = networks.mlp_autoencoder if energy else networks.mlp_discriminator
        return generator, make(SMALL, **code, width=8, depth=1), layer
    make = networks.dcgan_discriminator
    if energy:
        make = networks.autoencoder_discriminator
    judge = make(SHAPE, **code, width=4, normalization=normalization)
    return networks.dcgan_generator(SHAPE, latent_dim=4, width=4), judge, layer


def made(row, dense=False, **arguments):
    """Returns the GAN of a row, compiled."""
    chosen = {factor: FACTORS[factor][one] for factor, one in row.items()}
    generator, discriminator, layer = players(row, dense)
    gan = kg.GAN(
        generator,
        discriminator,
        ema_momentum=chosen["average"],
        augment=chosen["augment"],
        seed=0,
    )
    gan.compile(
        loss=chosen["loss"],
        penalties=chosen["penalty"],
        generator_penalties=chosen["generator_penalty"](layer),
        unrolling=chosen["unrolling"],
        weight_clip=chosen["clip"],
        **chosen["schedule"],
        **arguments,
    )
    return gan


def doubted():
    """Returns a context in which there has to be the warning of a doubtful pair."""
    return pytest.warns(UserWarning, match="depends on the whole batch")


def train(row, **arguments):
    """Trains two steps of a row.

    Returns:
        The GAN, the logs of each step, and the weights of both players before, between
        and after.
    """
    doubtful = row["normalization"] == "batch" and row["penalty"] in DOUBTFUL
    with doubted() if doubtful else contextlib.nullcontext():
        gan = made(row, **arguments)
    seen = []

    def look(*_):
        players = {name: getattr(gan, name).trainable_variables for name in PLAYERS}
        seen.append({name: [w.numpy() for w in ws] for name, ws in players.items()})

    history = (labelled if row["labels"] == "some" else plain)(gan, look)
    return gan, history, seen


def images_of(gan):
    """Returns a batch."""
    return pictures(8, gan.image_shape)


def plain(gan, look):
    """Trains two steps, and looks before and after each; returns their logs."""
    logs = []
    for _ in range(2):
        look()
        gan.reset_metrics()
        logs.append(gan.train_on_batch(images_of(gan), return_dict=True))
    look()
    return {name: [one[name] for one in logs] for name in logs[0]}


def labelled(gan, look):
    """Does the same by `fit`, which says that the labels are not used."""
    watching = keras.callbacks.LambdaCallback(on_train_begin=look, on_epoch_end=look)
    data = {"x": images_of(gan), "y": np.arange(8), "batch_size": 8}
    with pytest.warns(UserWarning, match="the networks take none"):
        fitted = gan.fit(**data, epochs=2, verbose=0, callbacks=[watching])
    return fitted.history


def assert_sound(row, gan, history, seen):
    """Asserts what holds in every row: finite numbers, bounds, a moving state."""
    for name, values in {**history, **state(gan)}.items():
        assert np.isfinite(np.asarray(values, "float64")).all(), name
    if row["clip"] != "none":
        for weight in gan.discriminator.trainable_variables:
            assert np.abs(weight).max() <= 0.5, weight.path
    steps = zip(seen[-2]["generator"], seen[-1]["generator"], strict=True)
    averaged = zip(gan.ema_generator.weights, gan.generator.weights, strict=True)
    if row["average"] != "none" and any((one != other).any() for one, other in steps):
        assert any((one.numpy() != other.numpy()).any() for one, other in averaged)
    if row["augment"] == "ADA":
        assert float(gan.extra_variables["augment_augment_probability"]) > 0.0


def learned(player, history, step):
    """Tells whether a player was to learn in a step, by the logs."""
    if player == "discriminator" and "discriminator_skipped" in history:
        return not history["discriminator_skipped"][step]
    return bool(history.get(f"{player}_learns", [1, 1])[step])


def assert_who_learned_moved(row, gan, history, seen):
    """Asserts that every weight of who learned moved, and none of who did not.

    A weight that was clipped in all its numbers may stay at the bound, and the bias of
    D's scores where it is added to both sides of a difference.
    """
    assert len(seen) == 3
    free = {"discriminator": (1,) if row["loss"] in DIFFERENCES else None}
    for step, (before, after) in enumerate(itertools.pairwise(seen)):
        for player in PLAYERS:
            pairs = zip(before[player], after[player], strict=True)
            moved = [(one != other).any() for one, other in pairs]
            bound = [
                (np.abs(one) == 0.5).all() or one.shape == free.get(player)
                for one in before[player]
            ]
            if learned(player, history, step):
                assert np.logical_or(moved, bound).all(), (step, player)
                assert any(moved), (step, player)
            else:
                assert not any(moved), (step, player)


@rows_of(ROWS)
def test_every_pair_trains(row):
    trained = train(row, run_eagerly=True)
    assert_sound(row, *trained)
    assert_who_learned_moved(row, *trained)


@pytest.mark.parametrize("penalty", ["GradientPenalty", "lazy GradientPenalty"])
def test_the_gradient_penalty_beside_batch_normalization_is_refused(penalty):
    row = ROWS[0] | {"penalty": penalty, "normalization": "batch"}
    row |= {"loss": "wasserstein"}
    with pytest.raises(ValueError, match=FACTS) as refused:
        made(row)
    assert "gradient of one image's score depends on the batch" in str(refused.value)


def test_no_loss_and_no_penalty_of_the_generator_is_refused():
    row = SPACE.product()[0] | {"loss": "none"}
    with pytest.raises(ValueError, match=FACTS) as refused:
        made(row)
    assert "`loss=None` requires `generator_penalties`" in str(refused.value)


@pytest.fixture(scope="module")
def frozen():
    """Leaves what is imported out of garbage collections, which then take less time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def forgotten(frozen):
    """Frees the graphs of a test, of which thousands would fill the memory."""
    yield
    keras.utils.clear_session()  # collects garbage, too


@pytest.mark.slow
@pytest.mark.usefixtures("forgotten")
@rows_of(SPACE.product("loss", "penalty", "generator_penalty", "augment", "unrolling"))
def test_the_whole_product_trains_as_a_graph(row):
    trained = train(row, dense=True, jit_compile=False)
    assert_sound(row, *trained)
    assert_who_learned_moved(row, *trained)


@pytest.mark.slow
@pytest.mark.usefixtures("forgotten")
@rows_of(SPACE.sample(30, seed=1))
def test_a_sample_trains_under_xla(row):
    trained = train(row, jit_compile=True)
    assert_sound(row, *trained)
    assert_who_learned_moved(row, *trained)


@pytest.mark.slow
@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@rows_of(SPACE.sample(15, seed=2))
def test_a_sample_trains_in_half_precision(row, policy):
    with precision(policy):
        gan, history, seen = train(row, jit_compile=False)
    assert_sound(row, gan, history, seen)
    for player in PLAYERS:
        optimizer = getattr(gan, f"{player}_optimizer")
        scale = getattr(optimizer, "dynamic_scale", None)
        overflowed = scale is not None and float(scale) < 2.0**15
        pairs = zip(seen[0][player], seen[-1][player], strict=True)
        moved = any((one != other).any() for one, other in pairs)
        waited = not any(learned(player, history, step) for step in range(2))
        assert moved or overflowed or waited, player
        assert {weight.dtype for weight in getattr(gan, player).weights} == {"float32"}
