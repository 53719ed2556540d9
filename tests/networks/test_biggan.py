import dataclasses
import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, precision, set_seed

import keras_gan as kg
from keras_gan.networks import biggan, biggan_discriminator, biggan_generator

CLASSES = 3
LABELS = np.array([0, 1, 2, 1], "int32")

UPWARD = {  # tables 4 to 6: output side and channels in widths of each block
    128: [(4, 16), (8, 16), (16, 8), (32, 4), (64, 2), (128, 1)],
    256: [(4, 16), (8, 16), (16, 8), (32, 8), (64, 4), (128, 2), (256, 1)],
    512: [(4, 16), (8, 16), (16, 8), (32, 8), (64, 4), (128, 2), (256, 1), (512, 1)],
}
DOWNWARD = {
    128: [(64, 1), (32, 2), (16, 4), (8, 8), (4, 16), (4, 16)],
    256: [(128, 1), (64, 2), (32, 4), (16, 8), (8, 8), (4, 16), (4, 16)],
    512: [(256, 1), (128, 1), (64, 2), (32, 4), (16, 8), (8, 8), (4, 16), (4, 16)],
}
PUBLISHED = {  # 128: the paper, 70.4M and 88.0M, to the digit in compare_gan, as all
    128: (70_433_988, 87_982_370),
    256: (82_097_604, 98_635_298),
    512: (82_468_068, 98_801_378),
}
EXTRA = {  # parameters that compare_gan does not have
    # compare_gan has attention at 128x128, with 192 channels; table 5 at 64x64, with
    # 384: four 1x1 convolutions, two to an eighth of the channels, two with a half.
    (256, 0): 5 * (384**2 - 192**2) // 4,
    # compare_gan has no shortcut convolution in a block that pools and keeps its
    # channels; figure 15 (c) and the author's code have one.
    (256, 1): 768 * 768 + 768,
    (512, 1): 768 * 768 + 768 + 96 * 96 + 96,
}


def parameters(network):
    """Returns the number of trainable parameters."""
    return sum(int(np.prod(w.shape)) for w in network.trainable_variables)


def block_shapes(network):
    """Returns heights and channels: of the base and all blocks, and of attention."""
    shapes = {layer.name: layer.output.shape for layer in network.layers}
    attention = shapes["attention"][1], shapes["attention"][3]
    names = [name for name in shapes if name == "base" or name.startswith("block_")]
    return [(shapes[name][1], shapes[name][3]) for name in names], attention


@pytest.mark.parametrize("size", [128, 256, pytest.param(512, marks=pytest.mark.slow)])
@pytest.mark.parametrize("role", [0, 1], ids=["generator", "discriminator"])
def test_the_published_networks_have_their_channels_and_parameters(
    size, role, monkeypatch
):
    zeros = dataclasses.replace(biggan.CONFIG, initializer=keras.initializers.Zeros)
    monkeypatch.setattr(biggan, "CONFIG", zeros)  # orthogonal kernels take a minute
    builder = (biggan_generator, biggan_discriminator)[role]
    network = builder((size, size, 3), num_classes=1000)
    shapes, attention = block_shapes(network)
    table = (UPWARD, DOWNWARD)[role][size]
    assert shapes == [(side, 96 * factor) for side, factor in table]
    assert attention == next((side, 96 * n) for side, n in table if side == 64)
    assert role or network.inputs[0].shape == (None, 20 * len(table))
    count, published = parameters(network), PUBLISHED[size][role]
    assert count - published == EXTRA.get((size, role), 0)
    assert count == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(
    ("image_shape", "ups", "downs", "attention"),
    [  # below 128 the author's code: from 64 on 2 * width in the last block
        ((8, 9, 1), [4, 4], [4, 4, 4, 4], 4),
        ((16, 16, 3), [4, 4, 4], [4, 4, 4, 4], 8),
        ((28, 28, 1), [4, 4, 4], [4, 4, 4, 4], 14),
        ((32, 48, 4), [4, 4, 4, 4], [4, 4, 4, 4], 16),
        ((96, 64, 3), [16, 16, 8, 4, 2], [1, 2, 4, 8, 16], 48),
    ],
)
def test_smaller_networks_of_any_shape(image_shape, ups, downs, attention):
    if image_shape == (8, 9, 1):
        with pytest.raises(ValueError, match=facts("multiples of 2 for BigGAN")):
            biggan_generator(image_shape, CLASSES)
        image_shape = (8, 10, 1)
    generator = biggan_generator(image_shape, CLASSES, width=2)
    discriminator = biggan_discriminator(image_shape, CLASSES, width=2)
    for network, widths in ((generator, ups), (discriminator, downs)):
        shapes, attention_shape = block_shapes(network)
        assert [channels for _, channels in shapes] == [2 * factor for factor in widths]
        assert attention_shape[0] == attention
    latents = np.ones((4, generator.inputs[0].shape[1]), "float32")
    images = generator([latents, LABELS])
    assert images.shape == (4, *image_shape)
    assert np.abs(images).max() <= 1.0
    assert discriminator([images.numpy(), LABELS]).shape == (4,)


