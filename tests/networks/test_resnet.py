import functools
import itertools

import keras
import numpy as np
import pytest
from hand_steps import POLICIES, step, under
from toys import facts, has_keras

import keras_gan as kg
from keras_gan.networks import resnet_discriminator, resnet_generator

CONVOLUTIONS = (keras.layers.Conv2D, kg.layers.SpectralNormalization)


def count(network):
    return sum(int(np.prod(w.shape)) for w in network.trainable_variables)


def convolution(size, before, after):
    """Returns the parameters of a convolution with biases."""
    return size * size * before * after + after


def block_up(before, after):
    """Returns the parameters of a generator block: two norms, 3x3, 3x3, 1x1."""
    norms = 2 * before + 2 * after
    inner = convolution(3, before, after) + convolution(3, after, after)
    return norms + inner + convolution(1, before, after)


def block_down(before, after, shortcut=True):
    """Returns the parameters of a discriminator block: 3x3, 3x3, optionally 1x1."""
    inner = convolution(3, before, before) + convolution(3, before, after)
    return inner + (convolution(1, before, after) if shortcut else 0)


def first_block(after):
    """Returns the parameters of the first discriminator block, of 3 channels."""
    inner = convolution(3, 3, after) + convolution(3, after, after)
    return inner + convolution(1, 3, after)


def generator_of(base, widths):
    """Returns the generator's parameters: dense, blocks, norm, last convolution."""
    dense = 128 * base * base * widths[0] + base * base * widths[0]
    blocks = [block_up(*pair) for pair in itertools.pairwise(widths)]
    return dense + sum(blocks) + 2 * widths[-1] + convolution(3, widths[-1], 3)


CIFAR = 2 * block_down(128, 128, shortcut=False) + block_down(128, 128)
DOWNWARD = [block_down(64 * 2**n, 64 * 2 ** (n + 1)) for n in range(4)]

TABLES = {
    # table 3: 4x4x256 and three blocks of 256; four of 128, two with pooling
    32: (generator_of(4, [256] * 4), first_block(128) + CIFAR + 128 + 1),
    # table 4: 6x6x512, 256, 128, 64; 64, 128, 256, 512, then 1024 without pooling
    48: (
        generator_of(6, [512, 256, 128, 64]),
        first_block(64) + sum(DOWNWARD) + 1024 + 1,
    ),
    # table 5: 4x4x1024, 1024, 512, 256, 128, 64; 64 to 1024, 1024 without pooling
    128: (
        generator_of(4, [1024, 1024, 512, 256, 128, 64]),
        first_block(64)
        + sum(DOWNWARD)
        + block_down(1024, 1024, shortcut=False)
        + 1024
        + 1,
    ),
}


def layers_of(network, layer_class):
    """Yields the layers of a class."""
    return (layer for layer in network.layers if isinstance(layer, layer_class))


def block_shapes(network):
    """Returns the shapes of the outputs of a network's blocks."""
    return [
        tuple(layer.output.shape[1:]) for layer in layers_of(network, keras.layers.Add)
    ]


@functools.cache
def paper(side):
    """Returns both networks of a table of the paper."""
    shape = (side, side, 3)
    return resnet_generator(shape), resnet_discriminator(shape)


def test_the_sums_of_the_smallest_table_by_hand():
    # G: 128 * 4096 + 4096 = 528,384; a block 2 * 590,080 + 65,792 + 1,024 = 1,246,976;
    # 3 blocks 3,740,928; the end 512 + 6,915; in all 4,276,739
    assert TABLES[32][0] == 528_384 + 3 * 1_246_976 + 512 + 6_915 == 4_276_739
    # D: 3x3 of 128 is 147,584, 1x1 is 16,512; first 3,584 + 147,584 + 512 = 151,680;
    # then 311,680 and twice 295,168; the end 129; in all 1,053,825
    assert TABLES[32][1] == 151_680 + 311_680 + 2 * 295_168 + 129 == 1_053_825


