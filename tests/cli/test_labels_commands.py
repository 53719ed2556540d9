"""Class labels at the command line."""

import functools
import pathlib

import keras
import numpy as np
import pytest
from PIL import Image
from workplace import keras_gan, paint, read, refused, toy, tree

import keras_gan as kg
from keras_gan import images, recipes
from keras_gan.data.decoding import image_files


def told(image_shape, num_classes, seed=None, discriminator_steps=1):
    """Recipe that requires classes."""
    gan = kg.GAN(
        kg.networks.dcgan_generator(image_shape, 4, 4, num_classes=num_classes),
        kg.networks.dcgan_discriminator(image_shape, 4, num_classes=num_classes),
        seed=seed,
    )
    gan.compile(discriminator_steps=discriminator_steps)
    return gan


def either(image_shape, num_classes=None, seed=None):
    """Recipe that uses classes if the data has them."""
    return told(image_shape, num_classes, seed)


@pytest.fixture
def classes(workplace, monkeypatch):
    """Images of three classes, and the two recipes."""
    monkeypatch.setitem(recipes.NAMES, "conditional", told)
    monkeypatch.setitem(recipes.NAMES, "stylegan", either)
    pathlib.Path("shapes").mkdir()
    for name in ("circle", "square", "star"):
        paint(workplace / "shapes" / name, count=16)


def train(recipe, data, *arguments):
    choices = "--recipe", recipe, "--data", data, "--batch-size", 16
    return keras_gan("train", *choices, *arguments)


@pytest.mark.parametrize(
    "recipe", ["conditional", pytest.param("stylegan", marks=pytest.mark.slow)]
)
def test_a_folder_per_class_trains_networks_with_labels(classes, recipe):
    result = train(recipe, "shapes", "--out", "run", "--export", "model")
    assert result.exit_code == 0, result.output
    gan = keras.saving.load_model("run/gan.keras")
    assert gan.labels.names == ("circle", "square", "star")
    assert read("run/metrics.json")["steps"] == 3
    result = keras_gan("train", "--resume", "--out", "run", "--epochs", 2)
    assert result.exit_code == 0, result.output
    result = keras_gan("generate", "run", "--labels", "star,circle", "--count", 6)
    assert result.exit_code == 0, result.output
    gan = keras.saving.load_model("run/gan.keras")
    rows = [gan.generate(3, seed=0, labels=label) for label in ("star", "circle")]
    grid = images.enlarge(images.grid(images.to_uint8(np.concatenate(rows)), 3))
    drawn = np.asarray(Image.open("samples.png"))
    np.testing.assert_array_equal(drawn[:, -grid.shape[1] :], grid[..., 0])
    result = keras_gan("export", "run", "--out", "again")
    assert "sample_names(seed: int64, names: string (count,))" in result.output


@pytest.mark.parametrize("discriminator_steps", [1, 2])
def test_no_image_is_decoded_twice(
    classes, no_export, monkeypatch, discriminator_steps
):
    opened, decoded = image_files.opened, []

    def count(source):
        decoded.append(source)
        return opened(source)

    monkeypatch.setattr(image_files, "opened", count)
    recipe = functools.partial(told, discriminator_steps=discriminator_steps)
    monkeypatch.setitem(recipes.NAMES, "conditional", recipe)
    result = train("conditional", "shapes", "--out", "run")
    assert result.exit_code == 0, result.output
    gan = keras.saving.load_model("run/gan.keras")
    assert int(gan.steps) == 3 // discriminator_steps  # 48 images, 16 per update
    assert len(decoded) == len(set(decoded)) == 48
    assert keras_gan("evaluate", "run", "--data", "pictures").exit_code == 0
    assert len(decoded) == len(set(decoded)) == 48 + 64


def test_a_recipe_that_takes_classes_does_without_where_there_are_none(
    classes, monkeypatch
):
    monkeypatch.setitem(
        recipes.NAMES,
        "stylegan",
        lambda image_shape, num_classes=None, seed=None: toy(image_shape, seed),
    )
    assert train("stylegan", "pictures", "--out", "run").exit_code == 0
    assert not keras.saving.load_model("run/gan.keras").labels.num_classes


