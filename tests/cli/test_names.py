"""What the command line knows without the library is what the library has."""

import inspect

import pytest
import tensorflow_datasets

import keras_gan as kg
from keras_gan import errors as library_errors
from keras_gan import images
from keras_gan.data import options
from keras_gan.data import paths as data_paths
from keras_gan.gan import loading
from keras_gan.style_transfer import networks
from keras_gan_cli import errors, main, names, paths, runs, saved
from keras_gan_cli.options import FIELDS, RECIPE_ARGUMENTS


def test_names_are_those_of_the_library():
    assert list(names.RECIPES) == list(kg.recipes.NAMES)
    assert list(names.FEATURE_NETWORKS) == list(kg.metrics.features.NAMES)
    assert list(names.STYLE_NETWORKS) == list(networks.NAMES)
    assert set(names.CHANNELS) == set(options.CHANNELS)
    assert paths.IMAGE_ENDINGS == images.IMAGE_ENDINGS


def test_what_can_be_data_is_what_the_library_loads():
    assert set(names.DATA_ENDINGS) == set(data_paths.ENDINGS)
    assert data_paths.NAME.pattern == names.DATASET_NAME
    assert paths.POSSIBLE == data_paths.POSSIBLE


CONFIGURED = (
    *("lsun", "imagenet_resized", "emnist", "celeb_a_hq", "cifar10_corrupted"),
    *("mnist_corrupted", "eurosat", "omniglot", "coil100", "div2k", "quickdraw_bitmap"),
    *("visual_domain_decathlon", "so2sat", "downsampled_imagenet", "cycle_gan"),
)
"""Image datasets of TensorFlow Datasets, most of them with configurations."""


def test_datasets_are_found_without_their_package():
    known = tensorflow_datasets.list_builders(with_community_datasets=False)
    for name in CONFIGURED:
        assert name in known
        assert paths.is_dataset(name)
    for name in ("pictures", "faces", "owner", "data", "images"):
        assert name not in known
        assert not paths.is_dataset(name)


def test_presets_are_found_without_the_library():
    expected = {name: preset.path for name, preset in kg.presets.items()}
    assert saved.find_presets() == expected
    assert saved.DEFAULT_PRESET in kg.presets
    assert runs.Run(runs.RUNS).gan.name == loading.RUN_FILE


def test_the_help_names_what_exists():
    text = " ".join(field.metadata["help"] for field in FIELDS.values())
    for name in ("inception", "fashion_mnist"):
        assert name in names.FEATURE_NETWORKS
        assert name in text
    assert saved.DEFAULT_PRESET in main.commands["generate"].help
    assert f"({saved.DEFAULT_PRESET} ships" in FIELDS["from_"].metadata["help"]
    assert FIELDS["recipe"].default in names.RECIPES
    assert FIELDS["features"].default in names.FEATURE_NETWORKS
    parameters = [
        inspect.signature(recipe).parameters for recipe in kg.recipes.NAMES.values()
    ]
    for argument in RECIPE_ARGUMENTS:
        assert any(argument in one for one in parameters)


FACTS = {"expected": "an integer", "received": 1.5, "do": "Pass 1."}


@pytest.mark.parametrize("name", ["hing", "x", "minimax"])
def test_errors_read_as_those_of_the_library(name):
    library_error = library_errors.user_error("`n` is not one.", **FACTS)
    assert errors.four_facts("`n` is not one.", **FACTS) == str(library_error)
    known = ["hinge", "minimax"]
    assert errors.suggest(name, known) == library_errors.suggest(name, known)