def test_below_64_pixels_two_blocks_halve():
    shapes, _ = block_shapes(biggan_discriminator((32, 32, 3), CLASSES, width=1))
    assert [side for side, _ in shapes] == [16, 8, 8, 8]
    shapes, _ = block_shapes(biggan_discriminator((28, 28, 3), CLASSES, width=1))
    assert [side for side, _ in shapes] == [14, 7, 7, 7]


@pytest.mark.parametrize("dim", [3, 5, 12])
def test_each_block_has_its_latents_and_all_the_class(dim):
    network = biggan_generator((16, 16, 1), CLASSES, latent_dim=dim, width=1)
    inner = [network.get_layer(name).output for name in ("base", "block_1", "block_2")]
    stages = keras.Model(network.inputs, inner)
    latents = np.random.default_rng(0).normal(size=(4, dim)).astype("float32")
    before = stages([latents, LABELS])
    chunks = np.array_split(np.arange(dim), 3)
    for number, chunk in enumerate(chunks):
        moved = latents.copy()
        moved[:, chunk[-1]] += 3.0
        after = stages([moved, LABELS])
        differs = [
            np.abs(new - old).max() > 1e-4
            for new, old in zip(after, before, strict=True)
        ]
        assert differs == [stage >= number for stage in range(3)]
    after = stages([latents, (LABELS + 1) % CLASSES])
    differs = [
        np.abs(new - old).max() > 1e-4 for new, old in zip(after, before, strict=True)
    ]
    assert differs == [False, True, True]


def spectral_layers(model):
    """Returns the layers with a kernel of spectral norm 1, nested ones too."""
    layer_class = kg.layers.SpectralNormalization
    return [x for x in model._flatten_layers() if isinstance(x, layer_class)]


def convolve(x, layer):
    """Returns the convolution with a layer's normalized kernel, in NumPy."""
    kernel = layer.normalized_kernel().numpy()
    margin = kernel.shape[0] // 2
    padded = np.pad(x, [(0, 0), (margin, margin), (margin, margin), (0, 0)])
    height, width = x.shape[1:3]
    return layer.layer.bias.numpy() + sum(
        padded[:, a : a + height, b : b + width] @ kernel[a, b]
        for a in range(kernel.shape[0])
        for b in range(kernel.shape[1])
    )


def repeat_pixels(x):
    return x.repeat(2, axis=1).repeat(2, axis=2)


