"""Mixing tables, paths through latents and styles, and noise, against NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, stated

import keras_gan as kg
from keras_gan.layers import sampling_context
from keras_gan.networks import mixing
from keras_gan.networks.pair import highest_resolution
from keras_gan.random import Random


@pytest.fixture(autouse=True)
def unbounded(request, monkeypatch):
    """Shows images as networks make them, which the formulas are about."""
    if request.node.name != "test_users_see_images_in_their_bounds":
        monkeypatch.setattr(mixing, "to_output_images", highest_resolution)


def styled(shape=(16, 16, 1), strength=0.0, least=0):
    """Returns a generator with styles, and noise of some strength from a layer on."""
    generator = kg.networks.stylegan_generator(shape, 6, 5, width=4, mapping_depth=2)
    synthesis = generator.get_layer("synthesis")
    for number in range(least, synthesis.input_shape[1]):
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
def test_a_table_is_the_synthesis_of_styles_made_by_hand(crossover):
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


def test_a_table_ends_in_its_sources_and_has_them_beside_it():
    generator, coarse, fine = styled(), latents(2), latents(3, seed=1)
    table = mixing.mixing_table(generator, coarse, fine, 2)
    assert table.shape == (3, 4, 16, 16, 1)
    near = {"rtol": 1e-4, "atol": 1e-4}
    np.testing.assert_array_equal(table[0, 0], 1.0)
    np.testing.assert_allclose(table[0, 1:], generator(fine), **near)
    np.testing.assert_allclose(table[1:, 0], generator(coarse), **near)
    mixed = mixing.mix_styles(generator, coarse, fine, 2)
    np.testing.assert_allclose(table[1:, 1:], mixed, **near)
    for crossover, source in ((0, table[:1, 1:]), (6, table[1:, :1])):
        ends = mixing.mix_styles(generator, coarse, fine, crossover)
        np.testing.assert_allclose(ends, np.broadcast_to(source, ends.shape), **near)


def test_truncation_holds_in_a_table():
    generator, z = styled(), latents(2)
    generator.get_layer("truncation").mean.assign(np.arange(5.0))
    with sampling_context(truncation=0.0):
        alike = mixing.mix_styles(generator, z, z, 3)
    np.testing.assert_allclose(alike, np.broadcast_to(alike[0, 0], alike.shape))
    assert np.ptp(mixing.mix_styles(generator, z, z, 3), axis=(0, 1)).max() > 1e-2


def slerp(first, second, share):
    """Returns a point of the arc, by turning in the plane of the two vectors."""
    one = first / np.linalg.norm(first)
    other = second / np.linalg.norm(second)
    angle = np.arccos(one @ other)
    upright = other - (one @ other) * one
    upright /= np.linalg.norm(upright)
    turned = np.cos(share * angle) * one + np.sin(share * angle) * upright
    return turned


def test_a_path_in_z_turns_evenly_from_one_to_the_next():
    z = latents(3).astype("float64")
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    frames = mixing.interpolate(plain(), z, steps=4)
    assert frames.shape == (12, 2, 3, 1)
    for number, frame in enumerate(frames):
        at, step = divmod(number, 4)
        expected = slerp(z[at], z[(at + 1) % 3], step / 4)
        np.testing.assert_allclose(frame.ravel(), expected, atol=1e-6)


def test_a_path_in_z_meets_latents_of_any_length():
    z = latents(3) * np.array([[1.0], [3.0], [0.5]], "float32")
    frames = mixing.interpolate(plain(), z, steps=5)
    np.testing.assert_allclose(frames[::5].reshape(3, 6), z, rtol=1e-5)
    lengths = np.linalg.norm(frames.reshape(15, 6), axis=1)
    ends = np.linalg.norm(z, axis=1)
    assert lengths.min() > 0.5 * ends.min()
    assert lengths.max() < 1.5 * ends.max()


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0])
def test_a_path_along_one_line_is_straight(factor):
    z = np.stack([np.ones(6), factor * np.ones(6)])
    frames = mixing.interpolate(plain(), z, steps=2).reshape(4, 6)
    middle = (1.0 + factor) / 2.0
    expected = np.outer([1.0, middle, factor, middle], np.ones(6))
    np.testing.assert_allclose(frames, expected, atol=1e-6)


def test_a_path_in_w_is_a_straight_line_of_styles():
    generator, z = styled(strength=0.3), latents(3)
    mapping, synthesis = map(generator.get_layer, ("mapping", "synthesis"))
    frames = mixing.interpolate(generator, z, steps=4, space="w")
    styles = np.asarray(mapping(z))
    for number in (0, 1, 4, 11):
        at, step = divmod(number, 4)
        style = styles[at] + step / 4 * (styles[(at + 1) % 3] - styles[at])
        expected = synthesis(np.repeat(style[None, None], 6, axis=1))[0]
        np.testing.assert_allclose(frames[number], expected, rtol=1e-4, atol=1e-4)
    apart = frames - mixing.interpolate(generator, z, steps=4)
    assert np.abs(apart[::4]).max() < 1e-4 < np.abs(apart).max()


@pytest.mark.parametrize("labels", [3, [3, 1]])
def test_labels_hold_from_one_to_the_next(labels):
    frames = mixing.interpolate(conditional(), latents(2, 5), 3, labels=labels)
    shown = frames.reshape(6, 6)[:, 0]
    np.testing.assert_array_equal(shown, np.repeat(np.broadcast_to(labels, 2), 3))


def test_images_do_not_depend_on_how_many_are_made_at_once(monkeypatch):
    generator, z = styled((8, 8, 1), strength=0.3), latents(7)
    whole = mixing.vary_noise(generator, z, 2, Random(3))
    frames = mixing.interpolate(conditional(), latents(3, 5), 4, labels=[1, 2, 3])
    monkeypatch.setattr(mixing, "AT_ONCE", 3)
    parts = mixing.vary_noise(generator, z, 2, Random(3))
    np.testing.assert_allclose(parts, whole, rtol=1e-4, atol=1e-4)
    again = mixing.interpolate(conditional(), latents(3, 5), 4, labels=[1, 2, 3])
    np.testing.assert_array_equal(again, frames)


def coarse(images, side=4):
    """Returns images as means over squares of pixels."""
    batch, height, width = images.shape[:3]
    parts = images.reshape(batch, height // side, side, width // side, side)
    return parts.mean(axis=(2, 4))


def test_noise_changes_detail_and_not_the_coarse_image():
    generator = styled((32, 32, 1), strength=0.5, least=6)  # the finest level
    images = mixing.vary_noise(generator, latents(2), 8, Random(3))
    assert images.shape == (2, 8, 32, 32, 1)
    for other in range(1, 8):
        apart = images[:, 0] - images[:, other]
        assert apart.std() > 0.05
        assert coarse(apart).std() < 0.35 * apart.std()
    between = images[0] - images[1]  # other latents
    assert coarse(between).std() > 0.5 * between.std()
    assert coarse(between).std() > 3.0 * coarse(apart).std()


def test_noise_of_one_source_is_the_same_and_of_another_is_not():
    generator, z = styled((8, 8, 1), strength=0.3), latents(2)
    one, same, other = (
        mixing.vary_noise(generator, z, 2, Random(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-2
    assert np.abs(one[:, 0] - one[:, 1]).max() > 1e-2
    with sampling_context(truncation=0.0):
        alike = mixing.vary_noise(styled((8, 8, 1)), z, 2, Random(3))
    np.testing.assert_allclose(alike, np.broadcast_to(alike[0, 0], alike.shape))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda z: mixing.mix_styles(plain(), z, z, 2), "no styles"),
        (lambda z: mixing.mixing_table(plain(), z, z, 2), "no styles"),
        (lambda z: mixing.interpolate(plain(), z, 2, "w"), "no styles"),
        (lambda z: mixing.vary_noise(plain(), z, 2, Random(0)), "no styles"),
        (lambda z: mixing.vary_noise(styled(), z, 0, Random(0)), ""),
        (lambda z: mixing.mix_styles(styled(), z, z, 7), "cross over"),
        (lambda z: mixing.mix_styles(styled(), z, z, 1.0), "cross over"),
        (lambda z: mixing.interpolate(plain(), z, 2, "zz"), "space"),
        (lambda z: mixing.interpolate(plain(), z, 0), "steps"),
        (lambda z: mixing.interpolate(plain(), z[:1], 2), "path"),
        (lambda z: mixing.interpolate(plain(), z, 2, labels=1), "labels"),
        (lambda z: mixing.interpolate(styled(), z, 2, "w", labels=1), "labels"),
        (lambda z: mixing.interpolate(conditional(), z[:, :5], 2), "labels"),
        (lambda z: labelled(z, [1, 2, 3]), "not one label for each"),
        (lambda z: labelled(z, []), "not one label for each"),
        (lambda z: labelled(z, 99), "no class"),
        (lambda z: labelled(z, [0, -1]), "no class"),
        (lambda z: labelled(z, 1.7), "no class"),
        (lambda z: labelled(z, True), "no class"),
        (lambda z: labelled(z, [[1], [1, 2]]), "no class"),
        (lambda z: mixing.interpolate(plain(), z, 2, ["z"]), "space"),
        (lambda z: mixing.interpolate(plain(), z, 2, "w", labels=1), "no styles"),
        (lambda z: mixing.mix_styles(styled(), z[:0], z, 2), "style for each"),
        (lambda z: mixing.mixing_table(styled(), z, z[0], 2), "style for each"),
        (lambda z: mixing.vary_noise(styled(), z[:0], 2, Random(0)), "style for each"),
        (lambda z: mixing.vary_noise(styled(), z, 2, 0), "source of random numbers"),
    ],
)
def test_what_cannot_be_is_refused_with_four_facts(make, says):
    with pytest.raises(ValueError, match=facts(says)):
        make(latents(2))


def labelled(z, labels):
    """Walks through latents of a generator of nine classes."""
    return mixing.interpolate(conditional(), z[:, :5], 2, labels=labels)


def test_a_name_of_a_class_is_none_of_a_network():
    known = stated("0 to 8", "'Trouser'", "Pass a number")
    with pytest.raises(ValueError, match=known):
        labelled(latents(2), "Trouser")


def test_what_to_do_without_styles_fits_what_was_asked_for():
    z, tables = latents(2), (mixing.num_layers, mixing.check_styles)
    for ask in (*tables, lambda network: mixing.mix_styles(network, z, z, 2)):
        with pytest.raises(ValueError, match=stated("gan.ema_generator")) as refused:
            ask(plain())
        assert "space=" not in str(refused.value)
    with pytest.raises(ValueError, match=stated("gan.ema_generator", "space='z'")):
        mixing.interpolate(plain(), z, 2, "w")


def test_users_see_images_in_their_bounds():
    drawn = 3.0 * latents(4)
    frames = mixing.interpolate(plain(), drawn, steps=1)
    expected = drawn.reshape(4, 2, 3, 1).clip(-1.0, 1.0)
    assert np.abs(drawn).max() > 2.0
    np.testing.assert_allclose(frames, expected, atol=1e-6)
