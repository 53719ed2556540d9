"""Every test begins with the same random numbers."""

import keras
import pytest


@pytest.fixture(autouse=True)
def same_random_numbers():
    """Makes initial weights the same in every run, whichever tests run before."""
    keras.utils.set_random_seed(0)