@pytest.mark.parametrize("side", [32, 48, pytest.param(128, marks=pytest.mark.slow)])
def test_the_networks_of_the_paper_have_its_parameters(side):
    assert tuple(map(count, paper(side))) == TABLES[side]


@pytest.mark.parametrize(
    ("side", "upward", "downward"),
    [
        (
            32,
            [(8, 8, 256), (16, 16, 256), (32, 32, 256)],
            [(16, 16, 128), (8, 8, 128), (8, 8, 128), (8, 8, 128)],
        ),
        (
            48,
            [(12, 12, 256), (24, 24, 128), (48, 48, 64)],
            [(24, 24, 64), (12, 12, 128), (6, 6, 256), (3, 3, 512), (3, 3, 1024)],
        ),
    ],
)
def test_the_blocks_of_the_paper(side, upward, downward):
    generator, discriminator = paper(side)
    assert block_shapes(generator) == upward
    assert block_shapes(discriminator) == downward


@pytest.mark.parametrize("side", [64, 128])
def test_the_blocks_of_large_images_are_those_of_sagan(side):
    # at 128, times 16: 1024, 512, 256, 128, 64 up; 64 to 1024 and 1024 again down
    shape, sides = (side, side, 3), [2**n for n in range(3, 8) if 2**n <= side]
    generator = resnet_generator(shape, width=4)
    widths = [64, 32, 16, 8, 4][-len(sides) :]
    assert block_shapes(generator) == [
        (s, s, w) for s, w in zip(sides, widths, strict=True)
    ]
    (dense,) = layers_of(generator, keras.layers.Dense)
    assert dense.units == 4 * 4 * 64
    discriminator = resnet_discriminator(shape, width=4)
    halved = [side // 2 for side in sides[::-1]]
    widths = [4, 8, 16, 32, 64][: len(halved)]
    expected = [(s, s, w) for s, w in zip(halved, widths, strict=True)] + [(4, 4, 64)]
    assert block_shapes(discriminator) == expected


def test_weights_are_initialized_as_in_the_authors_code():
    generator, discriminator = paper(32)
    for network, num_wide in ((generator, 6), (discriminator, 8)):
        bounds = []
        for weight in network.trainable_variables:
            if weight.name == "kernel":
                *size, before, after = weight.shape
                pixels = int(np.prod(size))
                glorot = np.sqrt(6 / (pixels * (before + after)))
                bounds.append(float(np.abs(weight).max() / glorot))
            elif weight.name == "bias":
                assert not np.any(weight)
        gains = [round(bound, 1) for bound in bounds]
        assert gains.count(1.4) == num_wide  # sqrt(2), in the 3x3 of the blocks
        assert gains.count(1.0) == len(gains) - num_wide


@pytest.mark.parametrize(
    "image_shape", [(28, 28, 1), (4, 4, 1), (6, 5, 3), (16, 32, 4), (40, 80, 3)]
)
@pytest.mark.parametrize("num_classes", [None, 3])
def test_networks_of_any_shape(image_shape, num_classes):
    if min(image_shape[:2]) < 7 and num_classes and not has_keras(3, 14):
        pytest.skip("Keras 3.14 allows labels that a generator without blocks ignores")
    generator = resnet_generator(image_shape, 5, 2, num_classes)
    discriminator = resnet_discriminator(image_shape, 2, num_classes=num_classes)
    latents = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    labels = [] if num_classes is None else [np.array([2, 0])]
    images = generator([latents, *labels] if labels else latents).numpy()
    assert images.shape == (2, *image_shape)
    assert np.abs(images).max() <= 1.0
    assert discriminator([images, *labels] if labels else images).shape == (2,)
    names = [x.name for x in [*generator.inputs, *discriminator.inputs]]
    label_names = ["labels"] if labels else []
    assert names == ["latents", *label_names, "images", *label_names]
    outputs = [network.layers[-1].name for network in (generator, discriminator)]
    assert outputs == ["images", "scores"]


def test_halves_of_odd_sides_are_rounded_up():
    discriminator = resnet_discriminator((56, 56, 3), width=1)  # 28, 14, 7
    assert [shape[0] for shape in block_shapes(discriminator)] == [28, 14, 7, 4, 4]


def first_generator_block(network, x):
    """Returns the output of the generator's first block, by the paper's figure."""
    norms = [
        layer
        for layer in network.layers
        if type(layer).__name__ == "BatchNormalization"
    ]
    convolutions = {1: [], 3: []}
    for layer in network.layers:
        if isinstance(layer, CONVOLUTIONS):
            convolutions[layer.kernel_size[0]].append(layer)

    def upsample(y):
        return np.repeat(np.repeat(y, 2, axis=1), 2, axis=2)

    y = upsample(np.maximum(norms[0](x), 0))
    y = convolutions[3][0](y)
    y = convolutions[3][1](np.maximum(norms[1](y), 0))
    return y + convolutions[1][0](upsample(x))


def test_a_generator_block_is_that_of_the_paper():
    network = resnet_generator((8, 8, 1), 5, 2)
    for weight in network.weights:
        weight.assign(np.random.default_rng(0).uniform(0.2, 1.0, weight.shape))
    x = np.random.default_rng(1).normal(size=(2, 4, 4, 8)).astype("float32")
    add = next(layers_of(network, keras.layers.Add))
    base = next(layers_of(network, keras.layers.Reshape))
    block = keras.Model(base.output, add.output)
    expected = first_generator_block(network, x)
    np.testing.assert_allclose(block(x), expected, rtol=1e-4)


def test_scores_are_the_sum_of_features_and_of_their_projection():
    network = resnet_discriminator((8, 8, 1), 2, None, num_classes=3)
    for weight in network.weights:
        weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    images = np.random.default_rng(1).uniform(-1, 1, (2, 8, 8, 1)).astype("float32")
    *_, last = layers_of(network, keras.layers.Add)
    x = np.maximum(keras.Model(network.inputs[0], last.output)(images), 0)
    features = x.sum((1, 2))
    (dense,) = layers_of(network, keras.layers.Dense)
    (projection,) = layers_of(network, kg.layers.LabelProjection)
    embeddings = projection.embedding.embeddings.numpy()[[2, 0]]
    kernel, bias = dense.get_weights()
    expected = features @ kernel[:, 0] + bias + np.sum(embeddings * features, axis=1)
    np.testing.assert_allclose(network([images, np.array([2, 0])]), expected, rtol=1e-4)


def test_generator_blocks_have_conditional_batch_normalization():
    network = resnet_generator((8, 8, 1), 5, 2, num_classes=3)
    layer_names = [type(layer).__name__ for layer in network.layers]
    assert layer_names.count("ConditionalBatchNormalization") == 2
    assert layer_names.count("BatchNormalization") == 1
    latents, labels = np.ones((3, 5), "float32"), np.arange(3)
    images = network([latents, labels]).numpy()
    np.testing.assert_allclose(
        images, images[[0, 0, 0]], atol=1e-6
    )  # gains are equal before training
    biases = next(w for w in network.trainable_variables if w.name == "biases")
    biases.assign(np.random.default_rng(0).normal(size=biases.shape))
    images = network([latents, labels]).numpy()
    assert np.abs(images[0] - images[1]).max() > 1e-3


def test_spectral_normalization_applies_to_every_kernel():
    arguments = {"num_classes": 3, "attention": 8, "normalization": "spectral"}
    for builder in (resnet_generator, resnet_discriminator):
        network = builder((16, 16, 1), width=4, **arguments)
        normalized = {
            id(layer.kernel)
            for layer in network._flatten_layers()
            if isinstance(layer, kg.layers.SpectralNormalization)
        }
        kernels = {
            id(weight)
            for weight in network.trainable_variables
            if weight.name in ("kernel", "embeddings")
        }
        assert kernels == normalized


@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral", None])
def test_only_batch_normalization_depends_on_other_images(normalization):
    network = resnet_discriminator((16, 16, 1), 4, normalization)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 1)).astype("float32")
    with kg.layers.frozen_power_iteration():
        together = network(images, training=True).numpy()
        alone = np.concatenate(
            [network(image[None], training=True) for image in images]
        )
    difference = np.abs(together - alone).max() / np.abs(together).max()
    assert (difference > 1e-2) == (normalization == "batch")
    assert difference < 1e-4 or normalization == "batch"


