import json
import pathlib

import numpy as np
import pytest
import scipy.ndimage
import tensorflow as tf

import keras_gan.data
from keras_gan import images as pictures
from keras_gan import metrics
from keras_gan.metrics import FrechetDistance
from keras_gan.version import __version__


def thirds(images):
    """Means of three bands of rows, features that NumPy can compute."""
    return np.stack([band.mean(axis=(1, 2, 3)) for band in bands(images)], axis=1)


def bands(images):
    return np.array_split(np.float64(images), 3, axis=1)


def levels(num_images, seed, image_shape=(9, 8, 1)):
    generator = np.random.default_rng(seed)
    scale = generator.uniform(0.0, 256.0, (num_images, *(1 for _ in image_shape)))
    noise = generator.uniform(0.0, 1.0, (num_images, *image_shape))
    return np.uint8(scale * noise)


def distance(real, fake, batch_size=64, features=thirds, value_range=None):
    metric = FrechetDistance(features)
    for start in range(0, len(real), batch_size):
        metric.update_real(real[start : start + batch_size], value_range)
    for start in range(0, len(fake), batch_size):
        metric.update_fake(fake[start : start + batch_size], value_range)
    return metric.result()


@pytest.fixture(scope="module")
def clothes():
    folder = pathlib.Path(keras_gan.data.__file__).parent
    with np.load(folder / "fashion_mnist_10k" / "images.npz") as arrays:
        return arrays["images"][:2000, ..., None]


@pytest.mark.parametrize("batch_size", [1, 7, 64, 200])
def test_it_is_the_distance_of_the_features_at_any_batch_size(batch_size):
    real, fake = levels(150, seed=0), levels(99, seed=1)
    expected = metrics.frechet_distance(thirds(real), thirds(fake))
    assert distance(real, fake, batch_size) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("batch_size", [1, 37, 300])
def test_the_batch_size_does_not_matter_to_the_network_that_ships(clothes, batch_size):
    real, fake = clothes[:300], 255 - clothes[300:500]
    expected = distance(real, fake, 100, "fashion_mnist")
    found = distance(real, fake, batch_size, "fashion_mnist")
    assert found == pytest.approx(expected, rel=1e-5)


def test_floats_and_the_levels_they_round_to_give_the_same_number(clothes):
    real, fake = clothes[:200], clothes[200:400]
    expected = distance(real, fake, features="fashion_mnist")
    floats = [tf.constant(pictures.to_float(each)) for each in (real, fake)]
    found = distance(*floats, features="fashion_mnist", value_range=(-1, 1))
    assert found == expected


def test_real_images_are_kept_over_epochs_and_fakes_are_not():
    real, first, second = levels(90, 0), levels(80, 1), levels(70, 2)
    metric = FrechetDistance(thirds)
    metric.update_real(real)
    for fake in (first, second, first):
        metric.reset_fake()
        metric.update_fake(fake)
        assert (metric.num_real, metric.num_fake) == (90, len(fake))
        assert metric.result() == distance(real, fake, 100)


def test_a_reset_forgets_everything():
    metric = FrechetDistance(thirds)
    metric.update_real(levels(9, 0))
    metric.update_fake(levels(9, 1))
    metric.reset_state()
    assert (metric.num_real, metric.num_fake) == (0, 0)
    with pytest.raises(ValueError, match="0 real and 0 fake"):
        metric.result()


def test_the_image_with_broken_features_is_counted_over_batches():
    def broken(images):
        return np.where(images[:, 0, 0] == 255, np.nan, 1.0)

    images = np.zeros((10, 9, 8, 1), np.uint8)
    images[7] = 255
    metric = FrechetDistance(broken)
    metric.update_fake(images[:4])
    with pytest.raises(ValueError, match=r"the fake images [^$]*image 7 "):
        metric.update_fake(images[4:])


def test_it_is_named_after_its_network_and_never_fid():
    assert FrechetDistance().name == "fd_fashion_mnist"
    assert FrechetDistance(thirds).name == "fd_thirds"


def test_the_protocol_says_what_the_number_depends_on():
    metric = FrechetDistance("fashion_mnist")
    metric.update_real(levels(4, 0, (28, 28, 1)))
    metric.update_fake(levels(3, 0, (28, 28, 1)))
    protocol = metric.protocol()
    assert protocol == {
        "metric": "frechet_distance",
        "features": "fashion_mnist",
        "fingerprint": metrics.features.get("fashion_mnist").fingerprint,
        "preprocessing": None,
        "pixels": "uint8, round((image + 1) * 127.5)",
        "num_real": 4,
        "num_fake": 3,
        "keras_gan": __version__,
    }
    assert json.loads(json.dumps(protocol)) == protocol


