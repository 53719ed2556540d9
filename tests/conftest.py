"""Every test begins with the same random numbers, and keeps nothing at home."""

import keras
import pytest


def pytest_configure(config):
    """Ignores what one version of Keras warns of."""
    if keras.__version__.startswith("3.10."):
        # It loads the input of a network as a list of one, and warns of a tensor.
        structure = "ignore:The structure of `inputs` doesn't match:UserWarning"
        config.addinivalue_line("filterwarnings", structure)


@pytest.fixture(scope="session", autouse=True)
def no_home(tmp_path_factory):
    """Puts what is kept between runs into a folder of this session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def same_random_numbers():
    """Makes initial weights the same in every run, whichever tests run before."""
    keras.utils.set_random_seed(0)
