import keras
import numpy as np
import pytest
import tensorflow as tf
import toys

import keras_gan as kg
from keras_gan.networks import dcgan_discriminator, layer_config, mlp_discriminator


def layers_of(network, layer_class):
    return [layer for layer in network.layers if isinstance(layer, layer_class)]


def spectral_norms(network):
    """Returns the spectral norms of a network's normalized kernels."""
    wrapped = layers_of(network, kg.layers.SpectralNormalization)
    kernels = [layer.normalized_kernel().numpy() for layer in wrapped]
    matrices = [kernel.reshape(-1, kernel.shape[-1]) for kernel in kernels]
    return [np.linalg.svd(matrix, compute_uv=False)[0] for matrix in matrices]


@pytest.mark.parametrize("builder", [dcgan_discriminator, mlp_discriminator])
def test_every_kernel_of_a_spectral_discriminator_has_norm_one(builder):
    network = builder((16, 16, 1), width=4, normalization="spectral")
    for _ in range(60):
        kg.layers.update_spectral_norm(network)
    assert len(spectral_norms(network)) == 3
    np.testing.assert_allclose(spectral_norms(network), 1.0, atol=0.02)
    plain = {keras.layers.Conv2D, keras.layers.Dense, kg.layers.Conv2D}
    assert not plain & {type(layer) for layer in network.layers}


def test_a_spectral_discriminator_of_points_has_gradients_of_at_most_one():
    network = mlp_discriminator(width=16, normalization="spectral")
    network.set_weights([9.0 * w for w in network.get_weights()])
    for _ in range(60):
        kg.layers.update_spectral_norm(network)
    score = kg.game.Score(network, training=False)
    gradients = score.input_gradients(tf.constant(toys.points()))
    largest_norm = np.linalg.norm(gradients, axis=1).max()
    assert 0.0 < largest_norm <= 1.02**3


def test_layer_normalization_follows_every_hidden_layer():
    for name, count in ((None, 0), ("layer", 3)):
        network = mlp_discriminator((3, 2, 1), width=6, depth=3, normalization=name)
        assert len(layers_of(network, keras.layers.GroupNormalization)) == count


def test_layer_normalization_of_dense_layers_is_over_each_sample():
    network = mlp_discriminator((2,), width=6, depth=1, normalization="layer")
    kernel, bias, gain, shift, last, constant = network.get_weights()
    points = toys.points(5)
    hidden = points @ kernel + bias
    mean, variance = hidden.mean(1, keepdims=True), hidden.var(1, keepdims=True)
    hidden = (hidden - mean) / np.sqrt(variance + 1e-5) * gain + shift
    expected = np.where(hidden > 0, hidden, 0.2 * hidden) @ last + constant
    np.testing.assert_allclose(network(points), expected[:, 0], atol=1e-4)


@pytest.mark.parametrize("builder", [dcgan_discriminator, mlp_discriminator])
def test_a_spectral_discriminator_is_saved_with_its_singular_vectors(builder, tmp_path):
    network = builder((8, 8, 1), width=4, normalization="spectral")
    images = toys.pictures(4)
    network(images, training=True)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded(images), network(images))


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("builder", [dcgan_discriminator, mlp_discriminator])
@pytest.mark.parametrize("normalization", ["layer", "spectral"])
def test_half_precision_scores_are_float32_and_close(builder, normalization, policy):
    arguments = {"image_shape": (16, 16, 1), "width": 4, "normalization": normalization}
    single = builder(**arguments)
    keras.config.set_dtype_policy(policy)
    try:
        half = builder(**arguments)
    finally:
        keras.config.set_dtype_policy("float32")
    half.set_weights(single.get_weights())
    images = toys.pictures(4, (16, 16, 1))
    assert half(images).dtype == "float32"
    np.testing.assert_allclose(half(images), single(images), atol=5e-2)


def test_a_layer_config_sets_the_initializer_of_kernels():
    ones = layer_config.LayerConfig(initializer=keras.initializers.Ones)
    images = keras.Input((16, 16, 1))
    network = keras.Model(images, kg.networks.dcgan.encode(images, 4, ones))
    assert {float(kernel.min()) for kernel in network.get_weights()} == {1.0}


def test_an_unsupported_normalization_is_an_error():
    with pytest.raises(
        ValueError,
        match=r"(?s)Expected: .*layer., .spectral. or None.*'batch'.*What to do: ",
    ):
        mlp_discriminator(normalization="batch")
