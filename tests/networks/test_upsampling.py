import keras
import numpy as np
import pytest
import tensorflow as tf
import toys
from toys import set_seed

import keras_gan as kg
from keras_gan.networks import pooling_discriminator, upsampling_generator

SHAPES = [(28, 28, 1), (64, 48, 3), (30, 45, 3), (4, 4, 1), (7, 4, 2), (9, 17, 2)]


def layers_with_kernel(network):
    """Returns the layers with a kernel, in the order of the network."""
    return [x for x in network.layers if any(w.name == "kernel" for w in x.weights)]


def test_parameters_of_the_generator_by_hand():
    network = upsampling_generator((28, 28, 1), latent_dim=100, width=64)
    dense = 100 * 7 * 7 * 128
    norms = 2 * (128 + 64)
    convolutions = 9 * 128 * 64 + 9 * 64 * 1
    count = sum(int(np.prod(w.shape)) for w in network.trainable_variables)
    assert count == dense + norms + convolutions


def test_parameters_of_the_discriminator_by_hand():
    network = pooling_discriminator((28, 28, 1), width=64)
    convolutions = (9 * 1 * 64 + 64) + (9 * 64 * 128 + 128)
    dense = 7 * 7 * 128 + 1
    assert network.count_params() == convolutions + dense


@pytest.mark.parametrize("image_shape", SHAPES)
def test_networks_of_any_shape_have_the_same_base(image_shape):
    latents = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    generator = upsampling_generator(image_shape, latent_dim=5, width=2)
    images = generator(latents)
    assert images.shape == (2, *image_shape)
    assert np.abs(images).max() <= 1.0
    discriminator = pooling_discriminator(image_shape, width=2)
    assert discriminator(images).shape == (2,)
    base = image_shape[:2]
    while min(base) >= 8:
        base = base[0] // 2, base[1] // 2
    flatten = next(x for x in discriminator.layers if "flatten" in x.name)
    assert flatten.input.shape[1:3] == base
    reshape = next(x for x in generator.layers if "reshape" in x.name)
    assert reshape.output.shape[1:3] == base


@pytest.mark.parametrize("image_shape", [(8, 8, 1), (9, 8, 1)])
def test_the_generator_is_upsampling_and_convolution(image_shape):
    network = upsampling_generator(image_shape, latent_dim=3, width=2)
    dense, convolution = layers_with_kernel(network)
    latents = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    base = (latents @ dense.kernel.numpy()).reshape(4, 4, 4, 2)
    base = np.maximum(base / np.sqrt(1 + 1e-5), 0.0)  # initial statistics are 0 and 1
    gamma = next(w for w in network.weights if w.name == "gamma")
    gamma.assign(np.ones(2))
    upsampled = base.repeat(2, axis=1).repeat(2, axis=2)
    extra_rows = image_shape[0] - 8
    padded = np.pad(upsampled, [(0, 0), (1, 1 + extra_rows), (1, 1), (0, 0)])
    kernel = convolution.kernel.numpy()
    sums = sum(
        padded[:, a : a + image_shape[0], b : b + image_shape[1]] @ kernel[a, b]
        for a in range(3)
        for b in range(3)
    )
    np.testing.assert_allclose(network(latents), np.tanh(sums), atol=1e-5)


def test_the_discriminator_is_convolution_and_pooling():
    network = pooling_discriminator((8, 9, 2), width=3)
    convolution, dense = layers_with_kernel(network)
    images = toys.pictures(5, (8, 9, 2))
    padded = np.pad(images, [(0, 0), (1, 1), (1, 1), (0, 0)])
    kernel = convolution.kernel.numpy()
    x = sum(
        padded[:, a : a + 8, b : b + 9] @ kernel[a, b]
        for a in range(3)
        for b in range(3)
    )
    x = np.where(x > 0, x, 0.2 * x)[:, :, :8]
    x = x.reshape(5, 4, 2, 4, 2, 3).mean(axis=(2, 4))
    expected = (x.reshape(5, -1) @ dense.kernel.numpy())[:, 0]
    np.testing.assert_allclose(network(images), expected, atol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_both_ends_are_single_precision(policy):
    keras.config.set_dtype_policy(policy)
    try:
        generator = upsampling_generator((9, 8, 1), latent_dim=5, width=4)
        discriminator = pooling_discriminator((9, 8, 1), width=4)
    finally:
        keras.config.set_dtype_policy("float32")
    scores = discriminator(generator(tf.ones((2, 5))))
    assert generator.output.dtype == scores.dtype == "float32"
    dtypes = {layer.compute_dtype for layer in layers_with_kernel(generator)}
    assert dtypes == {policy.removeprefix("mixed_")}


@pytest.mark.parametrize("builder", [upsampling_generator, pooling_discriminator])
@pytest.mark.parametrize("image_shape", [(3, 64, 64), (64, 64), (64.0, 64, 3)])
def test_an_invalid_shape_is_an_error(builder, image_shape):
    message = toys.facts(f"`image_shape` of {builder.__name__}")
    with pytest.raises(ValueError, match=message):
        builder(image_shape)


def test_a_gan_of_both_networks_trains():
    gan = kg.GAN(
        upsampling_generator((8, 8, 1), latent_dim=4, width=4),
        pooling_discriminator((8, 8, 1), width=4),
        seed=0,
    )
    gan.compile(run_eagerly=True)
    history = gan.fit(toys.pictures(), batch_size=16, epochs=2, verbose=0).history
    assert np.isfinite(history["discriminator_loss"]).all()


def overlap_counts(kernel_size, side=16):
    """Returns the number of overlapping kernels at each pixel, for a stride of 2."""
    layer = keras.layers.Conv2DTranspose(
        1, kernel_size, 2, "same", kernel_initializer="ones", use_bias=False
    )
    overlaps = layer(tf.ones((1, side, side, 1))).numpy()
    return overlaps[:, 2:-2, 2:-2]  # away from the border


def test_kernels_of_odd_size_overlap_unevenly():
    # With size 3, every other pixel is in 2 kernels: counts of 1 or 2 per axis.
    assert set(np.unique(overlap_counts(3))) == {1.0, 2.0, 4.0}
    assert kg.metrics.checkerboard_energy(overlap_counts(3)) == pytest.approx(1.0)
    assert kg.metrics.checkerboard_energy(overlap_counts(4)) == 0.0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_upsampling_has_fewer_checkerboard_artifacts_than_transposed_convolution(seed):
    set_seed(seed)
    latents = kg.latents.Normal(16).draw(kg.random.Random(seed), 32)
    energies = [
        kg.metrics.checkerboard_energy(build((32, 32, 3), 16, width=8)(latents)).mean()
        for build in (kg.networks.dcgan_generator, upsampling_generator)
    ]
    assert energies[0] > 20.0 * energies[1]
