import keras
import numpy as np
import pytest
from hand_steps import POLICIES, step, under
from toys import facts, set_seed, stated

from keras_gan.networks import dcgan_discriminator, dcgan_generator

SHAPES = [
    (64, 64, 3),
    (28, 28, 1),
    (32, 32, 4),
    (64, 48, 3),
    (30, 45, 3),
    (4, 4, 1),
    (7, 4, 1),
    (9, 17, 2),
    (8, 100, 1),
    (65, 127, 3),
]


def level_sizes(image_shape):
    """Returns the sizes from the image down to the base, by the paper's rule."""
    height, width = image_shape[:2]
    halvings = 0
    while min(height, width) >> halvings > 7:
        halvings += 1
    return [(height >> number, width >> number) for number in range(halvings + 1)]


def layers_of(network, *layer_classes):
    return [layer for layer in network.layers if isinstance(layer, layer_classes)]


def count(network):
    return sum(int(np.prod(w.shape)) for w in network.trainable_variables)


@pytest.fixture(scope="module")
def paper():
    """Returns the networks of the paper, at 64x64x3."""
    return dcgan_generator((64, 64, 3)), dcgan_discriminator((64, 64, 3))


def test_the_networks_of_the_paper_have_its_parameters(paper):
    generator, discriminator = paper
    assert count(generator) == 3_576_704
    assert count(discriminator) == 2_765_568


def test_the_layers_of_the_paper(paper):
    generator, discriminator = paper
    shapes = [
        layer.kernel.shape
        for layer in layers_of(generator, keras.layers.Conv2DTranspose)
    ]
    assert shapes == [
        (4, 4, 512, 100),
        (4, 4, 256, 512),
        (4, 4, 128, 256),
        (4, 4, 64, 128),
        (4, 4, 3, 64),
    ]
    convolutions = [
        layer
        for layer in layers_of(discriminator, keras.layers.Conv2D)
        if not isinstance(layer, keras.layers.Conv2DTranspose)
    ]
    assert [layer.kernel.shape for layer in convolutions] == [
        (4, 4, 3, 64),
        (4, 4, 64, 128),
        (4, 4, 128, 256),
        (4, 4, 256, 512),
        (4, 4, 512, 1),
    ]
    assert not any(layer.use_bias for layer in convolutions)
    norms = [
        layers_of(network, keras.layers.BatchNormalization)
        for network in (generator, discriminator)
    ]
    assert [len(layers) for layers in norms] == [4, 3]
    for norm in [*norms[0], *norms[1]]:
        assert (norm.epsilon, norm.momentum) == (1e-5, 0.9)
        assert norm.synchronized
    leaky = layers_of(discriminator, keras.layers.LeakyReLU)
    assert [layer.negative_slope for layer in leaky] == pytest.approx([0.2] * 4)
    assert len(layers_of(generator, keras.layers.ReLU)) == 4


def test_weights_are_initialized_as_in_the_paper(paper):
    for network in paper:
        for weight in network.trainable_variables:
            values = weight.numpy().ravel()
            mean, std = {"kernel": (0, 0.02), "gamma": (1, 0.02), "beta": (0, 0)}[
                weight.name
            ]
            error = std / np.sqrt(len(values))
            assert abs(values.mean() - mean) <= 5 * error
            assert abs(values.std() - std) <= 5 * error


@pytest.mark.parametrize("image_shape", SHAPES)
def test_networks_of_any_shape_halve_down_to_the_base(image_shape):
    latents = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    generator = dcgan_generator(image_shape, latent_dim=5, width=2)
    discriminator = dcgan_discriminator(image_shape, width=2)
    images = generator(latents)
    assert images.shape == (2, *image_shape)
    assert discriminator(images).shape == (2,)
    sizes = level_sizes(image_shape)
    assert 4 <= min(sizes[-1]) <= 7
    kernels = [
        layer.kernel.shape
        for layer in layers_of(generator, keras.layers.Conv2DTranspose)
    ]
    assert kernels[0][:2] == sizes[-1]
    assert {kernel[:2] for kernel in kernels[1:]} <= {(4, 4)}
    features = [2 * 2 ** min(i, 3) for i in range(len(sizes) - 1)][::-1]
    assert [kernel[2] for kernel in kernels] == [*features, image_shape[2]]
    convolutions = layers_of(discriminator, keras.layers.Conv2D)
    assert [layer.filters for layer in convolutions] == [*features[::-1], 1]
    assert convolutions[-1].kernel_size == sizes[-1]
    outputs = [tuple(layer.output.shape[1:3]) for layer in convolutions[:-1]]
    assert outputs == sizes[1:]


def test_the_size_of_every_feature_map_of_the_generator_doubles():
    generator = dcgan_generator((30, 45, 1), latent_dim=5, width=2)
    sizes = [
        tuple(norm.output.shape[1:3])
        for norm in layers_of(generator, keras.layers.ReLU)
    ]
    assert sizes == level_sizes((30, 45, 1))[:0:-1]


def test_images_are_in_range():
    generator = dcgan_generator((8, 8, 3), latent_dim=5, width=4)
    generator.set_weights([w * 100 for w in generator.get_weights()])
    images = generator(np.random.default_rng(0).normal(size=(9, 5)))
    assert np.abs(images).max() <= 1.0
    assert np.abs(images).max() > 0.9


