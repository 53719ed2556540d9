"""The end of a residual block, held to NumPy."""

import keras
import numpy as np
import pytest

from keras_gan.networks import blocks


def numbers(shape):
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=shape)


def convolutions():
    """Returns how a block gets convolutions, and the list of those that it got."""
    made = []

    def convolution(channels, size):
        assert size == 1
        layer = keras.layers.Conv2D(channels, 1, bias_initializer="random_normal")
        made.append(layer)
        return layer

    return convolution, made


def mixed(x, layer):
    """Returns what a 1x1 convolution makes of features."""
    kernel, bias = layer.get_weights()
    return x @ kernel[0, 0] + bias


def averaged(x):
    """Returns the means of 2x2 places; the last ones are of those that are there."""
    rows, columns = x.shape[1:3]
    return np.array(
        [
            [x[:, i : i + 2, j : j + 2].mean(axis=(1, 2)) for j in range(0, columns, 2)]
            for i in range(0, rows, 2)
        ]
    ).transpose(2, 0, 1, 3)


def test_doubled_adds_every_pixel_to_the_square_that_came_of_it():
    x, y = numbers((2, 3, 4, 5)), numbers((2, 6, 8, 7))
    convolution, made = convolutions()
    ended = blocks.doubled(x, y, convolution)
    shortcut = mixed(x, *made).repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_allclose(ended, shortcut + y, atol=1e-5)


@pytest.mark.parametrize(("rows", "padding"), [(4, "valid"), (4, "same"), (5, "same")])
@pytest.mark.parametrize("channels", [3, 6])
def test_halved_averages_both_ways(rows, padding, channels):
    x, y = numbers((2, rows, 6, 3)), numbers((2, rows, 6, channels))
    convolution, made = convolutions()
    ended = blocks.halved(x, y, True, convolution, padding)
    expected = mixed(averaged(x), *made) + averaged(y)
    np.testing.assert_allclose(ended, expected, atol=1e-5)


def test_where_nothing_changes_the_shortcut_is_the_input():
    x, y = numbers((2, 3, 4, 5)), numbers((2, 3, 4, 5))
    convolution, made = convolutions()
    np.testing.assert_allclose(
        blocks.halved(x, y, False, convolution), x + y, atol=1e-6
    )
    assert made == []


def test_other_channels_are_convolved_where_the_sides_stay():
    x, y = numbers((2, 3, 4, 5)), numbers((2, 3, 4, 6))
    convolution, made = convolutions()
    ended = blocks.halved(x, y, False, convolution)
    np.testing.assert_allclose(ended, mixed(x, *made) + y, atol=1e-5)


def test_the_sum_has_the_name_of_the_block():
    x = keras.Input((4, 4, 3))
    convolution, _ = convolutions()
    small = blocks.halved(x, x, True, convolution, name="block_7")
    large = blocks.doubled(small, x, convolution, name="block_8")
    names = [layer.name for layer in keras.Model(x, large).layers]
    assert {"block_7", "block_8"} <= set(names)
