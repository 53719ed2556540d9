import functools
import itertools

import keras
import numpy as np
import pytest
from hand_steps import POLICIES, step, under
from toys import facts

import keras_gan as kg
from keras_gan.networks import resnet_discriminator, resnet_generator

CONVOLUTIONS = (keras.layers.Conv2D, kg.layers.SpectralNormalization)


def count(network):
    return sum(int(np.prod(one.shape)) for one in network.trainable_variables)


def convolution(size, before, after):
    """Returns the parameters of a convolution with biases."""
    return size * size * before * after + after


def block_up(before, after):
    """Returns the parameters of a block of G: two norms, 3x3, 3x3, 1x1."""
    norms = 2 * before + 2 * after
    inner = convolution(3, before, after) + convolution(3, after, after)
    return norms + inner + convolution(1, before, after)


def block_down(before, after, shortcut=True):
    """Returns the parameters of a block of D: 3x3, 3x3, and perhaps 1x1."""
    inner = convolution(3, before, before) + convolution(3, before, after)
    return inner + (convolution(1, before, after) if shortcut else 0)


def first_block(after):
    """Returns the parameters of the block next to an image of 3 channels."""
    inner = convolution(3, 3, after) + convolution(3, after, after)
    return inner + convolution(1, 3, after)


def generator_of(base, widths):
    """Returns the parameters of G: dense, blocks, norm, convolution to 3 channels."""
    dense = 128 * base * base * widths[0] + base * base * widths[0]
    blocks = [block_up(*pair) for pair in itertools.pairwise(widths)]
    return dense + sum(blocks) + 2 * widths[-1] + convolution(3, widths[-1], 3)


CIFAR = 2 * block_down(128, 128, shortcut=False) + block_down(128, 128)
DOWNWARD = [block_down(64 * 2**n, 64 * 2 ** (n + 1)) for n in range(4)]

TABLES = {
    # table 3: 4x4x256 and three blocks of 256; four of 128, two of which halve
    32: (generator_of(4, [256] * 4), first_block(128) + CIFAR + 128 + 1),
    # table 4: 6x6x512, 256, 128, 64; 64, 128, 256, 512, then 1024 that does not halve
    48: (
        generator_of(6, [512, 256, 128, 64]),
        first_block(64) + sum(DOWNWARD) + 1024 + 1,
    ),
    # table 5: 4x4x1024, 1024, 512, 256, 128, 64; 64 to 1024, then 1024 that stays
    128: (
        generator_of(4, [1024, 1024, 512, 256, 128, 64]),
        first_block(64)
        + sum(DOWNWARD)
        + block_down(1024, 1024, shortcut=False)
        + 1024
        + 1,
    ),
}


