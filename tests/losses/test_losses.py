import dataclasses
import typing
from math import log

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import optimize
from toys import facts, points, sigmoid, stated, toy

from keras_gan import losses


def case(loss, scores, discriminator, generator, **state):
    """Returns a case computed by hand.

    Args:
        loss: The loss.
        scores: Score of a real image and of a generated one.
        discriminator: Value of D's loss and its derivatives with respect to the scores.
        generator: The same of G's loss.
        **state: State of the loss.
    """
    return loss, state, scores, discriminator, generator


LOGITS = log(3.0), -log(4.0)
"""Log-odds of D(x) = 3/4 and D(G(z)) = 1/5."""

SMOOTH_REAL = -0.9 * log(3 / 4) - 0.1 * log(1 / 4)
"""Cross-entropy of D(x) = 3/4 with the target 0.9."""

CASES = [
    case(
        losses.Minimax(), LOGITS, (log(5 / 3), -1 / 4, 1 / 5), (log(4 / 5), 0, -1 / 5)
    ),
    case(
        losses.NonSaturating(), LOGITS, (log(5 / 3), -1 / 4, 1 / 5), (log(5), 0, -4 / 5)
    ),
    case(
        losses.Minimax(real_target=0.9),
        LOGITS,
        (SMOOTH_REAL - log(4 / 5), 0.75 - 0.9, 1 / 5),
        (log(4 / 5), 0, -1 / 5),
    ),
    case(
        losses.NonSaturating(real_target=0.9, fake_target=0.1),
        LOGITS,
        (
            SMOOTH_REAL - 0.1 * log(1 / 5) - 0.9 * log(4 / 5),
            0.75 - 0.9,
            0.2 - 0.1,
        ),
        (log(5), 0, -4 / 5),
    ),
    case(
        losses.NoGeneratorLoss(real_target=0.9),
        LOGITS,
        (SMOOTH_REAL - log(4 / 5), 0.75 - 0.9, 1 / 5),
        (0, 0, 0),
    ),
    # LSGAN: half the squared distances to -1 and 1, and of G to 0; then to 0, 1 and 1.
    case(losses.LeastSquares(), (0.5, 2.0), (4.625, -0.5, 3.0), (2.0, 0, 2.0)),
    case(
        losses.LeastSquares(fake_target=0.0, real_target=1.0, generator_target=1.0),
        (0.5, 2.0),
        (2.125, -0.5, 2.0),
        (0.5, 0, 1.0),
    ),
    case(losses.Hinge(), (0.25, 0.5), (0.75 + 1.5, -1, 1), (-0.5, 0, -1)),
    case(losses.Hinge(), (2.0, -3.0), (0, 0, 0), (3.0, 0, -1)),  # beyond both margins
    case(losses.Wasserstein(), (0.25, 2.0), (1.75, -1, 1), (-2.0, 0, -1)),
    # The real image is the more realistic one of the pair with probability 3/4.
    case(
        losses.Relativistic(),
        (1.0 + log(3), 1.0),
        (log(4 / 3), -1 / 4, 1 / 4),
        (log(4), 3 / 4, -3 / 4),
    ),
    # Scores are negative energies; the fake's energy is within the margin, then beyond.
    case(losses.EnergyMargin(1.5), (-0.5, -1.0), (0.5 + 0.5, -1, 1), (1.0, 0, -1)),
    case(losses.EnergyMargin(1.5), (-0.5, -2.0), (0.5, -1, 0), (2.0, 0, -1)),
    case(losses.BEGAN(0.7), (-0.5, -2.0), (0.5 - 0.6, -1, 0.3), (2.0, 0, -1), k=0.3),
]
LOSSES = {repr(loss): (loss, state) for loss, state, *_ in CASES}


@pytest.mark.parametrize(
    ("loss", "state", "scores", "discriminator", "generator"),
    CASES,
    ids=[f"{loss} at {scores}" for loss, _, scores, *_ in CASES],
)
def test_losses_and_gradients_are_those_computed_by_hand(
    loss, state, scores, discriminator, generator
):
    real, fake = (tf.constant([score], tf.float64) for score in scores)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        values = (
            loss.discriminator(real, fake, **state),
            loss.generator(fake, real, **state),
        )
    for value, expected in zip(values, (discriminator, generator), strict=True):
        gradients = tape.gradient(value, [real, fake], unconnected_gradients="zero")
        computed = [float(tensor[0]) for tensor in (value, *gradients)]
        assert computed == pytest.approx(expected, rel=1e-9, abs=1e-12)


