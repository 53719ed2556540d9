"""`import keras_gan` is enough for Keras to load what this library has saved."""

import json
import pathlib
import subprocess
import sys
import zipfile

import pytest
from toys import has_keras

import keras_gan as kg

FILES = pathlib.Path(__file__).parent / "files"

LOAD = """
import sys
import keras
import keras_gan
for path in sys.argv[1:]:
    assert isinstance(keras.saving.load_model(path), keras_gan.GAN)
"""

REGISTERED = """
import importlib, json, pkgutil
import keras
import keras_gan

def registered():
    names = keras.saving.get_custom_objects()
    return {name for name in names if name.startswith("keras_gan>")}

at_import = registered()
for module in pkgutil.walk_packages(keras_gan.__path__, "keras_gan."):
    importlib.import_module(module.name)
print(json.dumps([sorted(at_import), sorted(registered())]))
"""


def python(code, *arguments):
    """Returns what a new process prints."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def is_of_a_later_keras(path):
    """Returns whether a later version of Keras has saved a file: it need not load."""
    with zipfile.ZipFile(path) as file:
        version = json.loads(file.read("metadata.json"))["keras_version"]
    return not has_keras(*map(int, version.split(".")[:2]))


def test_keras_loads_a_gan_after_the_import():
    presets = [preset.path for preset in kg.presets.values()]
    saved = [path for path in FILES.glob("*.keras") if not is_of_a_later_keras(path)]
    paths = [*presets, *saved]
    assert presets
    assert saved or not has_keras(3, 15)
    python(LOAD, *paths)


@pytest.mark.slow
def test_every_class_is_registered_by_the_import():
    at_import, after_all_modules = json.loads(python(REGISTERED).splitlines()[-1])
    assert at_import == after_all_modules
    assert {"keras_gan>GAN", "keras_gan>SpectralNormalization"} <= set(at_import)
