import math
import random

import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats
from PIL import Image
from toys import facts

import keras_gan as kg
from keras_gan.data.folders import outputs
from keras_gan.metrics.memorization import nearest
from keras_gan.metrics.memorization import picture as drawing
from keras_gan.metrics.memorization.nearest import Nearest, Neighborhood
from keras_gan.metrics.memorization.report import Space


def identity(images):
    return images.reshape(len(images), -1)


def points(count, seed, width=3):
    return np.random.default_rng(seed).normal(size=(count, width))


def shapes(count, seed):
    """Returns smooth images, which are near each other, and rough ones, far apart."""
    generator = np.random.default_rng(seed)
    rough = np.arange(count) % 2
    spread = np.where(rough, 60.0, 5.0)[:, None, None, None]
    levels = 128.0 + spread * generator.normal(size=(count, 4, 4, 1))
    return np.clip(np.rint(levels), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def sets():
    images = shapes(1500, seed=0)
    return images[:500], images[500:1000], images[1000:]


def report(samples, training, held_out, **options):
    options = {"features": identity, "quantile": 0.02, **options}
    return kg.metrics.memorization_report(samples, training, held_out, **options)


def test_the_nearest_on_a_line():
    training = np.array([[0.0], [10.0], [12.0], [12.0]])
    found = Neighborhood(training, np.array([0, 1, 2, 2])).find(
        np.array([[1.0], [11.5], [-3.0]])
    )
    assert found.indices.tolist() == [0, 2, 0]
    assert found.distances.tolist() == [1.0, 0.5, 3.0]
    assert found.relative.tolist() == [1 / 9, 1 / 3, 3 / 13]


def test_the_nearest_are_those_of_scipy():
    queries, others = points(50, 1, width=40), points(90, 2, width=40)
    expected = scipy.spatial.distance.cdist(queries, others)
    found = nearest.nearest(queries, others)
    np.testing.assert_array_equal(found[0], expected.argmin(axis=1))
    np.testing.assert_allclose(found[1], expected.min(axis=1), rtol=1e-13)


@pytest.mark.parametrize("constant", ["MAX_ROWS", "MAX_VALUES"])
def test_blocks_equal_the_whole(monkeypatch, constant):
    training, queries = points(70, 1), points(31, 2)
    kinds = np.arange(70) // 2 * 2
    whole = Neighborhood(training, kinds).find(queries)
    monkeypatch.setattr(nearest, constant, 21)
    parts = Neighborhood(training, kinds).find(queries)
    np.testing.assert_array_equal(parts.indices, whole.indices)
    np.testing.assert_array_equal(parts.distances, whole.distances)
    np.testing.assert_array_equal(parts.relative, whole.relative)


def test_distances_keep_their_digits_far_from_the_origin():
    training = np.array([[1e8], [1e8 + 1.0]])
    found = Neighborhood(training, np.arange(2)).find(np.array([[1e8 + 0.75]]))
    assert found.indices.tolist() == [1]
    assert found.distances.tolist() == [0.25]


def test_pixels_are_counted_exactly():
    generator = np.random.default_rng(0)
    levels = generator.integers(0, 256, (2, 3000), np.uint8)
    steps = [int(a) - int(b) for a, b in zip(*levels.tolist(), strict=True)]
    _, distances = nearest.nearest(levels[:1], levels[1:])
    assert distances[0] == math.sqrt(sum(step * step for step in steps))


def test_a_space_without_differences_has_nothing_near():
    found = Neighborhood(np.zeros((2, 3)), np.arange(2)).find(np.zeros((1, 3)))
    assert found.relative.tolist() == [1.0]
    found = Neighborhood(np.zeros((2, 3)), np.arange(2)).find(np.ones((1, 3)))
    assert found.relative.tolist() == [1.0]


def space(samples, held_out, quantile):
    sides = (
        Nearest(None, np.array(values, float), np.array(values, float))
        for values in (samples, held_out)
    )
    return Space(*sides, quantile)


def test_the_limit_and_the_share():
    found = space([0.0, 1.9, 2.0, 9.0], [4, 3, 2, 1], quantile=0.5)
    assert found.limit == 2.0
    assert found.share == 0.5


def test_the_rank_statistic_is_that_of_scipy():
    generator = np.random.default_rng(0)
    samples, held_out = generator.integers(0, 9, 40), generator.integers(2, 12, 60)
    statistic = scipy.stats.mannwhitneyu(samples, held_out).statistic
    expected = (statistic - 1200) / math.sqrt(40 * 60 * 101 / 12)
    assert space(samples, held_out, 0.1).z_score == pytest.approx(expected, rel=1e-12)


def test_samples_like_held_out_images_are_no_copies(sets):
    samples, training, held_out = sets
    found = report(samples, training, held_out)
    assert not found.copies
    assert found.verdict.startswith("No more copies")
    for each in (found.features, found.pixels):
        assert each.share < 0.05
        assert abs(each.z_score) < 4.0


@pytest.mark.parametrize("kind", ["identical", "noisy"])
def test_a_generator_that_copies_is_named(sets, kind):
    _, training, held_out = sets
    generator = np.random.default_rng(1)
    step = generator.integers(0, 2, training.shape, np.uint8) * (kind == "noisy")
    samples = np.minimum(training, 254) + step
    found = report(samples, training, held_out)
    assert found.copies
    assert found.pixels.share > 0.95
    assert found.features.z_score < -20.0
    assert "100 %" in found.verdict or kind == "noisy"


def test_a_few_copies_among_honest_samples_are_counted(sets):
    samples, training, held_out = sets
    mixed = np.concatenate([training[:100], samples[:400]])
    found = report(mixed, training, held_out)
    assert found.copies
    assert found.identical == 100
    assert found.pixels.share == pytest.approx(0.2 + 0.8 * 0.02, abs=0.02)
    assert "about 2" in found.verdict


def test_too_many_plain_images_are_no_copies(sets):
    samples, training, held_out = sets
    plain = samples[::2]
    found = report(plain, training, held_out)
    assert found.pixels.z_score < -10.0  # by the distances alone
    assert not found.copies


def test_what_is_between_training_images_is_no_copy(sets):
    samples, training, held_out = sets
    distances = scipy.spatial.distance.cdist(identity(samples), identity(training))
    near = training[np.argsort(distances, axis=1)[:, :10]]
    averages = np.rint(near.mean(axis=1)).astype(np.uint8)
    found = report(averages, training, held_out)
    assert found.pixels.z_score < -5.0
    assert not found.copies


def test_held_out_images_of_the_training_set_do_not_count(sets):
    samples, training, held_out = sets
    leaking = np.concatenate([training[:50], held_out])
    found = report(samples, training, leaking)
    assert found.left_out == 50
    assert len(found.pixels.held_out.distances) == 500
    assert found.pixels.limit == report(samples, training, held_out).pixels.limit


def test_training_images_that_occur_twice_do_not_hide_their_copies(sets):
    _, training, held_out = sets
    twice = np.concatenate([training, training])
    found = report(training[:100], twice, held_out)
    assert found.pixels.share == 1.0
    assert found.pixels.samples.indices.max() < len(training)


def test_the_pairs_are_the_nearest(sets):
    samples, training, held_out = sets
    mixed = np.concatenate([samples[:300], training[40:42]])
    found = report(mixed, training, held_out)
    copies, images, relative = found.pairs(found.pixels, count=2)
    np.testing.assert_array_equal(copies, training[40:42])
    np.testing.assert_array_equal(images, training[40:42])
    assert relative.tolist() == [0.0, 0.0]


def test_the_two_spaces_are_measured_apart(sets):
    samples, training, held_out = sets

    def first_pixel(images):
        return images[:, 0, 0].astype(np.float32)

    found = report(samples, training, held_out, features=first_pixel)
    expected = np.abs(
        samples[:, 0, 0].astype(float) - training[:, 0, 0].astype(float)[:, 0]
    ).min(axis=1)
    np.testing.assert_array_equal(found.features.samples.distances, expected)
    expected = scipy.spatial.distance.cdist(identity(samples), identity(training))
    np.testing.assert_allclose(
        found.pixels.samples.distances, expected.min(axis=1), rtol=1e-12
    )


def test_floats_are_seen_as_their_grey_levels(sets):
    samples, training, held_out = sets
    floats = kg.images.to_float(samples)
    found, expected = (report(each, training, held_out) for each in (floats, samples))
    np.testing.assert_array_equal(
        found.pixels.samples.distances, expected.pixels.samples.distances
    )


def test_the_report_is_text(sets):
    text = str(report(*sets))
    assert "500 samples, 500 held-out images, 500 training images" in text
    assert "identity" in text
    assert "in features" in text
    assert "in pixels" in text


def test_the_picture_shows_the_images_and_the_distances(sets, tmp_path, monkeypatch):
    found = report(*(images.repeat(3, axis=-1) for images in sets))
    calls = []

    def watch(name):
        draw = getattr(drawing, name)

        def watched(axes, *arguments):
            draw(axes, *arguments)
            calls.append((axes, arguments))

        monkeypatch.setattr(drawing, name, watched)

    watch("draw_pairs")
    watch("draw_histograms")
    found.save_picture(tmp_path / "report.png")
    count = drawing.NUM_PAIRS
    for number, each in ((0, found.features), (3, found.pixels)):
        samples, nearest_images, relative = found.pairs(each, count)
        drawn = calls[number][0].get_images()[0].get_array()
        for column in range(count):
            place = np.s_[5 * column : 5 * column + 4]
            np.testing.assert_array_equal(drawn[:4, place], samples[column])
            np.testing.assert_array_equal(drawn[5:, place], nearest_images[column])
        texts = [text.get_text() for text in calls[number][0].texts]
        assert texts[-count:] == [f"{value:.2f}" for value in relative]
        for offset, values in enumerate(("distances", "relative"), start=1):
            axes, sides = calls[number + offset]
            assert sides[0] is getattr(each.samples, values)
            assert sides[1] is getattr(each.held_out, values)
            heights = [patch.get_data().values.sum() for patch in axes.patches[:4]]
            assert heights == pytest.approx([1.0] * 4)


def test_gray_images_of_any_size_are_drawn(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (60, 3, 9, 1), np.uint8)
    found = report(images[:5], images[5:30], images[30:], quantile=0.5)
    for name, kind in (("report.png", "PNG"), ("report.jpg", "JPEG")):
        found.save_picture(tmp_path / "new" / name)
        with Image.open(tmp_path / "new" / name) as picture:
            assert (picture.format, picture.size) == (kind, (1650, 858))
        assert outputs.is_output_image(tmp_path / "new" / name)
    with pytest.raises(ValueError, match=r"must end in \.png or \.jpg"):
        found.save_picture(tmp_path / "report.txt")


def test_the_same_in_any_order(sets):
    samples, training, held_out = sets
    order = list(range(500))
    random.Random(0).shuffle(order)
    found, expected = report(*sets), report(samples, training[order], held_out[order])
    assert found.pixels.share == expected.pixels.share
    np.testing.assert_array_equal(
        expected.pixels.samples.distances, found.pixels.samples.distances
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s, t, h: (s[:, :3], t, h), "images of one shape"),
        (lambda s, t, h: (s[:0], t, h), "images of one shape"),
        (lambda s, t, h: (s, t[:1], h), "two different images"),
        (lambda s, t, h: (s, np.repeat(t[:1], 9, axis=0), h), "two different images"),
        (lambda s, t, h: (s, t, h[:49]), "`held_out` has too few"),
        (lambda s, t, h: (s, t, t), "`held_out` has too few"),
        (lambda s, t, h: (s[..., 0], t, h), "`images` must be a batch"),
    ],
)
def test_bad_sets_are_refused(sets, change, message):
    with pytest.raises(ValueError, match=message) as error:
        report(*change(*sets))
    for fact in ("Expected: ", "Received: ", "What to do: "):
        assert fact in str(error.value)


@pytest.mark.parametrize("quantile", [0.0, 0.6, -1, "1 %", math.nan])
def test_a_quantile_out_of_range_is_refused(sets, quantile):
    with pytest.raises(ValueError, match=facts("`quantile` of memorization_report")):
        report(*sets, quantile=quantile)


def test_features_that_are_no_numbers_name_the_image(sets):
    def broken(images):
        features = identity(images).astype(np.float32)
        features[7] = np.nan
        return features

    with pytest.raises(ValueError, match="image 7"):
        report(*sets, features=broken)