def cross_entropy(target, scores):
    """Returns Keras's cross-entropy of log-odds with a target for all of them."""
    targets = np.full_like(scores, target)[:, None]
    scores = tf.constant(scores)[:, None]
    return keras.losses.binary_crossentropy(targets, scores, from_logits=True)


def hinge(sign, scores):
    """Returns Keras's hinge loss of scores whose sign should be this one."""
    return keras.losses.hinge(np.full_like(scores, sign)[:, None], scores[:, None])


def squares(target, scores):
    """Returns half of Keras's squared distance to a target."""
    targets = np.full_like(scores, target)[:, None]
    return keras.losses.mean_squared_error(targets, scores[:, None]) / 2.0


@pytest.mark.parametrize(
    ("loss", "discriminator", "generator"),
    [
        (
            losses.Minimax(real_target=0.9),
            lambda real, fake: cross_entropy(0.9, real) + cross_entropy(0.0, fake),
            lambda fake, real: -cross_entropy(0.0, fake),
        ),
        (
            losses.NonSaturating(real_target=0.9, fake_target=0.1),
            lambda real, fake: cross_entropy(0.9, real) + cross_entropy(0.1, fake),
            lambda fake, real: cross_entropy(1.0, fake),
        ),
        (
            losses.LeastSquares(),
            lambda real, fake: squares(1.0, real) + squares(-1.0, fake),
            lambda fake, real: squares(0.0, fake),
        ),
        (
            losses.Hinge(),
            lambda real, fake: hinge(1.0, real) + hinge(-1.0, fake),
            lambda fake, real: -fake,
        ),
        (
            losses.Relativistic(),
            lambda real, fake: cross_entropy(1.0, real - fake),
            lambda fake, real: cross_entropy(1.0, fake - real),
        ),
    ],
    ids=lambda value: None if callable(value) else str(value),
)
def test_losses_are_those_of_keras(loss, discriminator, generator):
    real, fake = np.random.default_rng(0).normal(0, 3, (2, 1000))
    values = loss.discriminator(tf.constant(real), tf.constant(fake))
    np.testing.assert_allclose(values, discriminator(real, fake), rtol=1e-9)
    values = loss.generator(tf.constant(fake), tf.constant(real))
    np.testing.assert_allclose(values, generator(fake, real), rtol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_those_of_differences(name):
    loss, state = LOSSES[name]
    scores = tf.constant(np.random.default_rng(1).normal(0, 2, (2, 100)))
    step = 1e-6

    def values(scores):
        real, fake = tf.unstack(scores)
        return tf.stack(
            [
                loss.discriminator(real, fake, **state),
                loss.generator(fake, real, **state),
            ]
        )

    for player in range(2):
        with tf.GradientTape() as tape:
            tape.watch(scores)
            value = values(scores)[player]
        gradients = tape.gradient(value, scores)
        for which in range(2):
            offset = step * np.eye(2)[which][:, None]
            ends = [values(scores + sign * offset)[player] for sign in (1, -1)]
            expected = (ends[0] - ends[1]) / (2 * step)
            np.testing.assert_allclose(gradients[which], expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", LOSSES)
def test_scores_of_any_size_give_finite_losses_and_gradients(name):
    loss, state = LOSSES[name]
    scores = tf.constant([-1e4, -100.0, 0.0, 100.0, 1e4])
    with tf.GradientTape() as tape:
        tape.watch(scores)
        values = loss.discriminator(scores, -scores, **state)
        values += loss.generator(scores, scores, **state)
    assert np.isfinite(values).all()
    assert np.isfinite(tape.gradient(values, scores)).all()


def generator_gradient(loss, score):
    scores = tf.constant([score])
    with tf.GradientTape() as tape:
        tape.watch(scores)
        value = loss.generator(scores, scores)
    return float(tape.gradient(value, scores)[0])


@pytest.mark.parametrize("score", [-10.0, -5.0, 0.0, 5.0])
def test_minimax_saturates_where_the_discriminator_is_confident(score):
    # d/ds of -sp(s) is -p(fake), of sp(-s) it is p(fake) - 1.
    probability = sigmoid(score)
    saturating = generator_gradient(losses.Minimax(), score)
    assert saturating == pytest.approx(-probability, rel=1e-5)
    non_saturating = generator_gradient(losses.NonSaturating(), score)
    assert non_saturating == pytest.approx(probability - 1.0, rel=1e-4)


def test_only_the_minimax_gradient_vanishes_for_rejected_fakes():
    assert abs(generator_gradient(losses.Minimax(), -12.0)) < 1e-5
    assert abs(generator_gradient(losses.NonSaturating(), -12.0)) > 0.99


def test_least_squares_penalizes_fakes_of_too_high_scores():
    assert generator_gradient(losses.LeastSquares(), 12.0) == pytest.approx(12.0)
    assert abs(generator_gradient(losses.NonSaturating(), 12.0)) < 1e-4


def test_samples_beyond_the_margin_give_the_hinge_discriminator_no_gradient():
    real = tf.constant([1.5, 0.5, -2.0])
    fake = tf.constant([-1.5, -0.5, 2.0])
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        values = losses.Hinge().discriminator(real, fake)
    real_gradient, fake_gradient = tape.gradient(values, [real, fake])
    assert real_gradient.numpy().tolist() == [0.0, -1.0, -1.0]
    assert fake_gradient.numpy().tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(("real_target", "fake_target"), [(1, 0), (0.9, 0), (0.9, 0.1)])
@pytest.mark.parametrize(("real_density", "fake_density"), [(0.7, 0.3), (0.2, 0.8)])
def test_the_best_discriminator_is_the_smoothed_ratio(
    real_target, fake_target, real_density, fake_density
):
    # Goodfellow et al. 2016: D* = (t_real p_real + t_fake p_fake) / (p_real + p_fake).
    loss = losses.NonSaturating(real_target, fake_target)
    zero = tf.constant(0.0, tf.float64)

    def cost(score):
        score = tf.constant(score, tf.float64)
        real_loss = loss.discriminator(score, zero) - loss.discriminator(zero, zero)
        fake_loss = loss.discriminator(zero, score)
        return float(real_density * real_loss + fake_density * fake_loss)

    best = optimize.minimize_scalar(cost, bounds=(-20, 20), method="bounded").x
    weighted = real_target * real_density + fake_target * fake_density
    assert sigmoid(best) == pytest.approx(
        weighted / (real_density + fake_density), abs=1e-4
    )


@pytest.mark.parametrize("loss", [losses.Minimax(), losses.NonSaturating()])
def test_equal_distributions_cost_the_best_discriminator_two_log_two(loss):
    scores = tf.zeros((4,))  # D* = 1/2 everywhere
    np.testing.assert_allclose(loss.discriminator(scores, scores), 2 * np.log(2))


def test_probabilities_are_logged_for_logits_only():
    assert set(losses.NonSaturating().score_metrics) == {"score", "probability"}
    assert set(losses.Hinge().score_metrics) == {"score"}
    probability = losses.Minimax().score_metrics["probability"]
    np.testing.assert_allclose(
        probability(tf.constant([0.0, 3.0])), sigmoid(np.r_[0, 3.0])
    )


@pytest.mark.parametrize("name", losses.NAMES)
def test_a_name_is_its_class_with_defaults(name):
    assert losses.get(name) == losses.NAMES[name]()


def test_the_names_for_type_checkers_are_those_of_the_table():
    assert set(typing.get_args(losses.LossName)) == set(losses.NAMES)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("hing", "hinge"), ("minmax", "minimax"), ("nonsaturating", "non_saturating")],
)
def test_an_unknown_name_raises_an_error_with_the_nearest_name(name, nearest):
    with pytest.raises(
        ValueError,
        match=rf'(?s)Expected: .*Received: "{name}".*What to do: .*"{nearest}"',
    ):
        losses.get(name)


