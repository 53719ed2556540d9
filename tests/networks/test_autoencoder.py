import keras
import numpy as np
import pytest
import tensorflow as tf
import toys

import keras_gan as kg
from keras_gan.networks import autoencoder_discriminator, mlp_autoencoder

ERRORS = {"squared": np.square, "absolute": np.abs}


def layer_output(network, images, layer):
    """Returns the output of an inner layer, as in the documentation's example."""
    output = network.get_layer(layer).output
    return np.asarray(keras.Model(network.input, output)(images))


def build(shape, **arguments):
    """Returns a small autoencoder of images or points."""
    if len(shape) == 1:
        return mlp_autoencoder(shape, **{"code_dim": 5, "width": 8, **arguments})
    return autoencoder_discriminator(shape, **{"code_dim": 5, "width": 4, **arguments})


def test_parameters_by_hand():
    network = autoencoder_discriminator((28, 28, 1), code_dim=16, width=8)
    encoder = 16 * 1 * 8 + 16 * 8 * 16
    code = 7 * 7 * 16 * 16 + 16
    decoder = 7 * 7 * 16 * 16 + 16 * 16 * 8 + 16 * 8 * 1
    assert network.count_params() == encoder + code + decoder
    network = mlp_autoencoder((2,), code_dim=3, width=8, depth=2)
    encoder = (2 * 8 + 8) + (8 * 8 + 8) + (8 * 3 + 3)
    decoder = (3 * 8 + 8) + (8 * 8 + 8) + (8 * 2 + 2)
    assert network.count_params() == encoder + decoder


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("shape", [(8, 8, 1), (9, 17, 3), (4, 5, 1), (2,)])
def test_the_score_is_minus_the_mean_error_of_the_reconstruction(shape, error):
    network = build(shape, error=error)
    images = toys.pictures(6, shape)
    code, reconstruction = (
        layer_output(network, images, layer) for layer in ("code", "reconstruction")
    )
    assert code.shape == (6, 5)
    assert reconstruction.shape == images.shape
    axes = tuple(range(1, images.ndim))
    expected = -ERRORS[error](images - reconstruction).mean(axis=axes)
    scores = network(images)
    assert scores.shape == (6,)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)
    assert np.max(scores) < 0


def test_images_are_bounded_by_tanh_and_points_are_unbounded():
    images = toys.pictures(4)
    network = build((8, 8, 1))
    network.set_weights([30.0 * w for w in network.get_weights()])
    reconstruction = layer_output(network, images, "reconstruction")
    assert 0.9 < np.abs(reconstruction).max() <= 1.0
    network = build((2,))
    network.set_weights([9.0 * w for w in network.get_weights()])
    reconstruction = layer_output(network, toys.points(4), "reconstruction")
    assert np.abs(reconstruction).max() > 1.0


def test_the_code_is_dense_without_activation():
    network = mlp_autoencoder((2,), code_dim=3, width=4, depth=1)
    kernel, bias, kernel_of_code, bias_of_code = network.get_weights()[:4]
    points = toys.points(5)
    hidden = points @ kernel + bias
    expected = np.where(hidden > 0, hidden, 0.2 * hidden) @ kernel_of_code
    code = layer_output(network, points, "code")
    np.testing.assert_allclose(code, expected + bias_of_code, rtol=1e-5, atol=1e-6)
    assert code.min() < 0


def layer_names(network):
    """Returns the class names of a network's layers."""
    return [type(layer).__name__ for layer in network.layers]


@pytest.mark.parametrize("normalization", [None, "batch", "layer", "spectral"])
def test_a_normalization_is_in_encoder_and_decoder(normalization):
    network = autoencoder_discriminator(
        (16, 16, 1), code_dim=5, width=4, normalization=normalization
    )
    layers = layer_names(network)
    norms = {"batch": "BatchNormalization", "layer": "GroupNormalization"}
    # 4 and 8 channels of the encoder, the first without; 8 and 4 of the decoder.
    for name, layer in norms.items():
        assert layers.count(layer) == (3 if name == normalization else 0)
    kernels = 2 + 1 + 3
    expected = kernels if normalization == "spectral" else 0
    assert layers.count("SpectralNormalization") == expected
    scores = network(toys.pictures(3, (16, 16, 1)), training=True)
    assert np.isfinite(scores).all()


def test_training_reduces_the_error_of_real_images():
    images = kg.images.to_float(kg.data.embedded.shipped().images[:64])
    network = autoencoder_discriminator((28, 28, 1), code_dim=8, width=8)
    before = np.mean(network(images))
    network.compile(keras.optimizers.Adam(1e-2), loss=lambda _, scores: -scores)
    network.fit(images, np.zeros(64), batch_size=16, epochs=10, verbose=0)
    assert np.mean(network(images)) > 0.5 * before


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("shape", [(9, 8, 1), (2,)])
def test_errors_are_single_precision(policy, shape):
    keras.config.set_dtype_policy(policy)
    try:
        network = build(shape)
    finally:
        keras.config.set_dtype_policy("float32")
    dense = [x for x in network.layers if isinstance(x, keras.layers.Dense)]
    assert dense[0].compute_dtype == policy.removeprefix("mixed_")
    images = toys.pictures(6, shape)
    code, reconstruction = (
        layer_output(network, images, layer) for layer in ("code", "reconstruction")
    )
    scores = np.asarray(network(images))
    assert code.dtype == reconstruction.dtype == scores.dtype == np.float32
    axes = tuple(range(1, images.ndim))
    expected = -np.square(images - reconstruction).mean(axis=axes)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(9, 8, 1), (2,)])
@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_gradients_of_both_orders_are_the_same_compiled(shape, xla):
    network = build(shape)
    images = tf.constant(toys.pictures(3, shape))

    def gradients(images):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(images)
                scores = network(images, training=True)
            input_gradients = inner.gradient(scores, images)
            squares = tf.reduce_sum(input_gradients**2)
        kernel = network.trainable_variables[0].value
        return input_gradients, outer.gradient(squares, kernel)

    eager = gradients(images)
    compiled = tf.function(gradients, jit_compile=xla)(images)
    for expected, gradient in zip(eager, compiled, strict=True):
        assert np.abs(expected).max() > 0
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("builder", [autoencoder_discriminator, mlp_autoencoder])
def test_an_unknown_error_function_suggests_a_similar_one(builder):
    owner = f"`error` of {builder.__name__}"
    message = toys.stated(owner, "error='square'", '"squared"?')
    with pytest.raises(ValueError, match=message):
        builder((8, 8, 1), error="square")


def test_a_gan_trains_an_autoencoder():
    gan = kg.GAN(
        kg.networks.dcgan_generator((8, 8, 1), latent_dim=4, width=4),
        build((8, 8, 1)),
        seed=0,
    )
    gan.compile(run_eagerly=True)
    history = gan.fit(toys.pictures(), batch_size=16, verbose=0).history
    assert history["real_score"][0] < 0
    assert history["fake_score"][0] < 0
