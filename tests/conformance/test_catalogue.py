"""No public name is missing in the catalogue, and none is there that is gone."""

import inspect

import catalogue
import pytest

import keras_gan as kg

FAMILIES = {
    "losses": (kg.losses, catalogue.LOSSES),
    "penalties": (kg.penalties, catalogue.PENALTIES),
    "schedules": (kg.schedules, catalogue.SCHEDULES),
    "latents": (kg.latents, catalogue.LATENTS),
    "augment": (kg.augment, catalogue.AUGMENTATIONS),
    "layers": (kg.layers, catalogue.LAYERS),
    "networks": (kg.networks, catalogue.NETWORKS),
    "metrics": (kg.metrics, catalogue.METRICS),
    "callbacks": (kg.callbacks, catalogue.CALLBACKS),
}


def public(module):
    """Returns the public classes that can be made, and functions, of a module."""
    names = getattr(module, "__all__", None)
    if names is None:
        names = [
            name
            for name, value in vars(module).items()
            if getattr(value, "__module__", None) == module.__name__
        ]
    things = {name: getattr(module, name) for name in names}
    return {
        name
        for name, thing in things.items()
        if not name.startswith("_")
        and not inspect.isabstract(thing)
        and (callable(thing) or inspect.ismodule(thing))
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_the_catalogue_is_complete(family):
    module, cases = FAMILIES[family]
    beside = {
        name.split(".")[1] for name in catalogue.BESIDE if name.startswith(f"{family}.")
    }
    assert public(module) == set(cases) | beside


@pytest.mark.parametrize("family", [kg.losses, kg.latents])
def test_every_string_names_a_class_of_the_catalogue(family):
    cases = {**catalogue.LOSSES, **catalogue.LATENTS}
    assert {kind.__name__ for kind in family.NAMES.values()} <= set(cases)


@pytest.mark.parametrize("name", catalogue.TENSORS)
def test_every_public_thing_tells_what_it_is(name):
    family, member = name.split(".")
    thing = getattr(getattr(kg, family), member)
    assert thing.__doc__
    own = thing if inspect.isfunction(thing) else vars(thing).get("__init__", object)
    takes = set(inspect.signature(own).parameters) - {"self", "dim"}
    assert not takes or "Args:" in thing.__doc__
