import json

import numpy as np
import pytest
import tensorflow as tf
from toys import pictures, run_python

from keras_gan.augment import ADA
from keras_gan.random import Random


def within(share, expected, count):
    """Whether a share of `count` images is the expected, to 4.5 standard deviations."""
    return abs(share - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / count)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.8])
def test_each_change_happens_with_the_probability(probability):
    happens = ADA().gates(4000, Random(0), probability).numpy()
    expected = np.full(13, probability)
    expected[[4, 6]] = 1 - np.sqrt(1 - probability)
    shares = happens.mean(axis=0)
    assert all(map(within, shares, expected, [4000] * 13))
    either = (happens[:, 4] | happens[:, 6]).mean()
    assert within(either, probability, 4000)
    pairs = np.corrcoef(happens.T) - np.eye(13)
    assert np.abs(pairs).max() < 5 / np.sqrt(4000)


@pytest.mark.parametrize("probability", [0.02, 0.1, 0.3])
def test_the_share_of_images_that_nothing_happens_to(probability):
    # Half of the mirrors and inversions change nothing, a quarter of the turns; a whole
    # shift of 16 pixels, at most 2, rounds to 0 in (1/4)^2 of its draws.
    p = probability
    partly = (1 - p / 2) ** 2 * (1 - 3 * p / 4) * (1 - 15 * p / 16)
    expected = partly * (1 - p) ** 8  # scale, rotations, stretch, shift, four of color
    images = pictures(3000, (16, 16, 3))
    changed = ADA()(tf.constant(images), Random(3), augment_probability=p)
    same = (np.abs(changed - images) < 1e-5).all(axis=(1, 2, 3))
    assert within(same.mean(), expected, 3000)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_at_probability_zero_the_images_are_equal_to_the_bit(dtype):
    images = 3.0 * pictures(8, (6, 6, 3))
    images[:, 0] = -0.0  # the sum of products that are 0 is +0
    images = tf.cast(images, dtype)
    same = ADA()(images, Random(0), augment_probability=tf.constant(0.0))
    assert same.dtype == dtype
    assert same.numpy().tobytes() == images.numpy().tobytes()


def test_the_probability_follows_the_recursion_and_keeps_its_limits():
    ada = ADA(target=0.5, horizon=100, limit=0.3)
    state, probability, sign, seen = ada.initial_state(), 0.0, 0.0, []
    assert state == {"augment_probability": 0.0, "augment_sign": 0.0}
    random = np.random.default_rng(0)
    for step in range(60):
        known = 0.0 if 25 <= step < 45 else 2.0  # D knows the real images, or not
        scores = random.normal(known, 1.0, 6).astype("float32")
        state = ada.next_state(tf.constant(scores), None, None, **state)
        sign = 0.75 * sign + 0.25 * np.sign(scores).mean()
        probability += np.sign(sign - 0.5) * 6 / 100
        probability = min(max(probability, 0.0), 0.3)
        assert float(state["augment_sign"]) == pytest.approx(sign, abs=1e-5)
        found = float(state["augment_probability"])
        assert found == pytest.approx(probability, abs=1e-5)
        seen.append(found)
    assert min(seen) == 0.0
    assert max(seen) == pytest.approx(0.3)
    assert seen[24] == pytest.approx(0.3)
    assert seen[44] < 0.1
    assert ada.watch(None, None, None, **state) == state


def test_the_scores_of_a_map_are_all_counted():
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
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        ADA(**fields)


REPLICAS = """
import json
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)

from keras_gan.augment import ADA, DiffAugment
from keras_gan.random import Random

ada = ADA(horizon=100)
images = tf.constant(np.random.default_rng(0).normal(size=(8, 4, 4, 3)), tf.float32)
scores = tf.constant([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0])
state = {"augment_probability": tf.constant(0.5), "augment_sign": tf.constant(1.0)}


@tf.function
def step(images, scores):
    colored = DiffAugment(1.0, 0.0, 0.0)(images, Random(0))
    return colored, ada.next_state(scores, None, None, **state)


def local(context):
    return tuple(
        tf.split(whole, 2)[context.replica_id_in_sync_group]
        for whole in (images, scores)
    )


strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
parts = [strategy.experimental_distribute_values_from_function(
    lambda context: local(context)[index]) for index in (0, 1)]
changed, states = strategy.run(step, args=parts)
changed = tf.concat(strategy.experimental_local_results(changed), 0)
whole, _ = step(images, scores)
moved = {name: [float(one) for one in strategy.experimental_local_results(value)]
         for name, value in states.items()}
print("RESULT", json.dumps([float(tf.reduce_max(tf.abs(changed - whole))), moved]))
"""


def test_two_replicas_are_one_batch():
    done = run_python(REPLICAS)
    assert "RESULT" in done.stdout, done.stderr[-2000:]
    difference, moved = json.loads(done.stdout.split("RESULT")[1])
    assert difference < 2e-6
    assert moved["augment_sign"] == pytest.approx([0.875] * 2)  # 3/4 of 1, 1/4 of 1/2
    assert moved["augment_probability"] == pytest.approx([0.58] * 2)  # 8 images of 100
