"""Names, classes, objects and dictionaries resolve alike in every family."""

import json

import keras
import pytest
from toys import facts

import keras_gan as kg

FAMILIES = {
    "losses": (kg.losses.get, "hinge", kg.losses.Hinge, {}),
    "latents": (lambda one: kg.latents.get(one, 3), "normal", kg.latents.Normal, [3]),
    "penalties": (kg.penalties.get, "drift", kg.penalties.Drift, {}),
    "augment": (kg.augment.get, "diff_augment", kg.augment.DiffAugment, {}),
    "schedules": (
        kg.schedules.get,
        "skip_discriminator",
        kg.schedules.SkipDiscriminator,
        {},
    ),
    "metrics": (kg.metrics.get, "fd_fashion_mnist", kg.metrics.FrechetDistance, {}),
}
"""Of each family: its `get`, a name, the class of this name, and its arguments."""


def config_of(thing):
    """Returns the JSON of an object, as in a saved model."""
    return json.dumps(keras.saving.serialize_keras_object(thing))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_name_a_class_an_object_and_a_dictionary_are_one(family):
    get, name, kind, arguments = FAMILIES[family]
    thing = kind(*arguments)
    assert get(thing) is thing
    for identifier in (name, kind, json.loads(config_of(thing))):
        resolved = get(identifier)
        assert type(resolved) is kind
        assert resolved is not thing
        assert config_of(resolved) == config_of(thing)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_unknown_name_brings_the_nearest(family):
    get, name, _, _ = FAMILIES[family]
    misspelled = name[:2] + name[3:]
    with pytest.raises(ValueError, match=facts("Unknown")) as refused:
        get(misspelled)
    assert isinstance(refused.value, kg.errors.UserError)
    assert f'Received: "{misspelled}"' in str(refused.value)
    hint = str(refused.value).split("Did you mean ")[1].split("?")[0]
    assert f'"{name}"' in hint


WRONG = {"a number": 3, "a list": ["r1"], "another class": keras.losses.Hinge}


@pytest.mark.parametrize("wrong", [*WRONG, "another family"])
@pytest.mark.parametrize("family", FAMILIES)
def test_another_type_is_a_type_error(family, wrong):
    others = kg.penalties.R1() if family != "penalties" else kg.losses.Hinge()
    identifier = {**WRONG, "another family": others}[wrong]
    with pytest.raises(TypeError, match=facts("Expected")) as refused:
        FAMILIES[family][0](identifier)
    assert isinstance(refused.value, kg.errors.UserError)
    assert f"Received: {identifier!r}" in str(refused.value)
