import inspect
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts

from keras_gan import images as pictures
from keras_gan import metrics
from keras_gan.metrics import names
from keras_gan.metrics.pixels import to_pixels
from keras_gan.metrics.updates import process_pending, update_states

LEVELS = np.random.default_rng(0).integers(0, 256, (6, 5, 4, 3)).astype(np.uint8)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_become_the_levels_they_were_made_of(dtype):
    floats = (LEVELS / 127.5 - 1.0).astype(dtype)
    np.testing.assert_array_equal(to_pixels(floats, (-1, 1)), LEVELS)
    np.testing.assert_array_equal(to_pixels(tf.constant(floats), (-1, 1)), LEVELS)


def test_half_precision_is_taken():
    for dtype in (tf.float16, tf.bfloat16):
        halves = tf.cast(pictures.to_float(LEVELS), dtype)
        expected = pictures.to_uint8(np.asarray(halves, np.float64))
        np.testing.assert_array_equal(to_pixels(halves, (-1, 1)), expected)


def test_uint8_passes_as_it_is():
    np.testing.assert_array_equal(to_pixels(LEVELS), LEVELS)
    np.testing.assert_array_equal(to_pixels(tf.constant(LEVELS)), LEVELS)


def test_rounding_just_beyond_the_range_is_forgiven():
    images = np.full((1, 2, 2, 1), 1.0005, np.float32)
    assert to_pixels(images, (-1, 1)).tolist() == np.full((1, 2, 2, 1), 255).tolist()


@pytest.mark.parametrize("value", [255.0, 1.01, -1.01, np.nan, np.inf])
def test_the_image_out_of_range_is_named(value):
    images = np.zeros((6, 2, 2, 1), np.float32)
    images[4, 1, 0, 0] = value
    with pytest.raises(ValueError, match=r"1 pixels outside in 1 of 6 .*image \[4\]"):
        to_pixels(images, (-1, 1))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("value_range", [(-1, 1), (0, 1), (0, 255)])
def test_floats_of_any_range_become_levels(value_range, dtype):
    low, high = value_range
    floats = (low + (high - low) * (LEVELS / 255.0)).astype(dtype)
    np.testing.assert_array_equal(to_pixels(floats, value_range), LEVELS)


@pytest.mark.parametrize("value_range", [None, (0, 2), (1, 0), "unit"])
def test_floats_of_an_unsaid_range_are_refused(value_range):
    metric = metrics.FrechetDistance("fashion_mnist")
    for update in (metric.update_real, metric.update_fake):
        with pytest.raises(
            ValueError, match=facts("`value_range` is required")
        ) as refused:
            update(np.full((2, 4, 4, 1), 0.25, np.float32), value_range)
        assert "from 0.25 to 0.25" in str(refused.value)
    assert metric.num_real == metric.num_fake == 0


def test_floats_beyond_the_range_that_was_said_are_refused():
    with pytest.raises(ValueError, match=facts("pixels outside `value_range`")):
        to_pixels(np.full((1, 2, 2, 1), -0.5), (0, 1))
    with pytest.raises(ValueError, match=facts("pixels outside `value_range`")):
        to_pixels(np.full((1, 2, 2, 1), 128.0), (0, 1))


@pytest.mark.parametrize(
    "images",
    [LEVELS[..., 0], LEVELS.astype(np.int64), LEVELS > 9, np.zeros((2, 2), np.float32)],
)
def test_another_shape_or_type_is_refused(images):
    with pytest.raises(ValueError, match="`images` must be a batch of uint8 or float"):
        to_pixels(images)


