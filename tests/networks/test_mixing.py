"""Style mixing, interpolation of latents and styles, and noise, against NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, stated

import keras_gan as kg
from keras_gan.layers import sampling_context
from keras_gan.networks import mixing, styles
from keras_gan.networks.pair import highest_resolution
from keras_gan.random import Random


@pytest.fixture(autouse=True)
def unbounded(request, monkeypatch):
    """Disables the clipping of images, which the formulas do not have."""
    if request.node.name != "test_images_are_clipped":
        monkeypatch.setattr(styles, "to_output_images", highest_resolution)


def styled(shape=(16, 16, 1), strength=0.0, first_layer=0):
    """Returns a generator with styles, and noise from a layer on."""
    generator = kg.networks.stylegan_generator(shape, 6, 5, width=4, mapping_depth=2)
    synthesis = generator.get_layer("synthesis")
    for number in range(first_layer, synthesis.input_shape[1]):
        weights = synthesis.get_layer(f"noise_{number}").strength
        weights.assign(tf.fill(weights.shape, strength))
    return generator


def plain():
    """Returns a generator without styles, whose images are its latents."""
    latents = keras.Input((6,))
    images = keras.layers.Reshape((2, 3, 1))(latents)
    return keras.Model(latents, images, name="plain")


def conditional():
    """Returns a generator whose images are its label and its latents."""
    latents = keras.Input((5,))
    labels = keras.Input((), dtype="int32")
    table = keras.layers.Embedding(9, 1, embeddings_initializer="ones")
    rows = keras.layers.Concatenate()([table(labels), latents])
    network = keras.Model([latents, labels], keras.layers.Reshape((2, 3, 1))(rows))
    table.embeddings.assign(np.arange(9.0)[:, None])
    return network


def latents(batch=4, numbers=6, seed=0):
    return np.random.default_rng(seed).normal(size=(batch, numbers)).astype("float32")


@pytest.mark.parametrize("crossover", [0, 1, 4, 6])
def test_mix_styles_is_the_synthesis_of_concatenated_styles(crossover):
    generator = styled(strength=0.3)
    mapping, synthesis = map(generator.get_layer, ("mapping", "synthesis"))
    coarse, fine = latents(2), latents(3, seed=1)
    images = mixing.mix_styles(generator, coarse, fine, crossover)
    assert images.shape == (2, 3, 16, 16, 1)
    for row in range(2):
        for column in range(3):
            first = [mapping(coarse[row : row + 1])[0]] * crossover
            rest = [mapping(fine[column : column + 1])[0]] * (6 - crossover)
            expected = synthesis(np.asarray(first + rest)[None])[0]
            np.testing.assert_allclose(
                images[row, column], expected, rtol=1e-4, atol=1e-4
            )


def test_a_mixing_table_has_its_sources_as_first_row_and_column():
    generator, coarse, fine = styled(), latents(2), latents(3, seed=1)
    table = mixing.mixing_table(generator, coarse, fine, 2)
    assert table.shape == (3, 4, 16, 16, 1)
    tolerance = {"rtol": 1e-4, "atol": 1e-4}
    np.testing.assert_array_equal(table[0, 0], 1.0)
    np.testing.assert_allclose(table[0, 1:], generator(fine), **tolerance)
    np.testing.assert_allclose(table[1:, 0], generator(coarse), **tolerance)
    mixed = mixing.mix_styles(generator, coarse, fine, 2)
    np.testing.assert_allclose(table[1:, 1:], mixed, **tolerance)
    for crossover, source in ((0, table[:1, 1:]), (6, table[1:, :1])):
        images = mixing.mix_styles(generator, coarse, fine, crossover)
        expected = np.broadcast_to(source, images.shape)
        np.testing.assert_allclose(images, expected, **tolerance)


def test_mix_styles_truncates_styles():
    generator, z = styled(), latents(2)
    generator.get_layer("truncation").mean.assign(np.arange(5.0))
    with sampling_context(truncation=0.0):
        images = mixing.mix_styles(generator, z, z, 3)
    np.testing.assert_allclose(images, np.broadcast_to(images[0, 0], images.shape))
    assert np.ptp(mixing.mix_styles(generator, z, z, 3), axis=(0, 1)).max() > 1e-2


def rotate(first, second, share):
    """Returns a point of the arc, by a rotation in the plane of the two vectors."""
    start = first / np.linalg.norm(first)
    end = second / np.linalg.norm(second)
    angle = np.arccos(start @ end)
    orthogonal = end - (start @ end) * start
    orthogonal /= np.linalg.norm(orthogonal)
    return np.cos(share * angle) * start + np.sin(share * angle) * orthogonal


def test_interpolation_in_z_is_a_rotation_of_constant_speed():
    z = latents(3).astype("float64")
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    frames = mixing.interpolate(plain(), z, steps=4)
    assert frames.shape == (12, 2, 3, 1)
    for number, frame in enumerate(frames):
        stop, step = divmod(number, 4)
        expected = rotate(z[stop], z[(stop + 1) % 3], step / 4)
        np.testing.assert_allclose(frame.ravel(), expected, atol=1e-6)


def test_interpolation_in_z_starts_at_latents_of_any_length():
    z = latents(3) * np.array([[1.0], [3.0], [0.5]], "float32")
    frames = mixing.interpolate(plain(), z, steps=5)
    np.testing.assert_allclose(frames[::5].reshape(3, 6), z, rtol=1e-5)
    lengths = np.linalg.norm(frames.reshape(15, 6), axis=1)
    ends = np.linalg.norm(z, axis=1)
    assert lengths.min() > 0.5 * ends.min()
    assert lengths.max() < 1.5 * ends.max()


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0])
def test_parallel_latents_are_interpolated_linearly(factor):
    z = np.stack([np.ones(6), factor * np.ones(6)])
    frames = mixing.interpolate(plain(), z, steps=2).reshape(4, 6)
    middle = (1.0 + factor) / 2.0
    expected = np.outer([1.0, middle, factor, middle], np.ones(6))
    np.testing.assert_allclose(frames, expected, atol=1e-6)


def test_interpolation_in_w_is_linear_in_styles():
    generator, z = styled(strength=0.3), latents(3)
    mapping, synthesis = map(generator.get_layer, ("mapping", "synthesis"))
    frames = mixing.interpolate(generator, z, steps=4, space="w")
    styles = np.asarray(mapping(z))
    for number in (0, 1, 4, 11):
        stop, step = divmod(number, 4)
        first, second = styles[stop], styles[(stop + 1) % 3]
        style = first + step / 4 * (second - first)
        expected = synthesis(np.repeat(style[None, None], 6, axis=1))[0]
        np.testing.assert_allclose(frames[number], expected, rtol=1e-4, atol=1e-4)
    differences = np.abs(frames - mixing.interpolate(generator, z, steps=4))
    assert differences[::4].max() < 1e-4 < differences.max()


@pytest.mark.parametrize("labels", [3, [3, 1]])
def test_a_label_is_used_until_the_next_latent_vector(labels):
    frames = mixing.interpolate(conditional(), latents(2, 5), 3, labels=labels)
    indices = frames.reshape(6, 6)[:, 0]
    np.testing.assert_array_equal(indices, np.repeat(np.broadcast_to(labels, 2), 3))


def test_images_do_not_depend_on_the_batch_size(monkeypatch):
    generator, z = styled((8, 8, 1), strength=0.3), latents(7)
    whole = mixing.vary_noise(generator, z, 2, Random(3))
    frames = mixing.interpolate(conditional(), latents(3, 5), 4, labels=[1, 2, 3])
    monkeypatch.setattr(styles, "BATCH_SIZE", 3)
    parts = mixing.vary_noise(generator, z, 2, Random(3))
    np.testing.assert_allclose(parts, whole, rtol=1e-4, atol=1e-4)
    in_parts = mixing.interpolate(conditional(), latents(3, 5), 4, labels=[1, 2, 3])
    np.testing.assert_array_equal(in_parts, frames)


def average_pool(images, side=4):
    """Returns means over squares of pixels."""
    batch, height, width = images.shape[:3]
    parts = images.reshape(batch, height // side, side, width // side, side)
    return parts.mean(axis=(2, 4))


def test_noise_changes_detail_and_not_the_coarse_image():
    generator = styled((32, 32, 1), strength=0.5, first_layer=6)  # the last level
    images = mixing.vary_noise(generator, latents(2), 8, Random(3))
    assert images.shape == (2, 8, 32, 32, 1)
    for other in range(1, 8):
        difference = images[:, 0] - images[:, other]
        assert difference.std() > 0.05
        assert average_pool(difference).std() < 0.35 * difference.std()
    between = images[0] - images[1]  # other latents
    assert average_pool(between).std() > 0.5 * between.std()
    assert average_pool(between).std() > 3.0 * average_pool(difference).std()


def test_the_random_seed_determines_the_noise():
    generator, z = styled((8, 8, 1), strength=0.3), latents(2)
    images, same_seed, other_seed = (
        mixing.vary_noise(generator, z, 2, Random(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(images, same_seed)
    assert np.abs(images - other_seed).max() > 1e-2
    assert np.abs(images[:, 0] - images[:, 1]).max() > 1e-2
    with sampling_context(truncation=0.0):
        images = mixing.vary_noise(styled((8, 8, 1)), z, 2, Random(3))
    np.testing.assert_allclose(images, np.broadcast_to(images[0, 0], images.shape))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda z: mixing.mix_styles(plain(), z, z, 2), "no styles"),
        (lambda z: mixing.mixing_table(plain(), z, z, 2), "no styles"),
        (lambda z: mixing.interpolate(plain(), z, 2, "w"), "no styles"),
        (lambda z: mixing.vary_noise(plain(), z, 2, Random(0)), "no styles"),
        (
            lambda z: mixing.vary_noise(styled(), z, 0, Random(0)),
            "`count` of vary_noise",
        ),
        (lambda z: mixing.mix_styles(styled(), z, z, 7), "`crossover` must be"),
        (lambda z: mixing.mix_styles(styled(), z, z, 1.0), "`crossover` of"),
        (
            lambda z: mixing.interpolate(plain(), z, 2, "zz"),
            "`space` of interpolate",
        ),
        (
            lambda z: mixing.interpolate(plain(), z, 0),
            "`steps` of interpolate",
        ),
        (lambda z: mixing.interpolate(plain(), z[:1], 2), "at least 2 rows"),
        (
            lambda z: mixing.interpolate(plain(), z, 2, labels=1),
            "`labels` must be given",
        ),
        (
            lambda z: mixing.interpolate(styled(), z, 2, "w", labels=1),
            "`labels` must be None",
        ),
        (
            lambda z: mixing.interpolate(conditional(), z[:, :5], 2),
            "`labels` must be given",
        ),
        (lambda z: labelled(z, [1, 2, 3]), "one label for each"),
        (lambda z: labelled(z, []), "one label for each"),
        (lambda z: labelled(z, 99), "unknown class"),
        (lambda z: labelled(z, [0, -1]), "unknown class"),
        (lambda z: labelled(z, 1.7), "unknown class"),
        (lambda z: labelled(z, True), "unknown class"),
        (lambda z: labelled(z, [[1], [1, 2]]), "unknown class"),
        (
            lambda z: mixing.interpolate(plain(), z, 2, ["z"]),
            "`space` of interpolate",
        ),
        (lambda z: mixing.interpolate(plain(), z, 2, "w", labels=1), "no styles"),
        (
            lambda z: mixing.mix_styles(styled(), z[:0], z, 2),
            "`latents` must not be empty",
        ),
        (
            lambda z: mixing.mixing_table(styled(), z, z[0], 2),
            "`latents` must not be empty",
        ),
        (
            lambda z: mixing.vary_noise(styled(), z[:0], 2, Random(0)),
            "`latents` must not be empty",
        ),
        (
            lambda z: mixing.vary_noise(styled(), z, 2, 0),
            "`random` of vary_noise",
        ),
    ],
)
def test_an_invalid_argument_is_an_error(call, words):
    with pytest.raises(ValueError, match=facts(words)):
        call(latents(2))


def labelled(z, labels):
    """Interpolates latents of a generator with nine classes."""
    return mixing.interpolate(conditional(), z[:, :5], 2, labels=labels)


def test_a_network_has_no_class_names():
    message = stated("0 to 8", "'Trouser'", "Pass a number")
    with pytest.raises(ValueError, match=message):
        labelled(latents(2), "Trouser")


def test_the_advice_for_a_generator_without_styles():
    z, functions = latents(2), (mixing.num_layers, styles.check_styles)
    for call in (*functions, lambda network: mixing.mix_styles(network, z, z, 2)):
        with pytest.raises(ValueError, match=stated("gan.ema_generator")) as caught:
            call(plain())
        assert "space=" not in str(caught.value)
    with pytest.raises(ValueError, match=stated("gan.ema_generator", "space='z'")):
        mixing.interpolate(plain(), z, 2, "w")


def test_images_are_clipped():
    z = 3.0 * latents(4)
    frames = mixing.interpolate(plain(), z, steps=1)
    expected = z.reshape(4, 2, 3, 1).clip(-1.0, 1.0)
    assert np.abs(z).max() > 2.0
    np.testing.assert_allclose(frames, expected, atol=1e-6)
