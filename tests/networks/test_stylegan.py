"""Networks of StyleGAN: the paper's table, and styles against NumPy."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
import toys
from toys import RecordingRandom, facts, set_seed

import keras_gan as kg
from keras_gan.layers import sampling_context
from keras_gan.networks import stylegan_discriminator, stylegan_generator
from keras_gan.random import Random


def count(network):
    return sum(int(np.prod(w.shape)) for w in network.trainable_variables)


def small(shape=(8, 8, 1), **arguments):
    """Returns a small generator."""
    sizes = {"latent_dim": 6, "style_dim": 5, "width": 4, "mapping_depth": 2}
    return stylegan_generator(shape, **{**sizes, **arguments})


def latents(batch=4, seed=0):
    return np.random.default_rng(seed).normal(size=(batch, 6)).astype("float32")


def set_noise_strength(generator, strength):
    """Sets the strength of the noise of all layers."""
    synthesis = generator.get_layer("synthesis")
    for number in range(synthesis.input_shape[1]):
        weights = synthesis.get_layer(f"noise_{number}").strength
        weights.assign(tf.fill(weights.shape, strength))


@pytest.fixture(scope="module")
def paper():
    """Returns the networks of the paper, at 1024x1024x3."""
    return (
        stylegan_generator((1024, 1024, 3)),
        stylegan_discriminator((1024, 1024, 3)),
    )


def test_the_networks_of_the_paper_have_its_parameters(paper):
    generator, discriminator = paper
    assert count(generator) == pytest.approx(26.2e6, rel=0.01)
    assert count(discriminator) == pytest.approx(23.1e6, rel=0.01)


def test_parameters_by_hand(paper):
    generator, discriminator = paper
    channels = [512, 512, 512, 512, 256, 128, 64, 32, 16]  # 4x4 to 1024x1024
    mapping = 8 * (512 * 512 + 512)
    assert count(generator.get_layer("mapping")) == mapping
    pairs = list(itertools.pairwise(channels))
    kernels = 9 * 512 * 512 + sum(9 * (a * b + b * b) for a, b in pairs)
    # Each layer has noise, bias, and a dense layer from the style to scale and bias.
    rest = 2 * sum(c + c + 512 * 2 * c + 2 * c for c in channels)
    image = 16 * 3 + 3
    assert count(generator) == mapping + 4 * 4 * 512 + kernels + rest + image
    down = sum(9 * (b * b + b * a) + b + a for a, b in pairs)
    end = 9 * 513 * 512 + 512 + 4 * 4 * 512 * 512 + 512 + 512 + 1
    assert count(discriminator) == (3 * 16 + 16) + down + end


def test_the_layers_of_the_paper(paper):
    generator, discriminator = paper
    synthesis = generator.get_layer("synthesis")
    assert synthesis.input_shape == (None, 18, 512)
    assert generator.get_layer("truncation").num_layers == 8
    assert generator.get_layer("mixing").probability == 0.9
    assert generator.get_layer("mixing").num_layers == 18
    mapping = generator.get_layer("mapping").layers
    rates = [x for x in mapping if isinstance(x, kg.layers.EqualizedLearningRate)]
    assert [layer.multiplier for layer in rates] == [0.01] * 8
    for network in (mapping, synthesis.layers, discriminator.layers):
        slopes = [x.negative_slope for x in network if "leaky" in x.name]
        assert slopes == pytest.approx([0.2] * len(slopes))
    sides = [x.output.shape[1] for x in synthesis.layers if "style_" in x.name]
    assert sides == sorted([2**level for level in range(2, 11)] * 2)


def layer_order(network):
    """Returns the class names of a network's layers, in the order of their calls."""
    ignored = ("InputLayer", "Unstack", "Activation")
    names = [type(layer).__name__ for layer in network.layers]
    return [name for name in names if name not in ignored]


def test_the_order_of_the_layers():
    style_layer = [
        "NoiseInjection",
        "Bias",
        "LeakyReLU",
        "AdaptiveInstanceNormalization",
    ]
    convolution = "EqualizedLearningRate"
    assert layer_order(small().get_layer("synthesis")) == [
        *["LearnedConstant", *style_layer, convolution, *style_layer],
        *["UpSampling2D", convolution, "Blur", *style_layer, convolution, *style_layer],
        convolution,
    ]
    assert layer_order(stylegan_discriminator((8, 8, 1), width=4)) == [
        *[convolution, "LeakyReLU"] * 2,
        *["Blur", convolution, "AveragePooling2D", "LeakyReLU"],
        *["MinibatchStddev", convolution, "LeakyReLU"],
        *[convolution, "LeakyReLU", "Flatten", convolution, "Reshape"],
    ]