KINDS = {
    metrics.FrechetDistance: ["fid"],
    metrics.KID: ["kid", "kid_std"],
    metrics.InceptionScore: ["inception_score", "inception_score_std"],
    metrics.PrecisionRecall: ["precision", "recall"],
    metrics.DensityCoverage: ["density", "coverage"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_names_of_the_papers_are_for_the_canonical_network_alone(kind):
    network = Fake(brightness, name="inception")
    assert all("inception" in key for key in kind(network).keys[:1])
    assert not set(kind(network).keys) & set(KINDS[kind])
    network.is_canonical = True
    assert list(kind(network).keys) == KINDS[kind]


class Fake(metrics.features.FunctionFeatures):
    def classify(self, features):
        return features


class Means(metrics.SampleMetric):
    """A user's metric of two values."""

    measure = "means"
    network_keys = ("real_{}", "fake_{}")
    summary = metrics.Moments

    def compare(self, real, fake):
        return real.mean.sum(), fake.mean.sum()


def brightness(images):
    return images.mean(axis=(1, 2))


def test_a_metric_of_ones_own_gives_a_value_for_each_key():
    metric = Means(brightness)
    metric.update_real(LEVELS[:2])
    metric.update_fake(LEVELS[2:])
    expected = [
        brightness(part).mean(axis=0).sum() for part in (LEVELS[:2], LEVELS[2:])
    ]
    assert list(metric.results()) == ["real_brightness", "fake_brightness"]
    assert list(metric.results().values()) == pytest.approx(expected, rel=1e-6)
    assert metric.result() == metric.results()["real_brightness"]
    assert metric.name == "real_brightness"


def test_a_name_replaces_the_log_keys():
    expected = {
        metrics.FrechetDistance: ["test"],
        metrics.KID: ["test", "test_std"],
        metrics.InceptionScore: ["test", "test_std"],
        metrics.PrecisionRecall: ["test_precision", "test_recall"],
        metrics.DensityCoverage: ["test_density", "test_coverage"],
        Means: ["test_real", "test_fake"],
    }
    for kind, keys in expected.items():
        metric = kind("fashion_mnist", name="test")
        assert (metric.name, list(metric.keys)) == ("test", keys)
        assert list(kind.from_config(metric.get_config()).keys) == keys
        with pytest.raises(AttributeError):
            metric.keys = ["other"]
    metric = metrics.FrechetDistance("fashion_mnist", "test")
    metric.update_state(LEVELS, LEVELS)
    with pytest.warns(UserWarning, match="test of 6 real"):
        assert list(metric.results()) == ["test"]


@pytest.mark.parametrize("name", ["", 3])
def test_a_bad_name_is_refused(name):
    with pytest.raises(ValueError, match=facts("`name` of KID must be")):
        metrics.KID("fashion_mnist", name=name)


CONFIGURED = [
    lambda: metrics.FrechetDistance("fashion_mnist", name="fd_test", dtype="float64"),
    lambda: metrics.KID(
        "fashion_mnist", subsets=7, subset_size=5, seed=3, name="k", dtype="float16"
    ),
    lambda: metrics.InceptionScore("fashion_mnist", splits=2, name="score"),
    lambda: metrics.PrecisionRecall("fashion_mnist", neighbors=2, name="pr"),
    lambda: metrics.DensityCoverage("fashion_mnist", neighbors=4),
]


@pytest.mark.parametrize("make", CONFIGURED)
def test_a_config_holds_every_argument(make):
    metric = make()
    arguments = set(inspect.signature(type(metric)).parameters)
    config = keras.saving.serialize_keras_object(metric)
    assert set(config["config"]) == arguments
    for other in (
        keras.saving.deserialize_keras_object(json.loads(json.dumps(config))),
        type(metric).from_config(metric.get_config()),
        metrics.get(config),
        metrics.get(metric),
    ):
        assert type(other) is type(metric)
        assert other.get_config() == metric.get_config()
        assert (other.name, other.keys) == (metric.name, metric.keys)
        assert other.dtype == metric.dtype
        assert other.protocol() == metric.protocol()


@keras.saving.register_keras_serializable("tests")
def registered_brightness(images):
    return brightness(images)


def test_a_registered_function_is_saved_with_its_metric():
    network = metrics.features.FunctionFeatures(registered_brightness, "light", "ab12")
    for features in (network, registered_brightness):
        metric = metrics.KID(features, subsets=3)
        config = json.loads(json.dumps(keras.saving.serialize_keras_object(metric)))
        other = keras.saving.deserialize_keras_object(config)
        assert other.protocol() == metric.protocol()
        np.testing.assert_array_equal(other.features(LEVELS), network(LEVELS))


def test_a_model_is_saved_by_its_path_alone(tmp_path):
    inputs = keras.Input((5, 4, 3))
    outputs = keras.layers.GlobalAveragePooling2D()(inputs)
    model = keras.Model(inputs, outputs, name="means")
    metric = metrics.KID(model)
    other = metrics.KID.from_config(metric.get_config())
    assert other.protocol() == metric.protocol()
    with pytest.raises(TypeError, match=facts('"means" cannot be written to a config')):
        keras.saving.serialize_keras_object(metric)
    path = tmp_path / "means.keras"
    model.save(path)
    for identifier in (path, str(path)):
        metric = metrics.KID(identifier)
        config = json.loads(json.dumps(keras.saving.serialize_keras_object(metric)))
        assert config["config"]["features"] == str(path)
        other = keras.saving.deserialize_keras_object(config)
        assert other.protocol() == metric.protocol()


def test_metrics_are_keras_metrics_without_variables():
    metric = metrics.PrecisionRecall("fashion_mnist")
    assert isinstance(metric, keras.metrics.Metric)
    assert (metric.variables, metric.runs_on_host) == ([], True)
    assert keras.metrics.get(metric) is metric


REAL, FAKE = np.random.default_rng(1).uniform(-1, 1, (2, 11, 5, 4, 3)).astype("float32")


def make_metrics(network=None):
    """Returns metrics that share a feature network."""
    network = network or Fake(shades, name="shades")
    return [
        metrics.FrechetDistance(network),
        metrics.KID(network, subsets=3, subset_size=8),
        metrics.InceptionScore(network, splits=2),
        metrics.PrecisionRecall(network),
        metrics.DensityCoverage(network),
    ]


def shades(images):
    """Two features, which also are probabilities."""
    light = images.mean(axis=(1, 2, 3)) / 255.0
    return np.stack([light, 1.0 - light], axis=1)


def results(sample_metrics):
    return {k: v for metric in sample_metrics for k, v in metric.results().items()}


def expected_results():
    sample_metrics = make_metrics()
    for metric in sample_metrics:
        metric.update_real(REAL, (-1, 1))
        metric.update_fake(FAKE, (-1, 1))
    return results(sample_metrics)


def test_values_are_those_of_the_functions():
    metric = metrics.KID(Fake(shades, name="shades"), subsets=3, subset_size=8, seed=5)
    metric.update_state(REAL, FAKE)
    rows = [shades(to_pixels(images, (-1, 1))) for images in (REAL, FAKE)]
    rows = np.float32(rows)
    expected = metrics.kernel_distance(*rows, 3, 8, 5)
    assert tuple(metric.results().values()) == expected
    assert metric.result() == float(metric.result()) == expected[0]
    metric = metrics.FrechetDistance(Fake(shades, name="shades"))
    metric.update_state(REAL, FAKE)
    assert metric.result() == pytest.approx(metrics.frechet_distance(*rows), rel=1e-9)


@pytest.mark.parametrize("graph", [False, True], ids=["eager", "graph"])
@pytest.mark.parametrize("as_tensors", [False, True], ids=["arrays", "tensors"])
def test_batches_of_update_state_are_the_whole(graph, as_tensors):
    sample_metrics, runs = make_metrics(), []

    def update(real, fake):
        runs.append(1)
        for metric in sample_metrics:
            metric.update_state(real, fake)

    update = tf.function(update, reduce_retracing=True) if graph else update
    convert = tf.constant if as_tensors or graph else np.asarray
    for start in (0, 4, 8):
        rows = slice(start, start + 4)
        update(convert(REAL[rows]), convert(FAKE[rows]))
    assert len(runs) <= 3
    assert [metric.num_fake for metric in sample_metrics] == [11] * 5
    assert results(sample_metrics) == pytest.approx(expected_results(), rel=1e-9)


def test_update_states_runs_a_shared_network_once():
    batches = []

    def watched(images):
        batches.append(len(images))
        return shades(images)

    sample_metrics = make_metrics(Fake(watched, name="shades"))
    update = tf.function(lambda real, fake: update_states(sample_metrics, real, fake))
    assert update(tf.constant(REAL), tf.constant(FAKE)) is None
    assert batches == []  # the graph stores the images
    process_pending(sample_metrics)
    assert batches == [11, 11]
    assert results(sample_metrics) == pytest.approx(expected_results(), rel=1e-12)
    update_states([], REAL, FAKE)


def test_a_keras_model_is_run_from_a_graph():
    sample_metrics = [metrics.KID("fashion_mnist", subsets=2, subset_size=4)]
    update = tf.function(lambda real, fake: update_states(sample_metrics, real, fake))
    for rows in (slice(0, 6), slice(6, 11)):
        update(tf.constant(REAL[rows]), tf.constant(FAKE[rows]))
    whole = metrics.KID("fashion_mnist", subsets=2, subset_size=4)
    whole.update_state(REAL, FAKE)
    assert sample_metrics[0].results() == pytest.approx(whole.results(), rel=1e-5)


@pytest.mark.parametrize("dtype", ["uint8", "float16", "bfloat16", "float64"])
def test_a_graph_takes_images_of_any_type(dtype):
    metric, expected = (make_metrics()[1] for _ in range(2))
    levels = to_pixels(REAL, (-1, 1))
    images = levels if dtype == "uint8" else pictures.to_float(levels)
    images = tf.cast(images, dtype)
    tf.function(metric.update_state)(images, images)
    expected.update_state(images, images)
    assert metric.results() == expected.results()


def test_a_reset_of_one_metric_leaves_the_images_of_the_others():
    first, other = make_metrics()[:2]
    update = tf.function(lambda real, fake: update_states([first, other], real, fake))
    update(tf.constant(REAL), tf.constant(FAKE))
    first.reset_state()
    assert other.results().items() <= expected_results().items()
    assert (first.num_real, first.num_fake, other.num_fake) == (0, 0, 11)
    update(tf.constant(REAL), tf.constant(FAKE))
    first.reset_fake()
    assert (first.num_real, first.num_fake, other.num_fake) == (11, 0, 22)


SINGLE_THREAD = """
import numpy as np
import tensorflow as tf
tf.config.threading.set_inter_op_parallelism_threads(1)
from keras_gan import metrics
metric = metrics.KID("fashion_mnist", subsets=2, subset_size=2)
images = tf.constant(np.zeros((4, 28, 28, 1), "float32"))
tf.function(metric.update_state)(images, images)
print(abs(metric.result()) < 1e-9, metric.num_fake)
"""


@pytest.mark.slow  # a separate process
def test_a_machine_with_one_core_does_not_wait_for_itself():
    command = [sys.executable, "-c", SINGLE_THREAD]
    printed = subprocess.run(command, capture_output=True, timeout=300, check=True)
    assert printed.stdout.split() == [b"True", b"4"]


def test_reset_state_removes_all_images():
    metric = make_metrics()[1]
    metric.update_state(REAL, FAKE)
    first = metric.results()
    metric.update_state(FAKE, REAL)
    metric.reset_state()
    assert (metric.num_real, metric.num_fake) == (0, 0)
    metric.update_state(REAL, FAKE)
    assert metric.results() == first
    metric.reset_fake()
    assert (metric.num_real, metric.num_fake) == (11, 0)


def test_nan_in_generated_images_makes_the_results_nan_until_the_reset():
    metric, broken = make_metrics()[1], FAKE.copy()
    broken[3, 0, 0, 0] = np.nan
    tf.function(metric.update_state)(tf.constant(REAL), tf.constant(broken))
    metric.update_state(REAL, FAKE)
    assert list(metric.results()) == list(metric.keys)
    assert np.isnan(list(metric.results().values())).all()
    assert np.isnan(metric.result())
    metric.reset_state()
    metric.update_state(REAL, FAKE)
    assert np.isfinite(metric.result())
    with pytest.raises(ValueError, match=facts("pixels outside `value_range`")):
        metric.update_state(broken, FAKE)


def test_what_a_graph_cannot_do_is_refused():
    metric = make_metrics()[1]
    with pytest.raises(ValueError, match=facts("`sample_weight` is not supported")):
        metric.update_state(REAL, FAKE, np.ones(11))
    with pytest.raises(ValueError, match=facts("cannot be computed in a tf.function")):
        tf.function(metric.result, autograph=False)()
    compiled = tf.function(metric.update_state, jit_compile=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="PyFunc"):
        compiled(tf.constant(REAL), tf.constant(FAKE))
    assert metric.num_fake == 0


def test_errors_in_a_graph_state_their_facts():
    metric = make_metrics()[1]
    update = tf.function(metric.update_state)
    with pytest.raises(tf.errors.OpError, match=facts("pixels outside `value_range`")):
        update(tf.constant(3.0 * REAL), tf.constant(FAKE))


def test_one_get_resolves_names_classes_and_objects():
    for name, kind in {
        "precision_recall_fashion_mnist": metrics.PrecisionRecall,
        "density_coverage_fashion_mnist": metrics.DensityCoverage,
        "kd_fashion_mnist": metrics.KID,
    }.items():
        assert isinstance(metrics.get(name), kind)
        assert metrics.get(name).features.name == "fashion_mnist"
    assert isinstance(metrics.get(metrics.FrechetDistance), metrics.FrechetDistance)
    assert {"fid", "kid", "inception_score", "precision_recall"} <= set(names.NAMES)
    with pytest.raises(ValueError, match='Did you mean "precision_recall"'):
        metrics.get("precision_recal")
    with pytest.raises(TypeError, match=facts("Expected an object of SampleMetric")):
        metrics.get(3)