@pytest.mark.parametrize("normalization", ["batch", "layer", None])
def test_only_batch_normalization_depends_on_other_images(normalization):
    set_seed(0)
    network = dcgan_discriminator((16, 16, 1), width=4, normalization=normalization)
    network.set_weights([10 * w for w in network.get_weights()])
    images = np.random.default_rng(0).uniform(-1, 1, (6, 16, 16, 1)).astype("float32")
    together = network(images, training=True).numpy()
    alone = np.concatenate([network(image[None], training=True) for image in images])
    difference = np.abs(together - alone).max() / np.abs(together).max()
    assert (difference > 1e-2) == (normalization == "batch")
    assert difference < 1e-4 or normalization == "batch"


def test_layer_normalization_is_over_each_image():
    network = dcgan_discriminator((16, 16, 1), width=4, normalization="layer")
    (norm,) = layers_of(network, keras.layers.GroupNormalization)
    features = np.random.default_rng(0).normal(3, 2, (2, 4, 4, 8)).astype("float32")
    mean = features.mean(axis=(1, 2, 3), keepdims=True)
    variance = features.var(axis=(1, 2, 3), keepdims=True)
    expected = (features - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(norm(features), expected, atol=1e-4)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_both_ends_are_single_precision(policy):
    keras.config.set_dtype_policy(policy)
    try:
        generator = dcgan_generator((8, 8, 1), latent_dim=5, width=4)
        discriminator = dcgan_discriminator((8, 8, 1), width=4)
    finally:
        keras.config.set_dtype_policy("float32")
    assert generator.output.dtype == discriminator.output.dtype == "float32"
    classes = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    dtypes = {layer.compute_dtype for layer in layers_of(generator, *classes)}
    assert dtypes == {policy.removeprefix("mixed_")}


@pytest.mark.parametrize("builder", [dcgan_generator, dcgan_discriminator])
@pytest.mark.parametrize(
    "image_shape", [(3, 64, 64), (3, 8, 1), (64, 64), (64, 64, 0), (64.0, 64, 3)]
)
def test_an_invalid_shape_is_an_error(builder, image_shape):
    with pytest.raises(ValueError, match=facts(f"`image_shape` of {builder.__name__}")):
        builder(image_shape)


def test_an_unknown_normalization_suggests_a_similar_one():
    message = stated(
        "`normalization` of dcgan_disc", "normalization='bach'", '"batch"?'
    )
    with pytest.raises(ValueError, match=message):
        dcgan_discriminator((8, 8, 1), normalization="bach")


def small(normalization="batch", num_classes=3):
    """Returns a small generator and discriminator with labels."""
    return (
        dcgan_generator((8, 16, 1), 5, width=2, num_classes=num_classes),
        dcgan_discriminator((8, 16, 1), 2, normalization, num_classes),
    )


def test_labels_are_joined_to_latents_and_to_images(paper):
    generator = dcgan_generator((64, 64, 3), num_classes=10)
    discriminator = dcgan_discriminator((64, 64, 3), num_classes=10)
    # An embedding of 10 x 50; 50 more inputs of the first 4x4 kernel, with 512 filters;
    # or a map to 64 x 64, and one more input of the first 4x4 kernel, with 64 filters.
    assert count(generator) == 3_576_704 + 10 * 50 + 50 * 4 * 4 * 512
    assert count(discriminator) == 2_765_568 + 10 * 50 + 50 * 64 * 64 + 4 * 4 * 64
    for network, name in ((generator, "latents"), (discriminator, "images")):
        assert [x.name for x in network.inputs] == [name, "labels"]
        assert network.inputs[1].dtype == "int32"


def test_class_embeddings_have_the_variance_of_latents():
    (embedding,) = layers_of(small()[0], keras.layers.Embedding)
    values = embedding.embeddings.numpy()
    assert values.shape == (3, 50)
    assert values.std() == pytest.approx(1.0, abs=0.3)


def test_a_label_is_a_channel_computed_from_its_embedding():
    _, network = small()
    (embedding,) = layers_of(network, keras.layers.Embedding)
    (dense,) = layers_of(network, keras.layers.Dense)
    (concatenate,) = layers_of(network, keras.layers.Concatenate)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 8, 16, 1)).astype("float32")
    model = keras.Model(network.inputs, concatenate.output)
    features = model([images, np.array([2, 0])])
    channel = embedding.embeddings.numpy()[[2, 0]] @ dense.kernel.numpy()
    np.testing.assert_array_equal(features[..., :1], images)
    np.testing.assert_allclose(features[..., 1], channel.reshape(2, 8, 16), atol=1e-5)


def test_labels_change_images_and_scores():
    generator, discriminator = small()
    for network in (generator, discriminator):
        network.set_weights([w * 10 for w in network.get_weights()])
    latents = np.random.default_rng(0).normal(size=(1, 5)).astype("float32")
    images = [generator([latents, np.array([label])]).numpy() for label in range(3)]
    scores = [discriminator([images[0], np.array([label])]) for label in range(3)]
    for values in (images, scores):
        assert np.abs(values[0] - values[1]).max() > 1e-3
        assert np.abs(values[1] - values[2]).max() > 1e-3


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral", None])
def test_a_step_of_classes_moves_every_weight(normalization, policy):
    penalized = normalization in ("layer", None)
    step(*under(policy, lambda: small(normalization)), penalized=penalized)


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("normalization", ["layer", "spectral"])
def test_a_step_of_classes_under_xla(normalization, policy):
    networks = under(policy, lambda: small(normalization))
    step(*networks, xla=True, penalized=normalization == "layer")


@pytest.mark.parametrize("builder", [dcgan_generator, dcgan_discriminator])
def test_an_invalid_number_of_classes_is_an_error(builder):
    with pytest.raises(ValueError, match=facts(f"`num_classes` of {builder.__name__}")):
        builder((8, 8, 1), num_classes=0)
