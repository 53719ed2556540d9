"""Progressive networks: the paper's tables, growth, and fading in."""

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, precision, run_python

import keras_gan as kg
from keras_gan import networks
from keras_gan.networks import pair
from keras_gan.networks.growing import Growing, growth

SHAPE = (16, 24, 3)
STAGES = 3


def made(shape=SHAPE, width=4):
    """Returns a small generator and discriminator with biases of every size."""
    keras.utils.set_random_seed(0)
    players = [
        networks.progressive_generator(shape, latent_dim=5, width=width),
        networks.progressive_discriminator(shape, width),
    ]
    random = np.random.default_rng(0)
    for network in players:
        for weight in network.trainable_weights:
            if len(weight.shape) == 1:
                weight.assign(random.normal(0, 0.3, weight.shape))
    return players


def rows(shape=(5,), count=4, seed=0):
    """Returns normal numbers, `float32`, shape `(count, *shape)`."""
    random = np.random.default_rng(seed)
    return random.normal(size=(count, *shape)).astype("float32")


def inputs_of(number, shape=SHAPE):
    """Returns inputs of the generator (0) or the discriminator (1)."""
    return rows() if number == 0 else rows(shape)


def squares(images, size):
    """Returns the means of squares of pixels, in NumPy."""
    batch, height, width, channels = images.shape
    parts = (batch, height // size, size, width // size, size, channels)
    return images.reshape(parts).mean((2, 4))


def blown_up(images, size):
    """Returns images whose pixels are squares of this size, in NumPy."""
    return images.repeat(size, axis=1).repeat(size, axis=2)


def table(size=1024, colors=3):
    """Returns the kernels of the paper's table 2, from the base to the image.

    Two 3x3 kernels at every level, of which the first of G comes from the level below.
    """
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
    pictures = [512, *(fine for _, fine in levels)]
    generator += [(1, 1, filters, colors) for filters in pictures]
    discriminator += [(1, 1, colors, filters) for filters in pictures]
    return generator, discriminator


@pytest.mark.slow  # 46 million weights
def test_at_1024_the_networks_are_those_of_the_paper_s_table():
    players = [
        networks.progressive_generator((1024, 1024, 3)),
        networks.progressive_discriminator((1024, 1024, 3)),
    ]
    for network, kernels in zip(players, table(), strict=True):
        weights = network.trainable_weights
        found = [tuple(one.shape) for one in weights if len(one.shape) > 1]
        assert sorted(found) == sorted(kernels)
        now = sum(int(np.prod(one.shape)) for one in network.trainable_variables)
        assert now == pytest.approx(23.1e6, rel=0.01)  # StyleGAN, table 1 of appendix


@pytest.mark.parametrize(
    ("shape", "base", "stages"),
    [((28, 28, 1), (7, 7), 3), ((8, 24, 4), (4, 12), 2), ((32, 32, 3), (4, 4), 4)],
)
def test_images_have_the_full_size_and_consist_of_the_squares_of_the_stage(
    shape, base, stages
):
    generator, discriminator = made(shape, width=2)
    assert generator.output_shape == (None, *shape)
    assert generator.num_stages == discriminator.num_stages == stages
    for stage in range(stages):
        for network in (generator, discriminator):
            network.level.assign(stage)
        images, size = generator(rows()).numpy(), shape[0] // (base[0] * 2**stage)
        assert images.shape == (4, *shape)
        np.testing.assert_array_equal(images, blown_up(images[:, ::size, ::size], size))
        if stage > 0:
            smaller = images[:, :: 2 * size, :: 2 * size]
            assert np.abs(images - blown_up(smaller, 2 * size)).max() > 1e-3
        # D sees no more than the means of the squares.
        real = rows(shape)
        seen = blown_up(squares(real, size), size)
        scores = discriminator(real)
        np.testing.assert_allclose(scores, discriminator(seen), atol=1e-5)
        assert scores.shape == (4,)


@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize("number", [0, 1], ids=["generator", "discriminator"])
def test_with_fade_0_the_grown_network_is_the_smaller_one(number, stage):
    network, inputs = made()[number], inputs_of(number)
    network.level.assign(stage - 1)
    smaller = network(inputs).numpy()
    network.level.assign(np.nextafter(np.float32(stage - 1), np.float32(9)))
    assert network.stage == stage
    np.testing.assert_allclose(network(inputs), smaller, atol=1e-6)
    network.level.assign(stage)
    larger = network(inputs).numpy()
    assert np.abs(larger - smaller).max() > 0.01
    # Where it stands, the images of what it grew out of have no say.
    before = {id(own) for own in network.stages[stage - 1].trainable_variables}
    for weight in network.trainable_variables:
        if id(weight) in before and tuple(weight.shape[:2]) == (1, 1):
            weight.assign(weight + 1.0)
    np.testing.assert_array_equal(network(inputs), larger)


def test_an_image_fades_in_by_its_share():
    generator, _ = made()
    images = {}
    for level in (1.0, 1.3, 2.0):
        generator.level.assign(level)
        images[level] = generator(rows()).numpy()
    expected = 0.7 * images[1.0] + 0.3 * images[2.0]
    np.testing.assert_allclose(images[1.3], expected, atol=1e-6)


def test_real_images_are_matched_to_those_of_the_stage():
    generator, _ = made()
    images = rows(SHAPE)
    small, middle = (blown_up(squares(images, size), size) for size in (4, 2))
    expected = {
        0.0: small,
        0.25: 0.75 * small + 0.25 * middle,
        1.0: middle,
        1.5: 0.5 * middle + 0.5 * images,
        2.0: images,
    }
    for level, seen in expected.items():
        generator.level.assign(level)
        np.testing.assert_allclose(generator.match(images), seen, atol=1e-6)
        matched = pair.match_resolution(generator, images, [SHAPE])
        np.testing.assert_allclose(matched, seen, atol=1e-6)


def test_what_does_not_grow_has_one_stage_and_leaves_images_alone():
    generator, _ = made()
    generator.level.assign(0.3)
    plain, images = networks.mlp_generator(), rows(SHAPE)
    assert growth(generator) is generator
    assert growth(plain).num_stages == 1
    assert growth(plain).match(images) is images
    assert pair.growth_stages(generator, plain) == (1, 0)


@pytest.mark.parametrize("number", [0, 1], ids=["generator", "discriminator"])
def test_every_variable_of_a_stage_has_a_gradient_and_no_other_is_there(number):
    network, inputs = made()[number], inputs_of(number)
    grown = []
    for level in (0.0, 0.5, 1.0, 1.5, 2.0):
        network.level.assign(level)
        variables = network.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(network(inputs) ** 2)
        slopes = tape.gradient(loss, variables)
        assert all(slope is not None for slope in slopes)
        if level % 1 > 0:  # both sizes have a say
            assert all(np.abs(slope).max() > 0 for slope in slopes)
        grown.append(len(variables))
    assert grown[0] < grown[1] == grown[2] < grown[3] == grown[4]
    assert grown[-1] < len(network.trainable_weights) == len(network.weights) - 1


def test_a_share_needs_no_new_trace_and_a_stage_does():
    generator, _ = made()
    traces = []

    def call(latents):
        traces.append(generator.stage)
        return generator(latents)

    compiled = tf.function(call)
    for level in (1.2, 1.7, 2.0):
        generator.level.assign(level)
        np.testing.assert_allclose(compiled(rows()), generator(rows()), atol=1e-5)
    assert traces == [2]
    generator.level.assign(0.5)
    small = tf.function(call)(rows())
    np.testing.assert_allclose(small, generator(rows()), atol=1e-5)
    assert traces == [2, 1]


@pytest.mark.parametrize("number", [0, 1], ids=["generator", "discriminator"])
def test_copied_and_saved_with_its_level_and_each_weight_once(number, tmp_path):
    network, inputs = made()[number], inputs_of(number)
    network.level.assign(1.25)
    copy = type(network).from_config(network.get_config())
    assert copy.stage == 2
    copy.set_weights(network.get_weights())
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    for other in (copy, loaded):
        assert float(other.level) == 1.25
        np.testing.assert_array_equal(other(inputs), network(inputs))
    paths = {id(weight) for weight in network.weights}
    assert len(paths) == len(network.weights) == len(loaded.weights)
    network.save_weights(tmp_path / "network.weights.h5")
    shapes = []
    with h5py.File(tmp_path / "network.weights.h5") as file:
        file.visititems(lambda _, one: shapes.append(getattr(one, "shape", None)))
    saved = sorted(shape for shape in shapes if shape is not None)
    assert saved == sorted(tuple(weight.shape) for weight in network.weights)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_is_near_single(policy):
    single = made()
    with precision(policy):
        half = made()
    near = {"mixed_float16": 0.02, "mixed_bfloat16": 0.2}[policy]
    for number, (one, other) in enumerate(zip(single, half, strict=True)):
        other.set_weights(one.get_weights())
        for network in (one, other):
            network.level.assign(1.4)
        expected, outputs = one(inputs_of(number)), other(inputs_of(number))
        assert outputs.dtype == "float32"
        scale = np.abs(expected).max()
        np.testing.assert_allclose(outputs, expected, atol=near * scale)
    # Colours of the image are not rounded on their way to a small D.
    half[0].level.assign(0)
    images = half[0](rows())
    np.testing.assert_array_equal(images, half[0].match(images))


@pytest.mark.parametrize(
    "xla", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["eager", "xla"]
)
def test_while_an_image_fades_in_a_step_in_bfloat16_moves_the_weights(xla):
    keras.utils.set_random_seed(0)
    with precision("mixed_bfloat16"):
        gan = kg.recipes.progressive((8, 8, 1), latent_dim=3, width=2, seed=0)
    gan.compile(
        *(keras.optimizers.Adam(1e-3, 0.0, 0.99) for _ in range(2)),
        loss="wasserstein",
        penalties=[kg.penalties.GradientPenalty(), kg.penalties.Drift()],
        run_eagerly=not xla,
        jit_compile=xla,
    )
    players = gan.generator, gan.discriminator
    for network in players:
        network.level.assign(0.4)
    before = [[one.numpy() for one in own.trainable_variables] for own in players]
    logs = gan.train_on_batch(pictures(4), return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    for network, old in zip(players, before, strict=True):
        new = [one.numpy() for one in network.trainable_variables]
        assert np.isfinite([np.sum(one) for one in new]).all()
        assert sum(map(np.array_equal, new, old)) <= 1  # the bias of the score


@pytest.mark.slow  # XLA
def test_xla_and_a_gradient_penalty_fade_as_eager_does():
    generator, discriminator = made((8, 8, 1), width=2)

    def penalty():
        images = generator(rows())
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(images)
                scores = discriminator(images)
            slopes = inner.gradient(scores, images)
            value = tf.reduce_mean(tf.square(slopes))
        gradients = outer.gradient(value, discriminator.trainable_variables)
        return [slope for slope in gradients if slope is not None]

    compiled = tf.function(penalty, jit_compile=True)
    for level in (0.4, 0.9):
        for network in (generator, discriminator):
            network.level.assign(level)
        eager, fast = penalty(), compiled()
        assert len(eager) == len(fast) > 0
        for own, expected in zip(fast, eager, strict=True):
            scale = np.abs(expected).max()
            np.testing.assert_allclose(own, expected, atol=1e-4 * scale + 1e-9)


@pytest.mark.slow  # a new Python
def test_two_replicas_read_one_level():
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
        one, other = strategy.experimental_local_results(weight.value)
        np.testing.assert_array_equal(one, other)
"""
    done = run_python(code)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: networks.progressive_generator((6, 6, 1)), "no level beside its base"),
        (lambda: networks.progressive_discriminator((30, 20, 3)), "growing doubles"),
        (lambda: networks.progressive_generator((16, 16)), "not made for images"),
        (lambda: networks.progressive_generator((16, 16, 1), width=0), "whole channel"),
        (lambda: networks.progressive_discriminator((16, 16, 1), 1.5), "whole channel"),
        (lambda: networks.progressive_generator((16, 16, 1), 0), "whole numbers"),
        (lambda: Growing(networks.mlp_generator()), "no stages"),
    ],
)
def test_what_the_networks_cannot_do_is_refused_by_name(make, words):
    with pytest.raises(ValueError, match=facts(words)):
        make()