def average_pool(x):
    count, height, width, channels = x.shape
    blocks = x.reshape(count, height // 2, 2, width // 2, 2, channels)
    return blocks.mean(axis=(2, 4))


def layers_of(model, layer_class):
    return [layer for layer in model.layers if isinstance(layer, layer_class)]


def randomize(model):
    """Sets all weights of a model to non-zero random numbers."""
    random = np.random.default_rng(1)
    weights = [random.uniform(0.2, 1.0, w.shape) for w in model.weights]
    signs = [random.choice([-1.0, 1.0], w.shape) for w in model.weights]
    signs = [
        1.0 if "variance" in weight.name else sign
        for sign, weight in zip(signs, model.weights, strict=True)
    ]
    model.set_weights([a * b for a, b in zip(weights, signs, strict=True)])


def test_a_block_of_the_generator_is_that_of_figure_15():
    features, condition = keras.Input((3, 4, 5)), keras.Input((6,))
    output = biggan.upsampling_block(features, 2, condition, 1)
    model = keras.Model([features, condition], output)
    randomize(model)
    random = np.random.default_rng(0)
    x, c = random.normal(size=(4, 3, 4, 5)), random.normal(size=(4, 6))
    normalizations = layers_of(model, kg.layers.ConditionalBatchNormalization)

    def activation(x, layer):
        mean, variance = (w.numpy() for w in layer.statistics.weights)
        gain = 1.0 + c @ layer.gains.normalized_kernel().numpy()
        bias = c @ layer.biases.normalized_kernel().numpy()
        x = (x - mean) / np.sqrt(variance + 1e-5)
        return np.maximum(x * gain[:, None, None] + bias[:, None, None], 0.0)

    convolutions = layers_of(model, kg.layers.SpectralNormalization)
    shortcut = next(x for x in convolutions if x.kernel.shape[0] == 1)
    first, second = (x for x in convolutions if x is not shortcut)
    y = convolve(repeat_pixels(activation(x, normalizations[0])), first)
    y = convolve(activation(y, normalizations[1]), second)
    expected = y + convolve(repeat_pixels(x), shortcut)
    inputs = [x.astype("float32"), c.astype("float32")]
    np.testing.assert_allclose(model(inputs), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("number", "channels", "downsample"), [(1, 7, True), (2, 5, True), (3, 5, False)]
)
def test_a_block_of_the_discriminator_is_that_of_figure_15(
    number, channels, downsample
):
    features = keras.Input((4, 6, 5))
    output = biggan.downsampling_block(features, channels, downsample, number)
    model = keras.Model(features, output)
    randomize(model)
    x = np.random.default_rng(0).normal(size=(4, 4, 6, 5))
    convolutions = layers_of(model, kg.layers.SpectralNormalization)
    first, second = (x for x in convolutions if x.kernel.shape[0] == 3)
    shortcuts = [x for x in convolutions if x.kernel.shape[0] == 1]
    y = convolve(np.maximum(x, 0.0) if number > 1 else x, first)
    y = convolve(np.maximum(y, 0.0), second)
    if downsample:
        expected = average_pool(y) + average_pool(convolve(x, *shortcuts))
    else:
        expected = y + x
    tolerance = {"rtol": 1e-3, "atol": 1e-3}
    np.testing.assert_allclose(model(x.astype("float32")), expected, **tolerance)
    assert len(shortcuts) == downsample


def test_the_score_is_linear_in_the_features_and_projects_the_label():
    network = biggan_discriminator((16, 16, 1), CLASSES, width=2)
    randomize(network)
    projection = network.get_layer("projection")
    last = network.get_layer("block_4").output
    features = keras.Model(network.inputs, last)([pictures(4, (16, 16, 1)), LABELS])
    sums = np.maximum(features, 0.0).sum(axis=(1, 2))
    dense = next(x for x in spectral_layers(network) if x.kernel.shape == (8, 1))
    vectors = projection.embedding.normalized_kernel().numpy()
    expected = sums @ dense.normalized_kernel().numpy()[:, 0] + dense.layer.bias.numpy()
    expected += np.sum(vectors[LABELS] * sums, axis=1)
    scores = network([pictures(4, (16, 16, 1)), LABELS])
    np.testing.assert_allclose(scores, expected, rtol=1e-4)


@pytest.mark.parametrize("builder", [biggan_generator, biggan_discriminator])
def test_all_weights_begin_orthogonal_and_none_like_another(builder):
    network = builder((16, 16, 1), CLASSES, width=2)
    matrices = [
        weight.numpy().reshape(-1, weight.shape[-1])
        for weight in network.trainable_variables
        if len(weight.shape) > 1
    ]
    for matrix in matrices:
        small = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
        products = small.T @ small
        np.testing.assert_allclose(products, np.eye(len(products)), atol=1e-5)
    contents = [matrix.tobytes() for matrix in matrices if matrix.size > 1]
    assert len(contents) == len(set(contents)) > 15


@pytest.mark.parametrize("builder", [biggan_generator, biggan_discriminator])
def test_every_kernel_has_spectral_norm_one_but_the_generators_classes(builder):
    network = builder((16, 16, 1), CLASSES, width=2)
    wrapped = spectral_layers(network)
    normalized = {id(layer.kernel) for layer in wrapped}
    others = [
        weight.path
        for weight in network.trainable_variables
        if len(weight.shape) > 1 and id(weight) not in normalized
    ]
    expected = ["class_embedding/embeddings"] if builder is biggan_generator else []
    assert others == expected


def hinge_step(generator, discriminator, latents, real):
    """Returns the hinge losses of both networks, and the gradients of each."""
    labels = tf.constant(LABELS)
    with tf.GradientTape(persistent=True) as tape:
        fake = generator([latents, labels], training=True)
        real_scores = discriminator([real, labels], training=True)
        scores = discriminator([fake, labels], training=True)
        losses = (
            -tf.reduce_mean(scores),
            tf.reduce_mean(tf.nn.relu(1.0 - real_scores) + tf.nn.relu(1.0 + scores)),
        )
    pairs = zip(losses, (generator, discriminator), strict=True)
    return losses, [
        tape.gradient(loss, [w.value for w in network.trainable_variables])
        for loss, network in pairs
    ]


def build_pair():
    """Returns a small generator and discriminator, the same in every call."""
    set_seed(0)
    arguments = {"image_shape": (16, 16, 1), "num_classes": CLASSES, "width": 2}
    generator = biggan_generator(**arguments, latent_dim=6)
    return generator, biggan_discriminator(**arguments)


def draw_batch():
    """Returns latents and real images."""
    latents = kg.latents.Normal(6).draw(kg.random.Random(0), 4)
    return latents, tf.constant(pictures(4, (16, 16, 1)))


def test_every_weight_has_a_gradient_with_an_open_attention_gate():
    networks = build_pair()
    for network in networks:
        network.get_layer("attention").gate.assign(0.5)
    _, gradient_lists = hinge_step(*networks, *draw_batch())
    for network, gradients in zip(networks, gradient_lists, strict=True):
        pairs = zip(network.trainable_variables, gradients, strict=True)
        for weight, gradient in pairs:
            assert np.abs(gradient).max() > 0, weight.path


def check_step(policy, tolerance, compile_step):
    """Asserts that a step's losses are close to those of eager single precision."""
    expected, _ = hinge_step(*build_pair(), *draw_batch())
    with precision(policy):
        networks = build_pair()
    step = compile_step(lambda *batch: hinge_step(*networks, *batch))
    losses, gradients = step(*draw_batch())
    np.testing.assert_allclose(losses, expected, rtol=tolerance, atol=tolerance)
    assert all(np.isfinite(value).all() for value in tf.nest.flatten(gradients))


HALF = {"mixed_bfloat16": 0.1, "mixed_float16": 0.02}
"""Tolerance of the losses by policy."""


@pytest.mark.parametrize(
    "policy",
    ["mixed_float16", pytest.param("mixed_bfloat16", marks=pytest.mark.slow)],
)
def test_a_step_in_half_precision_is_near(policy):
    check_step(policy, HALF[policy], lambda step: step)


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["float32", *HALF])
def test_a_step_under_xla_is_near(policy):
    xla = functools.partial(tf.function, jit_compile=True)
    check_step(policy, HALF.get(policy, 1e-4), xla)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"image_shape": (4, 4, 1)}, "a short side of 8 to 1023 pixels"),
        ({"image_shape": (1024, 1024, 3)}, "a short side of 8 to 1023 pixels"),
        ({"image_shape": (30, 30, 1)}, "multiples of 4 for BigGAN"),
        ({"num_classes": 0}, "`num_classes` of biggan_"),
        ({"width": 0}, "`width` of biggan_"),
    ],
)
def test_an_invalid_argument_is_an_error(changes, words):
    defaults = {"image_shape": (16, 16, 1), "num_classes": CLASSES, "width": 1}
    for builder in (biggan_generator, biggan_discriminator):
        with pytest.raises(ValueError, match=facts(words)):
            builder(**{**defaults, **changes})


def test_fewer_latents_than_chunks_are_an_error():
    with pytest.raises(ValueError, match=r"(?s)number of chunks.*3 or more.*=60"):
        biggan_generator((16, 16, 1), CLASSES, latent_dim=2)