@pytest.mark.parametrize(
    ("builder", "heights"),
    [(resnet_generator, (4, 8, 16)), (resnet_discriminator, (8, 4))],
)
def test_attention_has_the_height_of_a_level(builder, heights):
    for height in heights:
        network = builder((16, 24, 1), width=2, attention=height)
        (layer,) = layers_of(network, kg.layers.SelfAttention2D)
        assert layer.output.shape[1] == height
    message = facts("`attention` must be the height of a level")
    with pytest.raises(ValueError, match=message) as caught:
        builder((16, 24, 1), width=2, attention=5)
    known = ", ".join(map(str, heights))
    assert f"attention of {known} or None" in str(caught.value)


@pytest.mark.parametrize("image_shape", [(33, 40, 3), (9, 4, 1), (5, 31, 1)])
def test_images_of_any_sides_are_scored(image_shape):
    discriminator = resnet_discriminator(
        image_shape, 2, attention=-(-image_shape[0] // 2)
    )
    sides = [shape[:2] for shape in block_shapes(discriminator)]
    halved = [tuple(-(-side // 2) for side in image_shape[:2])]
    while len(halved) < len(set(sides)):
        halved.append(tuple(-(-side // 2) for side in halved[-1]))
    assert list(dict.fromkeys(sides)) == halved
    images = np.random.default_rng(0).uniform(-1, 1, (3, *image_shape))
    scores = discriminator(images).numpy()
    assert np.isfinite(scores).all()
    assert len(set(scores)) == 3
    images[:, -1, -1] += 1  # the last row and column have an effect
    assert (discriminator(images).numpy() != scores).all()


def test_sides_that_are_not_a_base_doubled_are_an_error():
    with pytest.raises(ValueError, match=facts("multiples of 8 for a residual")):
        resnet_generator((36, 36, 3))


@pytest.mark.parametrize("builder", [resnet_generator, resnet_discriminator])
def test_an_invalid_argument_is_an_error(builder):
    owner = builder.__name__
    with pytest.raises(ValueError, match=facts(f"`num_classes` of {owner}")):
        builder((8, 8, 3), num_classes=0)
    with pytest.raises(ValueError, match=facts(f"`normalization` of {owner}")):
        builder((8, 8, 3), normalization="spectre")


def small(num_classes, normalization, attention=4):
    """Returns a small generator and discriminator."""
    kernels = "spectral" if normalization == "spectral" else None
    return (
        resnet_generator((8, 8, 1), 5, 2, num_classes, attention, kernels),
        resnet_discriminator((8, 8, 1), 2, normalization, num_classes, attention),
    )


VARIANTS = [(3, "spectral"), (None, "spectral"), (3, "layer"), (None, None)]
"""Pairs of `num_classes` and `normalization`."""


STEPS = [
    pytest.param(*variant, policy, marks=[pytest.mark.slow] if rare else [])
    for variant, policy in itertools.product(VARIANTS, POLICIES)
    for rare in [variant != VARIANTS[0] and policy != "float32"]
]
"""All of them in every precision; in half precision, the first is the usual one."""


@pytest.mark.parametrize(("num_classes", "normalization", "policy"), STEPS)
def test_a_step_has_finite_gradients_for_every_weight(
    num_classes, normalization, policy
):
    networks = under(policy, lambda: small(num_classes, normalization))
    step(*networks, penalized=normalization != "spectral")


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("num_classes", "normalization"), VARIANTS)
def test_a_step_under_xla(num_classes, normalization, policy):
    networks = under(policy, lambda: small(num_classes, normalization))
    step(*networks, xla=True, penalized=normalization != "spectral")
