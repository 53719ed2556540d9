"""Progressive networks: the paper's tables, stages, and fading in."""

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, precision, run_python, set_seed

import keras_gan as kg
from keras_gan import networks
from keras_gan.networks import pair
from keras_gan.networks.growing import Growing, growth

SHAPE = (16, 24, 3)
STAGES = 3


def build(shape=SHAPE, width=4):
    """Returns a small generator and discriminator with random biases."""
    set_seed(0)
    pair_of_networks = [
        networks.progressive_generator(shape, latent_dim=5, width=width),
        networks.progressive_discriminator(shape, width),
    ]
    random = np.random.default_rng(0)
    for network in pair_of_networks:
        for weight in network.trainable_weights:
            if len(weight.shape) == 1:
                weight.assign(random.normal(0, 0.3, weight.shape))
    return pair_of_networks


def normal(shape=(5,), count=4, seed=0):
    """Returns normal numbers, `float32`, shape `(count, *shape)`."""
    random = np.random.default_rng(seed)
    return random.normal(size=(count, *shape)).astype("float32")


def inputs_of(number, shape=SHAPE):
    """Returns inputs of the generator (0) or the discriminator (1)."""
    return normal() if number == 0 else normal(shape)


def average_pool(images, size):
    """Returns the means over squares of pixels, in NumPy."""
    batch, height, width, channels = images.shape
    parts = (batch, height // size, size, width // size, size, channels)
    return images.reshape(parts).mean((2, 4))


def repeat_pixels(images, size):
    """Returns images enlarged by nearest-neighbour upsampling, in NumPy."""
    return images.repeat(size, axis=1).repeat(size, axis=2)


def table(size=1024, colors=3):
    """Returns the kernel shapes of the paper's table 2, from the base to the image."""
    levels, side, before = [], 8, 512
    while side <= size:
        filters = min(512, 16 * 1024 // side)
        levels.append((before, filters))
        side, before = 2 * side, filters
    generator = [(4, 4, 512, 512), (3, 3, 512, 512)]
    discriminator = [(3, 3, 513, 512), (4, 4, 512, 512), (512, 1)]
    for coarse, fine in levels:
        generator += [(3, 3, coarse, fine), (3, 3, fine, fine)]
        discriminator += [(3, 3, fine, fine), (3, 3, fine, coarse)]
    image_filters = [512, *(fine for _, fine in levels)]
    generator += [(1, 1, filters, colors) for filters in image_filters]
    discriminator += [(1, 1, colors, filters) for filters in image_filters]
    return generator, discriminator


@pytest.mark.slow  # 46 million weights
def test_at_1024_the_networks_are_those_of_the_paper_s_table():
    paper_networks = [
        networks.progressive_generator((1024, 1024, 3)),
        networks.progressive_discriminator((1024, 1024, 3)),
    ]
    for network, kernels in zip(paper_networks, table(), strict=True):
        weights = network.trainable_weights
        shapes = [tuple(w.shape) for w in weights if len(w.shape) > 1]
        assert sorted(shapes) == sorted(kernels)
        count = sum(int(np.prod(w.shape)) for w in network.trainable_variables)
        assert count == pytest.approx(23.1e6, rel=0.01)  # StyleGAN, table 1 of appendix


@pytest.mark.parametrize(
    ("shape", "base", "stages"),
    [((28, 28, 1), (7, 7), 3), ((8, 24, 4), (4, 12), 2), ((32, 32, 3), (4, 4), 4)],
)
def test_images_have_the_full_size_at_the_resolution_of_the_stage(shape, base, stages):
    generator, discriminator = build(shape, width=2)
    assert generator.output_shape == (None, *shape)
    assert generator.num_stages == discriminator.num_stages == stages
    for stage in range(stages):
        for network in (generator, discriminator):
            network.level.assign(stage)
        images, size = generator(normal()).numpy(), shape[0] // (base[0] * 2**stage)
        assert images.shape == (4, *shape)
        np.testing.assert_array_equal(
            images, repeat_pixels(images[:, ::size, ::size], size)
        )
        if stage > 0:
            smaller = images[:, :: 2 * size, :: 2 * size]
            assert np.abs(images - repeat_pixels(smaller, 2 * size)).max() > 1e-3
        # The discriminator takes average-pooled images only.
        real = normal(shape)
        pooled = repeat_pixels(average_pool(real, size), size)
        scores = discriminator(real)
        np.testing.assert_allclose(scores, discriminator(pooled), atol=1e-5)
        assert scores.shape == (4,)


@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize("number", [0, 1], ids=["generator", "discriminator"])
def test_with_a_fade_of_0_a_stage_equals_the_last_stage(number, stage):
    network, inputs = build()[number], inputs_of(number)
    network.level.assign(stage - 1)
    smaller = network(inputs).numpy()
    network.level.assign(np.nextafter(np.float32(stage - 1), np.float32(9)))
    assert network.stage == stage
    np.testing.assert_allclose(network(inputs), smaller, atol=1e-6)
    network.level.assign(stage)
    larger = network(inputs).numpy()
    assert np.abs(larger - smaller).max() > 0.01
    # After fading in, the 1x1 convolution of the last stage has no effect.
    last_variables = {id(w) for w in network.stages[stage - 1].trainable_variables}
    for weight in network.trainable_variables:
        if id(weight) in last_variables and tuple(weight.shape[:2]) == (1, 1):
            weight.assign(weight + 1.0)
    np.testing.assert_array_equal(network(inputs), larger)


def test_images_of_two_stages_are_blended_linearly():
    generator, _ = build()
    images = {}
    for level in (1.0, 1.3, 2.0):
        generator.level.assign(level)
        images[level] = generator(normal()).numpy()
    expected = 0.7 * images[1.0] + 0.3 * images[2.0]
    np.testing.assert_allclose(images[1.3], expected, atol=1e-6)


def test_real_images_have_the_resolution_of_the_stage():
    generator, _ = build()
    images = normal(SHAPE)
    small, middle = (repeat_pixels(average_pool(images, size), size) for size in (4, 2))
    expected = {
        0.0: small,
        0.25: 0.75 * small + 0.25 * middle,
        1.0: middle,
        1.5: 0.5 * middle + 0.5 * images,
        2.0: images,
    }
    for level, pooled in expected.items():
        generator.level.assign(level)
        matched = generator.match_resolution(images)
        np.testing.assert_allclose(matched, pooled, atol=1e-6)
        matched = pair.match_resolution(generator, images, [SHAPE])
        np.testing.assert_allclose(matched, pooled, atol=1e-6)


def test_a_network_that_does_not_grow_has_one_stage_and_full_resolution():
    generator, _ = build()
    generator.level.assign(0.3)
    plain, images = networks.mlp_generator(), normal(SHAPE)
    assert growth(generator) is generator
    assert growth(plain).num_stages == 1
    assert growth(plain).match_resolution(images) is images
    assert pair.growth_stages(generator, plain) == (1, 0)


@pytest.mark.parametrize("number", [0, 1], ids=["generator", "discriminator"])
def test_the_trainable_variables_are_those_of_the_active_stage(number):
    network, inputs = build()[number], inputs_of(number)
    counts = []
    for level in (0.0, 0.5, 1.0, 1.5, 2.0):
        network.level.assign(level)
        variables = network.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(network(inputs) ** 2)
        gradients = tape.gradient(loss, variables)
        assert all(gradient is not None for gradient in gradients)
        if level % 1 > 0:  # both resolutions are blended
            assert all(np.abs(gradient).max() > 0 for gradient in gradients)
        counts.append(len(variables))
    assert counts[0] < counts[1] == counts[2] < counts[3] == counts[4]
    assert counts[-1] < len(network.trainable_weights) == len(network.weights) - 1


def test_a_new_stage_requires_a_trace_and_a_new_fade_does_not():
    generator, _ = build()
    traces = []

    def call(latents):
        traces.append(generator.stage)
        return generator(latents)

    compiled = tf.function(call)
    for level in (1.2, 1.7, 2.0):
        generator.level.assign(level)
        np.testing.assert_allclose(compiled(normal()), generator(normal()), atol=1e-5)
    assert traces == [2]
    generator.level.assign(0.5)
    small = tf.function(call)(normal())
    np.testing.assert_allclose(small, generator(normal()), atol=1e-5)
    assert traces == [2, 1]


@pytest.mark.parametrize("number", [0, 1], ids=["generator", "discriminator"])
def test_copies_and_files_have_the_level_and_each_weight_once(number, tmp_path):
    network, inputs = build()[number], inputs_of(number)
    network.level.assign(1.25)
    copy = type(network).from_config(network.get_config())
    assert copy.stage == 2
    copy.set_weights(network.get_weights())
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    for other in (copy, loaded):
        assert float(other.level) == 1.25
        np.testing.assert_array_equal(other(inputs), network(inputs))
    identities = {id(weight) for weight in network.weights}
    assert len(identities) == len(network.weights) == len(loaded.weights)
    network.save_weights(tmp_path / "network.weights.h5")
    shapes = []
    with h5py.File(tmp_path / "network.weights.h5") as file:
        file.visititems(lambda _, item: shapes.append(getattr(item, "shape", None)))
    saved = sorted(shape for shape in shapes if shape is not None)
    assert saved == sorted(tuple(weight.shape) for weight in network.weights)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_is_close_to_single(policy):
    single = build()
    with precision(policy):
        half = build()
    tolerance = {"mixed_float16": 0.02, "mixed_bfloat16": 0.2}[policy]
    for number, (network, half_network) in enumerate(zip(single, half, strict=True)):
        half_network.set_weights(network.get_weights())
        for grown in (network, half_network):
            grown.level.assign(1.4)
        inputs = inputs_of(number)
        expected, outputs = network(inputs), half_network(inputs)
        assert outputs.dtype == "float32"
        scale = np.abs(expected).max()
        np.testing.assert_allclose(outputs, expected, atol=tolerance * scale)
    # Resizing images is exact: it is computed in float32.
    half[0].level.assign(0)
    images = half[0](normal())
    np.testing.assert_array_equal(images, half[0].match_resolution(images))


@pytest.mark.parametrize(
    "xla", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["eager", "xla"]
)
def test_a_step_in_bfloat16_while_fading_in_updates_the_weights(xla):
    set_seed(0)
    with precision("mixed_bfloat16"):
        gan = kg.recipes.progressive((8, 8, 1), latent_dim=3, width=2, seed=0)
    gan.compile(
        *(keras.optimizers.Adam(1e-3, 0.0, 0.99) for _ in range(2)),
        loss="wasserstein",
        penalties=[kg.penalties.GradientPenalty(), kg.penalties.Drift()],
        run_eagerly=not xla,
        jit_compile=xla,
    )
    trained = gan.generator, gan.discriminator
    for network in trained:
        network.level.assign(0.4)
    before = [[w.numpy() for w in x.trainable_variables] for x in trained]
    logs = gan.train_on_batch(pictures(4), return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    for network, old in zip(trained, before, strict=True):
        new = [w.numpy() for w in network.trainable_variables]
        assert np.isfinite([np.sum(values) for values in new]).all()
        assert sum(map(np.array_equal, new, old)) <= 1  # the bias of the score


@pytest.mark.slow  # XLA
def test_a_gradient_penalty_under_xla_equals_eager_while_fading_in():
    generator, discriminator = build((8, 8, 1), width=2)

    def penalty():
        images = generator(normal())
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(images)
                scores = discriminator(images)
            input_gradients = inner.gradient(scores, images)
            value = tf.reduce_mean(tf.square(input_gradients))
        gradients = outer.gradient(value, discriminator.trainable_variables)
        return [gradient for gradient in gradients if gradient is not None]

    compiled = tf.function(penalty, jit_compile=True)
    for level in (0.4, 0.9):
        for network in (generator, discriminator):
            network.level.assign(level)
        expected_gradients, gradients = penalty(), compiled()
        assert len(expected_gradients) == len(gradients) > 0
        for gradient, expected in zip(gradients, expected_gradients, strict=True):
            scale = np.abs(expected).max()
            np.testing.assert_allclose(gradient, expected, atol=1e-4 * scale + 1e-9)


@pytest.mark.slow  # a separate process
def test_two_replicas_have_the_same_level():
    code = """
import numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)
import keras_gan as kg
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    gan = kg.recipes.progressive((8, 8, 1), 4, 2, seed=0)
growing = kg.callbacks.ProgressiveGrowing(fade_images=16, batch_size=8)
images = np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 1)).astype("float32")
logs = gan.fit(images, batch_size=8, verbose=0, callbacks=[growing]).history
assert np.isfinite(logs["generator_loss"]).all()
for network in (gan.generator, gan.discriminator, gan.ema_generator):
    parts = strategy.experimental_local_results(network.level.value)
    assert [float(part) for part in parts] == [1.0, 1.0], parts
    for weight in network.weights:
        first, second = strategy.experimental_local_results(weight.value)
        np.testing.assert_array_equal(first, second)
"""
    process = run_python(code)
    assert process.returncode == 0, process.stderr[-2000:]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: networks.progressive_generator((6, 6, 1)), "at least two levels"),
        (
            lambda: networks.progressive_discriminator((30, 20, 3)),
            "multiples of 4 for progressive growing",
        ),
        (
            lambda: networks.progressive_generator((16, 16)),
            "`image_shape` of progressive_generator must be the shape of an image",
        ),
        (
            lambda: networks.progressive_generator((16, 16, 1), width=0),
            "`width` of progressive_generator",
        ),
        (
            lambda: networks.progressive_discriminator((16, 16, 1), 1.5),
            "`width` of progressive_discriminator",
        ),
        (
            lambda: networks.progressive_generator((16, 16, 1), 0),
            "`latent_dim` of progressive_generator",
        ),
        (lambda: Growing(networks.mlp_generator()), "at least two stages"),
    ],
)
def test_an_invalid_argument_is_an_error(call, words):
    with pytest.raises(ValueError, match=facts(words)):
        call()
