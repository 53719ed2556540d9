"""Every test begins with the same random numbers, and keeps nothing at home."""

import gc

import keras
import pytest
import tensorflow as tf
from toys import set_seed

# Two devices of one processor, for `toys.two_replicas`, before TensorFlow starts.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0],
    [tf.config.LogicalDeviceConfiguration() for _ in range(2)],
)


def pytest_addoption(parser):
    """Adds `--part`, by which `.ci/nightly` runs thousands of tests in parts."""
    parser.addoption("--part", default="1/1", help="K/N: every N-th test from the K-th")


@pytest.hookimpl(trylast=True)  # after what -m and -k leave out
def pytest_collection_modifyitems(config, items):
    """Keeps the tests of the part only."""
    part, parts = map(int, config.getoption("--part").split("/"))
    rest = [item for number, item in enumerate(items, 1) if (number - part) % parts]
    config.hook.pytest_deselected(items=rest)
    items[:] = items[part - 1 :: parts]


def pytest_configure(config):
    """Ignores what one version of Keras warns of."""
    if keras.__version__.startswith("3.10."):
        # It loads the input of a network as a list of one, and warns of a tensor.
        structure = "ignore:The structure of `inputs` doesn't match:UserWarning"
        config.addinivalue_line("filterwarnings", structure)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    """Leaves what was imported out of every later collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def no_graphs_are_left():
    """Frees the graphs of a module, whose objects refer to each other.

    Python waits until there are gigabytes of them, and then takes half a minute.
    """
    yield
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def no_home(tmp_path_factory):
    """Puts what is kept between runs into a folder of this session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def same_random_numbers():
    """Makes initial weights the same in every run, whichever tests run before."""
    set_seed(0)
