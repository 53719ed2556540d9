import dataclasses
import typing

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RecordingRandom, descend, facts, linear, points, set_seed, toy

import keras_gan as kg
from keras_gan import penalties
from keras_gan.penalties.gradients import gradient_norm

WAYS = {
    "eager": lambda function: function,
    "graph": tf.function,
    "xla": lambda function: tf.function(function, jit_compile=True),
}
SLOPES = (
    penalties.GradientPenalty(3.0),
    penalties.R1(4.0),
    penalties.R2(5.0),
    penalties.DRAGAN(6.0),
)
INNER = (
    penalties.FeatureMatching(weight=2.0),
    penalties.FeatureMatching(layer="hidden", weight=3.0),
    penalties.PullingAway(weight=2.0),
    penalties.ModeSeeking(weight=2.0),
)
RANDOM = RecordingRandom(4)


def doubles(*shape, seed=0):
    """Returns normal numbers of double precision."""
    return tf.constant(np.random.default_rng(seed).normal(size=shape))


def judge(*layers, dim=2):
    """Returns a small smooth discriminator of double precision."""
    layers = layers or (
        keras.layers.Dense(3, "tanh", dtype="float64", name="hidden"),
        keras.layers.Dense(3, "tanh", dtype="float64", name="features"),
        keras.layers.Dense(1, dtype="float64", name="last"),
    )
    return keras.Sequential([keras.Input((dim,), dtype="float64"), *layers])


def bound(network, shape=(5, 2)):
    """Returns a game of doubles that this discriminator sees."""
    return kg.Game(
        score=kg.game.Score(network),
        real=doubles(*shape, seed=1),
        fake=doubles(*shape, seed=2),
        latents=doubles(shape[0], 3, seed=3),
        random=RANDOM,
    )


def drawn_by(penalty, game):
    """Returns the random numbers that a penalty draws."""
    RANDOM.draws.clear()
    penalty(game)
    (drawn,) = RANDOM.draws
    return drawn.numpy().astype("float64")


def slopes_of(value, tape, network):
    """Returns the gradient of a value at each weight of a network."""
    weights = [weight.value for weight in network.trainable_variables]
    return tape.gradient(
        value, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )


