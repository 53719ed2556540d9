import itertools

import numpy as np
import pytest
from toys import stated

from keras_gan.networks import mlp_discriminator, mlp_generator


def leaky_relu(x, negative_slope=0.0):
    return np.where(x > 0, x, negative_slope * x)


def mlp(x, weights, negative_slope):
    """Returns a multilayer perceptron's output, in NumPy."""
    *hidden_layers, (kernel, bias) = zip(weights[::2], weights[1::2], strict=True)
    for hidden_kernel, hidden_bias in hidden_layers:
        x = leaky_relu(x @ hidden_kernel + hidden_bias, negative_slope)
    return x @ kernel + bias


def randomize(network):
    """Sets a network's weights to non-zero random numbers, and returns them."""
    random = np.random.default_rng(0)
    network.set_weights([random.normal(0, 0.5, w.shape) for w in network.weights])
    return network.get_weights()


def test_the_generator_of_points_is_its_formula():
    network = mlp_generator(latent_dim=3, width=16, depth=2)
    latents = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
    expected = mlp(latents, randomize(network), 0.0)
    np.testing.assert_allclose(network(latents), expected, rtol=1e-4, atol=1e-4)
    assert np.abs(expected).max() > 1  # points are unbounded


def test_the_generator_of_images_ends_in_tanh():
    network = mlp_generator((4, 3, 2), latent_dim=3, width=16, depth=1)
    latents = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
    expected = np.tanh(mlp(latents, randomize(network), 0.0)).reshape(5, 4, 3, 2)
    np.testing.assert_allclose(network(latents), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("image_shape", [(2,), (4, 3, 2)])
def test_the_discriminator_is_its_formula(image_shape):
    network = mlp_discriminator(image_shape, width=16, depth=3)
    images = np.random.default_rng(1).normal(size=(5, *image_shape)).astype("float32")
    expected = mlp(images.reshape(5, -1), randomize(network), 0.2)[:, 0]
    np.testing.assert_allclose(network(images), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_depth_and_width_count_the_hidden_layers(depth):
    generator = mlp_generator(width=7, depth=depth)
    kernels = [w.shape for w in generator.weights if w.name == "kernel"]
    units = [2, *[7] * depth, 2]
    assert kernels == list(itertools.pairwise(units))


@pytest.mark.parametrize(
    ("builder", "changes"),
    [
        (mlp_generator, {"depth": -1}),
        (mlp_discriminator, {"depth": True}),
        (mlp_generator, {"data_std": 0.0}),
        (mlp_generator, {"data_std": np.nan}),
    ],
)
def test_an_invalid_number_is_an_error(builder, changes):
    ((name, value),) = changes.items()
    message = stated(f"`{name}` of {builder.__name__}", f"{name}={value!r}")
    with pytest.raises(ValueError, match=message):
        builder(**changes)