@pytest.mark.parametrize("wrong", [3, (), tf.keras.losses.MeanSquaredError()])
def test_what_is_not_a_loss_raises_an_error(wrong):
    with pytest.raises(
        TypeError, match=r"(?s)AdversarialLoss.*Expected: .*Received: .*What to do: "
    ):
        losses.get(wrong)


def test_none_is_a_loss_of_the_discriminator_alone():
    assert losses.get(None) == losses.NoGeneratorLoss()
    scores = tf.constant([1.0, -2.0])
    with tf.GradientTape() as tape:
        tape.watch(scores)
        values = losses.get(None).generator(scores, scores)
    assert values.numpy().tolist() == [0.0, 0.0]
    assert tape.gradient(values, scores) is None


def test_the_relativistic_loss_depends_on_differences_alone():
    real, fake = np.random.default_rng(2).normal(0, 3, (2, 50))
    loss = losses.Relativistic()
    shifted = loss.discriminator(tf.constant(real + 7.0), tf.constant(fake + 7.0))
    np.testing.assert_allclose(
        loss.discriminator(tf.constant(real), tf.constant(fake)), shifted, rtol=1e-9
    )
    swapped = loss.generator(tf.constant(real), tf.constant(fake))
    np.testing.assert_allclose(swapped, shifted, rtol=1e-9)


