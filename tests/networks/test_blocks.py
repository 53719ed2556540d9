"""Shortcuts of residual blocks, compared with NumPy."""

import keras
import numpy as np
import pytest

from keras_gan.networks import blocks


def normal(shape):
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=shape)


def convolutions():
    """Returns a function that creates convolutions, and the list of these layers."""
    created = []

    def convolution(channels, size):
        assert size == 1
        layer = keras.layers.Conv2D(channels, 1, bias_initializer="random_normal")
        created.append(layer)
        return layer

    return convolution, created


def convolve(x, layer):
    """Returns the output of a 1x1 convolution, in NumPy."""
    kernel, bias = layer.get_weights()
    return x @ kernel[0, 0] + bias


def average_pool(x):
    """Returns 2x2 average pooling in NumPy; at the border of the pixels inside."""
    rows, columns = x.shape[1:3]
    return np.array(
        [
            [x[:, i : i + 2, j : j + 2].mean(axis=(1, 2)) for j in range(0, columns, 2)]
            for i in range(0, rows, 2)
        ]
    ).transpose(2, 0, 1, 3)


def test_an_upsampled_shortcut_repeats_the_convolved_pixels():
    x, y = normal((2, 3, 4, 5)), normal((2, 6, 8, 7))
    convolution, created = convolutions()
    output = blocks.add_upsampled_shortcut(x, y, convolution)
    shortcut = convolve(x, *created).repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_allclose(output, shortcut + y, atol=1e-5)


@pytest.mark.parametrize(("rows", "padding"), [(4, "valid"), (4, "same"), (5, "same")])
@pytest.mark.parametrize("channels", [3, 6])
def test_a_downsampled_shortcut_and_the_features_are_pooled(rows, padding, channels):
    x, y = normal((2, rows, 6, 3)), normal((2, rows, 6, channels))
    convolution, created = convolutions()
    output = blocks.add_downsampled_shortcut(x, y, True, convolution, padding)
    expected = convolve(average_pool(x), *created) + average_pool(y)
    np.testing.assert_allclose(output, expected, atol=1e-5)


def test_without_pooling_and_equal_channels_the_shortcut_is_the_identity():
    x, y = normal((2, 3, 4, 5)), normal((2, 3, 4, 5))
    convolution, created = convolutions()
    np.testing.assert_allclose(
        blocks.add_downsampled_shortcut(x, y, False, convolution), x + y, atol=1e-6
    )
    assert created == []


def test_without_pooling_other_channels_are_convolved():
    x, y = normal((2, 3, 4, 5)), normal((2, 3, 4, 6))
    convolution, created = convolutions()
    output = blocks.add_downsampled_shortcut(x, y, False, convolution)
    np.testing.assert_allclose(output, convolve(x, *created) + y, atol=1e-5)


def test_the_sum_has_the_name_of_the_block():
    x = keras.Input((4, 4, 3))
    convolution, _ = convolutions()
    small = blocks.add_downsampled_shortcut(x, x, True, convolution, name="block_7")
    large = blocks.add_upsampled_shortcut(small, x, convolution, name="block_8")
    names = [layer.name for layer in keras.Model(x, large).layers]
    assert {"block_7", "block_8"} <= set(names)