def test_a_recipe_that_needs_classes_says_so(classes):
    result = train("conditional", "pictures", "--out", "run")
    assert refused(result, "requires classes", "folder per class")
    assert not pathlib.Path("run").exists()


def save_told(*names):
    """Saves a GAN with classes of these names."""
    gan = told((8, 8, 1), len(names), seed=0)
    gan.labels = gan.labels.with_names(names)
    gan.save("saved.keras")


FROM = ("train", "--from", "saved.keras", "--data", "shapes", "--batch-size", 16)


def test_data_of_more_classes_than_a_saved_gan_has_are_refused(classes):
    save_told("moon", "sun")
    before = tree()
    result = keras_gan(*FROM)
    facts = (
        "2 classes (moon, sun)",
        "3 (circle, square, star)",
        "new GAN, without --from",
    )
    assert refused(result, *facts)
    assert result.stderr.startswith("Error: ")  # no warning before it
    assert "num_classes=" not in result.output
    assert tree() == before


@pytest.mark.filterwarnings("default:The classes of this data")
def test_other_names_of_classes_are_said_once_on_a_line(classes, no_export):
    save_told("moon", "sun", "earth")
    result = keras_gan(*FROM, "--out", "run", "--epochs", 1)
    assert result.exit_code == 0, result.output
    (said,) = [line for line in result.stderr.splitlines() if "moon" in line]
    assert said.startswith("The classes of this data have other names")
    for python in ("UserWarning", ".py:"):
        assert python not in result.output


def test_separate_images_take_turns(classes):
    gan = told((8, 8, 1), 3, seed=0)
    gan.save("told.keras")
    result = keras_gan(
        "generate", "told.keras", "--labels", "2,0", "--count", 5, "--separate", "some"
    )
    assert result.exit_code == 0, result.output
    expected = images.to_uint8(gan.generate(seed=0, labels=[2, 0, 2, 0, 2]))
    paths = sorted(pathlib.Path("some").iterdir())
    written = [np.asarray(Image.open(path))[..., None] for path in paths]
    np.testing.assert_array_equal(written, expected)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--labels", "moon"], ["unknown class", "0 to 2"]),
        (["--truncation", "0"], ["`truncation` must be"]),
        (["--mix", "mix.png"], ["has no styles"]),
    ],
)
def test_what_cannot_be_made_is_refused(classes, arguments, words):
    told((8, 8, 1), 3, seed=0).save("told.keras")
    assert refused(keras_gan("generate", "told.keras", *arguments), *words)
    assert not pathlib.Path("samples.png").exists()
    assert not pathlib.Path("mix.png").exists()


def test_labels_of_a_gan_without_are_refused(gan):
    result = keras_gan("generate", "saved.keras", "--labels", "1")
    assert refused(result, "not trained with labels")


def test_truncation_reaches_pictures_numbers_and_exports(gan):
    result = keras_gan("generate", "saved.keras", "--count", 4, "--truncation", 0.3)
    assert result.exit_code == 0, result.output
    grid = images.grid(images.to_uint8(gan.generate(4, seed=0, truncation=0.3)))
    drawn = np.asarray(Image.open("samples.png"))
    np.testing.assert_array_equal(drawn, images.enlarge(grid)[..., 0])
    result = keras_gan(
        "evaluate", "saved.keras", "--data", "pictures", "--truncation", 0.3
    )
    assert result.exit_code == 0, result.output
    assert "truncation" in result.output
    assert "0.3" in result.output


def test_an_animation_walks_and_comes_back(gan):
    result = keras_gan("generate", "saved.keras", "--walk", "walk.gif")
    assert result.exit_code == 0, result.output
    with Image.open("walk.gif") as animation:
        assert animation.n_frames > 50
        assert animation.info["loop"] == 0
    assert not pathlib.Path("samples.png").exists()
