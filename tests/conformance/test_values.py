"""Losses and penalties have the values of the catalogue, which are computed by hand."""

import catalogue
import numpy as np
import pytest
import tensorflow as tf

CASES = {**catalogue.LOSSES, **catalogue.PENALTIES}


@pytest.mark.parametrize("way", [lambda function: function, tf.function])
@pytest.mark.parametrize("name", CASES)
def test_values_are_those_computed_by_hand(name, way):
    case = CASES[name]
    thing, expected = case.make(), []

    @way
    def computed():
        value, by_hand = case.value(thing)
        expected.append(by_hand)
        return value

    np.testing.assert_allclose(computed(), expected[0], rtol=1e-6, atol=1e-7)
