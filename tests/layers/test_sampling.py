"""What holds while a generator is called: how far the words of a context reach."""

import threading

import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from keras_gan.layers import current_sampling, sampling_context


def test_nothing_is_said_outside():
    assert current_sampling().random is None
    assert current_sampling().truncation is None


def test_the_innermost_context_holds_and_ends_with_its_block():
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


def test_other_threads_hear_nothing():
    heard = []
    with sampling_context(truncation=0.5):
        thread = threading.Thread(
            target=lambda: heard.append(current_sampling().truncation)
        )
        thread.start()
        thread.join()
    assert heard == [None]


def test_it_rules_a_graph_that_is_traced_inside_it():
    @tf.function
    def graph(truncation):
        with sampling_context(truncation=truncation):
            return 2.0 * current_sampling().truncation

    assert float(graph(tf.constant(0.5))) == 1.0
    assert float(graph(tf.constant(0.25))) == 0.5


def test_it_decorates_a_function_that_is_called_again_and_again():
    @sampling_context(truncation=0.4)
    def ask():
        return current_sampling().truncation

    assert [ask(), ask(), current_sampling().truncation] == [0.4, 0.4, None]


def test_a_source_begins_at_a_row():
    random = kg.random.Random(3)
    whole = random.fork("noise").normal((10, 2)).numpy()
    later = random.with_start(4).fork("noise").normal((3, 2)).numpy()
    np.testing.assert_allclose(later, whole[4:7], atol=1e-6)
