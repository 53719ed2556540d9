"""Networks of MSG-GAN: the paper's tables, and gradients at every resolution."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, precision, set_seed

import keras_gan as kg
from keras_gan import networks

SHAPE = (16, 24, 3)
SIZES = [(4, 6), (8, 12), (16, 24)]


def build(shape=SHAPE, width=4):
    """Returns a small generator and discriminator."""
    set_seed(0)
    generator = networks.msg_generator(shape, latent_dim=5, width=width)
    return generator, networks.msg_discriminator(shape, width)


def normal(*shape, count=4, seed=0):
    """Returns normal numbers, `float32`, shape `(count, *shape)`."""
    random = np.random.default_rng(seed)
    return random.normal(size=(count, *shape)).astype("float32")


def kernels(network):
    """Returns the sorted shapes of a network's kernels."""
    weights = network.trainable_weights
    return sorted(tuple(w.shape) for w in weights if len(w.shape) > 1)


@pytest.mark.slow  # 46 million weights
def test_at_1024_the_kernels_are_those_of_the_paper_s_tables():
    filters = [512, 512, 512, 512, 256, 128, 64, 32, 16]
    generator = [(4, 4, 512, 512), (3, 3, 512, 512)]
    generator += [(1, 1, count, 3) for count in filters]
    # Inputs: features, three colors and the deviation; the first block has no colors.
    discriminator = [(1, 1, 3, 16), (3, 3, 17, 16), (3, 3, 16, 32)]
    for fine, coarse in zip(filters[:0:-1], filters[-2::-1], strict=True):
        generator += [(3, 3, coarse, fine), (3, 3, fine, fine)]
        inputs = coarse + 3 + 1
        outputs = {16: 64, 32: 128, 64: 256, 128: 512}.get(fine, 512)
        discriminator.append((3, 3, inputs, coarse))
        discriminator.append((3, 3, coarse, outputs))
    discriminator[-1:] = [(4, 4, 512, 512), (512, 1)]
    shape = (1024, 1024, 3)
    assert kernels(networks.msg_generator(shape)) == sorted(generator)
    assert kernels(networks.msg_discriminator(shape)) == sorted(discriminator)


def test_images_of_every_resolution_have_names():
    generator, discriminator = build()
    images = generator(normal(5))
    assert [tuple(image.shape) for image in images] == [(4, *size, 3) for size in SIZES]
    names = ["images_4x6", "images_8x12", "images"]
    assert [x.name for x in discriminator.inputs] == names
    assert generator.output_names == names
    scores = discriminator(images)
    assert scores.shape == (4,)
    assert {tensor.dtype for tensor in (*images, scores)} == {tf.float32}


def test_gradients_reach_every_resolution_in_the_first_step():
    generator, discriminator = build()
    with tf.GradientTape() as tape:
        images = generator(normal(5))
        loss = tf.reduce_mean(discriminator(images))
    weights = generator.trainable_variables
    image_gradients, weight_gradients = tape.gradient(loss, [images, weights])
    for gradient in image_gradients:
        assert (np.abs(gradient).max((1, 2, 3)) > 0).all()  # for every image
    for weight, gradient in zip(weights, weight_gradients, strict=True):
        assert np.abs(gradient).max() > 0, weight.path


def test_the_score_depends_on_every_resolution():
    _, discriminator = build()
    images = [normal(*size, 3, seed=7) for size in SIZES]
    scores = discriminator(images).numpy()
    for number in range(len(SIZES)):
        changed = [image + 0.5 * (i == number) for i, image in enumerate(images)]
        assert np.abs(discriminator(changed) - scores).max() > 1e-3


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_is_close_to_single(policy):
    generator, discriminator = build()
    with precision(policy):
        half_generator, half_discriminator = build()
    half_generator.set_weights(generator.get_weights())
    half_discriminator.set_weights(discriminator.get_weights())
    tolerance = {"mixed_float16": 0.002, "mixed_bfloat16": 0.02}[policy]
    images = generator(normal(5))
    for image, expected in zip(half_generator(normal(5)), images, strict=True):
        assert image.dtype == "float32"
        assert np.mean(np.abs(image - expected)) < tolerance
    differences = half_discriminator(images) - discriminator(images)
    assert np.mean(np.abs(differences)) < 10 * tolerance


@pytest.mark.parametrize(
    ("policy", "xla"),
    [
        ("float32", False),
        pytest.param("float32", True, marks=pytest.mark.slow),
        pytest.param("mixed_float16", False, marks=pytest.mark.slow),
        pytest.param("mixed_bfloat16", True, marks=pytest.mark.slow),
    ],
)
def test_a_gan_of_several_resolutions_trains_and_is_saved(policy, xla, tmp_path):
    set_seed(0)
    with precision(policy):
        gan = kg.recipes.msg_gan((8, 8, 1), latent_dim=3, width=2, seed=0)
    gan.compile(
        *(keras.optimizers.RMSprop(3e-3) for _ in range(2)),
        loss="wasserstein",
        penalties=[kg.penalties.GradientPenalty(), kg.penalties.Drift()],
        jit_compile=xla,
    )
    before = gan.get_weights()
    gan.fit(pictures(24, (8, 8, 1)), batch_size=4, verbose=0)
    pairs = list(zip(before, gan.get_weights(), strict=True))
    assert np.isfinite([np.sum(new) for _, new in pairs]).all()
    # In half precision the gradients of real and fake cancel exactly for the last bias.
    assert sum(np.array_equal(*pair) for pair in pairs) <= 1
    images = gan.generate(3, seed=0)
    assert images.shape == (3, 8, 8, 1)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(loaded.generate(3, seed=0), images)


def test_a_step_in_bfloat16_updates_the_weights():
    set_seed(0)
    with precision("mixed_bfloat16"):
        gan = kg.recipes.msg_gan((8, 8, 1), latent_dim=3, width=2, seed=0)
    gan.run_eagerly = True
    before = gan.get_weights()
    logs = gan.train_on_batch(pictures(4, (8, 8, 1)), return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    pairs = list(zip(before, gan.get_weights(), strict=True))
    assert np.isfinite([np.sum(new) for _, new in pairs]).all()
    assert sum(np.array_equal(*pair) for pair in pairs) <= 1  # as above


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: networks.msg_generator((6, 6, 1)), "at least two levels for MSG-GAN"),
        (lambda: networks.msg_discriminator((30, 20, 3)), "multiples of 4 for MSG-GAN"),
        (
            lambda: networks.msg_generator((16, 16, 1), width=0),
            "`width` of msg_generator",
        ),
        (
            lambda: networks.msg_generator((16, 16, 1), 0),
            "`latent_dim` of msg_generator",
        ),
    ],
)
def test_an_invalid_argument_is_an_error(call, words):
    with pytest.raises(ValueError, match=facts(words)):
        call()
