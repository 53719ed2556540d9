"""The pretrained GANs that ship are loaded by name, and are what `presets` says."""

import pathlib

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.preset_files import FOLDER


@pytest.fixture(scope="module")
def gan():
    return kg.GAN.from_preset("fashion_mnist")


def test_the_pretrained_generator_makes_garments_of_all_kinds(gan):
    images = kg.images.to_uint8(gan.generate(256, seed=0))
    assert images.shape == (256, 28, 28, 1)
    network = kg.metrics.features.get("fashion_mnist")
    probabilities = network.probabilities(images)
    assert np.mean(probabilities.max(axis=1)) > 0.7  # 0.94 for real ones
    counts = np.bincount(probabilities.argmax(axis=1), minlength=10)
    assert (counts > 0).sum() >= 9


@pytest.mark.slow  # 10,000 images are generated
@pytest.mark.parametrize("name", kg.presets)
def test_the_metrics_are_those_that_were_measured(name):
    real = kg.data.load("fashion_mnist_10k", batch_size=8)  # the 10,000 test images
    evaluation = kg.callbacks.Evaluation(list(kg.presets[name].metrics), real, 10_000)
    measured = evaluation.measure(kg.GAN.from_preset(name))
    for metric, value in kg.presets[name].metrics.items():
        assert measured[metric] == pytest.approx(value, abs=0.05)


@pytest.mark.parametrize("name", kg.presets)
def test_the_facts_are_those_of_the_file(name):
    preset = kg.presets[name]
    assert kg.GAN.from_preset(name).image_shape == preset.image_shape
    assert preset.recipe in kg.recipes.NAMES
    assert "latents" in preset.description
    assert preset.path == FOLDER / f"{name}.keras"


@pytest.mark.parametrize("name", kg.presets)
def test_training_goes_on(name):
    # the averaged generator, of which it is a copy, is not trainable
    preset = kg.presets[name]
    recipe = kg.recipes.get(preset.recipe)(preset.image_shape)
    for network in ("generator", "discriminator"):
        count, expected = (
            len(getattr(gan, network).trainable_variables)
            for gan in (kg.GAN.from_preset(name), recipe)
        )
        assert count == expected > 0


def test_every_file_is_a_preset():
    assert {path.stem for path in FOLDER.glob("*.keras")} == set(kg.presets)
    with pytest.raises(TypeError):
        kg.presets["other"] = kg.presets["fashion_mnist"]


@pytest.fixture
def other(tmp_path, monkeypatch):
    """Another GAN, in the folder of a run that has the name of a preset."""
    monkeypatch.chdir(tmp_path)
    networks = kg.networks.mlp_generator(), kg.networks.mlp_discriminator()
    gan = kg.GAN(*networks, seed=3)
    gan.save("fashion_mnist/gan.keras")
    return gan


def test_a_run_and_a_file_are_loaded_and_a_name_comes_first(other):
    expected = other.generate(4, seed=0)
    paths = ("./fashion_mnist", "fashion_mnist/gan.keras")
    for path in (*paths, *map(pathlib.Path, paths)):
        loaded = kg.GAN.from_preset(path)
        np.testing.assert_array_equal(loaded.generate(4, seed=0), expected)
    assert kg.GAN.from_preset("fashion_mnist").image_shape == (28, 28, 1)


@pytest.mark.parametrize(
    ("preset", "facts"),
    [
        ("fashion_mnst", 'name of a preset.*Did you mean "fashion_mnist"'),
        (pathlib.Path("nowhere"), "'nowhere', which is none of them"),
        ("model.keras", "not a saved GAN.*model.keras, a Sequential"),
        ("text.keras", "not a saved GAN.*text.keras \\("),
    ],
)
def test_what_is_no_gan_is_refused(other, preset, facts):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save("model.keras")
    pathlib.Path("text.keras").write_text("no zip file")
    with pytest.raises(ValueError, match=f"(?s){facts}"):
        kg.GAN.from_preset(preset)
