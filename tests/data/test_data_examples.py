import doctest
import importlib
import pkgutil

import pytest

from keras_gan import data

MODULES = [
    f"keras_gan.data.{module.name}" for module in pkgutil.iter_modules(data.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_documentation_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
