import hashlib
import json
import pathlib

import keras
import numpy as np
import pytest
from PIL import Image
from workplace import keras_gan, paint, read, refused, train, tree

import keras_gan as kg
from keras_gan.images import to_uint8
from keras_gan_cli.tasks import evaluate, features


def sort(folder, count=30):
    """Writes images of two classes: dark and light."""
    generator = np.random.default_rng(0)
    for name, level in (("dark", 40), ("light", 200)):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            levels = generator.integers(level - 30, level + 30, (8, 8)).astype(np.uint8)
            Image.fromarray(levels).save(folder / name / f"{number:02d}.png")


@pytest.fixture
def small(monkeypatch):
    """A classifier of one dense layer, without convolutions."""

    def untrained(image_shape, num_classes, name, seed=0):
        inputs = keras.Input(image_shape)
        values = keras.layers.Flatten()(inputs)
        values = keras.layers.Dense(3, "relu", name="features")(values)
        return keras.Model(inputs, keras.layers.Dense(num_classes)(values), name=name)

    monkeypatch.setattr("keras_gan.metrics.classifier.build_classifier", untrained)


@pytest.fixture
def undrawn(monkeypatch):
    """Draws nothing, which saves seconds."""

    def touch(report, path):
        path.parent.mkdir(exist_ok=True)
        path.touch()

    monkeypatch.setattr(kg.metrics.Memorization, "save_picture", touch)


@pytest.fixture
def network(workplace):
    """File of a network with two features of 8x8 images."""
    keras.utils.set_random_seed(0)
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    keras.Sequential(layers, name="pairs").save(workplace / "pairs.keras")
    return workplace / "pairs.keras"


@pytest.mark.filterwarnings("ignore:fd_clothes of 64")  # fewer images than features
def test_a_network_is_trained_and_measures(workplace, gan):
    sort(workplace / "clothes")
    result = keras_gan("features", "train", "clothes", "--epochs", 2, "--seed", 1)
    assert result.exit_code == 0, result.output
    record = read("clothes.keras.json")
    content = pathlib.Path("clothes.keras").read_bytes()
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    assert (record["num_training"], record["num_test"]) == (54, 6)
    assert (record["epochs"], record["seed"], record["data"]) == (2, 1, "clothes")
    accuracy = record["test_accuracy"]
    assert f"Accuracy on 6 held-out images: {accuracy:.1%}" in result.stdout
    result = keras_gan(
        *("evaluate", "saved.keras", "--data", "pictures"),
        *("--features", "clothes.keras", "--out", "number.json"),
    )
    assert result.exit_code == 0, result.output
    measured = read("number.json")["fd_clothes"]
    assert measured["protocol"]["fingerprint"] == record["sha256"]


def test_the_options_of_a_network_are_obeyed(workplace, small):
    sort(workplace / "my clothes")
    result = keras_gan("features", "train", "my clothes", "--epochs", 1)
    assert result.exit_code == 0, result.output
    assert kg.metrics.FrechetDistance("my_clothes.keras").name == "fd_my_clothes"
    result = keras_gan(
        *("features", "train", "my clothes", "--name", "other", "--epochs", 3),
        *("--out", "a/b.keras", "--image-shape", "6,4,3"),
    )
    assert result.exit_code == 0, result.output
    found = kg.metrics.features.get("a/b.keras")
    assert (found.name, found.image_shape) == ("other", (6, 4, 3))
    assert read("a/b.keras.json")["epochs"] == 3