@pytest.mark.parametrize(
    ("shape", "depth"),
    [((28, 28, 1), 3), ((16, 24, 3), 3), ((8, 10, 4), 2)],
)
def test_images_of_any_shape_that_is_a_base_doubled(shape, depth):
    generator = small(shape)
    assert generator.get_layer("synthesis").input_shape == (None, 2 * depth, 5)
    images = generator(latents(3))
    assert images.shape == (3, *shape)
    assert stylegan_discriminator(shape, width=4)(images).shape == (3,)


def test_a_style_affects_its_layer_and_the_layers_after_it():
    synthesis = small((16, 16, 1)).get_layer("synthesis")
    outputs = [synthesis.get_layer(f"style_{number}").output for number in range(6)]
    inner = keras.Model(synthesis.input, outputs)
    styles = np.random.default_rng(0).normal(size=(1, 6, 5)).astype("float32")
    before = inner(styles)
    for number in range(6):
        changed = styles.copy()
        changed[:, number] += 1.0
        differences = [
            np.abs(new - old).max()
            for new, old in zip(inner(changed), before, strict=True)
        ]
        assert max([0.0, *differences[:number]]) == 0.0
        assert differences[number] > 0.1


@pytest.mark.parametrize("builder", [stylegan_generator, stylegan_discriminator])
@pytest.mark.parametrize("shape", [(30, 30, 1), (3, 8, 1), (7, 7, 1), (8, 8), (2,)])
def test_an_invalid_shape_is_an_error(builder, shape):
    with pytest.raises(ValueError, match=facts("`image_shape` .*(StyleGAN|stylegan)")):
        builder(shape)


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            {"width": 0},
            {"style_dim": 0},
            {"mapping_depth": 0},
            {"truncation_layers": 0},
        ),
        *({"mixing": 2.0}, {"mixing": "1"}),
    ],
    ids=str,
)
def test_an_invalid_argument_is_an_error(wrong):
    ((argument, value),) = wrong.items()
    message = facts(f"`{argument}` of stylegan_generator")
    with pytest.raises(ValueError, match=message) as caught:
        small(**wrong)
    assert f"Received: {argument}={value!r}\n" in str(caught.value)


