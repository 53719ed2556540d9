"""MSG-GAN's networks: the paper's tables, and gradients at every scale."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, precision

import keras_gan as kg
from keras_gan import networks

SHAPE = (16, 24, 3)
SIZES = [(4, 6), (8, 12), (16, 24)]


def made(shape=SHAPE, width=4):
    """Returns a small generator and discriminator."""
    keras.utils.set_random_seed(0)
    generator = networks.msg_generator(shape, latent_dim=5, width=width)
    return generator, networks.msg_discriminator(shape, width)


def rows(*shape, count=4, seed=0):
    """Returns normal numbers, `float32`, shape `(count, *shape)`."""
    random = np.random.default_rng(seed)
    return random.normal(size=(count, *shape)).astype("float32")


def kernels(network):
    """Returns the shapes of a network's kernels, sorted."""
    weights = network.trainable_weights
    return sorted(tuple(one.shape) for one in weights if len(one.shape) > 1)


@pytest.mark.slow  # 46 million weights
def test_at_1024_the_kernels_are_those_of_the_paper_s_tables():
    filters = [512, 512, 512, 512, 256, 128, 64, 32, 16]
    generator = [(4, 4, 512, 512), (3, 3, 512, 512)]
    generator += [(1, 1, count, 3) for count in filters]
    # Beside the features are three colours and a deviation, but for the first block.
    discriminator = [(1, 1, 3, 16), (3, 3, 17, 16), (3, 3, 16, 32)]
    for fine, coarse in zip(filters[:0:-1], filters[-2::-1], strict=True):
        generator += [(3, 3, coarse, fine), (3, 3, fine, fine)]
        joined = coarse + 3 + 1
        wider = {16: 64, 32: 128, 64: 256, 128: 512}.get(fine, 512)
        discriminator.append((3, 3, joined, coarse))
        discriminator.append((3, 3, coarse, wider))
    discriminator[-1:] = [(4, 4, 512, 512), (512, 1)]
    shape = (1024, 1024, 3)
    assert kernels(networks.msg_generator(shape)) == sorted(generator)
    assert kernels(networks.msg_discriminator(shape)) == sorted(discriminator)


def test_images_of_every_size_have_their_names():
    generator, discriminator = made()
    images = generator(rows(5))
    assert [tuple(one.shape) for one in images] == [(4, *size, 3) for size in SIZES]
    names = ["images_4x6", "images_8x12", "images"]
    assert [one.name for one in discriminator.inputs] == names
    assert generator.output_names == names
    scores = discriminator(images)
    assert scores.shape == (4,)
    assert {one.dtype for one in (*images, scores)} == {tf.float32}


def test_gradients_reach_every_scale_at_step_one():
    generator, discriminator = made()
    with tf.GradientTape() as tape:
        images = generator(rows(5))
        loss = tf.reduce_mean(discriminator(images))
    weights = generator.trainable_variables
    slopes = tape.gradient(loss, [*images, *weights])
    of_images, of_weights = slopes[: len(images)], slopes[len(images) :]
    for slope in of_images:  # of every image of every size
        assert (np.abs(slope).max((1, 2, 3)) > 0).all()
    for weight, slope in zip(weights, of_weights, strict=True):
        assert np.abs(slope).max() > 0, weight.path


def test_the_score_looks_at_every_scale():
    _, discriminator = made()
    images = [rows(*size, 3, seed=7) for size in SIZES]
    scores = discriminator(images).numpy()
    for number in range(len(SIZES)):
        changed = [one + 0.5 * (own == number) for own, one in enumerate(images)]
        assert np.abs(discriminator(changed) - scores).max() > 1e-3


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_is_near_single(policy):
    generator, discriminator = made()
    with precision(policy):
        half, other = made()
    half.set_weights(generator.get_weights())
    other.set_weights(discriminator.get_weights())
    near = {"mixed_float16": 0.002, "mixed_bfloat16": 0.02}[policy]
    images = generator(rows(5))
    for own, expected in zip(half(rows(5)), images, strict=True):
        assert own.dtype == "float32"
        assert np.mean(np.abs(own - expected)) < near
    gaps = other(images) - discriminator(images)
    assert np.mean(np.abs(gaps)) < 10 * near


@pytest.mark.parametrize(
    ("policy", "xla"),
    [
        ("float32", False),
        pytest.param("float32", True, marks=pytest.mark.slow),
        pytest.param("mixed_float16", False, marks=pytest.mark.slow),
        pytest.param("mixed_bfloat16", True, marks=pytest.mark.slow),
    ],
)
def test_a_gan_of_several_scales_trains_and_is_saved(policy, xla, tmp_path):
    keras.utils.set_random_seed(0)
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
    # In half precision real and fake cancel out exactly for the bias of the score.
    assert sum(np.array_equal(*pair) for pair in pairs) <= 1
    images = gan.generate(3, seed=0)
    assert images.shape == (3, 8, 8, 1)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(loaded.generate(3, seed=0), images)


def test_a_step_in_bfloat16_moves_the_weights():
    keras.utils.set_random_seed(0)
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
    ("make", "words"),
    [
        (lambda: networks.msg_generator((6, 6, 1)), "no level beside its base"),
        (lambda: networks.msg_discriminator((30, 20, 3)), "MSG-GAN doubles"),
        (lambda: networks.msg_generator((16, 16, 1), width=0), "whole channels"),
        (lambda: networks.msg_generator((16, 16, 1), 0), "whole numbers"),
    ],
)
def test_what_the_networks_cannot_do_is_refused_by_name(make, words):
    with pytest.raises(ValueError, match=facts(words)):
        make()
