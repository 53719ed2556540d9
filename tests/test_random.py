import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from toys import two_replicas

import keras_gan as kg
from keras_gan import random
from keras_gan.random import Random

SHAPES = [(7,), (7, 1), (7, 3), (7, 4), (7, 5), (7, 2, 3), (7, 100)]


def philox_4x32(key, counter):
    """Returns the four words of Philox 4x32-10 for one counter, by its paper."""
    low, high = np.uint64(2**32 - 1), np.uint64(32)
    words = [np.uint64(counter >> shift & 2**32 - 1) for shift in (0, 32, 64, 96)]
    keys = [np.uint64(key & 2**32 - 1), np.uint64(key >> 32)]
    for _ in range(10):
        first = np.uint64(0xD2511F53) * words[0]
        second = np.uint64(0xCD9E8D57) * words[2]
        words = [
            second >> high ^ words[1] ^ keys[0],
            second & low,
            first >> high ^ words[3] ^ keys[1],
            first & low,
        ]
        keys = [
            keys[0] + np.uint64(0x9E3779B9) & low,
            keys[1] + np.uint64(0xBB67AE85) & low,
        ]
    return np.array(words, np.uint32)


def draws(source, shape, start=None):
    """Returns one draw of each method."""
    return {
        "bits": source.bits(shape, start),
        "uniform": source.uniform(shape, -1.0, 1.0, start),
        "normal": source.normal(shape, start),
    }


ROUNDING = {"bits": 0, "uniform": 0, "normal": 2e-6}
"""Tolerance between execution modes, in which logarithm and cosine round."""


@pytest.mark.parametrize("seed", [0, 7, 2**40 + 3, 2**64 - 1])
def test_bits_are_philox_counted_by_samples(seed):
    width, rows, start = 6, 3, 5  # two counters per sample
    expected = [
        np.concatenate([philox_4x32(seed, 2 * row), philox_4x32(seed, 2 * row + 1)])
        for row in range(start, start + rows)
    ]
    bits = Random(seed).bits((rows, width), start=start).numpy()
    np.testing.assert_array_equal(bits, np.stack(expected)[:, :width])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("method", ["bits", "uniform", "normal"])
def test_a_small_draw_is_the_start_of_a_large_one(shape, method):
    small = draws(Random(1), (3, *shape[1:]))[method].numpy()
    large = draws(Random(1), shape)[method].numpy()
    np.testing.assert_allclose(small, large[:3], rtol=0, atol=ROUNDING[method])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("method", ["bits", "uniform", "normal"])
def test_a_draw_may_start_at_any_index(shape, method):
    rest = draws(Random(1), (4, *shape[1:]), start=3)[method].numpy()
    large = draws(Random(1), shape)[method].numpy()
    np.testing.assert_allclose(rest, large[3:], rtol=0, atol=ROUNDING[method])


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_numbers_are_the_same_compiled(xla):
    @tf.function(jit_compile=xla)
    def compiled(seed, step):
        return draws(Random.from_tensor(seed).fork("latents", step), (33, 5))

    eager = draws(Random(3).fork("latents", 9), (33, 5))
    draw = compiled(tf.constant(3, tf.int64), tf.constant(9))
    for method, rounding in ROUNDING.items():
        np.testing.assert_allclose(draw[method], eager[method], rtol=0, atol=rounding)


def test_the_number_of_samples_may_be_a_tensor():
    large = Random(0).normal((tf.constant(5), 3))
    np.testing.assert_array_equal(large, Random(0).normal((5, 3)))


def test_a_seed_may_be_a_tensor():
    key = Random.from_tensor(tf.constant(11, tf.int64)).key
    np.testing.assert_array_equal(key, Random(11).key)
    negative = Random.from_tensor(tf.constant(-1, tf.int64)).key
    np.testing.assert_array_equal(negative, Random(-1).key)


def test_forks_differ_by_name_by_number_and_by_seed():
    sources = [
        Random(0),
        Random(1),
        Random(0).fork("a"),
        Random(0).fork("b"),
        Random(0).fork("a", 1),
        Random(0).fork("a").fork("a"),
        Random(1).fork("a"),
    ]
    keys = [int(source.key.numpy()[0]) for source in sources]
    assert len(set(keys)) == len(keys)
    numbers = np.stack([source.normal((20_000,)).numpy() for source in sources])
    correlations = np.corrcoef(numbers) - np.eye(len(sources))
    assert np.abs(correlations).max() < 5 / np.sqrt(20_000)


def test_a_fork_is_a_function_of_its_name_and_number():
    source = Random(0).fork("a", tf.constant(4, tf.int64))
    np.testing.assert_array_equal(source.key, Random(0).fork("a", 4).key)


def test_uniform_numbers_are_uniform():
    numbers = Random(0).uniform((50_000, 2), -1.0, 3.0).numpy().ravel()
    assert stats.kstest(numbers, stats.uniform(-1, 4).cdf).pvalue > 1e-3
    assert numbers.dtype == np.float32


def test_normal_numbers_are_normal():
    numbers = Random(0).normal((50_000, 2)).numpy()
    assert stats.kstest(numbers.ravel(), stats.norm.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(numbers.T)[0, 1]) < 5 / np.sqrt(50_000)
    assert numbers.dtype == np.float32


class Extreme(Random):
    """A source whose bits are all the same."""

    def bits(self, shape, start=None):
        return tf.fill(shape, tf.constant(self.word, tf.uint32))


@pytest.mark.parametrize("word", [0, 2**32 - 1])
def test_uniform_numbers_exclude_both_ends(word, monkeypatch):
    monkeypatch.setattr(Extreme, "word", word, raising=False)
    numbers = Extreme(0).uniform((1,)).numpy()[0]
    assert 0.0 < numbers < 1.0
    assert np.isfinite(np.log(numbers))


def test_a_permutation_has_each_number_once():
    order = Random(0).permutation(1000).numpy()
    assert sorted(order) == list(range(1000))
    assert abs(stats.spearmanr(order, np.arange(1000)).statistic) < 0.15
    other = Random(0).fork("order", 1).permutation(1000).numpy()
    assert (other == order).mean() < 0.02


def test_every_order_of_three_is_equally_likely():
    orders = [tuple(Random(seed).permutation(3).numpy()) for seed in range(200)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 1e-3


def test_keras_determines_a_fresh_seed():
    keras.utils.set_random_seed(5)
    first, second = random.fresh_seed(), random.fresh_seed()
    keras.utils.set_random_seed(5)
    assert random.fresh_seed() == first
    assert first != second


def test_a_draw_over_two_replicas_is_the_draw_of_one():
    strategy, random = two_replicas(), Random(3).fork("latents", 1)
    for name, tolerance in (("normal", 1e-6), ("uniform", 0.0), ("sphere", 1e-6)):
        distribution = kg.latents.get(name, 5)
        parts = strategy.run(tf.function(lambda one=distribution: one.draw(random, 4)))
        joined = tf.concat(strategy.experimental_local_results(parts), 0)
        expected = distribution.draw(random, 8)
        np.testing.assert_allclose(joined, expected, rtol=0, atol=tolerance)
