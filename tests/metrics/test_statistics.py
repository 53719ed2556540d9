"""Tests of the cache of statistics of real images."""

import hashlib
import json

import numpy as np
import pytest

import keras_gan as kg
from keras_gan.metrics import features, statistics

LEVELS = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 1), np.uint8)
RUNS = []

from_batches = statistics.Fingerprint.from_batches


def pooled(images):
    """Three features of an image; `RUNS` counts the images that passed."""
    RUNS.append(len(images))
    flat = images.reshape(len(images), -1).astype("float32")
    return np.stack([flat.mean(1), flat.std(1), flat.max(1)], axis=1)


def metrics(fingerprint="f00d"):
    """Returns metrics of one network that store moments and rows."""
    network = features.FunctionFeatures(pooled, "pooled", fingerprint)
    return [kg.metrics.FrechetDistance(network), kg.metrics.PrecisionRecall(network)]


def show(levels, folder, fingerprint="f00d"):
    """Returns results, the number of images that passed the network, fingerprint."""
    RUNS.clear()
    first = metrics(fingerprint)
    found = statistics.load_real(first, lambda: np.split(levels, 4), folder)
    passed = sum(RUNS)
    results = {}
    for metric in first:
        metric.update_fake(LEVELS[:, ::-1] // 2)
        results |= metric.results()
    return results, passed, found


def test_the_fingerprint_is_that_of_all_pixels_and_shapes():
    digest = hashlib.sha256()
    for image in LEVELS:
        digest.update(b"(4, 4, 1)" + image.tobytes())
    found = from_batches([LEVELS[:7], LEVELS[7:]])
    assert (found.hexdigest, found.count) == (digest.hexdigest(), 20)


@pytest.mark.parametrize(
    "others",
    [
        LEVELS[:19],
        LEVELS[::-1],
        LEVELS.reshape(20, 2, 8, 1),
        np.where(np.arange(320).reshape(LEVELS.shape) == 319, LEVELS + 1, LEVELS),
    ],
    ids=["one less", "another order", "another shape", "one pixel"],
)
def test_other_images_have_another_fingerprint(others):
    both = [from_batches([one]).hexdigest for one in (LEVELS, others)]
    assert both[0] != both[1]


def test_floats_have_the_fingerprint_of_their_levels():
    floats = kg.images.to_float(LEVELS)
    both = [from_batches([one]).hexdigest for one in (LEVELS, floats)]
    assert both[0] == both[1]


def test_kept_statistics_give_the_same_numbers_to_the_bit(tmp_path):
    first, passed, found = show(LEVELS, tmp_path)
    again, passed_again, found_again = show(LEVELS, tmp_path)
    assert (passed, passed_again) == (20, 0)
    assert first == again
    assert found.hexdigest == found_again.hexdigest
    assert len([*tmp_path.iterdir()]) == 2


def test_changed_images_never_meet_old_statistics(tmp_path):
    show(LEVELS, tmp_path)
    changed = LEVELS.copy()
    changed[13, 2, 1, 0] ^= 1
    assert show(changed, tmp_path)[1] == 20
    assert show(changed, tmp_path)[0] == show(changed, None)[0]


def test_another_network_or_version_never_meets_old_statistics(tmp_path, monkeypatch):
    show(LEVELS, tmp_path)
    assert show(LEVELS, tmp_path, "beef")[1] == 20
    monkeypatch.setattr(statistics, "__version__", "999")
    assert show(LEVELS, tmp_path)[1] == 20


@pytest.mark.parametrize("broken", [b"", b"PK", b"x" * 1000])
def test_a_broken_file_is_written_anew(tmp_path, broken):
    first = show(LEVELS, tmp_path)[0]
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:100] if broken == b"PK" else broken)
    assert show(LEVELS, tmp_path)[:2] == (first, 20)
    assert show(LEVELS, tmp_path)[:2] == (first, 0)


def test_a_file_under_the_name_of_another_is_not_believed(tmp_path):
    first, _, found = show(LEVELS, tmp_path)
    metric = metrics()[0]
    path = statistics.cache_path(
        tmp_path, json.dumps(statistics.cache_key(metric, found))
    )
    with np.load(path) as file:
        arrays = {**file}
    arrays["key"] = str(arrays["key"]).replace("f00d", "beef")
    np.savez(path, **arrays)
    assert show(LEVELS, tmp_path)[:2] == (first, 20)


def test_a_network_whose_weights_nobody_knows_keeps_nothing(tmp_path):
    show(LEVELS, tmp_path, fingerprint=None)
    assert not [*tmp_path.iterdir()]
    assert show(LEVELS, tmp_path, fingerprint=None)[1] == 20


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file and no folder")
    assert show(LEVELS, taken)[:2] == show(LEVELS, None)[:2]


def test_images_that_shuffle_themselves_have_the_fingerprint_of_what_was_seen(tmp_path):
    orders = iter([LEVELS, LEVELS[::-1], LEVELS[::-1]])
    first = metrics()
    found = statistics.load_real(first, lambda: [next(orders)], tmp_path)
    assert found.hexdigest == from_batches([LEVELS[::-1]]).hexdigest
    again = metrics()
    statistics.load_real(again, lambda: [next(orders)], tmp_path)
    rows = [one[1].real.arrays()["rows"] for one in (first, again)]
    np.testing.assert_array_equal(*rows)
