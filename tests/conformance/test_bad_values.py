"""Numbers that are none are refused with four facts, whatever they were meant for."""

import dataclasses
import inspect
import math

import catalogue
import keras
import numpy as np
import pytest
from test_round_trip import VALUES
from toys import facts

import keras_gan as kg


def numbers_of(thing):
    """Returns the names of an object's fields that hold one number."""
    return [
        field.name
        for field in dataclasses.fields(thing)
        if type(getattr(thing, field.name)) in (int, float)
    ]


FIELDS = [(name, field) for name in VALUES for field in numbers_of(VALUES[name]())]


@pytest.mark.parametrize("wrong", ["1", math.nan, math.inf, [1.0], True], ids=repr)
@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_number_that_is_none_is_refused_where_it_is_given(name, field, wrong):
    thing = VALUES[name]()
    with pytest.raises(ValueError, match=facts("")) as refused:
        dataclasses.replace(thing, **{field: wrong})
    assert repr(wrong) in str(refused.value).split("Received: ")[1].split("\n")[0]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_number_of_numpy_becomes_that_of_python(name, field):
    thing = VALUES[name]()
    value = getattr(thing, field)
    number = np.int64(value) if isinstance(value, int) else np.float64(value)
    kept = getattr(dataclasses.replace(thing, **{field: number}), field)
    assert type(kept) is type(value)
    assert kept == value


@pytest.mark.parametrize("wrong", ["0.9", math.nan, [1.0]], ids=repr)
def test_a_gan_refuses_numbers_that_are_none(wrong):
    players = kg.networks.mlp_generator(width=4), kg.networks.mlp_discriminator(width=4)
    with pytest.raises(ValueError, match=facts("`ema_momentum`")):
        kg.GAN(*players, ema_momentum=wrong)
    gan = kg.GAN(*players)
    with pytest.raises(ValueError, match=facts("`weight_clip`")):
        gan.compile(weight_clip=wrong)
    with pytest.raises(ValueError, match=facts("`discriminator_steps`")):
        gan.compile(discriminator_steps=wrong)


NO_NUMBERS = {
    *("self", "args", "kwargs", "layer", "shape", "synchronized"),
    *("normalization", "kernel_initializer", "embeddings_initializer"),
}
"""Arguments of layers that hold no number; for shapes see the test of the constant."""

NEEDED = {"num_classes": 3, "num_layers": 3, "input_dim": 4, "output_dim": 3}


def arguments_of(name):
    """Returns the arguments of a layer's own constructor that hold a number."""
    own = vars(getattr(kg.layers, name)).get("__init__", lambda self: None)
    return [one for one in inspect.signature(own).parameters if one not in NO_NUMBERS]


ARGUMENTS = [(name, one) for name in catalogue.LAYERS for one in arguments_of(name)]


@pytest.mark.parametrize("wrong", ["1", math.nan, math.inf, -1, [1.0], True, False])
@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_a_layer_refuses_a_number_that_is_none(name, argument, wrong):
    kind = getattr(kg.layers, name)
    known = {**NEEDED, "layer": keras.layers.Dense(2)}
    takes = inspect.signature(kind).parameters
    usual = {one: value for one, value in known.items() if one in takes}
    kind(**usual)
    with pytest.raises(ValueError, match=facts("")) as refused:
        kind(**{**usual, argument: wrong})
    assert f"Received: {argument}={wrong!r}\n" in str(refused.value)


def test_there_are_many_such_numbers():
    assert len(FIELDS) > 25
    assert len(ARGUMENTS) >= 20