def blocks_of(network):
    """Returns the shapes of the features behind each block of a network."""
    return [
        tuple(layer.output.shape[1:])
        for layer in network.layers
        if isinstance(layer, keras.layers.Add)
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
    assert blocks_of(generator) == upward
    assert blocks_of(discriminator) == downward


@pytest.mark.parametrize("side", [64, 128])
def test_the_blocks_of_large_images_are_those_of_sagan(side):
    # at 128, times 16: 1024, 512, 256, 128, 64 up; 64 to 1024 and 1024 again down
    shape, sides = (side, side, 3), [2**n for n in range(3, 8) if 2**n <= side]
    generator = resnet_generator(shape, width=4)
    widths = [64, 32, 16, 8, 4][-len(sides) :]
    assert blocks_of(generator) == [
        (s, s, w) for s, w in zip(sides, widths, strict=True)
    ]
    (dense,) = (one for one in generator.layers if isinstance(one, keras.layers.Dense))
    assert dense.units == 4 * 4 * 64
    discriminator = resnet_discriminator(shape, width=4)
    halved = [side // 2 for side in sides[::-1]]
    widths = [4, 8, 16, 32, 64][: len(halved)]
    expected = [(s, s, w) for s, w in zip(halved, widths, strict=True)] + [(4, 4, 64)]
    assert blocks_of(discriminator) == expected


def test_weights_are_drawn_as_in_the_authors_program():
    generator, discriminator = paper(32)
    for network, wide in ((generator, 6), (discriminator, 8)):
        bounds = []
        for weight in network.trainable_variables:
            if weight.name == "kernel":
                *size, before, after = weight.shape
                places = int(np.prod(size))
                glorot = np.sqrt(6 / (places * (before + after)))
                bounds.append(float(np.abs(weight).max() / glorot))
            elif weight.name == "bias":
                assert not np.any(weight)
        gains = [round(bound, 1) for bound in bounds]
        assert gains.count(1.4) == wide  # sqrt(2), in the 3x3 of the blocks
        assert gains.count(1.0) == len(gains) - wide


@pytest.mark.parametrize(
    "image_shape", [(28, 28, 1), (4, 4, 1), (6, 5, 3), (16, 32, 4), (40, 80, 3)]
)
@pytest.mark.parametrize("num_classes", [None, 3])
def test_networks_of_any_shape(image_shape, num_classes):
    generator = resnet_generator(image_shape, 5, 2, num_classes)
    discriminator = resnet_discriminator(image_shape, 2, num_classes=num_classes)
    latents = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    labels = [] if num_classes is None else [np.array([2, 0])]
    images = generator([latents, *labels] if labels else latents).numpy()
    assert images.shape == (2, *image_shape)
    assert np.abs(images).max() <= 1.0
    assert discriminator([images, *labels] if labels else images).shape == (2,)
    names = [one.name for one in [*generator.inputs, *discriminator.inputs]]
    more = ["labels"] if labels else []
    assert names == ["latents", *more, "images", *more]
    ends = [one.layers[-1].name for one in (generator, discriminator)]
    assert ends == ["images", "scores"]


def test_odd_sides_are_halved_to_the_next_whole_number():
    discriminator = resnet_discriminator((56, 56, 3), width=1)  # 28, 14, 7
    assert [shape[0] for shape in blocks_of(discriminator)] == [28, 14, 7, 4, 4]


def by_hand_up(network, x):
    """Returns the first block of G in NumPy, as the paper draws it."""
    norms = [
        one for one in network.layers if type(one).__name__ == "BatchNormalization"
    ]
    convolutions = [one for one in network.layers if isinstance(one, CONVOLUTIONS)]
    kernels = {one.kernel_size[0]: [] for one in convolutions}
    for one in convolutions:
        kernels[one.kernel_size[0]].append(one)

    def doubled(y):
        return np.repeat(np.repeat(y, 2, axis=1), 2, axis=2)

    y = doubled(np.maximum(norms[0](x), 0))
    y = kernels[3][0](y)
    y = kernels[3][1](np.maximum(norms[1](y), 0))
    return y + kernels[1][0](doubled(x))


def test_a_block_of_the_generator_adds_what_it_upsamples():
    network = resnet_generator((8, 8, 1), 5, 2)
    for weight in network.weights:
        weight.assign(np.random.default_rng(0).uniform(0.2, 1.0, weight.shape))
    x = np.random.default_rng(1).normal(size=(2, 4, 4, 8)).astype("float32")
    add = next(one for one in network.layers if isinstance(one, keras.layers.Add))
    base = next(one for one in network.layers if isinstance(one, keras.layers.Reshape))
    block = keras.Model(base.output, add.output)
    np.testing.assert_allclose(block(x), by_hand_up(network, x), rtol=1e-4)


def test_scores_are_the_sum_of_features_and_of_their_projection():
    network = resnet_discriminator((8, 8, 1), 2, None, num_classes=3)
    for weight in network.weights:
        weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    images = np.random.default_rng(1).uniform(-1, 1, (2, 8, 8, 1)).astype("float32")
    last = [one for one in network.layers if isinstance(one, keras.layers.Add)][-1]
    x = np.maximum(keras.Model(network.inputs[0], last.output)(images), 0)
    features = x.sum((1, 2))
    (dense,) = (one for one in network.layers if isinstance(one, keras.layers.Dense))
    (head,) = (
        one for one in network.layers if isinstance(one, kg.layers.LabelProjection)
    )
    table = head.embedding.embeddings.numpy()
    kernel, bias = dense.get_weights()
    expected = features @ kernel[:, 0] + bias + np.sum(table[[2, 0]] * features, axis=1)
    np.testing.assert_allclose(network([images, np.array([2, 0])]), expected, rtol=1e-4)


def test_classes_have_gains_in_the_blocks_of_the_generator():
    network = resnet_generator((8, 8, 1), 5, 2, num_classes=3)
    kinds = [type(one).__name__ for one in network.layers]
    assert kinds.count("ConditionalBatchNormalization") == 2
    assert kinds.count("BatchNormalization") == 1
    latents, labels = np.ones((3, 5), "float32"), np.arange(3)
    images = network([latents, labels]).numpy()
    np.testing.assert_allclose(images, images[[0, 0, 0]], atol=1e-6)  # equal at first
    tables = [one for one in network.trainable_variables if one.name == "biases"]
    tables[0].assign(np.random.default_rng(0).normal(size=tables[0].shape))
    images = network([latents, labels]).numpy()
    assert np.abs(images[0] - images[1]).max() > 1e-3


def test_spectral_normalization_is_of_every_kernel():
    arguments = {"num_classes": 3, "attention": 8, "normalization": "spectral"}
    for make in (resnet_generator, resnet_discriminator):
        network = make((16, 16, 1), width=4, **arguments)
        wrapped = [
            one
            for one in network._flatten_layers()
            if isinstance(one, kg.layers.SpectralNormalization)
        ]
        inside = {id(one.kernel) for one in wrapped}
        kernels = [
            one
            for one in network.trainable_variables
            if one.name in ("kernel", "embeddings")
        ]
        assert {id(one) for one in kernels} == inside


@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral", None])
def test_only_batch_normalization_looks_at_other_images(normalization):
    network = resnet_discriminator((16, 16, 1), 4, normalization)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 1)).astype("float32")
    with kg.layers.frozen_power_iteration():
        together = network(images, training=True).numpy()
        alone = np.concatenate([network(one[None], training=True) for one in images])
    apart = np.abs(together - alone).max() / np.abs(together).max()
    assert (apart > 1e-2) == (normalization == "batch")
    assert apart < 1e-4 or normalization == "batch"


