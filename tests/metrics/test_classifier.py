import hashlib
import json

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.metrics import classifier, classifier_file, features
from keras_gan.metrics.fashion_mnist import network


def stripes(count, seed=0, shape=(8, 8, 1)):
    """Returns images of alternating rows (class 0) or columns (class 1), with noise."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, count)
    rows, columns = np.indices(shape[:2])
    patterns = np.stack([rows % 2, columns % 2])[..., None] * 160
    levels = patterns[labels] + generator.integers(0, 90, (count, *shape))
    return levels.astype(np.uint8), labels


@pytest.fixture(scope="module")
def learned():
    return classifier.train_classifier(
        *("stripes", stripes(96), stripes(40, seed=1), 2),
        **{"epochs": 3, "batch_size": 16, "seed": 3},
    )


@pytest.fixture(scope="module")
def file(learned, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "file.keras"
    model, record = learned
    model.save(path)
    classifier_file.write_protocol(path, record, classifier_file.protocol_path(path))
    return path


@pytest.mark.parametrize(
    ("image_shape", "sides"),
    [
        ((28, 28, 1), [(14, 14, 32), (7, 7, 64)]),
        ((3, 5, 1), [(2, 3, 32), (1, 2, 64)]),
        ((64, 40, 3), [(32, 20, 32), (16, 10, 64), (8, 5, 128)]),
        ((128, 128, 3), [(64, 64, 32), (32, 32, 64), (16, 16, 128), (8, 8, 128)]),
    ],
)
def test_images_are_halved_until_they_are_small(image_shape, sides):
    model = classifier.build_classifier(image_shape, 7, "toy")
    pools = [layer for layer in model.layers if layer.name.startswith("pool")]
    assert [layer.output.shape[1:] for layer in pools] == sides
    assert model.output_shape == (None, 7)
    assert model.get_layer("features").output.shape == (None, 128)


def test_the_one_that_ships_is_the_same_network():
    one = classifier.build_classifier((28, 28, 1), 10, "toy")
    other = network.fashion_mnist_classifier()
    assert [w.shape for w in one.weights] == [w.shape for w in other.weights]
    assert one.count_params() == 422_442


def test_the_rate_warms_up_and_falls_to_zero():
    rates = classifier.schedule(epochs=4, steps=10, learning_rate=1.0)
    found = [float(rates(step)) for step in (0, 5, 10, 25, 40)]
    np.testing.assert_allclose(found, [0.1, 0.55, 1.0, 0.5, 0.0], atol=1e-6)
    for steps in (1, 4):
        short = classifier.schedule(epochs=1, steps=steps, learning_rate=1.0)
        assert float(short(steps)) == pytest.approx(0.0, abs=1e-6)


def test_images_move_by_a_pixel_at_most_and_all_ways():
    image = np.arange(1.0, 10.0, dtype=np.float32).reshape(1, 3, 3, 1)
    moved = classifier.random_shift(image.repeat(200, 0), np.random.default_rng(0))
    padded = np.pad(image[0, ..., 0], 1, constant_values=-1.0)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).reshape(9, 3, 3)
    found = {tuple(one.ravel()) for one in moved[..., 0]}
    assert found == {tuple(one.ravel()) for one in windows}


def test_it_learns_and_tells_how_well(learned):
    model, record = learned
    images, labels = stripes(40, seed=1)
    logits = np.asarray(model(kg.images.to_float(images)))
    expected = float(np.mean(logits.argmax(axis=1) == labels))
    assert record["test_accuracy"] == expected
    assert expected > 0.9
    assert record["num_training"] == 96
    assert record["num_test"] == 40
    assert record["num_parameters"] == model.count_params()
    assert record["seed"] == 3
    assert not model.compiled


def test_the_seed_decides_it(learned):
    weights = [
        classifier.build_classifier((8, 8, 1), 2, "toy", seed).get_weights()[0]
        for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.any(weights[0] != weights[2])


def test_a_metric_takes_the_file(file, learned):
    model, _ = learned
    metric = kg.metrics.FrechetDistance(str(file))
    assert metric.name == "fd_stripes"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert metric.protocol()["fingerprint"] == sha256
    assert json.loads((file.parent / "file.keras.json").read_text())["sha256"] == sha256
    images, _ = stripes(20, seed=2)
    inner = keras.Model(model.input, model.get_layer("features").output)
    expected = np.asarray(inner(kg.images.to_float(images)))
    np.testing.assert_allclose(metric.features(images), expected, rtol=1e-5, atol=1e-5)


def test_its_probabilities_are_the_softmax_of_its_logits(file, learned):
    model, _ = learned
    images, _ = stripes(20, seed=2)
    logits = np.asarray(model(kg.images.to_float(images)), np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    found = features.get(file).probabilities(images)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    metric = kg.metrics.InceptionScore(file, splits=1)
    metric.update_fake(images)
    assert 1.5 < metric.result() <= 2.0


def test_a_file_of_any_other_model_gives_its_output(tmp_path):
    pooled = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.GlobalAveragePooling2D()], name="means"
    )
    pooled.save(tmp_path / "own.keras")
    found = features.get(tmp_path / "own.keras")
    assert found.name == "means"
    levels = np.full((1, 4, 4, 1), 51, np.uint8)
    np.testing.assert_allclose(found(levels), [[51 / 127.5 - 1]], rtol=1e-6)


def copied(file, folder, protocol=None):
    """Copies the file, with a protocol of this text in the same folder."""
    (folder / "a.keras").write_bytes(file.read_bytes())
    text = protocol or (file.parent / "file.keras.json").read_text()
    (folder / "a.keras.json").write_text(text)
    return folder / "a.keras"


def altered(file, folder):
    path = copied(file, folder)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path


def text(file, folder):
    (folder / "a.keras").write_text("no model")
    return folder / "a.keras"


def truncated(file, folder):
    (folder / "a.keras").write_bytes(file.read_bytes()[:-1000])
    return folder / "a.keras"


def shapeless(file, folder):
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save(
        folder / "a.keras"
    )
    return folder / "a.keras"


BAD = {
    "missing": (lambda file, folder: folder / "a.keras", "does not exist"),
    "text": (text, "no Keras model"),
    "truncated": (truncated, "no Keras model"),
    "altered": (altered, "was altered"),
    "protocol": (
        lambda file, folder: copied(file, folder, "{"),
        "not a readable",
    ),
    "list": (
        lambda file, folder: copied(file, folder, "[1]"),
        "not a readable",
    ),
    "other": (lambda file, folder: copied(file, folder, "{}"), "was altered"),
    "shapeless": (shapeless, "does not map images to feature vectors"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_are_refused(kind, file, tmp_path):
    make, message = BAD[kind]
    with pytest.raises(ValueError, match=message) as error:
        kg.metrics.FrechetDistance(str(make(file, tmp_path)))
    for fact in ("Expected: ", "Received: ", "What to do: "):
        assert fact in str(error.value)
