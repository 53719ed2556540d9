"""Every example of every docstring runs, and prints what it says."""

import doctest
import importlib
import pathlib
import pkgutil

import pytest

import keras_gan

SCRIPTS = {"make", "train", "measure"}
"""Last names of scripts that made what ships: they run long, and need more."""

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(keras_gan.__path__, "keras_gan.")
    if name.rpartition(".")[2] not in SCRIPTS
]


@pytest.mark.parametrize("name", ["keras_gan", *MODULES])
def test_the_examples_of_a_module_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    result = doctest.testmod(module, optionflags=flags)
    assert result.failed == 0


def test_all_modules_are_found():
    folder = pathlib.Path(keras_gan.__file__).parent
    files = [path for path in folder.rglob("*.py") if path.stem not in SCRIPTS]
    assert len(MODULES) == len(files) - 1  # the package itself
