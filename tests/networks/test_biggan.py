import dataclasses
import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, precision

import keras_gan as kg
from keras_gan.networks import biggan, biggan_discriminator, biggan_generator

CLASSES = 3
LABELS = np.array([0, 1, 2, 1], "int32")

UPWARD = {  # tables 4 to 6: what each block makes, sides and channels in widths
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
MORE = {  # than compare_gan, and why
    # It has attention at 128x128, of 192 channels; table 5 has it at 64x64, of 384:
    # four 1x1 convolutions, two to an eighth of the channels and two of a half.
    (256, 0): 5 * (384**2 - 192**2) // 4,
    # It has no convolution beside a block that halves and keeps its channels, as
    # figure 15 (c) has and the author's program.
    (256, 1): 768 * 768 + 768,
    (512, 1): 768 * 768 + 768 + 96 * 96 + 96,
}


def parameters(network):
    """Returns the number of trainable parameters."""
    return sum(int(np.prod(one.shape)) for one in network.trainable_variables)


def levels_of(network):
    """Returns height and channels of the base and behind each block, and attention."""
    shapes = {one.name: one.output.shape for one in network.layers}
    attention = shapes["attention"][1], shapes["attention"][3]
    named = [name for name in shapes if name == "base" or name.startswith("block_")]
    return [(shapes[name][1], shapes[name][3]) for name in named], attention


@pytest.mark.parametrize("size", PUBLISHED)
@pytest.mark.parametrize("player", [0, 1], ids=["generator", "discriminator"])
def test_the_published_networks_have_their_channels_and_parameters(
    size, player, monkeypatch
):
    zeros = dataclasses.replace(biggan.STYLE, weights=keras.initializers.Zeros)
    monkeypatch.setattr(biggan, "STYLE", zeros)  # orthogonal ones take a minute
    make = (biggan_generator, biggan_discriminator)[player]
    network = make((size, size, 3), num_classes=1000)
    found, attention = levels_of(network)
    table = (UPWARD, DOWNWARD)[player][size]
    assert found == [(side, 96 * widths) for side, widths in table]
    assert attention == next((s, 96 * widths) for s, widths in table if s == 64)
    assert player or network.inputs[0].shape == (None, 20 * len(table))
    count, published = parameters(network), PUBLISHED[size][player]
    assert count - published == MORE.get((size, player), 0)
    assert count == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(
    ("image_shape", "ups", "downs", "attention"),
    [  # below 128 the author's program: from 64 on twice the width next to the image
        ((8, 9, 1), [4, 4], [4, 4, 4, 4], 4),
        ((16, 16, 3), [4, 4, 4], [4, 4, 4, 4], 8),
        ((28, 28, 1), [4, 4, 4], [4, 4, 4, 4], 14),
        ((32, 48, 4), [4, 4, 4, 4], [4, 4, 4, 4], 16),
        ((96, 64, 3), [16, 16, 8, 4, 2], [1, 2, 4, 8, 16], 48),
    ],
)
def test_smaller_networks_of_any_shape(image_shape, ups, downs, attention):
    if image_shape == (8, 9, 1):
        with pytest.raises(ValueError, match=facts("BigGAN doubles the sides")):
            biggan_generator(image_shape, CLASSES)
        image_shape = (8, 10, 1)
    generator = biggan_generator(image_shape, CLASSES, width=2)
    discriminator = biggan_discriminator(image_shape, CLASSES, width=2)
    for network, widths in ((generator, ups), (discriminator, downs)):
        levels, seen = levels_of(network)
        assert [channels for _, channels in levels] == [2 * one for one in widths]
        assert seen[0] == attention
    latents = np.ones((4, generator.inputs[0].shape[1]), "float32")
    images = generator([latents, LABELS])
    assert images.shape == (4, *image_shape)
    assert np.abs(images).max() <= 1.0
    assert discriminator([images.numpy(), LABELS]).shape == (4,)


def test_below_64_pixels_two_blocks_halve():
    levels, _ = levels_of(biggan_discriminator((32, 32, 3), CLASSES, width=1))
    assert [side for side, _ in levels] == [16, 8, 8, 8]
    levels, _ = levels_of(biggan_discriminator((28, 28, 3), CLASSES, width=1))
    assert [side for side, _ in levels] == [14, 7, 7, 7]


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
        told = [np.abs(a - b).max() > 1e-4 for a, b in zip(after, before, strict=True)]
        assert told == [stage >= number for stage in range(3)]
    after = stages([latents, (LABELS + 1) % CLASSES])
    told = [np.abs(a - b).max() > 1e-4 for a, b in zip(after, before, strict=True)]
    assert told == [False, True, True]


def kernels_of(model):
    """Returns the layers with a kernel of spectral norm 1, in their order."""
    kind = kg.layers.SpectralNormalization
    return [one for one in model._flatten_layers() if isinstance(one, kind)]


def convolved(x, layer):
    """Returns what a convolution of this normalized kernel makes, in NumPy."""
    kernel = layer.normalized_kernel().numpy()
    rim = kernel.shape[0] // 2
    padded = np.pad(x, [(0, 0), (rim, rim), (rim, rim), (0, 0)])
    height, width = x.shape[1:3]
    return layer.layer.bias.numpy() + sum(
        padded[:, a : a + height, b : b + width] @ kernel[a, b]
        for a in range(kernel.shape[0])
        for b in range(kernel.shape[1])
    )


def repeated(x):
    return x.repeat(2, axis=1).repeat(2, axis=2)


def averaged(x):
    count, height, width, channels = x.shape
    blocks = x.reshape(count, height // 2, 2, width // 2, 2, channels)
    return blocks.mean(axis=(2, 4))


def of_kind(model, kind):
    return [one for one in model.layers if isinstance(one, kind)]


def shaken(model):
    """Gives a model weights of which none is zero."""
    random = np.random.default_rng(1)
    weights = [random.uniform(0.2, 1.0, one.shape) for one in model.weights]
    signs = [random.choice([-1.0, 1.0], one.shape) for one in model.weights]
    signs = [
        1.0 if "variance" in weight.name else sign
        for sign, weight in zip(signs, model.weights, strict=True)
    ]
    model.set_weights([a * b for a, b in zip(weights, signs, strict=True)])


def test_a_block_of_the_generator_is_that_of_figure_15():
    features, condition = keras.Input((3, 4, 5)), keras.Input((6,))
    model = keras.Model([features, condition], biggan.upward(features, 2, condition, 1))
    shaken(model)
    random = np.random.default_rng(0)
    x, c = random.normal(size=(4, 3, 4, 5)), random.normal(size=(4, 6))
    normalizations = of_kind(model, kg.layers.ConditionalBatchNormalization)

    def told(x, layer):
        mean, variance = (one.numpy() for one in layer.statistics.weights)
        gain = 1.0 + c @ layer.gains.normalized_kernel().numpy()
        bias = c @ layer.biases.normalized_kernel().numpy()
        x = (x - mean) / np.sqrt(variance + 1e-5)
        return np.maximum(x * gain[:, None, None] + bias[:, None, None], 0.0)

    wide = of_kind(model, kg.layers.SpectralNormalization)
    beside = next(one for one in wide if one.kernel.shape[0] == 1)
    first, second = (one for one in wide if one is not beside)
    y = convolved(repeated(told(x, normalizations[0])), first)
    y = convolved(told(y, normalizations[1]), second)
    expected = y + convolved(repeated(x), beside)
    inputs = [x.astype("float32"), c.astype("float32")]
    np.testing.assert_allclose(model(inputs), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("number", "channels", "halve"), [(1, 7, True), (2, 5, True), (3, 5, False)]
)
def test_a_block_of_the_discriminator_is_that_of_figure_15(number, channels, halve):
    features = keras.Input((4, 6, 5))
    model = keras.Model(features, biggan.downward(features, channels, halve, number))
    shaken(model)
    x = np.random.default_rng(0).normal(size=(4, 4, 6, 5))
    wide = of_kind(model, kg.layers.SpectralNormalization)
    first, second = (one for one in wide if one.kernel.shape[0] == 3)
    beside = [one for one in wide if one.kernel.shape[0] == 1]
    y = convolved(np.maximum(x, 0.0) if number > 1 else x, first)
    y = convolved(np.maximum(y, 0.0), second)
    expected = averaged(y) + averaged(convolved(x, *beside)) if halve else y + x
    near = {"rtol": 1e-3, "atol": 1e-3}
    np.testing.assert_allclose(model(x.astype("float32")), expected, **near)
    assert len(beside) == halve


def test_the_score_is_linear_in_the_features_and_projects_the_label():
    network = biggan_discriminator((16, 16, 1), CLASSES, width=2)
    shaken(network)
    projection = network.get_layer("projection")
    last = network.get_layer("block_4").output
    features = keras.Model(network.inputs, last)([pictures(4, (16, 16, 1)), LABELS])
    sums = np.maximum(features, 0.0).sum(axis=(1, 2))
    dense = next(one for one in kernels_of(network) if one.kernel.shape == (8, 1))
    vectors = projection.embedding.normalized_kernel().numpy()
    expected = sums @ dense.normalized_kernel().numpy()[:, 0] + dense.layer.bias.numpy()
    expected += np.sum(vectors[LABELS] * sums, axis=1)
    found = network([pictures(4, (16, 16, 1)), LABELS])
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("make", [biggan_generator, biggan_discriminator])
def test_all_weights_begin_orthogonal_and_none_like_another(make):
    network = make((16, 16, 1), CLASSES, width=2)
    matrices = [
        one.numpy().reshape(-1, one.shape[-1])
        for one in network.trainable_variables
        if len(one.shape) > 1
    ]
    for matrix in matrices:
        small = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
        products = small.T @ small
        np.testing.assert_allclose(products, np.eye(len(products)), atol=1e-5)
    written = [matrix.tobytes() for matrix in matrices if matrix.size > 1]
    assert len(written) == len(set(written)) > 15


@pytest.mark.parametrize("make", [biggan_generator, biggan_discriminator])
def test_every_kernel_has_spectral_norm_one_but_the_generators_classes(make):
    network = make((16, 16, 1), CLASSES, width=2)
    wrapped = kernels_of(network)
    inside = {id(one.kernel) for one in wrapped}
    outside = [
        one.path
        for one in network.trainable_variables
        if len(one.shape) > 1 and id(one) not in inside
    ]
    expected = ["class_embedding/embeddings"] if make is biggan_generator else []
    assert outside == expected


def play(generator, discriminator, latents, real):
    """Returns the hinge losses of both players, with the gradients of each."""
    labels = tf.constant(LABELS)
    with tf.GradientTape(persistent=True) as tape:
        fake = generator([latents, labels], training=True)
        real_scores = discriminator([real, labels], training=True)
        scores = discriminator([fake, labels], training=True)
        losses = (
            -tf.reduce_mean(scores),
            tf.reduce_mean(tf.nn.relu(1.0 - real_scores) + tf.nn.relu(1.0 + scores)),
        )
    players = zip(losses, (generator, discriminator), strict=True)
    return losses, [
        tape.gradient(loss, [one.value for one in player.trainable_variables])
        for loss, player in players
    ]


def pair():
    """Returns two small players, the same each time."""
    keras.utils.set_random_seed(0)
    make = {"image_shape": (16, 16, 1), "num_classes": CLASSES, "width": 2}
    return biggan_generator(**make, latent_dim=6), biggan_discriminator(**make)


def drawn():
    """Returns latents and real images."""
    latents = kg.latents.Normal(6).draw(kg.random.Random(0), 4)
    return latents, tf.constant(pictures(4, (16, 16, 1)))


def test_every_weight_learns_once_the_gates_are_open():
    players = pair()
    for one in players:
        one.get_layer("attention").gate.assign(0.5)
    _, gradients = play(*players, *drawn())
    for player, slopes in zip(players, gradients, strict=True):
        for weight, slope in zip(player.trainable_variables, slopes, strict=True):
            assert np.abs(slope).max() > 0, weight.path


def check_step(policy, near, compiled):
    """Asserts that a step's losses are near those of single precision, eagerly."""
    single, _ = play(*pair(), *drawn())
    with precision(policy):
        players = pair()
    losses, gradients = compiled(lambda *x: play(*players, *x))(*drawn())
    np.testing.assert_allclose(losses, single, rtol=near, atol=near)
    assert all(np.isfinite(one).all() for one in tf.nest.flatten(gradients))


HALF = {"mixed_bfloat16": 0.1, "mixed_float16": 0.02}


@pytest.mark.parametrize("policy", HALF)
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
        ({"image_shape": (4, 4, 1)}, "no networks for images of this size"),
        ({"image_shape": (1024, 1024, 3)}, "no networks for images of this size"),
        ({"image_shape": (30, 30, 1)}, "BigGAN doubles the sides"),
        ({"num_classes": 0}, "num_classes counts classes"),
        ({"width": 0}, "whole channels"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes, words):
    usual = {"image_shape": (16, 16, 1), "num_classes": CLASSES, "width": 1}
    for make in (biggan_generator, biggan_discriminator):
        with pytest.raises(ValueError, match=facts(words)):
            make(**{**usual, **changes})


def test_latents_that_are_too_few_are_refused():
    with pytest.raises(ValueError, match=r"(?s)latents of its own.*3 or more.*=60"):
        biggan_generator((16, 16, 1), CLASSES, latent_dim=2)
