import numpy as np
import pytest
import tensorflow as tf
from toys import facts, parts_of, pictures, two_replicas

from keras_gan.augment import ADA, DiffAugment
from keras_gan.random import Random


def is_near(fraction, expected, count):
    """Returns whether a fraction of `count` is within 4.5 standard deviations."""
    return abs(fraction - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / count)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.8])
def test_each_transformation_is_applied_with_the_probability(probability):
    gates = ADA().gates(4000, Random(0), probability).numpy()
    expected = np.full(13, probability)
    expected[[4, 6]] = 1 - np.sqrt(1 - probability)
    fractions = gates.mean(axis=0)
    assert all(map(is_near, fractions, expected, [4000] * 13))
    either = (gates[:, 4] | gates[:, 6]).mean()
    assert is_near(either, probability, 4000)
    correlations = np.corrcoef(gates.T) - np.eye(13)
    assert np.abs(correlations).max() < 5 / np.sqrt(4000)


@pytest.mark.parametrize("probability", [0.02, 0.1, 0.3])
def test_the_fraction_of_unchanged_images(probability):
    # Half of the flips (horizontal and luma) change nothing, a quarter of the rotations
    # by 90 degrees; an integer translation of 16 pixels, at most 2, rounds to 0 in
    # (1/4)^2 of its draws.
    p = probability
    discrete = (1 - p / 2) ** 2 * (1 - 3 * p / 4) * (1 - 15 * p / 16)
    expected = discrete * (1 - p) ** 8  # the eight continuous ones
    images = pictures(3000, (16, 16, 3))
    augmented = ADA()(tf.constant(images), Random(3), augment_probability=p)
    unchanged = (np.abs(augmented - images) < 1e-5).all(axis=(1, 2, 3))
    assert is_near(unchanged.mean(), expected, 3000)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_at_probability_zero_the_images_are_bitwise_equal(dtype):
    images = 3.0 * pictures(8, (6, 6, 3))
    images[:, 0] = -0.0  # a sum of zeros would be +0.0
    images = tf.cast(images, dtype)
    augmented = ADA()(images, Random(0), augment_probability=tf.constant(0.0))
    assert augmented.dtype == dtype
    assert augmented.numpy().tobytes() == images.numpy().tobytes()


def test_the_probability_follows_the_recursion_and_keeps_its_limits():
    ada = ADA(target=0.5, horizon=100, limit=0.3)
    state, probability, sign, history = ada.initial_state(), 0.0, 0.0, []
    assert state == {"augment_probability": 0.0, "augment_sign": 0.0}
    random = np.random.default_rng(0)
    for step in range(60):
        mean = 0.0 if 25 <= step < 45 else 2.0  # not overfitted, or overfitted
        scores = random.normal(mean, 1.0, 6).astype("float32")
        state = ada.next_state(tf.constant(scores), None, None, **state)
        sign = 0.75 * sign + 0.25 * np.sign(scores).mean()
        probability += np.sign(sign - 0.5) * 6 / 100
        probability = min(max(probability, 0.0), 0.3)
        assert float(state["augment_sign"]) == pytest.approx(sign, abs=1e-5)
        value = float(state["augment_probability"])
        assert value == pytest.approx(probability, abs=1e-5)
        history.append(value)
    assert min(history) == 0.0
    assert max(history) == pytest.approx(0.3)
    assert history[24] == pytest.approx(0.3)
    assert history[44] < 0.1
    assert ada.metrics(None, None, None, **state) == state


def test_all_scores_of_a_score_map_count():
    scores = tf.reshape(tf.constant([1.0, 1.0, 1.0, -1.0]), (2, 2, 1))
    state = ADA(horizon=10).next_state(
        scores, None, None, augment_probability=0.5, augment_sign=1.0
    )
    assert float(state["augment_sign"]) == pytest.approx(0.875)
    assert float(state["augment_probability"]) == pytest.approx(0.7)


@pytest.mark.parametrize(
    "fields",
    [{"target": 1.0}, {"target": -2.0}, {"horizon": 0}, {"limit": 0.0}, {"limit": 1.5}],
)
def test_an_argument_out_of_range_is_refused(fields):
    with pytest.raises(ValueError, match=facts(f"`{next(iter(fields))}` of ADA")):
        ADA(**fields)


def test_two_replicas_are_one_batch():
    ada, strategy = ADA(horizon=100), two_replicas()
    images = np.random.default_rng(0).normal(size=(8, 4, 4, 3)).astype("float32")
    images = tf.constant(images)
    scores = tf.constant([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0])
    state = {"augment_probability": tf.constant(0.5), "augment_sign": tf.constant(1.0)}

    @tf.function
    def step(images, scores):
        jittered = DiffAugment(1.0, 0.0, 0.0)(images, Random(0))
        return jittered, ada.next_state(scores, None, None, **state)

    parts = [parts_of(strategy, batch) for batch in (images, scores)]
    augmented, states = strategy.run(step, args=parts)
    augmented = tf.concat(strategy.experimental_local_results(augmented), 0)
    np.testing.assert_allclose(augmented, step(images, scores)[0], rtol=0, atol=2e-6)
    for name, value in (
        ("augment_sign", 0.875),  # 3/4 of 1, 1/4 of 1/2
        ("augment_probability", 0.58),  # 8 images of 100
    ):
        updated = strategy.experimental_local_results(states[name])
        np.testing.assert_allclose(updated, [value] * 2, rtol=1e-6)
