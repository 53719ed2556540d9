"""A user's subclass, without a decorator, trains, is saved and is loaded."""

import json

import keras
import numpy as np
import own_terms
import pytest
from own_terms import FORGETFUL, TERMS
from toys import facts, pictures, run_python, set_seed, state

import keras_gan as kg

SHAPE = (4, 4, 1)
FIELDS = {
    "OwnScaledLoss": {"scale": 0.5},
    "OwnWeightedPenalty": {"weight": 2.0, "shift": 0.5},
    "OwnPeriodicSchedule": {"period": 2},
    "OwnContrast": {"strength": 0.5},
}


def compiled(**arguments):
    """Returns a GAN of 4x4 images; `augment` goes to its constructor."""
    set_seed(0)
    augment = arguments.pop("augment", None)
    gan = kg.GAN(
        kg.networks.mlp_generator(SHAPE, width=4, depth=1),
        kg.networks.mlp_discriminator(SHAPE, width=4, depth=1),
        augment=augment,
        seed=0,
    )
    gan.compile(run_eagerly=True, **arguments)
    return gan


def term(gan, name):
    """Returns the object of the GAN that has this class name."""
    terms = [gan.loss, *gan.penalties.values(), gan.schedule, gan.augment]
    return next(one for one in terms if type(one).__name__ == name)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder with a trained GAN of each term, and the state two steps later."""
    folder = tmp_path_factory.mktemp("own")
    for name, arguments in TERMS.items():
        gan = compiled(**arguments())
        gan.fit(pictures(24, SHAPE), batch_size=8, verbose=0)
        gan.save(folder / f"{name}.keras")
        for step in range(2):
            gan.train_on_batch(pictures(8, SHAPE, seed=step))
        np.savez(folder / f"{name}.npz", *state(gan).values())
    return folder


def check_same(arrays, path):
    """Raises an error if arrays differ from those of a file."""
    with np.load(path) as expected:
        assert len(arrays) == len(expected.files)
        for array, name in zip(arrays, expected.files, strict=True):
            np.testing.assert_array_equal(array, expected[name])


@pytest.mark.parametrize("name", TERMS)
def test_ones_own_term_is_loaded_and_trains_on(name, saved):
    gan = keras.saving.load_model(saved / f"{name}.keras")
    loaded = term(gan, name)
    assert type(loaded) is getattr(own_terms, name)
    assert loaded.get_config() == FIELDS.get(name, {})
    for step in range(2):
        gan.train_on_batch(pictures(8, SHAPE, seed=step))
    check_same(state(gan).values(), saved / f"{name}.npz")


@pytest.mark.parametrize("name", TERMS)
def test_ones_own_term_changes_the_training(name, saved):
    gan = compiled()
    gan.fit(pictures(24, SHAPE), batch_size=8, verbose=0)
    for step in range(2):
        gan.train_on_batch(pictures(8, SHAPE, seed=step))
    if name == "OwnLoss":  # it is the default loss
        check_same(state(gan).values(), saved / f"{name}.npz")
        return
    with pytest.raises(AssertionError):
        check_same(state(gan).values(), saved / f"{name}.npz")


ELSEWHERE = """
import json, pathlib, sys
import keras, numpy as np
import own_terms, toys
folder = pathlib.Path({folder!r})
for name in own_terms.TERMS:
    gan = keras.saving.load_model(folder / (name + ".keras"))
    for step in range(2):
        gan.train_on_batch(toys.pictures(8, {shape}, seed=step))
    np.savez(folder / (name + ".there.npz"), *toys.state(gan).values())
print("RESULT", json.dumps([*own_terms.TERMS]))
"""


@pytest.mark.slow
def test_ones_own_term_is_loaded_where_its_module_is_imported(saved):
    done = run_python(ELSEWHERE.format(folder=str(saved), shape=SHAPE))
    assert "RESULT" in done.stdout, done.stderr[-2000:]
    assert json.loads(done.stdout.split("RESULT")[1]) == [*TERMS]
    for name in TERMS:
        with np.load(saved / f"{name}.there.npz") as arrays:
            found = [arrays[key] for key in arrays.files]
        check_same(found, saved / f"{name}.npz")


@pytest.mark.parametrize("name", FORGETFUL)
def test_an_argument_that_is_not_kept_is_named_before_training(name):
    with pytest.raises(TypeError, match=facts(f"{name} cannot be saved")) as refused:
        compiled(**FORGETFUL[name]())
    assert isinstance(refused.value, kg.errors.UserError)
    assert "no attribute scale" in str(refused.value)
    assert "self.scale" in str(refused.value)