def test_the_mapping_depends_on_the_direction_of_latents():
    mapping, z = small().get_layer("mapping"), latents().astype("float64")
    x = z / np.sqrt(np.mean(z**2, axis=1, keepdims=True))
    kernels = mapping.get_weights()
    for kernel, bias in zip(kernels[::2], kernels[1::2], strict=True):
        x = x @ kernel * np.sqrt(2 / len(kernel)) * 0.01 + 0.01 * bias
        x = np.where(x > 0, x, 0.2 * x)
    np.testing.assert_allclose(mapping(z), x, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(mapping(7.0 * z), x, rtol=1e-4, atol=1e-5)


def test_styles_are_mixed_in_training_and_the_mean_is_updated():
    generator, z = small((16, 16, 1)), latents(8)
    mapping, synthesis = map(generator.get_layer, ("mapping", "synthesis"))
    set_noise_strength(generator, 0.3)
    random = RecordingRandom(5)
    with sampling_context(random):
        images = generator(z, training=True)
    (other_latents,) = [one for one in random.draws if one.shape == (8, 6)]
    (uniform,) = [one.numpy() for one in random.draws if one.shape == (8, 2)]
    first, second = np.asarray(mapping(z)), np.asarray(mapping(other_latents))
    styles = np.zeros((8, 6, 5), "float32")
    for i, (mixing_draw, crossover_draw) in enumerate(uniform):
        crossover = 1 + int(5 * crossover_draw) if mixing_draw < 0.9 else 6
        styles[i, :crossover], styles[i, crossover:] = first[i], second[i]
    assert (styles[:, -1] != first).any()
    with sampling_context(random):
        expected = synthesis(styles)
    np.testing.assert_allclose(images, expected, rtol=1e-4, atol=1e-4)
    mean = generator.get_layer("truncation").mean
    np.testing.assert_allclose(mean, 0.005 * first.mean(axis=0), rtol=1e-3, atol=1e-7)


def test_styles_are_not_mixed_in_inference():
    generator, z = small(), latents()
    mapping, synthesis = map(generator.get_layer, ("mapping", "synthesis"))
    styles = np.repeat(np.asarray(mapping(z))[:, None], 4, axis=1)
    with sampling_context(Random(5)):
        images = generator(z)
    np.testing.assert_allclose(images, synthesis(styles), rtol=1e-4, atol=1e-5)
    with sampling_context(Random(5)):
        difference = generator(z, training=True) - images
    assert np.abs(difference).max() > 1e-2
    without_mixing = small(mixing=0.0)
    with sampling_context(Random(5)):
        difference = without_mixing(z, training=True) - without_mixing(z)
    assert np.abs(difference).max() < 1e-4


@pytest.mark.parametrize("mode", ["eager", "graph", "xla"])
def test_truncation_of_0_is_the_mean_image_and_of_1_the_identity(mode):
    generator, z = small(), latents()
    mean = generator.get_layer("truncation").mean
    mean.assign(np.asarray(generator.get_layer("mapping")(z)).mean(axis=0))

    def run(z, psi):
        with sampling_context(truncation=psi):
            return generator(z)

    if mode != "eager":
        run = tf.function(run, jit_compile=mode == "xla")
    images = generator(z).numpy()
    mean, half, full = (run(z, tf.constant(psi)).numpy() for psi in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(full, images, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(mean, mean[:1].repeat(4, axis=0), atol=1e-5)
    assert np.ptp(mean, axis=0).max() < 1e-4 < np.ptp(half, axis=0).max()
    assert np.ptp(half, axis=0).mean() < np.ptp(images, axis=0).mean()


def test_generate_draws_noise_and_a_call_of_the_gan_does_not():
    generator = small()
    set_noise_strength(generator, 0.5)
    gan = kg.GAN(generator, stylegan_discriminator((8, 8, 1), width=4), seed=0)
    z = latents()
    np.testing.assert_array_equal(gan(z), gan(z))
    same = gan(np.repeat(z[:1], 3, axis=0)).numpy()
    np.testing.assert_allclose(same, same[:1].repeat(3, axis=0), atol=1e-5)
    images = gan.generate(3, seed=7)
    np.testing.assert_allclose(gan.generate(5, seed=7)[:3], images, atol=1e-4)
    fixed_noise = gan(gan.latents.draw(kg.random.sample_stream(7), 3))
    assert np.abs(images - fixed_noise).max() > 1e-2
    set_noise_strength(generator, 0.0)
    images = gan.generate(3, seed=7, truncation=0.0)
    np.testing.assert_allclose(images, images[:1].repeat(3, axis=0), atol=1e-5)


def test_every_weight_has_a_gradient():
    generator, discriminator = small(), stylegan_discriminator((8, 8, 1), width=4)
    with tf.GradientTape() as tape, sampling_context(Random(0)):
        scores = discriminator(generator(latents(), training=True), training=True)
        value = tf.reduce_sum(tf.nn.softplus(-scores))
    weights = [*generator.trainable_variables, *discriminator.trainable_variables]
    for weight, gradient in zip(weights, tape.gradient(value, weights), strict=True):
        assert np.isfinite(gradient).all(), weight.path
        assert np.abs(gradient).max() > 0, weight.path


def train(policy, **compile_arguments):
    """Returns a GAN after two steps with R1 in a precision, and the first logs."""
    set_seed(0)
    with toys.precision(policy):
        generator = small()
        discriminator = stylegan_discriminator((8, 8, 1), width=4)
    gan = kg.GAN(generator, discriminator, ema_momentum=0.5, seed=0)
    adam = kg.recipes.common.adam(1e-3, beta_1=0.0, beta_2=0.99)
    gan.compile(**adam, penalties=[kg.penalties.R1(10.0)], **compile_arguments)
    weights = [*generator.trainable_variables, *discriminator.trainable_variables]
    before = [weight.numpy() for weight in weights]
    # Two steps: loss scaling may skip the first update in half precision.
    logs = gan.train_on_batch(toys.pictures(8), return_dict=True)
    last = gan.train_on_batch(toys.pictures(8), return_dict=True)
    assert np.isfinite([*logs.values(), *last.values()]).all()
    for old, weight in zip(before, weights, strict=True):
        assert np.isfinite(weight).all(), weight.path
        assert (old != weight.numpy()).any(), weight.path
    return gan, logs


@pytest.mark.parametrize(
    "policy",
    [
        "float32",
        "mixed_float16",
        pytest.param("mixed_bfloat16", marks=pytest.mark.slow),
    ],
)
def test_it_trains_in_every_precision(policy):
    gan, logs = train(policy, run_eagerly=True)
    assert logs["r1"] > 0
    mean = gan.generator.get_layer("truncation").mean.numpy()
    assert np.abs(mean).max() > 0
    ema_mean = gan.ema_generator.get_layer("truncation").mean
    np.testing.assert_array_equal(ema_mean, mean)
    images = gan(latents())
    assert images.dtype == "float32"
    assert np.isfinite(images).all()


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_it_trains_under_xla(policy):
    logs, expected = (train(policy, jit_compile=jit)[1] for jit in (True, False))
    tolerance = {"rtol": 1e-4 if policy == "float32" else 0.2, "atol": 1e-3}
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, err_msg=name, **tolerance)


def test_a_loaded_generator_returns_the_same_images(tmp_path):
    generator = small()
    set_noise_strength(generator, 0.5)
    generator.get_layer("truncation").mean.assign(np.arange(5.0))
    generator.save(tmp_path / "generator.keras")
    loaded = keras.saving.load_model(tmp_path / "generator.keras")
    for psi in (None, 0.5):
        with sampling_context(Random(3), psi):
            np.testing.assert_array_equal(loaded(latents()), generator(latents()))
