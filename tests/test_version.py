import configparser
import importlib.metadata
import pathlib
import re

import keras
import pytest
from toys import run_python

import keras_gan
from keras_gan import version

ROOT = pathlib.Path(__file__).parents[1]
FACTS = r"(?s)the TensorFlow backend.*\n  Expected: .*\n  Received: .*\n  What to do: "


def metadata():
    """Returns what `setup.cfg` contains."""
    parser = configparser.ConfigParser()
    assert parser.read(ROOT / "setup.cfg")
    return parser


def requirements():
    """Returns the required packages with their versions, as `setup.cfg` names them."""
    return metadata()["options"]["install_requires"].split()


def test_the_version_is_a_release_number():
    assert re.fullmatch(r"\d+\.\d+\.\d+", keras_gan.__version__)


def test_the_metadata_takes_the_version_from_its_one_place():
    assert metadata()["metadata"]["version"] == "attr: keras_gan.version.__version__"


def test_this_engine_will_do():
    version.check_backend()


def test_the_oldest_keras_is_that_of_the_metadata():
    oldest = ".".join(map(str, version.MIN_KERAS))
    assert f"keras>={oldest},<4" in requirements()


def test_the_oldest_versions_of_the_matrix_are_those_of_the_metadata():
    lines = (ROOT / ".ci" / "oldest.txt").read_text().splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    assert [name for name, _ in pins] == ["keras", "tensorboard", "tensorflow"]
    for name, release in pins:
        minimum = f"{name}>={release.removesuffix('.*')}"
        assert any(f"{one},".startswith(f"{minimum},") for one in requirements())


@pytest.mark.parametrize("installed", ["2.15.0", "3.9.2", "1.0.0"])
def test_an_older_keras_is_refused(installed, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: installed)
    with pytest.raises(ImportError, match=FACTS) as caught:
        version.check_backend()
    assert f"Received: Keras {installed}" in str(caught.value)
    assert "KERAS_BACKEND=tensorflow" in str(caught.value)


@pytest.mark.parametrize("installed", ["3.10.0", "3.15.0.dev1", "4.0.0"])
def test_a_later_keras_is_accepted(installed, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: installed)
    version.check_backend()


def test_another_backend_is_refused(monkeypatch):
    monkeypatch.setattr(keras.config, "backend", lambda: "torch")
    with pytest.raises(ImportError, match=FACTS) as caught:
        version.check_backend()
    assert "with the backend torch" in str(caught.value)


def test_another_backend_is_refused_at_import_before_all_else():
    done = run_python("import keras_gan", KERAS_BACKEND="numpy")
    assert done.returncode == 1
    assert re.search(FACTS, done.stderr)
    assert "Received: Keras 3" in done.stderr
