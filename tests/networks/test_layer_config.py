import keras
import numpy as np
import pytest
import tensorflow as tf
import toys

import keras_gan as kg
from keras_gan.networks import dcgan_discriminator, layer_config, mlp_discriminator


def of_kind(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def norms(network):
    """Returns the spectral norms of the kernels that a network works with."""
    wrapped = of_kind(network, kg.layers.SpectralNormalization)
    kernels = [layer.normalized_kernel().numpy() for layer in wrapped]
    matrices = [kernel.reshape(-1, kernel.shape[-1]) for kernel in kernels]
    return [np.linalg.svd(one, compute_uv=False)[0] for one in matrices]


@pytest.mark.parametrize("make", [dcgan_discriminator, mlp_discriminator])
def test_every_kernel_of_a_spectral_discriminator_has_norm_one(make):
    network = make((16, 16, 1), width=4, normalization="spectral")
    for _ in range(60):
        kg.layers.update_spectral_norm(network)
    assert len(norms(network)) == 3
    np.testing.assert_allclose(norms(network), 1.0, atol=0.02)
    plain = {keras.layers.Conv2D, keras.layers.Dense, kg.layers.Conv2D}
    assert not plain & {type(layer) for layer in network.layers}


def test_a_spectral_discriminator_of_points_has_slopes_of_at_most_one():
    network = mlp_discriminator(width=16, normalization="spectral")
    network.set_weights([9.0 * one for one in network.get_weights()])
    for _ in range(60):
        kg.layers.update_spectral_norm(network)
    slopes = kg.game.Score(network, training=False).input_gradients(
        tf.constant(toys.points())
    )
    steepest = np.linalg.norm(slopes, axis=1).max()
    assert 0.0 < steepest <= 1.02**3


def test_no_normalization_is_told_apart_from_layer_normalization():
    for name, count in ((None, 0), ("layer", 3)):
        network = mlp_discriminator((3, 2, 1), width=6, depth=3, normalization=name)
        assert len(of_kind(network, keras.layers.GroupNormalization)) == count


def test_layer_normalization_of_dense_layers_is_over_each_sample():
    network = mlp_discriminator((2,), width=6, depth=1, normalization="layer")
    kernel, bias, gain, shift, last, constant = network.get_weights()
    points = toys.points(5)
    hidden = points @ kernel + bias
    mean, spread = hidden.mean(1, keepdims=True), hidden.std(1, keepdims=True)
    hidden = (hidden - mean) / np.sqrt(spread**2 + 1e-5) * gain + shift
    expected = np.where(hidden > 0, hidden, 0.2 * hidden) @ last + constant
    np.testing.assert_allclose(network(points), expected[:, 0], atol=1e-4)


@pytest.mark.parametrize("make", [dcgan_discriminator, mlp_discriminator])
def test_a_spectral_discriminator_comes_back_with_its_vectors(make, tmp_path):
    network = make((8, 8, 1), width=4, normalization="spectral")
    images = toys.pictures(4)
    network(images, training=True)
    network.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(again(images), network(images))


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("make", [dcgan_discriminator, mlp_discriminator])
@pytest.mark.parametrize("normalization", ["layer", "spectral"])
def test_half_precision_scores_are_single_and_near(make, normalization, policy):
    arguments = {"image_shape": (16, 16, 1), "width": 4, "normalization": normalization}
    single = make(**arguments)
    keras.config.set_dtype_policy(policy)
    try:
        half = make(**arguments)
    finally:
        keras.config.set_dtype_policy("float32")
    half.set_weights(single.get_weights())
    images = toys.pictures(4, (16, 16, 1))
    assert half(images).dtype == "float32"
    np.testing.assert_allclose(half(images), single(images), atol=5e-2)


def test_the_weights_of_a_style_are_those_of_its_kernels():
    ones = layer_config.LayerConfig(weights=keras.initializers.Ones)
    images = keras.Input((16, 16, 1))
    network = keras.Model(images, kg.networks.dcgan.downward_path(images, 4, ones))
    assert {float(one.min()) for one in network.get_weights()} == {1.0}


def test_a_normalization_that_a_network_does_not_know_is_refused():
    with pytest.raises(
        ValueError,
        match=r'(?s)Expected: "layer", "spectral" or None.*\'batch\'.*What to do: ',
    ):
        mlp_discriminator(normalization="batch")