@pytest.mark.parametrize("make", [resnet_generator, resnet_discriminator])
def test_attention_stands_behind_the_features_of_its_height(make):
    known = {resnet_generator: (4, 8, 16), resnet_discriminator: (2, 4, 8)}[make]
    known = known[1:] if make is resnet_discriminator else known
    for height in known:
        network = make((16, 24, 1), width=2, attention=height)
        (layer,) = (
            one for one in network.layers if isinstance(one, kg.layers.SelfAttention2D)
        )
        assert layer.output.shape[1] == height
    text = ", ".join(map(str, known if make is resnet_generator else known[::-1]))
    with pytest.raises(ValueError, match=facts("no level of this height")) as refused:
        make((16, 24, 1), width=2, attention=5)
    assert f"attention of {text} or None" in str(refused.value)


@pytest.mark.parametrize("image_shape", [(33, 40, 3), (9, 4, 1), (5, 31, 1)])
def test_images_of_any_sides_are_scored(image_shape):
    discriminator = resnet_discriminator(
        image_shape, 2, attention=-(-image_shape[0] // 2)
    )
    sides = [shape[:2] for shape in blocks_of(discriminator)]
    halved = [tuple(-(-side // 2) for side in image_shape[:2])]
    while len(halved) < len(set(sides)):
        halved.append(tuple(-(-side // 2) for side in halved[-1]))
    assert list(dict.fromkeys(sides)) == halved
    images = np.random.default_rng(0).uniform(-1, 1, (3, *image_shape))
    scores = discriminator(images).numpy()
    assert np.isfinite(scores).all()
    assert len(set(scores)) == 3
    images[:, -1, -1] += 1  # the last row and column are seen
    assert (discriminator(images).numpy() != scores).all()


def test_sides_that_do_not_double_are_refused():
    with pytest.raises(ValueError, match=facts("no multiples of")):
        resnet_generator((36, 36, 3))


@pytest.mark.parametrize("make", [resnet_generator, resnet_discriminator])
def test_what_they_cannot_do_is_refused(make):
    with pytest.raises(ValueError, match=facts("counts classes")):
        make((8, 8, 3), num_classes=0)
    with pytest.raises(ValueError, match=facts("no normalization")):
        make((8, 8, 3), normalization="spectre")


def toys(num_classes, normalization, attention=4):
    """Returns both networks at toy size."""
    kernels = "spectral" if normalization == "spectral" else None
    return (
        resnet_generator((8, 8, 1), 5, 2, num_classes, attention, kernels),
        resnet_discriminator((8, 8, 1), 2, normalization, num_classes, attention),
    )


KINDS = [(3, "spectral"), (None, "spectral"), (3, "layer"), (None, None)]
"""Numbers of classes, and normalizations."""


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("num_classes", "normalization"), KINDS)
def test_a_step_moves_every_weight(num_classes, normalization, policy):
    players = under(policy, lambda: toys(num_classes, normalization))
    step(*players, penalized=normalization != "spectral")


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("num_classes", "normalization"), KINDS)
def test_a_step_under_xla(num_classes, normalization, policy):
    players = under(policy, lambda: toys(num_classes, normalization))
    step(*players, xla=True, penalized=normalization != "spectral")