def test_a_string_names_a_metric():
    metric = metrics.get("fd_fashion_mnist")
    assert isinstance(metric, FrechetDistance)
    assert metrics.get(metric) is metric
    assert metrics.get("fd_fashion_mnist") is not metric
    with pytest.raises(ValueError, match='Did you mean "fd_fashion_mnist"'):
        metrics.get("fd_fashion")
    with pytest.raises(TypeError):
        metrics.get(7)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kd_fashion_mnist", metrics.KID),
        ("class_score_fashion_mnist", metrics.InceptionScore),
        ("precision_fashion_mnist", metrics.PrecisionRecall),
        ("density_fashion_mnist", metrics.DensityCoverage),
    ],
)
def test_a_string_names_the_metric_that_logs_it_first(name, kind):
    metric = metrics.get(name)
    assert isinstance(metric, kind)
    assert metric.name == name


def test_its_config_builds_it_again():
    metric = FrechetDistance("fashion_mnist")
    again = FrechetDistance.from_config(metric.get_config())
    assert (again.name, again.protocol()) == (metric.name, metric.protocol())


def flat(images):
    """72 features."""
    return images.reshape(len(images), -1)


def test_fewer_images_than_features_are_doubted_and_their_kernel_distance_shown():
    metric = FrechetDistance(flat)
    real, fake = levels(71, 0), levels(60, 1)
    metric.update_real(real)
    metric.update_fake(fake)
    rows = [np.float64(flat(images)) for images in (real, fake)]
    value, _ = metrics.kernel_distance(*rows, subsets=1, subset_size=71)
    with pytest.warns(UserWarning, match="fewer than its 72 features") as caught:
        found = metric.results()
    (warning,) = caught
    assert f"{value:.6g}" in str(warning.message)
    assert warning.filename == __file__
    assert found == {"fd_flat": metrics.frechet_distance(*rows)}
    assert metric.results() == found  # warns only once


@pytest.mark.parametrize(("num_real", "num_fake"), [(71, 72), (72, 71)])
def test_one_side_of_few_images_is_doubted(num_real, num_fake):
    with pytest.warns(UserWarning, match=f"{num_real} real and {num_fake} fake"):
        distance(levels(num_real, 0), levels(num_fake, 1), features=flat)


def test_as_many_images_as_features_are_not_doubted():
    real, fake = levels(72, 0), levels(72, 1)
    expected = metrics.frechet_distance(flat(real), flat(fake))
    assert distance(real, fake, features=flat) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("batch_size", [1, 7, 71])
def test_few_images_are_measured_exactly_at_any_batch_size(batch_size):
    real, fake = levels(50, 0), levels(71, 1)
    expected = metrics.frechet_distance(flat(real), flat(fake))
    with pytest.warns(UserWarning, match="bias"):
        found = distance(real, fake, batch_size, flat)
    assert found == pytest.approx(expected, rel=1e-12)


def test_colour_and_another_size_are_fitted_to_the_network(clothes):
    real, fake = clothes[:300], clothes[300:600]
    expected = distance(real, fake, features="fashion_mnist")
    colour = fake.repeat(3, axis=3)
    found = distance(real, colour, features="fashion_mnist")
    assert found == pytest.approx(expected, rel=1e-3)
    large = fake.repeat(8, axis=1).repeat(8, axis=2)
    found = distance(real, large, features="fashion_mnist")
    assert expected < found < 3.0 * expected  # the edges soften


def test_worse_images_are_farther_from_the_real_ones(clothes):
    real, other = np.split(clothes, 2)
    blurred = {
        sigma: scipy.ndimage.gaussian_filter(other, (0, sigma, sigma, 0))
        for sigma in (0.7, 1.5)
    }
    noise = np.random.default_rng(0).integers(0, 256, other.shape).astype(np.uint8)
    ranked = [other, blurred[0.7], blurred[1.5], noise]
    distances = [distance(real, fake, 500, "fashion_mnist") for fake in ranked]
    assert distances == sorted(distances)
    assert 3.0 * distances[0] < distances[1]


def test_a_missing_mode_is_farther_than_a_missing_half(clothes):
    means = clothes.mean(axis=(1, 2, 3))
    dark = clothes[np.argsort(means)[:1000]]
    half = clothes[::2]
    near, far = (distance(clothes, fake, 500, "fashion_mnist") for fake in (half, dark))
    assert 3.0 * near < far