@pytest.mark.parametrize("way", WAYS)
def test_slopes_are_penalized_by_their_formulas(way):
    dense = keras.layers.Dense(1, dtype="float64")
    flat = judge(dense)
    dense.kernel.assign([[0.3], [-1.2]])
    length = np.hypot(0.3, 1.2)

    def bowl(images, training):
        """Scores by half the squared length: its slope is the image."""
        return tf.reduce_sum(tf.square(images), axis=(1, 2, 3)) / 2

    straight, curved = bound(flat), bound(bowl, (5, 2, 2, 3))
    both = WAYS[way](lambda: [[one(g) for one in SLOPES] for g in (straight, curved)])
    made = [[value.numpy() for value in values] for values in both()]
    once = [
        3.0 * (length - 1.0) ** 2,
        4.0 / 2 * length**2,
        5.0 / 2 * length**2,
        6.0 * (length - 1.0) ** 2,
    ]
    for value, expected in zip(made[0], once, strict=True):
        np.testing.assert_allclose(value, np.full(5, expected), rtol=1e-12)
    real, fake = curved.real.numpy(), curved.fake.numpy()
    u = drawn_by(SLOPES[0], curved).reshape(5, 1, 1, 1)
    noise = drawn_by(SLOPES[3], curved)
    assert noise.shape == real.shape
    norms = [
        np.sqrt((images**2).sum((1, 2, 3)))
        for images in (
            u * real + (1 - u) * fake,
            real,
            fake,
            real + 0.5 * real.std() * noise,
        )
    ]
    each = [
        3.0 * (norms[0] - 1.0) ** 2,
        4.0 / 2 * norms[1] ** 2,
        5.0 / 2 * norms[2] ** 2,
        6.0 * (norms[3] - 1.0) ** 2,
    ]
    for value, expected in zip(made[1], each, strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_gradients_are_those_of_differences():
    network, step = judge(), 1e-6
    game, weights = bound(network), network.trainable_variables
    terms = [*SLOPES, *INNER[:3]]

    def values():
        return tf.stack([tf.reduce_mean(one(game)) for one in terms])

    @WAYS["xla"]
    def jacobian():
        with tf.GradientTape(persistent=True) as tape:
            each = tf.unstack(values())
        made = [slopes_of(value, tape, network) for value in each]
        return [tf.concat([tf.reshape(g, (-1,)) for g in one], 0) for one in made]

    made = np.stack([one.numpy() for one in jacobian()], axis=1)
    evaluate, slopes = tf.function(values), []
    for weight in weights:
        start = weight.numpy()
        for place in np.ndindex(start.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = start.copy()
                moved[place] += sign * step
                weight.assign(moved)
                ends.append(evaluate().numpy())
            weight.assign(start)
            slopes.append((ends[0] - ends[1]) / (2 * step))
    np.testing.assert_allclose(made, slopes, rtol=1e-6, atol=1e-8)
    assert (np.abs(made).max(axis=0) > 1e-3).all()


@pytest.mark.parametrize("penalty", SLOPES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_flat_discriminator_gives_finite_slopes(penalty, dtype):
    dense = [keras.layers.Dense(n, dtype=dtype) for n in (3, 1)]
    network = keras.Sequential([keras.Input((2,), dtype=dtype), *dense])
    dense[1].kernel.assign(np.zeros((3, 1)))
    game = bound(network)
    game = game.replace(real=tf.cast(game.real, dtype), fake=tf.cast(game.fake, dtype))
    with tf.GradientTape() as tape:
        values = penalty(game)
    gradients = slopes_of(values, tape, network)
    holds = isinstance(penalty, penalties.GradientPenalty | penalties.DRAGAN)
    np.testing.assert_array_equal(values, np.full(5, penalty.weight * holds))
    assert all(np.isfinite(one).all() for one in gradients)


@pytest.mark.parametrize("way", WAYS)
def test_the_norm_has_the_slope_zero_at_zero(way):
    @WAYS[way]
    def measured(values):
        with tf.GradientTape() as tape:
            tape.watch(values)
            norms = gradient_norm(values)
        return norms, tape.gradient(norms, values)

    norms, slopes = measured(tf.constant([[3.0, 4.0], [0.0, 0.0], [1e-30, 0.0]]))
    assert norms.numpy().tolist() == [5.0, 0.0, 0.0]
    np.testing.assert_allclose(slopes, [[0.6, 0.8], [0.0, 0.0], [0.0, 0.0]], 1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_features_are_penalized_by_their_formulas(way):
    network = judge()
    game = bound(network)
    weights = network.get_weights()
    inner = {"real": [game.real.numpy()], "fake": [game.fake.numpy()]}
    for seen in inner.values():
        for layer in range(2):
            seen.append(np.tanh(seen[-1] @ weights[2 * layer] + weights[2 * layer + 1]))
    away = [
        ((real.mean(0) - fake.mean(0)) ** 2).sum()
        for real, fake in zip(inner["real"], inner["fake"], strict=True)
    ]
    codes, squares = inner["fake"][2], []
    for i in range(5):
        for j in range(5):
            if i != j:
                lengths = np.linalg.norm(codes[i]) * np.linalg.norm(codes[j])
                squares.append((codes[i] @ codes[j] / lengths) ** 2)
    fake, latents = inner["fake"][0], game.latents.numpy()
    images = np.abs(fake[:2] - fake[2:4]).mean()
    ratio = images / np.abs(latents[:2] - latents[2:4]).mean()
    expected = [
        2.0 * away[2],
        3.0 * away[1],
        2.0 * np.sum(squares) / 20,
        2.0 / (ratio + 1e-5),
    ]
    made = WAYS[way](lambda: tf.stack([one(game) for one in INNER]))()
    np.testing.assert_allclose(made, expected, rtol=1e-10)


@pytest.mark.parametrize("penalty", [penalties.ModeSeeking(), *INNER[:3]])
def test_a_generator_of_one_image_is_penalized_and_finite(penalty):
    game, same = bound(judge()), tf.Variable(tf.ones((5, 2), tf.float64))
    with tf.GradientTape() as tape:
        value = penalty(game.replace(fake=tf.convert_to_tensor(same)))
    assert np.isfinite(value).all()
    assert np.isfinite(tape.gradient(value, same)).all()
    if isinstance(penalty, penalties.ModeSeeking | penalties.PullingAway):
        assert float(value) > float(penalty(game))


@pytest.mark.parametrize("kind", [penalties.FeatureMatching, penalties.PullingAway])
def test_an_unknown_layer_is_refused_by_compile_with_those_that_exist(kind):
    gan = linear()
    names = ", ".join(layer.name for layer in gan.discriminator.layers)
    with pytest.raises(ValueError, match=rf"one of {names}\n.*layer='code'"):
        gan.compile(generator_penalties=[kind(layer="code")])


KINDS = [penalties.GradientPenalty, penalties.R1, penalties.R2, penalties.DRAGAN]
FACTS = r"(?s)Expected: .*Received: {}.*What to do: "


@pytest.mark.parametrize("kind", [*KINDS, *(type(one) for one in INNER[1:])])
@pytest.mark.parametrize("weight", [-1.0, float("nan"), "strong", None])
def test_a_weight_out_of_range_is_refused(kind, weight):
    with pytest.raises(ValueError, match=FACTS.format(f"weight={weight!r}")):
        kind(weight=weight)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("interval", [0, -4, 2.0, None])
def test_an_interval_out_of_range_is_refused(kind, interval):
    with pytest.raises(ValueError, match=FACTS.format(f"interval={interval!r}")):
        kind(interval=interval)


@kg.config.register
@dataclasses.dataclass(frozen=True)
class Wander(penalties.Penalty):
    """A penalty of a user's own: scores far from 0."""

    weight: float = 0.001

    def __call__(self, game):
        return self.weight * tf.square(game.score(game.real))


def test_a_penalty_of_ones_own_is_a_call():
    gan = descend(linear(), "wasserstein", penalties=[Wander(0.5)])
    kernel, bias = (weight.copy() for weight in gan.discriminator.get_weights())
    real = points(8)
    logs = gan.train_on_batch(real, return_dict=True)
    scores = real @ kernel + bias
    assert logs["wander"] == pytest.approx(0.5 * (scores**2).mean(), rel=1e-5)
    # d loss / d bias is 0 for Wasserstein: the penalty alone moves the bias.
    made = gan.discriminator.get_weights()[1]
    np.testing.assert_allclose(made, bias - 0.1 * scores.mean(0), rtol=1e-5)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), True, "1"])
def test_a_plain_annotation_keeps_the_rule_of_the_base_class(weight):
    with pytest.raises(ValueError, match=facts("`weight` of Wander")):
        Wander(weight)
    kept = Wander(np.float32(0.5)).weight
    assert (kept, type(kept)) == (0.5, float)


class Plain(penalties.Penalty):
    """A penalty of a user's own that is no dataclass."""

    def __init__(self, weight=1.0, interval=1):
        self.weight, self.interval = weight, interval

    def __call__(self, game):
        return self.weight * tf.square(game.score(game.real))


@pytest.mark.parametrize(
    "fields", [{"weight": -1.0}, {"weight": True}, {"interval": 0}, {"interval": 2.0}]
)
def test_a_penalty_that_is_no_dataclass_is_checked_by_compile(fields):
    (name,) = fields
    with pytest.raises(ValueError, match=facts(f"`{name}` of Plain")):
        toy().compile(penalties=[Plain(**fields)])
    toy().compile(penalties=[Plain(2, interval=np.int64(3))])


def test_the_names_for_type_checkers_are_those_of_the_table():
    assert set(typing.get_args(penalties.PenaltyName)) == set(penalties.NAMES)


def test_log_keys_are_unique():
    known = [penalties.R1(), Wander(), penalties.R1(1.0), penalties.R1, Wander()]
    network = kg.networks.mlp_discriminator(width=4)
    made = penalties.resolve(known, "discriminator", network)
    assert list(made) == ["r1", "wander", "r1_2", "r1_3", "wander_2"]
    assert list(made.values()) == [*known[:3], penalties.R1(), Wander()]
    other = [Wander(), penalties.FeatureMatching()]
    others = penalties.resolve(other, "generator", network, made)
    assert list(others) == ["wander_3", "feature_matching"]


def test_both_players_log_the_same_penalty_apart():
    gan = descend(linear(), penalties=[Wander(1.0)], generator_penalties=[Wander(2.0)])
    kernel, bias = (weight.copy() for weight in gan.discriminator.get_weights())
    logs = gan.train_on_batch(points(8), return_dict=True)
    before = ((points(8) @ kernel + bias) ** 2).mean()
    kernel, bias = gan.discriminator.get_weights()
    after = 2.0 * ((points(8) @ kernel + bias) ** 2).mean()
    assert logs["wander"] == pytest.approx(before, rel=1e-5)
    assert logs["wander_2"] == pytest.approx(after, rel=1e-5)


@pytest.mark.parametrize("wrong", [3, kg.losses.Hinge(), keras.losses.Loss])
def test_what_is_no_penalty_is_refused(wrong):
    with pytest.raises(TypeError, match=FACTS.format("")):
        toy().compile(penalties=[wrong])


def test_a_penalty_without_its_list_is_refused():
    with pytest.raises(
        TypeError, match=FACTS.format(r"penalties=R1\(") + "Put it in brackets"
    ):
        toy().compile(penalties=penalties.R1())


def normalized(kind):
    """Returns a GAN whose discriminator has this normalization."""
    return kg.GAN(
        kg.networks.mlp_generator((16, 16, 1), width=4),
        kg.networks.dcgan_discriminator((16, 16, 1), 4, normalization=kind),
        seed=0,
    )


def test_the_gradient_penalty_refuses_batch_normalization():
    gan = normalized("batch")
    with pytest.raises(
        ValueError, match=FACTS.format(f"batch .* in {gan.discriminator.name}")
    ):
        gan.compile(penalties=[penalties.GradientPenalty()])
    normalized("layer").compile(penalties=[penalties.GradientPenalty()])


@pytest.mark.parametrize("kind", [penalties.R1, penalties.R2, penalties.DRAGAN])
def test_other_slopes_are_doubted_beside_batch_normalization(kind):
    with pytest.warns(UserWarning, match=kind.__name__) as warned:
        normalized("batch").compile(penalties=[kind()])
    assert warned[0].filename == __file__  # where the user called compile
    normalized("layer").compile(penalties=[kind()])


def measured(policy):
    """Returns all penalties of a GAN of this precision, its last layers included."""
    set_seed(0)
    keras.config.set_dtype_policy(policy)
    dense = keras.layers.Dense
    try:
        generator = [keras.Input((2,)), dense(8, "relu"), dense(2)]
        judges = dense(5, "tanh", name="hidden"), dense(5, "tanh"), dense(1)
        judge = [keras.Input((2,)), *judges]
        gan = kg.GAN(keras.Sequential(generator), keras.Sequential(judge), seed=0)
    finally:
        keras.config.set_dtype_policy("float32")
    gan.compile(
        keras.optimizers.SGD(0.0),
        keras.optimizers.SGD(0.0),
        penalties=SLOPES,
        generator_penalties=INNER,
        run_eagerly=True,
    )
    logs = gan.train_on_batch(points(16), return_dict=True)
    return {name: logs[name] for name in [*gan.penalties, *gan.generator_penalties]}


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_gives_the_penalties_of_single(policy):
    single = measured("float32")
    assert len(single) == 8
    assert measured(policy) == pytest.approx(single, rel=0.05, abs=0.01)