def test_the_held_out_part_is_a_tenth_that_the_seed_draws():
    levels = np.arange(40, dtype=np.uint8).reshape(40, 1, 1)
    dataset = kg.data.from_arrays(levels, np.arange(40) % 4, batch_size=7)
    for seed in (0, 1):
        rest, test, num_classes = features.split("toy", dataset, seed)
        assert num_classes == 4
        assert len(test[0]) == 4
        both = np.concatenate([rest[0], test[0]]).ravel()
        assert sorted(both) == list(range(40))
        for images, labels in (rest, test):
            np.testing.assert_array_equal(images.ravel() % 4, labels)
    first = [features.split("toy", dataset, seed)[1][0] for seed in (0, 0, 1)]
    np.testing.assert_array_equal(first[0], first[1])
    assert np.any(first[0] != first[2])


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        (["pictures"], ["requires labels"]),
        (["few"], ["few is too small", "10 images of 2"]),
        (["one"], ["one is too small", "30 images of 1"]),
        (["clothes", "--name", "a b"], ["not a valid name", "a b"]),
        (["clothes", "--name", "fashion_mnist"], ["not a valid name"]),
        (["clothes", "--out", "a.h5"], ["ends in .keras", "a.h5"]),
        (["clothes", "--out", "saved.keras"], ["which exists"]),
        (["clothes", "--out", "few/dark/00.png/a.keras"], ["cannot be created"]),
        (["clothing"], ["clothing"]),
    ],
)
def test_a_network_that_cannot_be_trained(workplace, gan, small, arguments, facts):
    sort(workplace / "clothes")
    sort(workplace / "few", count=5)
    paint(workplace / "one", count=0)
    paint(workplace / "one" / "class", count=30)
    before = tree()
    assert refused(keras_gan("features", "train", *arguments), *facts)
    assert tree() == before


def test_a_run_keeps_its_features(workplace, network, no_export, monkeypatch):
    assert train("--out", "run", "--features", network.name).exit_code == 0
    value = read("run", "metrics.json")["fd_pairs"]["value"]
    assert read("run", "run.json")["features"] == str(network)
    assert "fd_pairs" in pathlib.Path("run", "history.csv").read_text()
    (workplace / "elsewhere").mkdir()
    monkeypatch.chdir(workplace / "elsewhere")
    result = keras_gan("evaluate", "../run")
    assert f"fd_pairs: {value:.4f} (0 is best)" in result.stdout
    result = keras_gan("evaluate", "../run", "--features", "fashion_mnist")
    assert "fd_fashion_mnist: " in result.stdout
    assert "fd_pairs" not in result.stdout


def test_a_run_of_before_there_were_features_is_measured(workplace, gan):
    gan.save("gan.keras")
    pathlib.Path("run.json").write_text('{"data": "pictures"}')
    result = keras_gan("evaluate", "gan.keras")
    assert "fd_fashion_mnist: " in result.stdout, result.output


@pytest.mark.parametrize("name", ["missing.keras", "fashion_mnst", "saved.keras"])
def test_features_that_are_none_are_refused(workplace, gan, name):
    before = tree()
    for command in (["evaluate", "saved.keras", "--data", "pictures"], ["train"]):
        assert refused(keras_gan(*command, "--features", name), "eature")
    assert tree() == before


def paint_many(folder, count, seed):
    """Writes gray images of noise."""
    folder.mkdir()
    levels = np.random.default_rng(seed).integers(0, 256, (count, 8, 8), np.uint8)
    for number, one in enumerate(levels):
        Image.fromarray(one).save(folder / f"{number:04d}.png")


def measured_copies(folder, flip=False):
    """Output of the search for copies among 100 samples of seed 3."""
    pathlib.Path("run.json").write_text(json.dumps({"data": folder, "flip": flip}))
    result = keras_gan(
        *("evaluate", "gan.keras", "--num-images", 100, "--seed", 3),
        *("--held-out", "others", "--memorization", "new/copies.png"),
    )
    assert result.exit_code == 0, result.output
    assert pathlib.Path("new/copies.png").exists()
    return result.stdout


def test_copies_are_found_and_drawn(workplace, gan):
    gan.save("gan.keras")
    paint_many(workplace / "many", 120, seed=1)
    paint_many(workplace / "others", 120, seed=2)
    assert "Training images are copied" not in measured_copies("many")
    for number, image in enumerate(to_uint8(gan.generate(64, seed=3))):
        Image.fromarray(image[..., 0]).save(workplace / "many" / f"a{number}.png")
    text = measured_copies("many")
    assert "Training images are copied" in text
    assert "64 equal a training image" in text
    assert "Held out: others" in text