def test_losses_are_values():
    assert losses.NonSaturating() == losses.NonSaturating(1.0, 0.0)
    assert losses.NonSaturating(0.9) != losses.NonSaturating()
    assert losses.Minimax() != losses.NonSaturating()
    assert repr(losses.LeastSquares()) == (
        "LeastSquares(fake_target=-1.0, real_target=1.0, generator_target=0.0)"
    )


@pytest.mark.parametrize(
    ("loss_class", "fields"),
    [
        (losses.Minimax, {"real_target": 1.1}),
        (losses.NonSaturating, {"fake_target": -0.1}),
        (losses.NonSaturating, {"real_target": 0.5, "fake_target": 0.5}),
        (losses.LeastSquares, {"fake_target": 2.0}),
        (losses.LeastSquares, {"generator_target": 1.5}),
        (losses.LeastSquares, {"generator_target": -1.0}),
        (losses.EnergyMargin, {"margin": 0.0}),
        (losses.BEGAN, {"gamma": 0.0}),
        (losses.BEGAN, {"gamma": 1.1}),
        (losses.BEGAN, {"k_learning_rate": -0.1}),
    ],
)
def test_arguments_out_of_range_raise_an_error(loss_class, fields):
    with pytest.raises(ValueError, match=facts(f"`{next(iter(fields))}`")):
        loss_class(**fields)


class Power(losses.AdversarialLoss):
    """A loss of a user: a plain subclass with an argument."""

    def __init__(self, power=3):
        self.power = power

    def discriminator(self, real_scores, fake_scores):
        return (1.0 - real_scores) ** self.power + fake_scores**self.power

    def generator(self, fake_scores, real_scores):
        return (1.0 - fake_scores) ** self.power


@dataclasses.dataclass(frozen=True)
class FrozenPower(Power):
    """The same as a dataclass, which is compared by value."""

    power: int = 3


def test_get_resolves_a_custom_loss():
    assert losses.get(FrozenPower) == FrozenPower()
    assert losses.get(Power).power == 3
    assert losses.get(keras.saving.serialize_keras_object(Power(5))).power == 5
    loss = FrozenPower(5)
    assert losses.get(keras.saving.serialize_keras_object(loss)) == loss


@pytest.mark.parametrize("loss", [Power(2), FrozenPower(2)])
def test_a_custom_loss_is_saved_and_loaded(loss, tmp_path):
    gan = toy()
    gan.compile(loss=loss, run_eagerly=True)
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "gan.keras")
    gan.fit(points(16), batch_size=8, verbose=0, callbacks=[checkpoint])
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert type(loaded.loss) is type(loss)
    assert loaded.loss.power == 2
    real = points(16, seed=1)
    expected = gan.train_on_batch(real, return_dict=True)
    assert loaded.train_on_batch(real, return_dict=True) == expected


def test_a_loss_whose_arguments_are_not_attributes_raises_an_error():
    class Forgetful(Power):
        def __init__(self, exponent):
            super().__init__(exponent)

    with pytest.raises(TypeError, match=stated("self.exponent")):
        Forgetful(2).get_config()


def test_a_loss_without_both_methods_cannot_be_created():
    class Half(losses.AdversarialLoss):
        def generator(self, fake_scores, real_scores):
            return fake_scores

    with pytest.raises(TypeError, match="discriminator"):
        Half()
