import doctest
import importlib
import pkgutil

import pytest

from keras_gan import data

MODULES = [
    module.name for module in pkgutil.walk_packages(data.__path__, "keras_gan.data.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_documentation_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