def test_held_out_images_that_nothing_looks_at_are_refused(workplace, gan):
    before = tree()
    result = keras_gan("evaluate", "saved.keras", "--held-out", "pictures")
    assert refused(result, "--held-out pictures alone", "--memorization")
    assert tree() == before


def test_mirrored_copies_of_a_run_that_mirrors_are_found(workplace, gan, undrawn):
    gan.save("gan.keras")
    paint_many(workplace / "many", 120, seed=1)
    paint_many(workplace / "others", 120, seed=2)
    for number, image in enumerate(to_uint8(gan.generate(64, seed=3))):
        Image.fromarray(image[:, ::-1, 0]).save(workplace / "many" / f"a{number}.png")
    assert "64 equal" in measured_copies("many", flip=True)
    assert "64 equal" not in measured_copies("many", flip=False)


@pytest.mark.parametrize(("count", "out"), [(1100, 110), (300, 100), (150, 75)])
def test_a_part_is_held_out_where_there_is_nothing_else(workplace, gan, count, out):
    paint_many(workplace / "many", count, seed=1)
    dataset = kg.data.from_directory("many", batch_size=8)
    training, others, where = evaluate.held_out_split("many", dataset, None, seed=5)
    assert (len(training), len(others)) == (count - out, out)
    assert f"{out} images of many" in where
    both = np.concatenate([training, others])
    expected = evaluate.all_images(dataset)
    assert sorted(map(bytes, both)) == sorted(map(bytes, expected))
    assert {bytes(one) for one in training}.isdisjoint(map(bytes, others))


def test_the_test_split_is_held_out_where_there_is_one(monkeypatch):
    levels = np.zeros((9, 2, 2, 1), np.uint8)
    asked = []

    def load(name, split="train", **arguments):
        asked.append((name, split, arguments["image_shape"]))
        return kg.data.from_arrays(levels + 7, batch_size=1)

    monkeypatch.setattr(kg.data, "load", load)
    dataset = kg.data.from_arrays(levels, batch_size=2)
    training, others, where = evaluate.held_out_split("toy", dataset, None, seed=0)
    np.testing.assert_array_equal(training, levels)
    np.testing.assert_array_equal(others, levels + 7)
    assert asked == [("toy", "test", (2, 2, 1))]
    assert where == "the test split of toy"


def test_a_set_without_a_test_split_has_none():
    assert evaluate.load_test_split("fashion_mnist_10k", {"batch_size": 1}) is None


def test_too_few_images_for_a_report_are_refused(workplace, gan):
    result = keras_gan(
        "evaluate", "saved.keras", "--data", "pictures", "--memorization", "a.png"
    )
    assert refused(result, "too few images", "Received: 32 images")
    assert not pathlib.Path("a.png").exists()
    result = keras_gan("evaluate", "saved.keras", "--memorization", "saved.keras/a.png")
    assert refused(result, "cannot be created")


def test_all_measures_are_those_of_one_network(workplace, gan, in_earnest):
    result = keras_gan(
        *("evaluate", "saved.keras", "--all"),
        *("--num-images", 200, "--out", "number.json"),
    )
    assert result.exit_code == 0, result.output
    found = read("number.json")
    measures = {"fd", "kd", "precision", "recall", "density", "coverage", "class_score"}
    keys = {f"{measure}_fashion_mnist" for measure in measures}
    assert keys <= set(found)
    for key in keys:
        assert f"{key}: {found[key]['value']:.4f}" in result.stdout
    fingerprints = {found[key]["protocol"]["fingerprint"] for key in keys}
    assert len(fingerprints) == 1
    assert result.stdout.count(fingerprints.pop()) == 1
