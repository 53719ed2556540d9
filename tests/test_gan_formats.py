"""Saved GANs of every format version load, generate their images and train on."""

import json
import pathlib
import zipfile

import keras
import numpy as np
import pytest
from toys import facts, has_keras, toy

import keras_gan as kg
from keras_gan.gan import formats

FOLDER = pathlib.Path(__file__).parent / "files"
PATHS = sorted(FOLDER.glob("gan_version_*.keras"))
written_by_keras_315 = pytest.mark.skipif(
    not has_keras(3, 13), reason="the files have arguments of Keras 3.13 layers"
)
EXPECTED = {
    "points": {
        "loss": kg.losses.NoGeneratorLoss(0.9, 0.1),
        "schedule": kg.schedules.AccuracyBalancedUpdates(accuracy_threshold=0.6),
        "augment": kg.augment.NoAugmentation(),
        "penalties": {"r1": kg.penalties.R1(0.5, interval=2)},
        "generator_penalties": {"feature_matching": kg.penalties.FeatureMatching(2.0)},
        "ema_momentum": 0.9,
    },
    "energy": {
        "loss": kg.losses.BEGAN(0.7, k_learning_rate=0.02),
        "schedule": kg.schedules.SkipDiscriminator(threshold=0.2),
        "augment": kg.augment.NoAugmentation(),
        "unrolling": kg.Unrolling(1, learning_rate=0.1),
    },
    "images": {
        "loss": kg.losses.Hinge(),
        "schedule": kg.schedules.EveryStep(),
        "augment": kg.augment.ADA(target=0.5, horizon=1000),
        "latents": kg.latents.Sphere(3),
    },
}
"""Attributes of the saved GANs by the end of the file's name."""


def name_of(path):
    """Returns the version of a file, and what it has: `(0, "points")`."""
    _, _, version, name = path.stem.split("_")
    return int(version), name


def samples(shape):
    """Returns the batch that the saved GANs were trained on: see `make_gans.py`."""
    return np.random.default_rng(0).uniform(-1, 1, (8, *shape)).astype("float32")


def saved_config(path):
    """Returns the config in a `.keras` file."""
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))


def former_words(config):
    """Returns the names of version 0 that a config has."""
    arguments = [
        f'"{old}"' for one in formats.RENAMED_ARGUMENTS.values() for old in one
    ]
    words = [*formats.RENAMED_CLASSES, *arguments]
    return sorted(word for word in words if word in json.dumps(config))


def test_every_version_has_its_files():
    found = {name_of(path) for path in PATHS}
    versions = range(formats.VERSION + 1)
    assert found == {(version, name) for version in versions for name in EXPECTED}
    assert len(formats.UPGRADES) == formats.VERSION
    assert all(path.stat().st_size < 100_000 for path in PATHS)


@written_by_keras_315
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_file_has_its_version_and_the_names_of_its_time(path):
    version, name = name_of(path)
    config = saved_config(path)
    if version:
        assert config["config"]["format_version"] == version
        assert config["compile_config"]["format_version"] == version
    else:
        assert "format_version" not in json.dumps(config)
    times = {
        "points": ['"caught"', "ByWinner", "DiscriminatorOnly", "Unaugmented"],
        "energy": ['"below"', '"rate"', "Unaugmented"],
        "images": ["Together"],
    }
    assert former_words(config) == ([] if version else times[name])


@written_by_keras_315
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_file_of_any_version_is_loaded_and_saved_in_the_present_one(path, tmp_path):
    gan = keras.saving.load_model(path)
    for attribute, value in EXPECTED[name_of(path)[1]].items():
        loaded = getattr(gan, attribute)
        loaded = dict(loaded) if attribute.endswith("penalties") else loaded
        assert loaded == value, attribute
    assert float(gan.discriminator_optimizer.learning_rate) == pytest.approx(0.01)
    assert gan.seed == 0
    gan.save(tmp_path / "gan.keras")
    saved = saved_config(tmp_path / "gan.keras")
    assert saved["config"]["format_version"] == formats.VERSION
    assert saved["compile_config"]["format_version"] == formats.VERSION
    assert former_words(saved) == []


@written_by_keras_315
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_file_of_any_version_generates_its_images_and_trains_on(path):
    gan = keras.saving.load_model(path)
    with np.load(path.with_suffix(".npz")) as expected:
        images, losses = expected["images"], expected["losses"]
    np.testing.assert_allclose(gan.generate(8, seed=0), images, rtol=0, atol=1e-6)
    assert int(gan.steps) == 3
    gan.run_eagerly = True
    logs = gan.train_on_batch(samples(gan.image_shape), return_dict=True)
    found = [logs["generator_loss"], logs["discriminator_loss"]]
    # Of the next step: weights, optimizers, states and random numbers were restored.
    np.testing.assert_allclose(found, losses, rtol=1e-4, atol=1e-6)
    assert int(gan.steps) == 4
    assert np.abs(gan.generate(8, seed=0) - images).max() > 1e-4 or not losses[0]


def test_a_file_of_a_later_version_is_refused():
    gan = toy()
    gan.compile()
    later = formats.VERSION + 1
    config = {**gan.get_config(), "format_version": later}
    compile_config = {**gan.get_compile_config(), "format_version": later}
    for load in (
        lambda: kg.GAN.from_config(config),
        lambda: gan.compile_from_config(compile_config),
    ):
        with pytest.raises(ValueError, match=facts("later version")) as refused:
            load()
        assert isinstance(refused.value, kg.errors.UserError)
        assert f"at most {formats.VERSION}" in str(refused.value)
        assert f"Received: format_version={later}" in str(refused.value)
        assert "Upgrade keras_gan" in str(refused.value)


def test_names_of_others_are_not_converted():
    config = {
        "class_name": "Together",
        "registered_name": "Custom>Together",
        "config": {"caught": 1, "below": [2, {"rate": 3}]},
    }
    assert formats.upgrade(config) == config
