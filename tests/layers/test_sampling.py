"""The sampling context: its scope, threads, graphs and defaults."""

import threading

import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from keras_gan.layers import current_sampling, sampling_context


def test_the_default_is_no_random_source_and_no_truncation():
    assert current_sampling().random is None
    assert current_sampling().truncation is None


def test_the_innermost_context_applies_until_its_end():
    random = kg.random.Random(0)
    with sampling_context(random, truncation=0.7):
        assert current_sampling().random is random
        with sampling_context(truncation=0.3):
            assert (current_sampling().random, current_sampling().truncation) == (
                None,
                0.3,
            )
        assert (current_sampling().random, current_sampling().truncation) == (
            random,
            0.7,
        )
        with pytest.raises(RuntimeError, match="broken"), sampling_context(None):
            raise RuntimeError("broken")
        assert current_sampling().truncation == 0.7
    assert current_sampling().truncation is None


def test_other_threads_have_the_default():
    values = []
    with sampling_context(truncation=0.5):
        thread = threading.Thread(
            target=lambda: values.append(current_sampling().truncation)
        )
        thread.start()
        thread.join()
    assert values == [None]


def test_it_applies_inside_a_graph():
    @tf.function
    def graph(truncation):
        with sampling_context(truncation=truncation):
            return 2.0 * current_sampling().truncation

    assert float(graph(tf.constant(0.5))) == 1.0
    assert float(graph(tf.constant(0.25))) == 0.5


def test_it_decorates_a_function():
    @sampling_context(truncation=0.4)
    def truncation():
        return current_sampling().truncation

    assert [truncation(), truncation(), current_sampling().truncation] == [
        0.4,
        0.4,
        None,
    ]


def test_a_source_can_start_at_an_index():
    random = kg.random.Random(3)
    full = random.fork("noise").normal((10, 2)).numpy()
    later = random.with_start(4).fork("noise").normal((3, 2)).numpy()
    np.testing.assert_allclose(later, full[4:7], atol=1e-6)
